"""The seeds, the project's own and the real ones: nothing in them is lost, and they become what they should."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from curagraph import Project
from curagraph.converting import conversion
from curagraph.converting.ledger import Outcome
from curagraph.converting.program import Program
from curagraph.converting.run import Result
from curagraph.keypath import leaves
from curagraph.problem import Severity
from curagraph.reading import document

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "seeds"
NUMBERS = {"3527", "3798", "3932", "4060"}
BRANDS = {"foxgrp.com", "healthevolution.com", "healthpayerintelligence.com", "medicaleconomics.com"}

Seed = tuple[document.Document, Result]

absent = pytest.mark.skipif(not SHARED.is_dir(), reason="there is no ../shared/seeds")
seeds = pytest.mark.parametrize("folder", [ROOT / "seeds", pytest.param(SHARED, marks=absent)], ids=["ours", "shared"])


@pytest.fixture(scope="session")
def read(program: Program) -> Callable[[Path], list[Seed]]:
    """Convert the documents of a folder."""

    def convert(folder: Path) -> list[Seed]:
        files = sorted(file for file in folder.iterdir() if file.suffix in (".md", ".txt"))
        documents = [document.parse(file.read_bytes(), file.name) for file in files]
        return [(each, conversion.convert(program, each)) for each in documents]

    return convert


def value(result: Result, property_: str) -> str:
    """The one value that an item has for a property, by its local name."""
    found = [s.object for s in result.statements if s.subject == result.iri and s.predicate.endswith(f"{property_}>")]
    assert len(found) == 1, property_
    return found[0]


@seeds
def test_there_are_four_items_and_one_text(read: Callable[[Path], list[Seed]], folder: Path, project: Project) -> None:
    """Each folder holds four curated items, by their numbers, and one plain article."""
    found = read(folder)
    items = {result.iri for source, result in found if source.has_front_matter}
    texts = [result for source, result in found if not source.has_front_matter]
    assert items == {f"<{project.base}item/{number}>" for number in NUMBERS}
    assert len(texts) == 1
    assert texts[0].iri.startswith(f"<{project.base}text/")
    assert not [result for _, result in found if result.set_aside]


@seeds
def test_the_ledger_accounts_for_every_leaf(read: Callable[[Path], list[Seed]], folder: Path) -> None:
    """Every value is converted, compared, or ignored for a reason; none is unmapped, none dropped."""
    for source, result in read(folder):
        assert sum(result.tally.values()) == len(leaves(source.tree))
        outcomes = {outcome for _, outcome, _ in result.tally}
        assert outcomes <= {Outcome.CONVERTED, Outcome.AGREED, Outcome.IGNORED}
        assert all(reason for _, outcome, reason in result.tally if outcome == Outcome.IGNORED)


@seeds
def test_an_item_has_forty_key_paths_besides_its_groups(read: Callable[[Path], list[Seed]], folder: Path) -> None:
    """The four items have one template: 44 key paths, four of them groups."""
    for source, result in read(folder):
        if source.has_front_matter:
            assert len({pattern for pattern, _, _ in result.tally} - {"(body)"}) == 40


@seeds
def test_nothing_in_a_seed_is_an_error(read: Callable[[Path], list[Seed]], folder: Path) -> None:
    """The seeds are sound: what is reported of them are notes."""
    for _, result in read(folder):
        assert {problem.severity for problem in result.problems} <= {Severity.NOTE}
        assert {problem.code for problem in result.problems} <= {"alt-repeats-title", "format-differs"}


@seeds
def test_the_format_of_one_image_is_noted(read: Callable[[Path], list[Seed]], folder: Path) -> None:
    """Item 4060 says JPEG of an attachment named .png, and that is noted on its line."""
    for source, result in read(folder):
        noted = [problem for problem in result.problems if problem.code == "format-differs"]
        assert bool(noted) == (result.iri.endswith("/4060>"))
        for problem in noted:
            assert source.text_of_line(problem.line) == "format: JPEG"


@seeds
def test_the_uuid_is_recomputed(read: Callable[[Path], list[Seed]], folder: Path) -> None:
    """`mdName` is made of number and title, and is kept as the record's UUID."""
    for source, result in read(folder):
        if source.has_front_matter:
            made = uuid.uuid5(uuid.NAMESPACE_URL, f"{source.tree['id']}-{source.tree['title']}")
            assert value(result, "recordUuid") == f'"{made}"'


@seeds
def test_things_have_their_iris(read: Callable[[Path], list[Seed]], folder: Path, project: Project) -> None:
    """Brands, sections, topics and images are named as the design says; works by their clean addresses."""
    results = [result for source, result in read(folder) if source.has_front_matter]
    shared = {statement.subject for result in results for statement in result.shared}
    base = project.base
    brands = {term.removeprefix(f"<{base}brand/")[:-1] for term in shared if term.startswith(f"<{base}brand/")}
    assert brands == BRANDS | {f"{brand}.html" for brand in BRANDS}
    assert f"<{base}community/chronic-care-management>" in shared
    assert f"<{base}section/chronic-care-management/curated-content>" in shared
    assert f"<{base}topic-source/medigy>" in shared
    assert f"<{base}topic/medigy/care-model>" in shared
    for source, result in read(folder):
        if source.has_front_matter:
            link = source.tree["link"]
            assert isinstance(link, dict)
            assert value(result, "curatedFrom") == f"<{link['href']}>"
            assert value(result, "sourceRecord") == f"<urn:openproject:work-package:{source.tree['id']}>"
            assert value(result, "#image") == f"<{base}image/{source.tree['id']}>"
            page = f"{project.site}{str(source.tree['basePath'])[1:]}{source.tree['slug']}/"
            assert value(result, "page") == f"<{page}>"


@seeds
def test_four_items_are_of_the_community_class(read: Callable[[Path], list[Seed]], folder: Path) -> None:
    """The class hint of the items is known to the ontology."""
    for source, result in read(folder):
        typed = [s for s in result.statements if s.subject == result.iri and s.predicate.endswith("#type>")]
        types = {s.object.rpartition("#")[2] for s in typed}
        assert types == ({"CuratedItem>", "CommunityItem>"} if source.has_front_matter else {"ReferenceText>"})


@seeds
def test_the_text_of_an_article_stays_out(read: Callable[[Path], list[Seed]], folder: Path) -> None:
    """Of the plain article the graph has its title, headings, count, hash and what it mentions, and no sentence."""
    ((source, result),) = [each for each in read(folder) if not each[0].has_front_matter]
    own = [statement for statement in result.statements if statement.subject == result.iri]
    kinds = {statement.predicate.rpartition("#")[2].rpartition("/")[2] for statement in own}
    assert kinds == {"type>", "title>", "titleSource>", "heading>", "wordCount>", "contentHash>", "mentions>"}
    assert max(len(statement.object) for statement in result.statements) < 200
    assert value(result, "contentHash") == f'"sha256:{source.digest}"'


@seeds
def test_no_odd_white_space_is_published(read: Callable[[Path], list[Seed]], folder: Path) -> None:
    """U+00A0, which one description and one body hold, becomes a space."""
    for _, result in read(folder):
        assert not [s for s in [*result.statements, *result.shared] if "\u00a0" in s.object]


def facts(result: Result, quoted: tuple[str, ...]) -> set[str]:
    """What a seed states besides quotations and what these mention."""
    own = (s for s in result.statements if "/mention/" not in s.subject and not s.predicate.endswith("/mentions>"))
    return {s.line for s in own if not s.predicate.endswith(quoted)}


def test_our_seeds_say_the_same_facts_in_other_words(read: Callable[[Path], list[Seed]], shared: Path) -> None:
    """The project's items have the statements of the real ones, except where these quote somebody's words."""
    quoted = ("trailText>", "excerpt>", "description>", "abstract>")
    ours, real = (
        {result.iri: result for source, result in read(folder) if source.has_front_matter}
        for folder in (ROOT / "seeds", shared / "seeds")
    )
    for iri, result in real.items():
        assert facts(result, quoted) == facts(ours[iri], quoted)
        assert {s.line for s in result.shared} == {s.line for s in ours[iri].shared}
        for property_ in ("trailText", "excerpt"):
            assert value(result, property_) != value(ours[iri], property_)
