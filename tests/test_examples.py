"""The projects in examples/: another site is published by its own content folders, without a change in src/."""

from __future__ import annotations

import re
import shutil
import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

import curagraph
from curagraph.asking import queryfile
from curagraph.converting.ledger import Outcome
from curagraph.problem import Severity
from tests.project import run

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "hpcsocial"
CORPORA = ROOT.parent / "shared" / "corpora"
BASE = "https://data.hpc.example/"
# Values for the parameters that have no default, as the seeds can answer them.
GIVEN = {"posts-of-writer": {"writer": "curator-one"}}


def copied(folder: Path) -> curagraph.Project:
    """The example in a folder of its own, so that its graph is not left in the checkout."""
    copy = folder / "project"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns(".curagraph", "__pycache__"))
    return curagraph.Project.load(copy)


def unpacked(name: str, folder: Path) -> Path:
    """A corpus of real front matter, unpacked; the test is skipped where there is none."""
    archive = CORPORA / f"{name}.tar.gz"
    if not archive.is_file():
        pytest.skip(f"the corpus {archive} is not here; it may not be passed on with the repository")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / name


def front_matter(corpus: Path) -> list[dict[str, Any]]:
    """What PyYAML alone reads in the files of a corpus."""
    texts = [file.read_text("utf-8") for file in sorted(corpus.rglob("*.md"))]
    return [yaml.load(text.split("---\n", 2)[1], yaml.CSafeLoader) for text in texts]


def errors(problems: list[curagraph.Problem]) -> list[curagraph.Problem]:
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def rows(snapshot: curagraph.Snapshot, query: str, given: dict[str, str] | None = None) -> list[dict[str, str]]:
    """The solutions of a query as texts, without the variables that are not bound."""
    found = curagraph.ask(snapshot, query, given)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [
        {name: term.value for name in names if isinstance(term := row[name], ox.NamedNode | ox.Literal)}
        for row in found
    ]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> tuple[curagraph.Report, curagraph.Snapshot]:
    """The example built from its own seeds."""
    project = copied(tmp_path_factory.mktemp("seeds"))
    return curagraph.build(project, jobs=1), curagraph.Snapshot.current(project)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the real posts."""
    return unpacked("hpcsocial", tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def posts(
    corpus: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[curagraph.Report, curagraph.Snapshot, list[dict[str, Any]]]:
    """The example built from the real posts, and what PyYAML reads in them."""
    project = copied(tmp_path_factory.mktemp("posts"))
    return curagraph.build(project, [corpus], jobs=1), curagraph.Snapshot.current(project), front_matter(corpus)


def test_the_example_builds_its_own_seeds(seeds: tuple[curagraph.Report, curagraph.Snapshot]) -> None:
    """Both seeds are published, and the only problem is a warning about the one time without a zone."""
    report, _ = seeds
    assert (report.read, report.set_aside, report.incomplete) == (2, 0, False)
    assert report.by_code() == {(Severity.WARNING, "no-time-zone"): 1}


def test_the_graph_speaks_the_terms_of_the_example(seeds: tuple[curagraph.Report, curagraph.Snapshot]) -> None:
    """Every property of the data is declared in the example's own ontology folder, some in its own namespace."""
    _, snapshot = seeds
    query = "SELECT DISTINCT ?p WHERE { ?s a ?class ; ?p ?o . ?class a owl:Class FILTER(?p != rdf:type) }"
    used = {row["p"] for row in rows(snapshot, query)}
    assert used <= snapshot.project.vocabulary.declared
    assert f"{BASE}ontology#writtenBy" in used


@pytest.mark.parametrize("name", sorted(file.stem for file in (EXAMPLE / "queries").glob("*.rq")))
def test_each_query_answers(name: str, seeds: tuple[curagraph.Report, curagraph.Snapshot]) -> None:
    """Each query has a summary and rows; only pages that two posts want are none in the seeds."""
    _, snapshot = seeds
    assert queryfile.load_all(snapshot.project)[name].summary
    assert bool(rows(snapshot, name, GIVEN.get(name))) is (name != "rival-posts")


def test_queries_answer_in_words_and_numbers(seeds: tuple[curagraph.Report, curagraph.Snapshot]) -> None:
    """What feeds escape is shown unescaped, posts are counted, and the latest come first."""
    _, snapshot = seeds
    assert [row["subtitle"] for row in rows(snapshot, "blogs")] == ["Small clusters & large coffees"]
    assert [(row["posts"], row["first"]) for row in rows(snapshot, "posts-per-blog")] == [("2", "2024-03-02")]
    assert [row["title"] for row in rows(snapshot, "latest-posts")] == ["The quiet fan", "A queue for two"]
    assert [row["title"] for row in rows(snapshot, "latest-posts", {"since": "2024-04-01"})] == ["The quiet fan"]


def test_the_readme_names_each_query() -> None:
    """The README shows how to ask every question of the example, and no other."""
    text = (EXAMPLE / "README.md").read_text("utf-8")
    named = set(re.findall(r"^    curagraph query ([\w-]+)", text, re.MULTILINE))
    assert named == {file.stem for file in (EXAMPLE / "queries").glob("*.rq")}


def test_the_readme_tells_of_each_key(seeds: tuple[curagraph.Report, curagraph.Snapshot]) -> None:
    """The README says what becomes of every key that a post has."""
    report, _ = seeds
    text = (EXAMPLE / "README.md").read_text("utf-8")
    keys = {pattern for pattern, _, _ in report.ledger} - {"(body)"}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


def test_all_real_posts_are_published(
    posts: tuple[curagraph.Report, curagraph.Snapshot, list[dict[str, Any]]],
) -> None:
    """All 207 posts are in the graph, none is set aside, and nothing is worse than a warning."""
    report, snapshot, written = posts
    assert len(written) == report.read == 207
    assert (report.set_aside, errors(report.problems)) == (0, [])
    published = {row["original"] for row in rows(snapshot, "latest-posts")}
    assert published == {post["original_url"] for post in written}


def test_every_real_value_is_accounted_for(
    posts: tuple[curagraph.Report, curagraph.Snapshot, list[dict[str, Any]]],
) -> None:
    """The ledger has each key and each body of each file, none of them unmapped or dropped."""
    report, _, written = posts
    outcomes = {outcome for _, outcome, _ in report.ledger}
    assert outcomes.isdisjoint({Outcome.UNMAPPED, Outcome.DROPPED})
    leaves: Counter[str] = Counter()
    for (pattern, _, _), count in report.ledger.items():
        leaves[pattern] += count
    assert leaves == Counter(key for post in written for key in [*post, "(body)"])


def test_the_blogs_and_their_posts_are_counted_right(
    posts: tuple[curagraph.Report, curagraph.Snapshot, list[dict[str, Any]]],
) -> None:
    """There is one row for each blog, whose posts are as many as the files that name its tag."""
    _, snapshot, written = posts
    expected = Counter(f"{BASE}blog/{post['author_tag']}" for post in written)
    assert [row["tag"] for row in rows(snapshot, "blogs")] == sorted({post["author_tag"] for post in written})
    found = rows(snapshot, "posts-per-blog")
    assert len(found) == len(expected)
    assert {row["blog"]: int(row["posts"]) for row in found} == expected


def test_a_writers_posts_are_found(
    posts: tuple[curagraph.Report, curagraph.Snapshot, list[dict[str, Any]]],
) -> None:
    """A writer, given by tag, has the originals of the files with that tag."""
    _, snapshot, written = posts
    for tag in sorted({post["author_tag"] for post in written}):
        found = {row["original"] for row in rows(snapshot, "posts-of-writer", {"writer": tag})}
        assert found == {post["original_url"] for post in written if post["author_tag"] == tag}


def test_posts_that_want_one_page_are_found(
    posts: tuple[curagraph.Report, curagraph.Snapshot, list[dict[str, Any]]],
) -> None:
    """Posts of one category with the same slug stay two posts, and the query shows both."""
    _, snapshot, written = posts
    pages = Counter((post["category"], post["slug"]) for post in written)
    expected = {post["original_url"] for post in written if pages[post["category"], post["slug"]] > 1}
    assert {row["original"] for row in rows(snapshot, "rival-posts")} == expected


@pytest.mark.parametrize(("name", "count"), [("hpcsocial", 207), ("vagov", 788)])
def test_inspect_reads_every_file_of_a_corpus(name: str, count: int, tmp_path: Path) -> None:
    """Every Markdown and HTML file of another site can be inspected, without a problem that is an error."""
    found = curagraph.inspect(curagraph.Project.load(EXAMPLE), [unpacked(name, tmp_path)])
    assert errors(found.problems) == []
    assert found.notations.total() == count


def test_nothing_is_proposed_where_there_is_nothing_to_match(tmp_path: Path) -> None:
    """A project without our authors, brands and topics has nothing to decide about, and no error."""
    project = copied(tmp_path)
    curagraph.build(project)
    ended = run("match", "--project", project.folder)
    assert ended.status == 0
    assert ended.err.startswith("0 new")
