"""The shapes: what each finds in its cases, that they are written as they must be, and that two engines agree.

Each shape has a case `tests/shapes/CODE.ttl`, in which what it must find is called bad and what it must not find good,
and `tests/shapes/CODE.results` with a line for each result: severity, focus node, and the value or `-`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import SH, Graph

from curagraph import Project
from curagraph.checking import shapes
from curagraph.checking.shapes import Shapes
from curagraph.checking.validation import Result, Validator, from_ox, to_ox
from curagraph.problem import ProjectError
from tests.project import Site
from tests.test_docs import blocks, table

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "shapes"
SHAPES = shapes.load(Project.load(ROOT))
CODES = sorted(shape.code for shape in SHAPES)

HEAD = """\
@prefix cu:    <https://data.medigy.com/ontology#> .
@prefix sh:    <http://www.w3.org/ns/shacl#> .
@prefix shape: <https://data.medigy.com/shapes#> .

"""
PLAIN = """\
shape:a-shape
    a              sh:PropertyShape ;
    sh:targetClass cu:CuratedItem ;
    sh:path        cu:hasTopic ;
    sh:minCount    1 ;
    sh:message     "There is none; add one." .
"""


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator(SHAPES)


def case(code: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(path=str(CASES / f"{code}.ttl"), format=ox.RdfFormat.TURTLE)}


def lines(results: list[Result], code: str) -> list[str]:
    """The results of one shape as `tests/shapes/` holds them."""
    mine = [result for result in results if SHAPES.by_iri[result.shape].code == code]
    severity = next(shape.severity for shape in SHAPES if shape.code == code)
    return sorted(f"{severity} {result.focus} {result.value or '-'}" for result in mine)


# The cases


def test_each_shape_has_a_case_and_each_case_a_shape() -> None:
    """No shape is without a case, and no case or list of results is left of a shape that is gone."""
    assert len(CODES) >= 20
    assert sorted(file.name for file in CASES.iterdir()) == sorted(
        f"{c}.{end}" for c in CODES for end in ("results", "ttl")
    )


@pytest.mark.parametrize("code", CODES)
def test_a_shape_finds_what_is_stored(code: str, validator: Validator) -> None:
    """In its case each shape has the stored results."""
    assert lines(validator.results(case(code)), code) == (CASES / f"{code}.results").read_text("utf-8").splitlines()


@pytest.mark.parametrize("code", CODES)
def test_a_shape_finds_all_that_is_bad_and_nothing_that_is_good(code: str, validator: Validator) -> None:
    """Every node of a case that is called bad has a result, and none that is called good has one."""
    found = {str(result.focus) for result in validator.results(case(code)) if SHAPES.by_iri[result.shape].code == code}
    nodes = {str(term) for triple in case(code) for term in triple if isinstance(term, ox.NamedNode)}
    good, bad = ({node for node in nodes if re.search(rf"(urn:|/){word}", node)} for word in ("good", "bad"))
    assert good
    assert bad
    assert bad <= found
    assert not good & found


def test_another_engine_agrees() -> None:
    """With rdflib answering the queries, pySHACL finds the same as with the store answering them."""
    together = {triple for code in CODES for triple in case(code)}
    data, graph = Graph(), Graph()
    for triple in together:
        data.add(tuple(map(from_ox, triple)))  # type: ignore[arg-type]
    for file in SHAPES.files:
        graph.parse(file)
    _, report, _ = pyshacl.validate(data, shacl_graph=graph, inplace=True)
    assert isinstance(report, Graph)
    theirs = {
        (
            str(report.value(node, SH.sourceShape)),
            *(value and to_ox(value) for value in (focus, report.value(node, SH.value))),
        )
        for node in report.objects(None, SH.result)
        for focus in [report.value(node, SH.focusNode)]
    }
    assert theirs == set(Validator(SHAPES).results(together))
    assert len(theirs) > len(CODES)


def test_the_schemes_conform(project: Project, validator: Validator) -> None:
    """The concept schemes of the checkout have nothing that a shape finds."""
    files = project.ontology("schemes/*.ttl")
    assert files
    triples = {quad.triple for file in files for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)}
    assert validator.results(triples) == []


# The files


def test_each_shape_is_documented() -> None:
    """Each code has a row in the page on shapes with its severity, and no row is left of one that is gone."""
    rows = {code: cells for code, cells in table(blocks("shapes.md")).items() if len(cells) == 4}
    assert sorted(rows) == CODES
    for shape in SHAPES:
        assert rows[shape.code][1].content == shape.severity, shape.code


def test_each_message_is_a_sentence_for_an_editor() -> None:
    """A message says in one sentence what was found and what to do."""
    for shape in SHAPES:
        assert re.fullmatch(r"[A-Z][^;\n]+; [a-z][^;\n]+\.", shape.message), shape.code
        assert re.search(r";.* ?\b(write|give|correct|export|keep|note|say|add|make|remove)\b", shape.message), (
            shape.code
        )


def test_each_shape_leads_to_its_line() -> None:
    """The place of a shape is the line on which it begins."""
    for shape in SHAPES:
        file, _, line = shape.place.partition(":")
        assert (ROOT / file).read_text("utf-8").splitlines()[int(line) - 1] == f"shape:{shape.code}"


def loaded(parent: Path, text: str) -> Shapes:
    """The shapes of a project whose `ontology/shapes/` has one file."""
    site = Site(parent / "site")
    folder = site.own("ontology") / "shapes"
    for file in folder.iterdir():
        file.unlink()
    (folder / "mine.ttl").write_text(text, encoding="utf-8")
    return shapes.load(site.load())


def test_a_project_has_shapes_of_its_own(tmp_path: Path) -> None:
    """A project with its own `ontology/` has the shapes in it, and no others."""
    [shape] = loaded(tmp_path, HEAD + PLAIN)
    assert (shape.code, shape.severity, shape.place) == ("a-shape", "error", "ontology/shapes/mine.ttl:5")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (HEAD + PLAIN.replace(" .\n", " \n"), 11, "not Turtle"),
        (HEAD + PLAIN.replace('1 ;\n    sh:message     "There is none; add one."', "1"), 5, "no sh:message"),
        (HEAD + PLAIN.replace(" .\n", ' , "Another." .\n'), 5, "2 sh:message"),
        (HEAD + PLAIN.replace("1 ;", "1 ; sh:severity sh:Fatal ;"), 5, "severity Fatal, wanted one of sh:Violation"),
        (HEAD + PLAIN.replace("1 ;", '1 ; sh:severity "high" ;'), 5, "severity"),
        (HEAD + PLAIN.replace("CuratedItem", "CuratedItm"), 5, "ontology#CuratedItm, which no file"),
        (HEAD + PLAIN.replace("hasTopic", "hasTopik"), 5, "ontology#hasTopik, which no file"),
        (HEAD + PLAIN.replace("cu:hasTopic ;", "( cu:curatedFrom cu:hostedIn ) ;"), 5, "ontology#hostedIn"),
        (HEAD + PLAIN.replace("minCount", "minCuont"), 5, "sh:minCuont, which is no word of SHACL"),
        (HEAD + PLAIN.replace("1 ;", "1 ; sh:not [ sh:patern 'x' ] ;"), 5, "sh:patern"),
        (HEAD + PLAIN.replace("1 ;", "1 ; sh:sparql [ sh:select 'SELECT $this WHERE { $this' ] ;"), 5, "not SPARQL"),
        (HEAD + PLAIN.replace("1 ;", "1 ; sh:sparql [ sh:select 'SELECT ?a { ?a ?b ?c }' ] ;"), 5, "select $this"),
        (HEAD + PLAIN.replace("1 ;", "1 ; sh:pattern '(' ;"), 5, "sh:pattern ( cannot be read"),
        (HEAD + PLAIN.replace("1 ;", "1 ; sh:node shape:none ;"), 5, "shapes#none, which no file"),
        (HEAD + PLAIN.replace("shape:a-shape", "shape:AShape"), 5, "AShape"),
        (HEAD + PLAIN + PLAIN.replace("shape:a-shape", "<urn:other#a-shape>"), 11, "another shape a-shape"),
        (HEAD + PLAIN.replace("sh:path        cu:hasTopic", "sh:property [ sh:path cu:hasTopic ]"), 5, "has no name"),
    ],
)
def test_a_shape_that_cannot_work_is_refused(tmp_path: Path, text: str, line: int, said: str) -> None:
    """A broken file of shapes is an error of the project that names its file and line."""
    with pytest.raises(ProjectError, match=re.escape(said)) as caught:
        loaded(tmp_path, text)
    assert str(caught.value).startswith(f"ontology/shapes/mine.ttl:{line}: ")


def test_what_a_shape_forbids_need_not_be_declared(tmp_path: Path) -> None:
    """A property that must not occur may be one that the ontology does not have."""
    [shape] = loaded(tmp_path, HEAD + PLAIN.replace("hasTopic", "neverSeen").replace("minCount    1", "maxCount    0"))
    assert [step.predicate for step in shape.steps] == ["https://data.medigy.com/ontology#neverSeen"]


def test_what_only_pyshacl_refuses_is_an_error_of_the_project(tmp_path: Path) -> None:
    """Where the engine cannot use a shape the error says so, without a traceback."""
    text = HEAD + PLAIN.replace("minCount    1", "minCount    1 , 2")
    with pytest.raises(ProjectError, match="ontology/shapes: pySHACL cannot use the shapes"):
        Validator(loaded(tmp_path, text)).results(case("item-without-topic"))
