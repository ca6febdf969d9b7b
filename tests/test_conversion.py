"""Conversion: what a file says becomes exactly these triples and exactly these problems.

The cases are files in `cases/`. NAME.md (or .txt, .html, .markdown) is the input; beside it stand

- NAME.ttl: the triples of the item's own graph and of the shared graphs; absent where there are none;
- NAME.excerpts.ttl and NAME.provenance.ttl: those of the graphs kept apart, likewise;
- NAME.problems: a line for each problem, `LINE KEY CODE SEVERITY`, with `-` for no key; absent where there are none.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from curagraph import Project
from curagraph.converting import conversion
from curagraph.converting.ledger import Outcome
from curagraph.converting.program import Program
from curagraph.converting.run import Memo, Result, Statement
from curagraph.keypath import leaves
from curagraph.problem import SetAside, Severity
from curagraph.reading import document

CASES = Path(__file__).parent / "cases"
INPUTS = sorted(file for file in CASES.iterdir() if file.suffix in (".md", ".txt", ".html", ".markdown"))
APART = ("excerpts", "provenance")

Convert = Callable[[str | bytes], Result]
Triples = set[ox.Triple]

ITEM = "id: 7\ntitle: A title\nslug: a-title\nbasePath: /news/\nlink:\n  href: https://example.org/a\n"


def read(file: Path) -> document.Document:
    """A case as a document."""
    return document.parse(file.read_bytes(), f"tests/cases/{file.name}")


def triples(statements: Iterable[Statement]) -> Triples:
    """The triples of statements, as the store reads them."""
    return {quad.triple for quad in ox.parse("".join(each.line for each in statements), ox.RdfFormat.N_QUADS)}


def expected(case: Path, suffix: str) -> Triples:
    """The triples in a file beside the case."""
    file = case.with_suffix(suffix)
    return {quad.triple for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE)} if file.exists() else set()


def by_graph(result: Result, base: str) -> dict[str, Triples]:
    """The triples of a result: those of the graphs kept apart by their names, all others under the empty name."""
    graphs = {f"<{base}graph/{name}>": name for name in APART}
    found: dict[str, list[Statement]] = {"": [], **{name: [] for name in APART}}
    for statement in [*result.statements, *result.shared]:
        found[graphs.get(statement.graph, "")].append(statement)
    return {name: triples(statements) for name, statements in found.items()}


def told(triples_: Triples) -> list[str]:
    """Triples as lines, so that a difference can be read."""
    return sorted(f"{triple} ." for triple in triples_)


def item(extra: str, body: str = "") -> str:
    """The smallest item, with something more."""
    return f"---\n{ITEM}{extra}\n---\n{body}"


@pytest.mark.parametrize("case", INPUTS, ids=lambda case: case.stem)
def test_a_case_becomes_its_triples_and_problems(program: Program, case: Path) -> None:
    """The input of a case becomes the triples, and is reported with the problems, that stand beside it."""
    try:
        result = conversion.convert(program, read(case))
        problems = [f"{p.line} {p.key or '-'} {p.code} {p.severity}" for p in sorted(result.problems)]
    except SetAside as error:
        result = Result(set_aside=True)
        problems = [f"{error.line} {error.key or '-'} {error.code} {Severity.ERROR}"]
    wanted = case.with_suffix(".problems")
    assert problems == (wanted.read_text(encoding="utf-8").splitlines() if wanted.exists() else [])
    found = by_graph(result, program.base)
    assert told(found[""]) == told(expected(case, ".ttl"))
    for name in APART:
        assert told(found[name]) == told(expected(case, f".{name}.ttl"))
    assert result.set_aside == (not result.iri and bool(problems) and "empty-file" not in problems[0])


def test_every_expectation_belongs_to_a_case() -> None:
    """No file in `cases/` is left over from a case that has gone."""
    stems = {case.stem for case in INPUTS}
    left = [file.name for file in CASES.glob("[!.]*") if file.name.split(".")[0] not in stems]
    assert left == []


def test_every_key_of_every_table_occurs_in_a_case(program: Program) -> None:
    """There is no row of a converter that the cases leave untried."""
    found = 0
    for case in INPUTS:
        try:
            found |= conversion.convert(program, read(case)).found
        except SetAside:
            continue
    assert [f"{read.place} {read.path}" for read in program.reads if not read.bit & found] == []


def test_the_ledger_of_every_case_accounts_for_every_leaf(program: Program) -> None:
    """In each case the outcomes add up to the leaves, and what was dropped or unmapped is reported."""
    for case in INPUTS:
        try:
            source = read(case)
        except SetAside:
            continue
        result = conversion.convert(program, source)
        assert sum(result.tally.values()) == (0 if source.is_empty else len(leaves(source.tree))), case
        lost = {outcome for _, outcome, _ in result.tally} & {Outcome.UNMAPPED, Outcome.DROPPED}
        assert not lost or result.problems, case


@pytest.mark.parametrize("seed", range(5))
def test_remembering_shared_things_changes_nothing(program: Program, seed: int) -> None:
    """Converting many files with one memo, in any order, gives each what it becomes alone."""
    memo: Memo = {}
    cases = [*INPUTS, *INPUTS]
    random.Random(seed).shuffle(cases)
    for case in cases:
        try:
            source = read(case)
        except SetAside:
            continue
        alone, together = conversion.convert(program, source), conversion.convert(program, source, memo)
        assert [each.line for each in alone.statements] == [each.line for each in together.statements]
        assert {each.line for each in alone.shared} == {each.line for each in together.shared}, case
        assert (alone.problems, alone.tally) == (together.problems, together.tally), case
        assert not alone.found & ~together.found, case


def test_every_statement_knows_its_rule_and_its_key(program: Program) -> None:
    """Each statement names a line of a converter and a key that the document has."""
    case = CASES / "whole-item.md"
    source = read(case)
    keys = {leaf.key for leaf in leaves(source.tree)} | {"", "link", "featuredImage"}
    for statement in [*conversion.convert(program, source).statements, *conversion.convert(program, source).shared]:
        file, _, line = statement.place.partition(":")
        rule = (program.project.folder / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert "Rule(" in rule or "Agree(" in rule or "Converter(" in rule, statement
        assert statement.key in keys, statement


def test_each_graph_has_its_own(program: Program, convert: Convert, project: Project) -> None:
    """What a file says stands in its item's graph; shared things, excerpts and provenance in graphs of their own."""
    result = convert((CASES / "whole-item.md").read_bytes())
    own = f"<{project.base}graph/item/7>"
    apart = {f"<{project.base}graph/{name}>" for name in APART}
    assert {each.graph for each in result.statements} == {own, *apart}
    named = ("author", "brand", "community", "section", "topic")
    kinds = (*named, *(f"{name}-page" for name in named), "form", "pixels", "topic-source")
    kinds += ("folder-step", "community-step", "section-step")
    assert {each.graph for each in result.shared} == {f"<{project.base}graph/shared/{kind}>" for kind in kinds}


def test_no_published_thing_is_a_blank_node(program: Program) -> None:
    """Subjects and objects are IRIs and literals."""
    for case in INPUTS:
        try:
            result = conversion.convert(program, read(case))
        except SetAside:
            continue
        for triple in triples([*result.statements, *result.shared]):
            assert isinstance(triple.subject, ox.NamedNode)
            assert isinstance(triple.object, ox.NamedNode | ox.Literal)


def test_a_curator_is_never_said_to_have_made_the_work(convert: Convert) -> None:
    """Nothing joins the original work to the record's author or dates."""
    result = convert((CASES / "whole-item.md").read_bytes())
    work = "<https://www.example.org/how-a-clinic-measures-what-matters/>"
    said = {each.predicate.rpartition("#")[2].rpartition("/")[2] for each in result.statements if each.subject == work}
    assert said == {"type>", "title>", "headline>", "url>", "hostedOn>"}


def test_the_domain_of_an_author_is_not_published(convert: Convert) -> None:
    """The domain of a curator's address appears nowhere in the graph."""
    result = convert(item("author: Ann Lee @secret.example"))
    assert not [each for each in [*result.statements, *result.shared] if "secret" in each.line]


def test_an_unknown_hint_is_reported_with_the_known_ones(convert: Convert) -> None:
    """The message about an unknown `owlType` lists the hints of the ontology."""
    problems = convert(item("owlType: Medigy Companies")).problems
    assert "Medigy Communities" in problems[0].message


def test_a_message_says_what_was_found_and_what_was_wanted(convert: Convert) -> None:
    """A value that does not fit is shown, beside what would."""
    (problem,) = convert(item("date: last week")).problems
    assert "'last week'" in problem.message
    assert "2020-12-26" in problem.message


def test_a_duplicate_key_is_reported_with_both_lines(convert: Convert) -> None:
    """The message about a key that stands twice names both lines."""
    with pytest.raises(SetAside, match="line 3 and again on line 8"):
        convert(item("title: Another title"))


def test_a_time_of_day_stays_what_it_is(convert: Convert) -> None:
    """`16:00:00` is never 57600."""
    (problem,) = convert(item("time: 16:00:00")).problems
    assert "'16:00:00'" in problem.message


@pytest.mark.parametrize("names", ["A, B", "A and B", ".NET Foundation News and Blog", "A & B", "A; B", "A/B", "A | B"])
def test_several_names_in_one_text_are_never_split(convert: Convert, names: str) -> None:
    """One text is one author, whatever it may list."""
    result = convert(item(f"author: '{names}'"))
    authors = [each for each in result.shared if "/author/" in each.subject and ".html>" not in each.subject]
    assert [each.object for each in authors if each.predicate == "<https://schema.org/name>"] == [f'"{names}"']


def test_the_kinds_of_item_and_section_must_agree(convert: Convert) -> None:
    """An item of one content kind in a section of another is reported."""
    result = convert(item("openProjectWorkPackageType: Curated Content\ncontentCategories: medigy-x-curated-news"))
    assert {p.key for p in result.problems} & {"openProjectWorkPackageType", "contentCategories"}


def test_an_item_set_aside_says_nothing(convert: Convert) -> None:
    """An item without identity leaves no statement behind, whatever it had said before that came to light."""
    whole = (CASES / "whole-item.md").read_text(encoding="utf-8")
    for line in ("id: 7\n", "slug: example-how-a-clinic-measures-what-matters\n"):
        assert line in whole
        result = convert(whole.replace(line, ""))
        assert result.set_aside
        assert (result.iri, result.statements, result.shared) == ("", [], [])
        assert {outcome for _, outcome, _ in result.tally} == {Outcome.DROPPED}


def test_a_dropped_image_leaves_nothing_behind(convert: Convert) -> None:
    """An image without a file gives no half-described node."""
    result = convert(item("featuredImage:\n  alt: x\n  format: JPEG\n  size: [4, 2]\n  workPackage: 7"))
    assert not [each for each in result.statements if "image/7" in each.line]


def test_long_front_matter_is_converted(convert: Convert) -> None:
    """Front matter of 114 kB becomes its triples in no time, and the last value has its line."""
    rows = "".join(f"- /old/path-{number:04}/of-a-page-with-a-long-name\n" for number in range(2600))
    result = convert(item(f"aliases:\n{rows}- https://example.org/\n"))
    assert sum(each.predicate.endswith("formerPath>") for each in result.statements) == 2600
    assert [(p.key, p.line, p.code) for p in result.problems] == [("aliases[2600]", 2609, "bad-path")]


def test_hostile_text_stays_text(convert: Convert) -> None:
    """No text of a file becomes a statement, a graph or a term of its own."""
    hostile = '"> . <x:s> <x:p> <x:o> <x:g> .\\n<x:s2> <x:p> "'
    rows = [f"{key}: {hostile!r}" for key in ("title", "description", "status", "sub", "source", "mdName", "date")]
    rows += [f"{key}: [{hostile!r}]" for key in ("author", "communityTopics", "categories", "aliases")]
    front = item("\n".join(rows)).replace("title: A title\n", "")
    result = convert(front)
    quads = list(ox.parse("".join(s.line for s in [*result.statements, *result.shared]), ox.RdfFormat.N_QUADS))
    assert len(quads) == len([*result.statements, *result.shared])
    assert not [quad for quad in quads if str(quad.subject).startswith("<x:") or str(quad.graph_name).startswith("<x:")]
