"""Documents: a file is taken apart, or set aside with a line and a sentence, and nothing else can happen."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curagraph.converting import conversion
from curagraph.converting.program import Program
from curagraph.keypath import leaves
from curagraph.problem import SetAside
from curagraph.reading.document import Document, digest, parse, read_bytes

HERE = Path(__file__).parent
MALFORMED = sorted((HERE / "malformed").glob("*.md"))
Limited = Callable[[str, int], tuple[list[str], int]]

fences = [b"---\n", b"+++\n", b"{", b'{"a": ', b"\xef\xbb\xbf---\n", b"---\r\n", b"\n---\n", b"...\n", b"}\n", b"{}"]
yaml_parts = [
    b"id: 7\n",
    b"a: [",
    b"]",
    b"- b\n",
    b"&x ",
    b"*x",
    b"<<: ",
    b"? ",
    b"!!str ",
    b"(body): x\n",
    b"<<<<<<< ",
]
toml_parts = [
    b'd = "e"\n',
    b"[t]\n",
    b"[[t]]\n",
    b"1979-05-27",
    b"9" * 5000,
    b"'' = 1\n",
    b"-inf",
    b"1e999",
    b"[" * 100,
]
json_parts = [b'"c": 1,', b'"": 1', b'"\\ud800": 1', b"NaN", b"-Infinity", b"{" * 100, b"\\", b"'", b'"', b",", b":"]
odd_bytes = [b"\xff", b"\xc3\xa9", b"\0", b"\t", b"\x07", b"\xe2\x80\xa8", b"\r"]
parts = st.sampled_from([*fences, *yaml_parts, *toml_parts, *json_parts, *odd_bytes])
contents = st.binary(max_size=200) | st.lists(parts | st.binary(max_size=5), max_size=15).map(b"".join)


def take_apart(data: bytes) -> Document | SetAside:
    """The document, or why it is set aside."""
    try:
        return parse(data, "item.md")
    except SetAside as error:
        return error


def refused(data: bytes) -> SetAside:
    """Why the bytes of a file are set aside."""
    found = take_apart(data)
    assert isinstance(found, SetAside)
    return found


@given(contents)
@example(b'{"a": ' + b"9" * 5000 + b"}")
@example(b"+++\na = " + b"9" * 5000 + b"\n+++\n")
@example(b'{"a": ' + b"[" * 950 + b"]" * 950 + b"}")
@example(b'---\na: {"\\n": b}\n---\n')
def test_any_bytes_are_a_document_or_set_aside(data: bytes) -> None:
    """Whatever a file holds, it is a document with text for scalars, or it is set aside with a line and a sentence."""
    found = take_apart(data)
    if isinstance(found, SetAside):
        assert 1 <= found.line <= data.count(b"\n") + data.count(b"\r") + 1
        assert len(found.message) > 20
        return
    assert found.digest == digest(data)
    for leaf in leaves(found.tree):
        assert leaf.value is None or leaf.value in ([], {}) or isinstance(leaf.value, str)
        assert 1 <= found.line_of(leaf.key) <= data.count(b"\n") + data.count(b"\r") + 1


@given(contents)
@example(b'{"a": {"": "b"}}')
@example(b'{"\\ud800": "a"}')
@example(b"+++\n[a]\n'' = 1\n+++\n")
def test_any_document_can_be_converted_and_reported(program: Program, data: bytes) -> None:
    """Whatever a file holds, converting it ends, and its problems can be written as JSON in UTF-8."""
    document = take_apart(data)
    if isinstance(document, Document):
        result = conversion.convert(program, document)
        for problem in result.problems:
            assert json.dumps(problem.as_json(), ensure_ascii=False).encode()
        assert sum(result.tally.values()) in (0, len(leaves(document.tree)))


@pytest.mark.parametrize("file", MALFORMED, ids=lambda file: file.stem)
def test_a_malformed_file_is_set_aside_with_line_and_advice(file: Path) -> None:
    """Each kind of bad file is set aside with the line of the fault and a sentence that says what to do."""
    wanted, advice = file.with_suffix(".problems").read_text(encoding="utf-8").splitlines()
    error = refused(file.read_bytes())
    assert f"{error.line} {error.key or '-'} {error.code} error" == wanted
    assert advice in error.message
    assert "\n" not in error.message


def test_the_malformed_files_of_a_real_site_are_set_aside(corpus: Callable[[str], Path]) -> None:
    """Every bad file from one site's history is set aside, with a line within the file."""
    files = sorted(corpus("malformed").rglob("*.md"))
    assert len(files) > 50
    for file in files:
        data = file.read_bytes()
        error = refused(data)
        assert 1 <= error.line <= data.count(b"\n") + 1, file
        assert len(error.message) > 20


def test_the_files_of_real_sites_are_read(corpus: Callable[[str], Path]) -> None:
    """Of two real sites every file is read, or set aside for a reason that can be seen in it."""
    for name in ("hpcsocial", "vagov"):
        for file in sorted(corpus(name).rglob("*.md")):
            found = take_apart(file.read_bytes())
            if isinstance(found, SetAside):
                assert found.code in ("bad-front-matter", "duplicate-key", "bad-key"), file


def test_utf_16_is_set_aside_in_either_order() -> None:
    """A file in UTF-16 is told from one in a broken encoding."""
    for encoding in ("utf-16-le", "utf-16-be"):
        error = refused(("\ufeff---\nid: 7\n---\n").encode(encoding))
        assert (error.code, error.line) == ("not-utf-8", 1)
        assert "UTF-16" in error.message


def test_lines_of_bad_bytes_are_counted() -> None:
    """A byte that is no UTF-8 is found on its line, also far down in the body."""
    assert refused(b"---\r\nid: 7\r\n---\r\n" + b"line\r\n" * 1000 + b"\xff").line == 1004


def test_a_byte_order_mark_is_no_text() -> None:
    """The mark at the front disappears, whether there is front matter or not."""
    assert parse(b"\xef\xbb\xbf---\nid: 7\n---\n", "a.md").tree == {"id": "7", "(body)": ""}
    assert parse(b"\xef\xbb\xbfWords", "a.md").tree == {"(body)": "Words"}


def test_the_text_of_a_line_is_that_line() -> None:
    """A message can show the line that it names: of front matter, of the body, of a file with odd characters."""
    found = parse("\n---\nid: 7\ntitle: 'A\u2028B'\ndate: x\n---\nOne\u2028two\nThree\n".encode(), "a.md")
    shown = [found.text_of_line(line) for line in (3, 5, 7, 8, 99)]
    assert shown == ["id: 7", "date: x", "One\u2028two", "Three", ""]


def test_a_file_without_front_matter_has_its_body_alone() -> None:
    """A plain article is a body."""
    found = parse(b"Words\nwords\n", "folder/an-article.txt")
    assert (found.has_front_matter, found.is_empty, found.name, found.suffix) == (False, False, "an-article", ".txt")
    assert found.tree == {"(body)": "Words\nwords\n"}


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_empty(data: bytes) -> None:
    """A file of nothing but white space says nothing."""
    assert parse(data, "a.md").is_empty


def test_what_is_no_readable_file_is_set_aside(tmp_path: Path) -> None:
    """A folder, a pipe, a missing file, a dangling link and a loop are set aside at once, each with its reason."""
    (tmp_path / "folder.md").mkdir()
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "dangling.md").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.md").symlink_to(tmp_path / "loop.md")
    reasons = {"folder": "folder", "pipe": "named pipe", "missing": "gone", "dangling": "nothing", "loop": "itself"}
    for name, reason in reasons.items():
        with pytest.raises(SetAside, match=reason):
            read_bytes(tmp_path / f"{name}.md")
    with pytest.raises(SetAside, match="regular file"):
        read_bytes(Path("/dev/zero"))


def test_a_regular_file_is_read_whole(tmp_path: Path) -> None:
    """The bytes of a file are what was written."""
    file = tmp_path / "a.md"
    file.write_bytes(b"\0\xff" * 1000)
    assert read_bytes(file) == b"\0\xff" * 1000


MEASURED = """
from pathlib import Path
from curagraph.converting import conversion
from curagraph.reading import document
from curagraph.config import Project
from curagraph.problem import SetAside
from curagraph.converting.compiler import compile_project
program = compile_project(Project.load(Path({root!r})))
file = Path({file!r})
try:
    result = conversion.convert(program, document.parse(document.read_bytes(file), "item.md"))
    print("converted")
except SetAside as error:
    print(error.code)
"""
JSON = '{"id": 7, "slug": "a", "basePath": "/", "link": {"href": "https://example.org/a"}'
SECTION = "contentCategories: medigy-x-curated-news\n"
ITEM = "id: 7\nslug: a\nbasePath: /\nlink:\n  href: https://example.org/a\n"


def bomb() -> str:
    """Nine levels of ten aliases each: a thousand million values in 600 characters."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10)]
    return "\n".join(rows) + "\n"


def merges() -> str:
    """Groups that each merge a hundred times a group of a thousand keys."""
    head = "a0: &a0 {" + ", ".join(f"k{number}: x" for number in range(1000)) + "}\n"
    return head + "".join(f"b{number}: {{<<: [{', '.join(['*a0'] * 100)}]}}\n" for number in range(90))


def blocks(depth: int) -> str:
    """Groups in groups, each a line."""
    return "".join(f"{' ' * level}a:\n" for level in range(depth))


LINE = "a line of text "

# Each hostile text, and the code with which it is refused; empty where it may also be converted.
HOSTILE: dict[str, tuple[Callable[[], str], str]] = {
    "50 MB of YAML": (lambda: f"---\n{ITEM}text: |\n" + f"  {LINE}\n" * 3_000_000 + "---\n", "file-too-long"),
    "10 MB of YAML": (lambda: f"---\n{ITEM}text: |\n" + f"  {LINE}\n" * 600_000 + "---\n", "front-matter-too-long"),
    "50 MB of JSON": (lambda: '{"a": "' + LINE * 3_400_000 + '"}', "file-too-long"),
    "10 MB of JSON": (lambda: '{"a": "' + LINE * 680_000 + '"}', "front-matter-too-long"),
    "10 MB of TOML": (lambda: '+++\na = "' + LINE * 680_000 + '"\n+++\n', "front-matter-too-long"),
    "alias bomb": (lambda: f"---\n{bomb()}---\n", "too-many-values"),
    "alias bomb of groups": (
        lambda: "---\n" + bomb().replace("[", "{k: {k: [").replace("]", "]}}") + "---\n",
        "too-many-values",
    ),
    "merge bomb": (lambda: f"---\n{merges()}---\n", "too-many-values"),
    "10,000 levels in YAML": (lambda: "---\na: " + "[" * 10_000 + "]" * 10_000 + "\n---\n", "nested-too-deep"),
    "10,000 levels unclosed": (lambda: "---\na: " + "{a: " * 10_000 + "\n---\n", "nested-too-deep"),
    "1,400 levels of lines": (lambda: "---\n" + blocks(1400) + "---\n", "nested-too-deep"),
    "10,000 levels in JSON": (lambda: '{"a": ' + "[" * 10_000 + "]" * 10_000 + "}", "nested-too-deep"),
    "10,000 levels in TOML": (lambda: "+++\na = " + "[" * 10_000 + "]" * 10_000 + "\n+++\n", "nested-too-deep"),
    "100,000 steps in TOML": (lambda: "+++\n" + ".".join("a" * 100_000) + " = 1\n+++\n", "nested-too-deep"),
    "100,000 steps inside TOML": (
        lambda: "+++\na = { " + ".".join("a" * 100_000) + " = 1 }\n+++\n",
        "nested-too-deep",
    ),
    "many unknown keys": (lambda: f"---\n{ITEM}" + "".join(f"k{n}z: 1\n" for n in range(45_000)) + "---\n", ""),
    "many unknown keys in JSON": (lambda: JSON + "".join(f',"k{n}z":1' for n in range(45_000)) + "}", ""),
    "a long unknown list": (lambda: f"---\n{ITEM}zz: [" + "1," * 90_000 + "]\n---\n", ""),
    "many authors": (lambda: f"---\n{ITEM}author: [" + ",".join(f"A{n}" for n in range(90_000)) + "]\n---\n", ""),
    "an author of spaces": (lambda: f"---\n{ITEM}author: 'a{' ' * 900_000}b'\n---\n", ""),
    "a community of spaces": (lambda: f"---\n{ITEM}{SECTION}identifier: 'a{' ' * 900_000}b'\n---\n", ""),
    "many conflict marks": (lambda: f"---\n{ITEM}---\n" + "<<<<<<<\n" * 1_000_000, ""),
    "many fences": (lambda: "---\n" + " ---\n" * 1_000_000, "unclosed-front-matter"),
    "4 MB of HTML": (lambda: f"---\n{ITEM}---\n<p>" + "A line of <b>text</b>.<br>" * 160_000, ""),
    "2 MB of Markdown": (lambda: f"---\n{ITEM}---\n" + "A line of *text*.\n" * 110_000, ""),
    "deep HTML": (lambda: f"---\n{ITEM}---\n" + "<div>" * 400_000, ""),
    "deep lists": (lambda: f"---\n{ITEM}---\n" + "<ul><li>" * 200_000, ""),
    "open comments": (lambda: "a <!--" * 400_000, ""),
    "open sections": (lambda: "a <![CDATA[" * 400_000, ""),
    "open tags": (lambda: "<a " * 400_000, ""),
    "open brackets": (lambda: "[" * 400_000, ""),
    "open images": (lambda: "![[]()" * 200_000, ""),
    "many backquotes": (lambda: "".join("a" + "`" * number for number in range(2000)), ""),
    "wide table": (lambda: "|a" * 20_000 + "\n" + "|-" * 20_000 + "\n" + "|x\n" * 20_000, ""),
    "one word": (lambda: "a-" * 1_000_000, ""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_little(name: str, tmp_path: Path, limited: Limited) -> None:
    """A file made to exhaust the reader is read or refused before its test gives up, and within bounded memory."""
    make, code = HOSTILE[name]
    file = tmp_path / "item.md"
    file.write_text(make(), encoding="utf-8")
    (outcome,), memory = limited(MEASURED.format(root=str(HERE.parent), file=str(file)), 120)
    assert outcome == code or not code
    assert memory < (200 if code else 1000)
