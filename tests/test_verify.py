"""`curagraph verify`: whatever is changed in a release is found, and told with its file."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from curagraph.delivery.releases import comparison, verification
from curagraph.delivery.releases.described import Unreadable
from curagraph.delivery.releases.statements import digest
from curagraph.problem import UsageError
from curagraph.takedown.forgotten import Takedown, write
from tests.project import BASE, run
from tests.releases import GONE, NAME, changed, key, released, repack, signers, site, sum_up, unpacked


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three releases, all signed: the second changed things, and the third took one down."""
    folder = tmp_path_factory.mktemp("verify")
    made, out, signing = site(folder / "site"), folder / "out", key(folder)
    signers(folder, signing)
    released(made, out, key=signing)
    changed(made)
    released(made, out, key=signing)
    iri = f"{BASE}item/5"
    write(made.folder, {iri: Takedown(iri, "CommunityItem", "2026-11-22", "It was asked for.")})
    made.build()
    released(made, out, key=signing)
    return folder


@pytest.fixture
def out(kept: Path, tmp_path: Path) -> Path:
    """A copy of the releases to be spoilt."""
    return Path(shutil.copytree(kept / "out", tmp_path / "out", symlinks=True))


def found(folder: Path, allowed: Path | None = None) -> set[tuple[str, str]]:
    """The (file, code) pairs of what is wrong."""
    problems = verification.verify(folder, allowed).problems
    return {(problem.file, problem.code) for problem in problems if problem.severity != "note"}


def found_in(out: Path, version: int = 1) -> set[tuple[str, str]]:
    """The same for one release alone, with files as they are named from the folder of all."""
    return {(place(file, version), code) for file, code in found(release(out, version))}


def release(out: Path, version: int = 1) -> Path:
    return out / NAME / str(version)


def spoil(out: Path, name: str, change: Callable[[str], str], version: int = 1) -> None:
    """Change a file of a release, and let the checksums fit."""
    file = release(out, version) / name
    before = file.read_text()
    after = change(before)
    assert after != before
    file.write_text(after)
    sum_up(release(out, version))


def place(name: str, version: int = 1) -> str:
    return f"{NAME}/{version}/{name}"


# What is whole


def test_releases_are_verified_where_they_stand(kept: Path) -> None:
    """A release, those of a partner and all there are, each as it was written; signatures by who is allowed."""
    out = kept / "out"
    for folder, count in ((out, 3), (out / NAME, 3), (release(out, 2), 1), (out / NAME / "latest", 1)):
        verified = verification.verify(folder, kept / "allowed_signers")
        assert (verified.problems, verified.looked) == ((), {"releases": count}), folder


def test_a_key_that_nobody_vouches_for_is_a_note(kept: Path) -> None:
    """Without a file of allowed signers it is told whose key was not checked, and that does no harm."""
    ended = run("verify", release(kept / "out"))
    assert ended.status == 0
    assert "unknown-signer" in ended.out
    assert "SHA256:" in ended.out


@pytest.mark.parametrize("format_", ["json", "sarif", "github"])
def test_findings_are_told_to_programs(out: Path, format_: str) -> None:
    """JSON, SARIF and the commands of a forge name the file and what is wrong with it."""
    (release(out) / "more.txt").write_text("more")
    ended = run("verify", out, "--format", format_)
    assert ended.status == 1
    assert "extra-file" in ended.out
    assert place("more.txt") in ended.out
    if format_ != "github":
        json.loads(ended.data)


def test_what_is_no_release_is_wrong_usage(tmp_path: Path, kept: Path) -> None:
    """A folder without releases, one that is not there, and signers that are not there."""
    ended = run("verify", tmp_path)
    assert ended.status == 2
    assert "found no release" in ended.sentence
    with pytest.raises(UsageError, match="found no release"):
        verification.verify(tmp_path / "none")
    with pytest.raises(UsageError, match="--signers"):
        verification.verify(kept / "out", tmp_path / "none")


def test_without_ssh_keygen_a_signature_is_not_checked(kept: Path) -> None:
    """That is a note, unless somebody must have signed."""
    empty = {"PATH": "/nonexistent"}
    assert run("verify", release(kept / "out"), env=empty).status == 0
    ended = run("verify", release(kept / "out"), "--signers", kept / "allowed_signers", env=empty)
    assert ended.status == 2
    assert "openssh-client" in ended.sentence


# What is spoilt


def names(release: Path) -> list[str]:
    return sorted(path.name for path in release.iterdir())


@pytest.mark.parametrize(
    "version", [pytest.param(1, marks=pytest.mark.slow), 2, pytest.param(3, marks=pytest.mark.slow)]
)
def test_a_flipped_byte_is_found(out: Path, version: int) -> None:
    """One bit in the middle of any file: that file has a finding, and no other has one."""
    folder = release(out, version)
    for name in names(folder):
        file = folder / name
        before = file.read_bytes()
        flipped = bytearray(before)
        flipped[len(before) // 2] ^= 1
        file.write_bytes(flipped)
        wrong = found(folder)
        if name == "SHA256SUMS":
            assert wrong
        else:
            code = "bad-signature" if name.endswith(".sig") else "wrong-checksum"
            assert (name, code) in wrong, name
            assert {file for file, _ in wrong} == {name}
        file.write_bytes(before)
    assert found(folder) == set()


def test_each_byte_of_the_list_of_checksums_counts(out: Path) -> None:
    """A bit flipped anywhere in SHA256SUMS is found, even where nobody has signed."""
    file = release(out) / "SHA256SUMS"
    (release(out) / "SHA256SUMS.sig").unlink()
    before = file.read_bytes()
    for index in range(0, len(before), 97):
        for bit in (1, 32):
            flipped = bytearray(before)
            flipped[index] ^= bit
            file.write_bytes(flipped)
            assert found(release(out)), index


@pytest.mark.parametrize("again", [False, True], ids=["as it was", "summed up again"])
def test_a_missing_file_is_found(out: Path, again: bool) -> None:
    """Each file of a release is missed, also where the checksums no longer name it."""
    for name in set(names(release(out, 2))) - {"SHA256SUMS", "SHA256SUMS.sig"}:
        folder = Path(shutil.copytree(release(out, 2), out / "copy" / "2"))
        (folder / name).unlink()
        if again:
            (folder / "SHA256SUMS.sig").unlink()
            sum_up(folder)
        wrong = found(folder)
        expected = "bad-description" if name == "dataset.ttl" and again else "missing-file"
        assert (name, expected) in wrong, (name, wrong)
        shutil.rmtree(out / "copy")


@pytest.mark.parametrize("again", [False, True], ids=["as it was", "summed up again"])
def test_an_extra_file_is_found(out: Path, again: bool) -> None:
    """What no release has is told, be it a file, a folder or a link, and also where the checksums name it."""
    (release(out) / "data-007.ttl.gz").write_bytes(b"more")
    if again:
        sum_up(release(out))
    else:
        (release(out) / "folder").mkdir()
        (release(out) / "link").symlink_to("data.ttl.gz")
    extra = {"data-007.ttl.gz"} if again else {"data-007.ttl.gz", "folder", "link"}
    assert {(place(name), "extra-file") for name in extra} <= found_in(out)


def test_a_link_in_place_of_a_file_is_found(out: Path) -> None:
    """A file that is a link may lead to anything, and is not one of a release."""
    file = release(out) / "data.nt.gz"
    file.rename(out / "elsewhere")
    file.symlink_to(out / "elsewhere")
    assert (place("data.nt.gz"), "wrong-checksum") in found_in(out)


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (r'void:triples "\d+"', 'void:triples "7"'),
        (r'void:distinctSubjects "\d+"', 'void:distinctSubjects "7"'),
        (r'void:entities "\d+"', 'void:entities "7777"'),
        (r'dcat:byteSize "\d+"', 'dcat:byteSize "7"'),
        (r"graph/shared/author>", "graph/shared/nobody>"),
        (r" ;\n    void:properties \"\d+\"\^\^xsd:integer", ""),
    ],
)
def test_a_wrong_count_is_found(out: Path, pattern: str, new: str) -> None:
    """A number in the description that the dumps do not have, with the checksums made to fit."""
    file = release(out) / "dataset.ttl"
    spoil(out, file.name, lambda text: re.sub(pattern, new, text, count=1))
    wrong = found_in(out)
    assert (place("dataset.ttl"), "wrong-count") in wrong
    assert (place("dataset.jsonld"), "bad-description") in wrong


def test_other_statements_are_found(out: Path) -> None:
    """N-Quads that were changed and summed up again no longer have the hash that is stated."""
    repack(release(out) / "data.nq.gz", lambda data: data.replace(b"What item 2 tells", b"What item 2 hides"))
    sum_up(release(out))
    assert (place("dataset.ttl"), "wrong-hash") in found_in(out)


def test_another_hash_beside_the_description_is_found(out: Path) -> None:
    """The file that states the hash agrees with the description, and says no more."""
    for change in (lambda text: text.replace(text[:64], "0" * 64), lambda text: text + "Pay here.\n"):
        spoil(out, "RDFC-1.0.txt", change)
        assert (place("RDFC-1.0.txt"), "wrong-hash") in found_in(out)


@pytest.mark.parametrize("name", ["data.ttl.gz", "data.jsonld.gz", "data.nt.gz", "data.trig.gz", "data.rdf.gz"])
def test_a_notation_that_says_something_else_is_found(out: Path, name: str) -> None:
    """Each notation is compared with the N-Quads, whatever the checksums say."""
    repack(release(out) / name, lambda data: data.replace(b"What item 2 tells", b"What item 2 hides"))
    sum_up(release(out))
    assert (place(name), "differing-dump") in found_in(out)


def _truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


@cache
def _zeros() -> bytes:
    return gzip.compress(bytes(70 << 20), 6)


def _bomb(_: bytes) -> bytes:
    return _zeros()


def _noise(_: bytes) -> bytes:
    return b"\x1f\x8b" + bytes(range(256))


def _other(_: bytes) -> bytes:
    return gzip.compress(b"<a> <b> is no statement\n")


def _unordered(data: bytes) -> bytes:
    return gzip.compress(b"".join(reversed(gzip.decompress(data).splitlines(keepends=True))))


@pytest.mark.parametrize("spoil", [_truncated, _bomb, _noise, _other, _unordered])
@pytest.mark.parametrize("name", ["data.nq.gz", "data.ttl.gz"])
def test_a_dump_that_cannot_be_read_is_found(out: Path, name: str, spoil: object) -> None:
    """A file that is cut, unpacks to far too much, or holds something else ends nothing but its own reading."""
    assert callable(spoil)
    file = release(out) / name
    file.write_bytes(spoil(file.read_bytes()))
    sum_up(release(out))
    assert found_in(out) & {(place(name), "bad-dump"), (place(name), "differing-dump")}


@pytest.mark.parametrize("name", ["added.nq.gz", "removed.nq.gz"])
def test_a_wrong_difference_is_found(out: Path, name: str) -> None:
    """A difference from which a statement was taken, or that cannot be read, does not lead to the release."""
    repack(release(out, 2) / name, lambda data: data.partition(b"\n")[2])
    sum_up(release(out, 2))
    assert {each for each in found_in(out, 2) if each[1] == "wrong-difference"} == {
        (place(name, 2), "wrong-difference")
    }
    (release(out, 2) / name).write_bytes(b"nothing")
    sum_up(release(out, 2))
    assert (place(name, 2), "bad-dump") in found_in(out, 2)


def test_a_wrong_difference_of_digests_is_found(out: Path) -> None:
    """Where statements are only told by their digests, each must be that of one that was there."""
    file = release(out, 3) / "removed.sha256"
    rows = file.read_text().splitlines()
    for text in ("\n".join(rows[1:]), "\n".join(["0" * 64, *rows])):
        file.write_text(text + "\n")
        sum_up(release(out, 3))
        assert (place("removed.sha256", 3), "wrong-difference") in found_in(out, 3)


def test_a_difference_is_looked_at_without_the_release_before(out: Path) -> None:
    """That it was not applied is a note; what it adds must be there, and what it removes must not, all the same."""
    shutil.rmtree(release(out, 1))
    shutil.rmtree(release(out, 2))
    found_ = verification.verify(out).problems
    assert {(p.file, p.severity) for p in found_ if p.code == "unchecked-difference"} == {
        (place("removed.sha256", 3), "note")
    }
    assert found(out) == set()
    line = unpacked(release(out, 3))[0]
    (release(out, 3) / "removed.sha256").write_text(f"{digest(line)}\n")
    sum_up(release(out, 3))
    assert (place("removed.sha256", 3), "wrong-difference") in found(out)


@pytest.mark.parametrize("name", ["added.nq.gz", "removed.nq.gz"])
def test_a_difference_of_other_statements_is_found(out: Path, name: str) -> None:
    """A copy of a release alone: what was not added, what is still there, and what unpacks to far too much."""
    shutil.rmtree(release(out, 1))
    line = unpacked(release(out, 2))[0]
    other = line.replace(b" <", b" <https://elsewhere.example.org/", 1) if name == "added.nq.gz" else line
    file = release(out, 2) / name
    for data, code in ((gzip.compress(other), "wrong-difference"), (_zeros(), "bad-dump")):
        file.write_bytes(data)
        sum_up(release(out, 2))
        assert (place(name, 2), code) in found_in(out, 2)


def test_entities_are_not_expanded(out: Path) -> None:
    """A small file of RDF/XML whose nested entities stand for gigabytes is refused before it is read."""
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 50}">' for a, b in ("ab", "bc", "cd", "de", "ef"))
    text = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">{entities}]><r>&f;</r>'
    (release(out) / "data.rdf.gz").write_bytes(gzip.compress(text.encode()))
    sum_up(release(out))
    assert (place("data.rdf.gz"), "bad-dump") in found_in(out)


def test_the_part_that_is_wrong_is_told(tmp_path: Path) -> None:
    """Of several parts of N-Quads, the one that cannot be read, or is not in order."""
    parts = [tmp_path / f"data-00{number}.nq.gz" for number in (1, 2)]
    for second in (b"no statement\n", b"<s:a> <s:p> <s:o> .\n", b"_:b <s:p> <s:o> .\n"):
        for file, data in zip(parts, (b"<s:b> <s:p> <s:o> .\n", second), strict=True):
            file.write_bytes(gzip.compress(data))
        with pytest.raises(Unreadable) as raised:
            list(comparison.quads(parts))
        assert raised.value.file == "data-002.nq.gz"


def test_a_release_in_the_place_of_another_is_found(out: Path) -> None:
    """An old release that is offered as the newest, and that of one partner as that of another."""
    shutil.copytree(release(out, 1), release(out, 4))
    (out / NAME / "latest").unlink()
    (out / NAME / "latest").symlink_to("4")
    assert found(out) == {(place("dataset.ttl", 4), "wrong-place")}
    assert found(out / NAME) == {("4/dataset.ttl", "wrong-place")}
    shutil.rmtree(release(out, 4))
    shutil.copytree(out / NAME, out / "somebody", symlinks=True)
    assert {file for file, code in found(out) if code == "wrong-place"} == {
        f"somebody/{n}/dataset.ttl" for n in (1, 2, 3)
    }
    assert found(out / "somebody") - {("latest", "wrong-latest")} == set()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-3],
        lambda text: f"[{text}]",
        lambda text: "[" * 100_000,
        lambda text: text.replace('"turtle",', ""),
        lambda text: text.replace("licenses/by/4.0", "licenses/by-nc/4.0"),
        lambda text: text.replace('"name": "everybody"', '"name": "somebody"'),
        lambda text: text.replace(BASE, "https://elsewhere.example.org/"),
    ],
)
def test_another_profile_is_found(out: Path, change: Callable[[str], str]) -> None:
    """What `profile.json` says is what the description and the dumps say, whatever the checksums are."""
    spoil(out, "profile.json", change)
    assert found_in(out) - {(place("SHA256SUMS.sig"), "bad-signature")} == {(place("profile.json"), "wrong-profile")}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("</main>", "<script>alert(1)</script></main>"),
        lambda text: text.replace("</main>", '<img src="x" alt=""></main>'),
        lambda text: text.replace("</main>", '<p class="note" onclick="alert(1)">x</p></main>'),
        lambda text: text.replace("</main>", "<!-- x --></main>"),
        lambda text: text.replace('href="data.ttl.gz"', 'href="https://elsewhere.example.org/"'),
        lambda text: text.replace("default-src 'none'", "default-src *"),
        lambda text: text.replace('<meta charset="utf-8">', '<meta http-equiv="refresh" content="0;url=//e.org">'),
        lambda text: re.sub(r"[\d,]+ triples about", "7 triples about", text),
        lambda text: re.sub(r"<pre>[0-9a-f]{64}", f"<pre>{'0' * 64}", text),
        lambda text: text.replace("1 community item renamed", "99 community items renamed"),
        lambda text: text.replace("Release 2", "Release 7"),
    ],
)
def test_another_page_is_found(out: Path, change: Callable[[str], str]) -> None:
    """The page has nothing that runs or leads elsewhere, and the numbers and the hash are those of the dumps."""
    spoil(out, "index.html", change, 2)
    assert found_in(out, 2) - {(place("SHA256SUMS.sig", 2), "bad-signature")} == {
        (place("index.html", 2), "wrong-page")
    }


def test_a_release_without_checksums_is_told(out: Path) -> None:
    """In a sentence, without the number of an error of the system."""
    (release(out) / "SHA256SUMS").unlink()
    (told,) = (p.message for p in verification.verify(release(out)).problems if p.code == "bad-checksum-list")
    assert told.startswith("the release has none; ")


def test_a_forged_signature_is_found(out: Path, kept: Path, tmp_path: Path) -> None:
    """Of another key, of another file, or none at all where one is wanted."""
    from curagraph.delivery.releases import signature

    allowed, signed = kept / "allowed_signers", release(out) / "SHA256SUMS.sig"
    sign = (place("SHA256SUMS.sig"), "bad-signature")
    assert found(out, allowed) == set()
    signed.write_bytes((release(out, 2) / "SHA256SUMS.sig").read_bytes())
    assert found(out) == found(out, allowed) == {sign}
    signed.unlink()
    signature.sign(release(out) / "SHA256SUMS", key(tmp_path, "another"))
    assert (found(out), found(out, allowed)) == (set(), {sign})
    signed.unlink()
    assert (found(out), found(out, allowed)) == (set(), {sign})


def test_a_link_to_an_older_release_is_found(out: Path) -> None:
    """`latest` leads to the newest release."""
    link = out / NAME / "latest"
    link.unlink()
    link.symlink_to("1")
    assert found(out) == {(f"{NAME}/latest", "wrong-latest")}


def test_what_was_taken_down_is_not_told(kept: Path) -> None:
    """The item that the second release lost by an edit is in its difference; the one taken down is in none."""
    assert (release(kept / "out", 2) / "removed.nq.gz").exists()
    assert not (release(kept / "out", 3) / "removed.nq.gz").exists()
    removed = gzip.decompress((release(kept / "out", 2) / "removed.nq.gz").read_bytes())
    assert f"item/{GONE}>".encode() in removed
