"""curagraph as a library: the verbs as functions, and a snapshot as an rdflib graph."""

from __future__ import annotations

import inspect
import io
import subprocess
import sys
import textwrap
import typing
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.query import ResultRow

import curagraph
from curagraph import Format, Problem, Project, ProjectError, Report, Snapshot, UsageError
from tests.project import BASE, CU, PATIENCE, Site, item, items

# rdflib's own methods use names of its `Dataset` that rdflib itself has deprecated.
_own_warning = pytest.mark.filterwarnings(r"ignore:Dataset\.\w+ is deprecated:DeprecationWarning")
VERBS = ("build", "ask", "ask_remote", "export", "embed", "explain", "forget", "inspect", "new")
CLASSES = ("Project", "Snapshot", "Report", "Embedded", "Problem", "Format")
ERRORS = ("CuragraphError", "ProjectError", "UsageError", "BuildStopped")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(tmp_path_factory.mktemp("library") / "site", items(range(1, 6)))
    made.write("6.md", item(6, author=["Ann Lee", "Bob"], date="2021-01-01"))
    made.build()
    return made


def test_the_verbs_of_the_command_line_are_functions(tmp_path: Path) -> None:
    """`import curagraph` is enough to make, build, ask, export, explain and inspect a project."""
    curagraph.new(tmp_path / "site")
    project = Project.load(tmp_path / "site")
    report = curagraph.build(project)
    assert isinstance(report, Report)
    assert (report.read, report.incomplete) == (5, False)
    snapshot = Snapshot.current(project)
    rows = curagraph.ask(snapshot, "items-of-brand", {"brand": "medicaleconomics.com"})
    assert isinstance(rows, ox.QuerySolutions)
    assert [row["title"].value for row in rows] == ["CMS Doubles Down on Value-Based Care"]
    output = io.BytesIO()
    curagraph.export(snapshot, output, Format.TURTLE)
    assert output.getvalue().startswith(b"@prefix")
    [explained] = curagraph.explain(snapshot, "3932", "dcterms:title")
    assert explained.origins[0].key == "title"
    assert len(curagraph.inspect(project).keys) >= 40


@pytest.mark.parametrize("name", [*VERBS, *CLASSES, *ERRORS])
def test_every_name_is_public_and_described(name: str) -> None:
    """Each public name is listed, has a docstring, and comes from `curagraph` itself."""
    assert name in curagraph.__all__
    assert name in dir(curagraph) or hasattr(curagraph, name)
    described = getattr(curagraph, name)
    assert inspect.getdoc(described)
    assert described.__module__.startswith("curagraph.")


def test_nothing_else_is_public() -> None:
    """What is listed is what there is, and each listed name can be had."""
    assert set(curagraph.__all__) == {*VERBS, *CLASSES, *ERRORS}
    assert all(hasattr(curagraph, name) for name in curagraph.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        _ = curagraph.nonsense


def functions() -> list[tuple[str, object]]:
    """The public functions, and the public methods of the public classes."""
    found: list[tuple[str, object]] = [(name, getattr(curagraph, name)) for name in VERBS]
    for name in ("Project", "Snapshot", "Report"):
        for method, value in vars(getattr(curagraph, name)).items():
            if not method.startswith("_") and callable(getattr(value, "__func__", value)):
                found.append((f"{name}.{method}", getattr(value, "__func__", value)))
    return found


@pytest.mark.parametrize(("name", "function"), functions(), ids=[name for name, _ in functions()])
def test_every_function_says_what_it_takes_and_gives(name: str, function: object) -> None:
    """Each public function and method has a docstring, and a type for every argument and for its result."""
    assert callable(function)
    assert inspect.getdoc(function), name
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    for parameter in signature.parameters.values():
        if parameter.name not in ("self", "cls"):
            assert parameter.annotation is not inspect.Parameter.empty, parameter


def test_the_package_is_typed() -> None:
    """Type checkers may trust the annotations: the package says that it has them."""
    package = Path(str(curagraph.__file__)).parent
    assert (package / "py.typed").exists()


def test_the_types_of_results_are_what_they_say(site: Site) -> None:
    """What the functions return has the types that their annotations name."""
    report = site.build()
    assert all(isinstance(problem, Problem) for problem in report.problems)
    assert typing.get_type_hints(Problem)["line"] is int
    assert isinstance(site.snapshot().store, ox.Store)
    assert isinstance(curagraph.ask(site.snapshot(), "ASK {}"), ox.QueryBoolean)


def test_the_example_of_the_package_runs(tmp_path: Path) -> None:
    """The program in the docstring of `curagraph` works as it stands."""
    curagraph.new(tmp_path / "my-site")
    doc = inspect.getdoc(curagraph)
    assert doc
    example = textwrap.dedent("\n".join(line for line in doc.splitlines() if line.startswith("    ")))
    assert "import curagraph" in example
    done = subprocess.run(
        [sys.executable, "-c", f"from pathlib import Path\n{example}"],
        cwd=tmp_path,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().splitlines() == ["CMS Doubles Down on Value-Based Care"]


def test_importing_is_cheap() -> None:
    """`import curagraph` loads neither rdflib nor the store until something needs them."""
    code = "import sys, curagraph; print([m for m in ('rdflib', 'pyoxigraph', 'typer', 'owlrl') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=PATIENCE, check=True)
    assert done.stdout.decode().strip() == "[]"


def test_a_program_without_a_guard_can_build(tmp_path: Path) -> None:
    """A plain script that builds more files than one process takes alone ends well, or says what to do."""
    site = Site(tmp_path / "site", items(range(1, 450)))
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\nimport curagraph\n"
        f"project = curagraph.Project.load(Path({str(site.folder)!r}))\n"
        "print(curagraph.build(project, jobs=2).read)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.split()[-1] == b"449"


def test_a_project_that_is_not_there_is_told() -> None:
    """Loading a folder that does not exist raises an error that says how to make one."""
    with pytest.raises(ProjectError, match="curagraph new"):
        Project.load(Path("/nowhere/at/all"))


# rdflib


QUERIES = [
    "SELECT ?item ?title WHERE { ?item a cu:CuratedItem ; dcterms:title ?title }",
    "SELECT ?author (COUNT(?item) AS ?items) WHERE { ?item cu:curatedBy ?author } GROUP BY ?author",
    "SELECT ?g WHERE { GRAPH ?g { ?item a cu:CuratedItem } }",
    "SELECT ?date WHERE { ?item dcterms:created ?date } ORDER BY ?date",
    "SELECT ?width WHERE { ?image cu:width ?width . FILTER(?width > 400) }",
    "SELECT ?label WHERE { ?topic skos:prefLabel ?label . FILTER(LANG(?label) = 'en') }",
]


@_own_warning
def test_a_snapshot_is_an_rdflib_dataset(site: Site) -> None:
    """`Snapshot.graph()` gives a Dataset with every quad of the store, and our graphs by their names."""
    graph = site.snapshot().graph()
    assert isinstance(graph, rdflib.Dataset)
    assert len(list(graph.quads())) == len(site.snapshot().store)
    item_graph = graph.get_graph(rdflib.URIRef(f"{BASE}graph/item/1"))
    assert item_graph is not None
    assert (rdflib.URIRef(f"{BASE}item/1"), rdflib.RDF.type, rdflib.URIRef(f"{CU}CuratedItem")) in item_graph


@_own_warning
def test_a_graph_can_be_had_by_its_name(site: Site) -> None:
    """`Dataset.graph(name)`, the usual way to a named graph, works on the snapshot, which is read only."""
    name = rdflib.URIRef(f"{BASE}graph/item/1")
    assert len(site.snapshot().graph().graph(name)) > 10


@pytest.mark.parametrize("query", QUERIES)
def test_rdflib_answers_as_the_store_does(site: Site, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query put to the rdflib view has the same answer as `ask`, over the union of all graphs."""
    # Else rdflib rewrites dates as it hands them out.
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    prefixes = site.load().vocabulary.prefixes
    answer = curagraph.ask(site.snapshot(), query)
    assert isinstance(answer, ox.QuerySolutions)
    names = [variable.value for variable in answer.variables]
    wanted = sorted(tuple(str(row[name].value) for name in names) for row in answer)
    assert wanted
    result = site.snapshot().graph().query(query, initNs=prefixes)
    found = sorted(tuple(str(term) for term in row) for row in result if isinstance(row, ResultRow))
    assert found == wanted


@_own_warning
def test_rdflib_walks_the_union(site: Site) -> None:
    """The usual methods of an rdflib graph see all graphs at once."""
    graph = site.snapshot().graph()
    author = rdflib.URIRef(f"{BASE}author/bob")
    [item_] = list(graph.subjects(rdflib.URIRef(f"{CU}curatedBy"), author))
    assert str(item_) == f"{BASE}item/6"
    assert str(graph.value(author, rdflib.URIRef("https://schema.org/name"))) == "Bob"


@_own_warning
def test_the_rdflib_view_cannot_be_written(site: Site) -> None:
    """What is published is read only, through rdflib too."""
    graph = site.snapshot().graph()
    before = len(site.snapshot().store)
    with pytest.raises((OSError, RuntimeError)):
        graph.add((rdflib.URIRef("http://a.example/"), rdflib.RDF.type, rdflib.OWL.Thing))
    assert len(site.snapshot().store) == before


# Errors


def test_wrong_calls_raise_usage_errors(site: Site) -> None:
    """What a caller gets wrong is a `UsageError`, before anything is done."""
    snapshot = site.snapshot()
    with pytest.raises(UsageError):
        curagraph.ask(snapshot, "no-such-question")
    with pytest.raises(UsageError):
        curagraph.ask(snapshot, "items-of-brand", {"colour": "red"})
    with pytest.raises(UsageError):
        curagraph.explain(snapshot, "99999")
    with pytest.raises(UsageError):
        curagraph.export(snapshot, io.BytesIO(), Format.TURTLE, item="99999")
    with pytest.raises(UsageError):
        curagraph.new(site.folder)


def test_what_is_not_sparql_is_an_error_of_ours(site: Site) -> None:
    """A query that cannot be parsed raises one of our errors, with the parser's words."""
    with pytest.raises(curagraph.CuragraphError, match="SPARQL"):
        curagraph.ask(site.snapshot(), "SELECT { }")
