"""Exports: every notation holds the same triples, whoever reads it, and the same graph gives the same bytes."""

from __future__ import annotations

import gzip
import io
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.term import Node

import curagraph
from curagraph import Format, Project, Snapshot, UsageError
from curagraph.exporting import lines
from curagraph.exporting.serialize import format_of
from tests.project import BASE, CU, PATIENCE, ROOT, SCHEMA, Site, command, front_matter, item, items

OXIGRAPH = {
    Format.TURTLE: ox.RdfFormat.TURTLE,
    Format.JSONLD: ox.RdfFormat.JSON_LD,
    Format.NTRIPLES: ox.RdfFormat.N_TRIPLES,
    Format.NQUADS: ox.RdfFormat.N_QUADS,
    Format.TRIG: ox.RdfFormat.TRIG,
    Format.RDFXML: ox.RdfFormat.RDF_XML,
}
RDFLIB = {
    Format.TURTLE: "turtle",
    Format.JSONLD: "json-ld",
    Format.NTRIPLES: "nt11",
    Format.NQUADS: "nquads",
    Format.TRIG: "trig",
    Format.RDFXML: "xml",
}
DATASETS = (Format.NQUADS, Format.TRIG)
TRIPLES = [format_ for format_ in Format if format_ not in DATASETS]
HOSTILE = {
    "quotes": "He said \"'no'\" and '''more''' and \"\"\"most\"\"\"",
    "backslashes": "C:\\new\\table \\\\server \\u0041 \\",
    "line breaks": "one\ntwo\r\nthree\rfour\n\n",
    "tabs": "a\tb\t\tc",
    "markup": "</script><!-- ]]> --><b>&amp;</b> & < > %3C {{x}} ${y}",
    "separators": "a\u2028b\u2029c\x85d\u00a0e\u200bf\ufefff",
    "other planes": "😀 👩‍👩‍👧 𝒳 𠀀 \U0010fffd",
    "both directions": "שלום \u202eevil\u202c مرحبا \u2067x\u2069",
    "combining": "e\u0301 n\u0303 한 가 a\u0323\u0307 ﬁ Å",
    "controls": "del \x7f c1 \x80\x9f",
    "syntax": '@prefix : <x> . <a> <b> "c"@en ; ^^xsd:int # no comment',
    "json": '{"@id": "x", "@value": ["y"], "\\u0000": null}',
    "spaces": "  kept   inside  ",
    "looks like a number": "007",
    "looks like a word": "true",
    "long": "x" * 100_000,
}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The project that the package ships, built."""
    site = Site(tmp_path_factory.mktemp("seeds") / "site")
    for file in (ROOT / "seeds").iterdir():
        (site.seeds / file.name).write_bytes(file.read_bytes())
    site.build()
    return site


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Items whose texts try every syntax, in every key that takes text."""
    site = Site(tmp_path_factory.mktemp("hostile") / "site")
    for number, text in enumerate(HOSTILE.values(), 1):
        image = front_matter(number)["featuredImage"] | {"alt": text}
        site.write(
            f"{number}.md",
            item(
                number,
                title=text,
                body=text,
                description=text,
                featuredImage=image,
                author=[text[:200], "Plain"],
                communityTopics=[f"Source {number}: {text[:200]}", f"{text[:200]}: Label"],
                identifier=f"Group {text[:100]} (X)",
                mastHead=f"Group {text[:100]} (X) CoP",
                sub=text[:200],
                status=text,
            ),
        )
    site.build()
    assert len(site.titles()) == len(HOSTILE)
    return site


@pytest.fixture(params=["seeds", "hostile"])
def site(request: pytest.FixtureRequest) -> Site:
    made = request.getfixturevalue(request.param)
    assert isinstance(made, Site)
    return made


Statement = tuple[str, ...]

APART = ("provenance", "excerpts", "mentions", "ontology", "inferred-ontology")


def published(site: Site) -> set[Statement]:
    """The quads of the store that are published, as texts."""
    hidden = {f"<{BASE}graph/{name}>" for name in APART}
    quads = (tuple(map(str, quad)) for quad in site.snapshot().store)
    return {quad for quad in quads if quad[3] not in hidden}


def without_graphs(quads: set[Statement]) -> set[Statement]:
    return {quad[:3] for quad in quads}


def by_oxigraph(data: bytes, format_: Format) -> set[Statement]:
    return {tuple(map(str, quad)) for quad in ox.parse(data, OXIGRAPH[format_])}


def as_ox(term: Node | None) -> str:
    """An rdflib term as Oxigraph writes it."""
    if isinstance(term, rdflib.URIRef):
        return str(ox.NamedNode(str(term)))
    if isinstance(term, rdflib.Literal) and term.language:
        return str(ox.Literal(str(term), language=term.language))
    if isinstance(term, rdflib.Literal) and term.datatype:
        return str(ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype))))
    assert isinstance(term, rdflib.Literal), term
    return str(ox.Literal(str(term)))


@pytest.fixture
def lexical_forms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep rdflib from rewriting dates and numbers as it reads them: the texts are what is compared."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    with warnings.catch_warnings():
        # rdflib's own readers of N-Quads and TriG still use the name that rdflib itself has deprecated.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"rdflib\.")
        yield


def by_rdflib(data: bytes, format_: Format) -> set[Statement]:
    if format_ in DATASETS:
        dataset = rdflib.Dataset()
        dataset.parse(io.BytesIO(data), format=RDFLIB[format_])
        return {(as_ox(s), as_ox(p), as_ox(o), as_ox(g)) for s, p, o, g in dataset.quads()}
    graph = rdflib.Graph()
    graph.parse(io.BytesIO(data), format=RDFLIB[format_])
    return {(as_ox(s), as_ox(p), as_ox(o)) for s, p, o in graph}


@pytest.mark.parametrize("format_", TRIPLES)
def test_oxigraph_reads_the_same_triples_from_every_notation(site: Site, format_: Format) -> None:
    """Each notation without graphs, read back by Oxigraph, holds exactly the published triples."""
    assert without_graphs(by_oxigraph(site.export(format_), format_)) == without_graphs(published(site))


@pytest.mark.parametrize("format_", DATASETS)
def test_oxigraph_reads_the_same_quads_from_every_notation(site: Site, format_: Format) -> None:
    """Each notation with graphs, read back by Oxigraph, holds exactly the published quads."""
    assert by_oxigraph(site.export(format_), format_) == published(site)


@pytest.mark.parametrize("format_", TRIPLES)
@pytest.mark.usefixtures("lexical_forms")
def test_rdflib_reads_the_same_triples_from_every_notation(site: Site, format_: Format) -> None:
    """Each notation without graphs, read back by rdflib, holds exactly the published triples."""
    assert by_rdflib(site.export(format_), format_) == without_graphs(published(site))


@pytest.mark.parametrize("format_", DATASETS)
@pytest.mark.usefixtures("lexical_forms")
def test_rdflib_reads_the_same_quads_from_every_notation(site: Site, format_: Format) -> None:
    """Each notation with graphs, read back by rdflib, holds exactly the published quads."""
    assert by_rdflib(site.export(format_), format_) == published(site)


@pytest.mark.parametrize("format_", Format)
def test_the_shared_seeds_read_the_same(tmp_path: Path, format_: Format) -> None:
    """The notations agree on the original seeds too, where these are at hand."""
    originals = ROOT.parent / "shared" / "seeds"
    if not originals.is_dir():
        pytest.skip("the original seeds are not on this machine")
    site = Site(tmp_path / "site")
    for file in originals.iterdir():
        (site.seeds / file.name).write_bytes(file.read_bytes())
    site.build()
    quads = by_oxigraph(site.export(format_), format_)
    if format_ in DATASETS:
        assert quads == published(site)
    else:
        assert without_graphs(quads) == without_graphs(published(site))


def test_hostile_texts_are_published_as_they_are(hostile: Site) -> None:
    """Every text comes out as it went in, in normal form C, with LF line ends and without white space around it."""
    import unicodedata

    found = hostile.titles()
    for number, text in enumerate(HOSTILE.values(), 1):
        assert found[str(number)] == unicodedata.normalize("NFC", text).strip().replace("\r\n", "\n").replace(
            "\r", "\n"
        )


def test_no_blank_node_is_published(site: Site) -> None:
    """Everything that is published has an IRI."""
    assert not any(term.startswith("_:") for quad in published(site) for term in quad)


def test_an_export_is_the_same_each_time(hostile: Site) -> None:
    """Two exports of one graph, by two processes too, are the same bytes."""
    calls = [["export", "--format", format_.value] for format_ in Format]
    for format_, ended in zip(Format, hostile.run_all(calls, env={"PYTHONHASHSEED": "7"}), strict=True):
        assert ended.data == hostile.export(format_) == hostile.export(format_)


@pytest.mark.parametrize("format_", [Format.NTRIPLES, Format.NQUADS])
def test_lines_are_sorted_and_distinct(site: Site, format_: Format) -> None:
    """The notations of lines have each statement once, in the order of their bytes."""
    lines = site.export(format_).splitlines(keepends=True)
    assert lines == sorted(set(lines))


def test_turtle_is_grouped_and_uses_the_prefixes_of_the_ontology(seeds: Site) -> None:
    """Turtle names each subject once, and writes our terms by their prefixes."""
    turtle = seeds.export(Format.TURTLE).decode()
    subjects = [line.split()[0] for line in turtle.splitlines() if line[:1] not in ("", "\t", "@")]
    assert len(subjects) == len(set(subjects)) == len({quad[0] for quad in published(seeds)})
    assert f"@prefix cu: <{CU}> ." in turtle
    assert " cu:CommunityItem" in turtle
    assert f"<{CU}" not in turtle.replace(f"@prefix cu: <{CU}>", "")


# What is published


def test_the_default_export_leaves_out_what_is_not_ours_to_publish(seeds: Site) -> None:
    """Excerpts, provenance, mentions and the ontology are not part of an export unless they are asked for."""
    plain, full = seeds.export(Format.NQUADS), seeds.export(Format.NQUADS, excerpts=True)
    for name in (b"excerpt>", b"abstract>", b"attachmentPath", b"wasGeneratedBy", b"owl#Class"):
        assert name not in plain
    extra = set(full.splitlines()) - set(plain.splitlines())
    kinds = {f"<{CU}excerpt>", f"<{SCHEMA}abstract>", "<http://purl.org/dc/terms/rights>"}
    assert {line.split()[1].decode() for line in extra} == kinds
    assert set(plain.splitlines()) < set(full.splitlines())


def test_an_author_is_published_without_the_domain_of_an_address(seeds: Site) -> None:
    """The domain that an author is written with appears in no notation."""
    for data in seeds.exports().values():
        assert b"maxinovip" not in data


# One item


@pytest.mark.parametrize("name", ["3527", "item/3527", f"{BASE}item/3527"])
def test_one_item_is_exported_by_number_path_or_iri(seeds: Site, name: str) -> None:
    """An item comes with what its own graph says and the shared things that it names, and no other item."""
    lines = seeds.export(Format.NQUADS, item=name).decode().splitlines()
    own = {" ".join(quad) + " ." for quad in published(seeds) if quad[3] == f"<{BASE}graph/item/3527>"}
    assert own <= set(lines)
    assert set(lines) <= {" ".join(quad) + " ." for quad in published(seeds)}
    assert {line.split()[0] for line in lines if "/item/" in line.split()[0]} == {f"<{BASE}item/3527>"}
    text = "\n".join(lines)
    for name in ("author/", "brand/", "topic/", "topic-source/", "section/", "community/", "form/", "image/3527"):
        assert f"\n<{BASE}{name}" in f"\n{text}"


@pytest.mark.parametrize("format_", Format)
def test_one_item_reads_the_same_in_every_notation(hostile: Site, format_: Format) -> None:
    """The notations agree on one item as they do on the whole."""
    lines = {
        tuple(map(str, quad)) for quad in ox.parse(hostile.export(Format.NQUADS, item="1"), OXIGRAPH[Format.NQUADS])
    }
    found = by_oxigraph(hostile.export(format_, item="1"), format_)
    if format_ in DATASETS:
        assert found == lines
    else:
        assert without_graphs(found) == without_graphs(lines)


def test_one_item_with_its_excerpt(seeds: Site) -> None:
    """The excerpt of one item comes when it is asked for, and no other's."""
    plain = seeds.export(Format.NTRIPLES, item="3527")
    full = seeds.export(Format.NTRIPLES, item="3527", excerpts=True)
    abstract, excerpt = sorted(set(full.splitlines()) - set(plain.splitlines()), reverse=True)
    assert excerpt.startswith(f"<{BASE}item/3527> <{CU}excerpt>".encode())
    assert abstract.startswith(f"<{BASE}item/3527> <{SCHEMA}abstract>".encode())


def test_a_shared_thing_can_be_exported_too(seeds: Site) -> None:
    """An author, a brand or a topic is exported by its path, with what describes it."""
    found = seeds.export(Format.NTRIPLES, item="author/sonalika-ghosh").decode()
    assert f'<{BASE}author/sonalika-ghosh> <{SCHEMA}name> "Sonalika Ghosh" .' in found


@pytest.mark.parametrize("name", ["99999", "item/nobody", "https://elsewhere.example/x", "graph/provenance"])
def test_what_is_not_in_the_graph_cannot_be_exported(seeds: Site, name: str) -> None:
    """A thing that is not published is the caller's mistake, not an empty file."""
    with pytest.raises(UsageError, match="nothing in the graph"):
        seeds.export(Format.TURTLE, item=name)


# Files


@pytest.mark.parametrize(
    ("path", "format_"),
    [
        ("g.ttl", Format.TURTLE),
        ("g.jsonld.gz", Format.JSONLD),
        ("dir.ttl/g.nt", Format.NTRIPLES),
        ("g.nq", Format.NQUADS),
        ("g.trig", Format.TRIG),
        ("g.rdf", Format.RDFXML),
        ("g.txt", None),
        ("ttl", None),
        ("g.gz", None),
    ],
)
def test_a_file_name_promises_a_notation(path: str, format_: Format | None) -> None:
    """The suffix of a file, before `.gz`, says how it is written."""
    assert format_of(path) is format_


def test_a_packed_export_unpacks_to_the_plain_one(seeds: Site, tmp_path: Path) -> None:
    """A file whose name ends with .gz holds the plain bytes packed, the same bytes each time."""
    formats = (Format.TURTLE, Format.JSONLD, Format.NQUADS)
    targets = {format_: [tmp_path / f"{format_}{again}.gz" for again in (1, 2)] for format_ in formats}
    calls = [["export", "--format", format_.value, "-o", path] for format_, paths in targets.items() for path in paths]
    assert [ended.status for ended in seeds.run_all(calls)] == [0] * len(calls)
    for format_, (first, second) in targets.items():
        assert first.read_bytes() == second.read_bytes()
        assert gzip.decompress(first.read_bytes()) == seeds.export(format_)


def test_an_export_by_name_is_the_export_by_format(seeds: Site, tmp_path: Path) -> None:
    """`-o graph.ttl` writes Turtle, into folders that need not be there, and leaves nothing else."""
    target = tmp_path / "new" / "out" / "graph.ttl"
    ended = seeds.run("export", "-o", target)
    assert (ended.status, ended.data) == (0, b"")
    assert target.read_bytes() == seeds.export(Format.TURTLE)
    assert [path.name for path in target.parent.iterdir()] == ["graph.ttl"]


def test_a_failed_export_leaves_the_file_that_was_there(seeds: Site, tmp_path: Path) -> None:
    """Where an export fails the file of that name keeps what it held."""
    target = tmp_path / "graph.ttl"
    target.write_text("old")
    assert seeds.run("export", "--item", "99999", "-o", target).status == 2
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["graph.ttl"]


def test_a_reader_that_has_seen_enough_is_no_error(hostile: Site) -> None:
    """`curagraph export | head -1` ends quietly."""
    export = subprocess.Popen(
        command("export", "--project", hostile.folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert export.stdout
    assert export.stderr
    assert export.stdout.readline().startswith(b"@prefix")
    export.stdout.close()
    err = export.stderr.read()
    export.stderr.close()
    assert export.wait(PATIENCE) in (0, 1)
    assert err == b""


def test_what_does_not_fit_in_memory_is_merged(tmp_path: Path) -> None:
    """Lines that are sorted in runs on disk come out as if they had been sorted at once."""
    site = Site(tmp_path / "site", items(range(1, 40)))
    site.build()
    whole = site.exports()
    run, lines._RUN = lines._RUN, 2_000
    try:
        assert site.exports() == whole
    finally:
        lines._RUN = run


def test_the_library_exports_to_any_binary_file(seeds: Site) -> None:
    """`export` writes to what is open for bytes."""
    output = io.BytesIO()
    curagraph.export(Snapshot.current(Project.load(seeds.folder)), output, Format.TURTLE)
    assert output.getvalue() == seeds.export(Format.TURTLE)
