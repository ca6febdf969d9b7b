"""`curagraph check`: mistakes that are planted in the seeds are told with file, line and key, in every format."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from curagraph import Project, Snapshot
from curagraph.checking import checks, shapes
from curagraph.checking.findings import Findings
from curagraph.problem import Problem, ProjectError
from curagraph.state.state import State
from tests.project import BASE, CU, ROOT, Ended, Site, item, items, settle

SEED = "3932-cms-doubles-down-on-value-based-care.md"
WHERE = f"seeds/{SEED}"
SCHEME = "ontology/schemes/care-models.ttl"


def seeded(folder: Path, source: Path = ROOT / "seeds") -> Site:
    """A site with a copy of the seeds."""
    site = Site(folder / "site")
    for file in sorted(source.iterdir()):
        shutil.copy(file, site.seeds)
    return site


def planted(folder: Path, *changes: tuple[str, str]) -> Site:
    """The seeds with a mistake in one of them, built: each pattern is replaced wherever it stands."""
    site = seeded(folder)
    text = (site.seeds / SEED).read_text("utf-8")
    for pattern, new in changes:
        text, count = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert count, pattern
    site.write(SEED, text)
    site.build()
    return site


def found(site: Site, *, changed: bool = False) -> Findings:
    return checks.check(site.snapshot(), changed=changed)


def told(site: Site, code: str, *, changed: bool = False) -> list[Problem]:
    return [problem for problem in found(site, changed=changed).problems if problem.code == code]


def line_at(site: Site, problem: Problem) -> str:
    return (site.folder / problem.file).read_text("utf-8").splitlines()[problem.line - 1].strip()


# Clean content


def assert_clean(site: Site) -> None:
    assert {problem.severity for problem in found(site).problems} <= {"note"}
    assert site.run("check").status == 0


def test_the_seeds_conform(tmp_path: Path) -> None:
    """Nothing but notes is told of the seeds, and the status is 0."""
    site = seeded(tmp_path)
    site.build()
    assert_clean(site)


def test_the_real_seeds_conform(tmp_path: Path, shared: Path) -> None:
    """Nothing but notes is told of the items that the seeds were modelled on."""
    site = seeded(tmp_path, shared / "seeds")
    site.build()
    assert_clean(site)


# Planted mistakes: the code, the key, and what stands on the line

TOPIC = r"^- 'Symplur: Payment Reform'$"
SITE = r"https://www\.medicaleconomics\.com"


@pytest.mark.parametrize(
    ("code", "severity", "key", "line", "changes"),
    [
        # What the build keeps out
        ("missing-key", "error", "link", "link:", [(r"^  href: https.*\n", "")]),
        (
            "missing-key",
            "error",
            "link",
            "link:",
            [(r"^  (original: .*)", r"  \1"), (r"^link:\n  brand: (.*)\n  href:", r"link:\n- brand: \1\n- href:")],
        ),
        ("bad-address", "error", "link.href", "href: /view", [(rf"^  href: {SITE}", "  href: ")]),
        # What the shapes find
        ("http-link", "error", "link", "link:", [(SITE, "http://www.medicaleconomics.com")]),
        ("host-is-not-brand", "error", "link.brand", "brand:", [(r"brand: .*", "brand: example.org")]),
        ("proxy-as-brand", "warning", "link.brand", "brand:", [(r"brand: .*", "brand: feeds.feedburner.com")]),
        ("modified-before-created", "error", "lastMod", "lastMod:", [(r"lastMod: '2020", "lastMod: '2019")]),
        ("no-time-zone", "error", "date", "date:", [(r"^(date: '.*)Z'", r"\1'")]),
        ("uuid-not-version-5", "error", "mdName", "mdName:", [(r"^(mdName: .*)-53d2-", r"\1-43d2-")]),
        ("no-break-space-in-title", "error", "title", "title:", [(r"^title: CMS ", "title: CMS\N{NO-BREAK SPACE}")]),
        ("markup-in-title", "error", "title", "title:", [(r"^title: CMS ", "title: CMS &amp; all ")]),
        ("topic-without-source", "error", "communityTopics[2]", "- Pay", [(TOPIC, "- Payment Reform")]),
        ("source-in-label", "error", "communityTopics[2]", "- 'Sym", [(TOPIC, "- 'Symplur: Medigy: Care Model'")]),
        (
            "item-without-topic",
            "warning",
            "communityTopics",
            "communityTopics:",
            [
                (r"^communityTopics:\n(- .*\n)+", "communityTopics: []\n"),
                (r"medigyTopics: .*\n.*\n.*\n", "medigyTopics: '[]'\n"),
            ],
        ),
        ("small-image", "note", "featuredImage.size[0]", "- 118", [(r"^  - 1180\n  - 600", "  - 118\n  - 60")]),
    ],
)
def test_a_mistake_in_the_seeds_is_told(
    tmp_path: Path, code: str, severity: str, key: str, line: str, changes: list[tuple[str, str]]
) -> None:
    """Each kind of mistake is told once, with the file, the key, and the line on which it stands."""
    site = planted(tmp_path, *changes)
    [problem] = told(site, code)
    assert (problem.file, problem.key, problem.severity) == (WHERE, key, severity)
    assert line_at(site, problem).startswith(line)
    assert problem.line > 1


def test_one_record_behind_two_files_is_told(tmp_path: Path) -> None:
    """A second file with the number of a record is told, with its own line."""
    site = seeded(tmp_path)
    shutil.copy(site.seeds / SEED, site.seeds / "9999.md")
    site.build()
    [problem] = told(site, "duplicate-iri")
    assert (problem.file, problem.key, line_at(site, problem)) == ("seeds/9999.md", "id", "id: 3932")


# Converters that let through what those of the house do not


def converting(folder: Path, *changes: tuple[str, str, str], **files: str) -> Site:
    """A site whose converters have been changed: (file, text, other text)."""
    site = Site(folder / "site", {f"{name.strip('_')}.md": text for name, text in files.items()})
    converters = site.own("converters")
    for name, old, new in changes:
        text = (converters / name).read_text("utf-8")
        assert old in text
        (converters / name).write_text(text.replace(old, new), encoding="utf-8")
    site.build()
    return site


def test_two_links_are_told(tmp_path: Path) -> None:
    """Where a converter takes a list of links, an item with two is told at the second."""
    links = [{"href": f"https://example.com/{name}", "brand": "example.com"} for name in "ab"]
    site = converting(
        tmp_path,
        ("item.py", 'Rule("link", CU.curatedFrom', 'Rule("link[]", CU.curatedFrom'),
        ("work.py", 'of="link"', 'of="link[]"'),
        ("brand.py", 'of="link.brand"', 'of="link[].brand"'),
        _1=item(1, link=links),
        _2=item(2, link=links[:1]),
    )
    [problem] = told(site, "two-source-links")
    assert (problem.file, problem.key) == ("seeds/1.md", "link[1]")
    assert "https://example.com/b" in problem.message


def test_two_items_of_one_record_are_told(tmp_path: Path) -> None:
    """Where the record is noted apart from the item's number, two items with one are told, and both are named."""
    site = converting(
        tmp_path,
        ("item.py", 'Rule("id", CU.sourceRecord', 'Rule("record", CU.sourceRecord'),
        _1=item(1, record=7),
        _2=item(2, record=8),
        _3=item(3, record=7),
    )
    [problem] = told(site, "shared-record")
    assert (problem.file, problem.key, line_at(site, problem)) == ("seeds/3.md", "record", "record: 7")
    assert "item/1 and item/3" in problem.message
    settle()
    site.write("3.md", item(3, "Other", record=7))
    site.build()
    assert [each.file for each in told(site, "shared-record", changed=True)] == ["seeds/3.md"]


def test_an_author_of_the_work_is_told(tmp_path: Path) -> None:
    """Where a converter says of the work who curated it, that is told at the author."""
    site = converting(
        tmp_path,
        ("work.py", 'Rule("/title"', 'Rule("/author[]", CU.curatedBy, ref("author")),\n        Rule("/title"'),
        _1=item(1),
    )
    [problem] = told(site, "author-of-original")
    assert (problem.file, problem.key, line_at(site, problem)) == ("seeds/1.md", "author[0]", "- Ann Lee")


def test_a_missing_link_is_told_at_the_key_that_should_have_it(tmp_path: Path) -> None:
    """Where a converter does not insist on a link, an item without one is told at its link, or at its beginning."""
    site = converting(
        tmp_path,
        ("item.py", 'ref("work"), required=True', 'ref("work")'),
        _1=item(1, link=None),
        _2=item(2, link=""),
    )
    first, second = told(site, "item-without-source")
    assert (first.file, first.key) == ("seeds/1.md", "link")
    assert (second.file, second.key, line_at(site, second)) == ("seeds/2.md", "link", "link: ''")


# Schemes


@pytest.mark.parametrize(
    ("code", "subject", "added", "key"),
    [
        ("broader-cycle", "cm:reimbursement-model", "skos:broader cm:pay-for-performance", "skos:broader"),
        ("risk-cycle", "cm:fee-for-service", "cm:higherRiskThan cm:capitation", "cm:higherRiskThan"),
        ("related-in-broader", "cm:pay-for-performance", "skos:related cm:value-based-payment", "skos:related"),
        ("two-preferred-labels", "cm:capitation", 'skos:prefLabel "another label"@en', ""),
    ],
)
def test_a_mistake_in_a_scheme_is_told(tmp_path: Path, code: str, subject: str, added: str, key: str) -> None:
    """What is wrong in a scheme is told with its line in the Turtle file."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    site.own("ontology")
    file = site.folder / SCHEME
    text = file.read_text("utf-8")
    assert f"\n{subject}\n" in text
    file.write_text(text.replace(f"\n{subject}\n", f"\n{subject}\n    {added} ;\n"), encoding="utf-8")
    site.build()
    problems = told(site, code)
    assert {problem.file for problem in problems} == {SCHEME}
    lines = {(problem.key, line_at(site, problem)) for problem in problems}
    assert (key, f"{added} ;" if key else subject) in lines


def test_a_scheme_that_is_not_turtle_is_an_error_of_the_project(tmp_path: Path) -> None:
    """A broken scheme ends the check with status 2 and one line."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    site.build()
    (site.own("ontology") / "schemes" / "care-models.ttl").write_text("no turtle", encoding="utf-8")
    ended = site.run("check")
    assert (ended.status, ended.out) == (2, "")
    assert "care-models.ttl" in ended.sentence


# What is looked at


def test_only_what_changed_is_looked_at(tmp_path: Path) -> None:
    """With --changed the shapes look at what the last build wrote, after a full build at everything."""
    bad = "2020-01-01T00:00:00Z"
    site = Site(tmp_path / "site", items(range(1, 9)) | {"8.md": item(8, lastMod=bad), "9.md": item(9)})
    site.build()
    full = told(site, "modified-before-created", changed=True)
    assert [problem.file for problem in full] == ["seeds/8.md"]
    settle()
    site.write("9.md", item(9, lastMod=bad, communityTopics=["Medigy: Symplur: New"]))
    site.build()
    findings = found(site, changed=True)
    assert findings.looked["changed"] == 1
    codes = {(each.file, each.code) for each in findings.problems if each.severity == "error"}
    assert codes == {("seeds/9.md", "modified-before-created"), ("seeds/9.md", "source-in-label")}
    assert len(told(site, "modified-before-created")) == 2
    settle()
    site.build()
    assert (found(site, changed=True).looked["changed"], told(site, "modified-before-created", changed=True)) == (0, [])


def test_what_another_file_gave_way_to_is_changed(tmp_path: Path) -> None:
    """An item that comes in because another file left is among what the build changed."""
    site = Site(tmp_path / "site", items(range(1, 9)))
    site.write("zz.md", item(1, "Second", lastMod="2020-01-01T00:00:00Z"))
    site.build()
    settle()
    site.remove("1.md")
    site.build()
    assert [each.file for each in told(site, "modified-before-created", changed=True)] == ["seeds/zz.md"]


def test_many_items_are_looked_at_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the items fall into batches, each mistake is told once, also one between two items."""
    site = converting(
        tmp_path,
        ("item.py", 'Rule("id", CU.sourceRecord', 'Rule("record", CU.sourceRecord'),
        **{f"_{n}": item(n, record=n % 6 + 1, communityTopics=["A: B: C"]) for n in range(1, 8)},
    )
    whole = found(site).problems
    assert len([each for each in whole if each.code == "shared-record"]) == 1
    assert len([each for each in whole if each.code == "source-in-label"]) == 7
    monkeypatch.setattr("curagraph.checking.selection._BATCH", 2)
    assert found(site).problems == whole


@pytest.mark.parametrize(
    ("graph", "count"), [("item/1", 1), ("inferred", 0), ("provenance", 0), ("excerpts", 0), ("ontology", 0)]
)
def test_only_what_documents_state_is_looked_at(tmp_path: Path, graph: str, count: int) -> None:
    """A second link in the graph of an item is a mistake; in what was inferred, or beside it, it is none."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    site.build()
    snapshot = site.snapshot()
    store = ox.Store()
    store.extend(snapshot.store)
    link = ox.NamedNode("https://news.example.com/another")
    store.add(
        ox.Quad(
            ox.NamedNode(f"{BASE}item/1"), ox.NamedNode(f"{CU}curatedFrom"), link, ox.NamedNode(f"{BASE}graph/{graph}")
        )
    )
    snapshot.__dict__["store"] = store
    assert len([each for each in checks.check(snapshot).problems if each.code == "two-source-links"]) == count


# Queries


def shared_page(folder: Path) -> Site:
    site = Site(folder / "site", {"1.md": item(1), "2.md": item(2, slug="news-1")})
    site.build()
    return site


def test_a_row_of_a_violation_is_told(tmp_path: Path) -> None:
    """A row is told where a statement between two of its terms stands, in the words of the question."""
    site = shared_page(tmp_path)
    [problem] = told(site, "shared-page")
    assert (problem.file, problem.key, problem.severity) == ("seeds/2.md", "basePath", "error")
    assert line_at(site, problem).startswith("basePath:")
    assert "item/1 and item/2" in problem.message


def test_a_build_can_afford_the_cheap_checks(tmp_path: Path) -> None:
    """The cheap checks find what the queries find, and load neither pySHACL nor rdflib."""
    site = shared_page(tmp_path)
    source = (
        "import sys; from pathlib import Path; from curagraph import Project, Snapshot\n"
        "from curagraph.checking import checks, shapes\n"
        "from curagraph.state.state import State\n"
        "snapshot = Snapshot.current(Project.load(Path(sys.argv[1]))); shapes.load(snapshot.project)\n"
        "with State.readable(snapshot.state_path) as state: print(*(p.code for p in checks.cheap(snapshot, state)))\n"
        "print({'rdflib', 'pyshacl'} & sys.modules.keys() or 'nothing')"
    )
    done = subprocess.run([sys.executable, "-c", source, site.folder], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["shared-page", "nothing"]
    with State.readable(site.snapshot().state_path) as state:
        assert checks.cheap(site.snapshot(), state) == told(site, "shared-page")


def test_a_question_of_ones_own_is_asked(tmp_path: Path) -> None:
    """A question of the project is asked too, in a folder and without a message of its own."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    (site.own("queries") / "mine").mkdir()
    query = "#+ summary: An item with a status\nSELECT ?item ?status { ?item cu:slug ?status }\n"
    (site.folder / "queries" / "mine" / "status-violation.rq").write_text(query, encoding="utf-8")
    site.build()
    [problem] = told(site, "status")
    assert (problem.file, problem.key) == ("seeds/1.md", "slug")
    assert problem.message == "An item with a status: item item/1, status 'news-1'"


@pytest.mark.parametrize(
    "query", ["SELECT ?item {", "ASK { ?item a cu:CuratedItem }", "#+ params: {x: {}}\nSELECT ?x {}"]
)
def test_a_question_that_cannot_be_asked_is_an_error_of_the_project(tmp_path: Path, query: str) -> None:
    """A violation query that is no SELECT, or needs a parameter, is an error that names its file."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    site.build()
    (site.own("queries") / "broken-violation.rq").write_text(query, encoding="utf-8")
    with pytest.raises(ProjectError, match=r"^queries/broken-violation\.rq: "):
        found(site)


# Files that have changed since the build


@pytest.mark.parametrize("now", [None, "---\nunclosed\n", item(1)], ids=["removed", "broken", "mended"])
def test_a_file_that_has_changed_since_is_told_as_such(tmp_path: Path, now: str | None) -> None:
    """Where a file is no longer as it was built the problem names it and says to build again."""
    site = Site(tmp_path / "site", {"1.md": item(1, lastMod="2020-01-01T00:00:00Z"), "2.md": item(2)})
    site.build()
    if now is None:
        site.remove("1.md")
    else:
        site.write("1.md", now)
    [problem] = told(site, "modified-before-created")
    assert (problem.file, problem.line, problem.key) == ("seeds/1.md", 1, "")
    assert problem.message.endswith("The file has changed since the build; build again.")


# The command


def bad_site(folder: Path) -> Site:
    """An error, a warning and notes, in a file whose name wants care."""
    site = Site(folder / "site", {"a, b:%.md": item(1, "A <b>title</b>", communityTopics=[]), "ü 2.md": item(2)})
    site.build()
    return site


def test_the_status_tells_whether_there_is_an_error(tmp_path: Path) -> None:
    """Warnings and notes end with 0, an error with 1, wrong usage and a broken project with 2."""
    site = Site(tmp_path / "site", {"1.md": item(1, communityTopics=[])})
    assert site.run("check").status == 2
    site.build()
    ended = site.run("check")
    assert ended.status == 0
    assert "item-without-topic" in ended.out
    site.write("1.md", item(1, "A <b>title</b>"))
    site.build()
    assert [site.run("check", "--format", format_).status for format_ in ("table", "json", "sarif", "github")] == [
        1
    ] * 4
    assert site.run("check", "--format", "xml").status == 2
    (site.own("ontology") / "shapes" / "broken.ttl").write_text("shape", encoding="utf-8")
    ended = site.run("check")
    assert (ended.status, ended.out) == (2, "")
    assert "ontology/shapes/broken.ttl:1: " in ended.sentence


def test_the_table_ends_with_a_sentence(tmp_path: Path) -> None:
    """People get a row for each problem, and in the end how many there are and what looked for them."""
    site = bad_site(tmp_path)
    ended = site.run("check")
    *rows, last = ended.out.splitlines()
    assert last.startswith("1 error, 2 warnings and ") or re.match(r"1 error, \d+ warnings? and \d+ notes?: ", last)
    assert f"{len(shapes.load(site.load()))} shapes looked at everything" in last
    assert any(re.match(r"error +seeds/a, b:%\.md:\d+ +title +The title holds markup", row) for row in rows)
    assert "shapes looked at what the last build changed (" not in last
    assert not re.search(r"[\x1b\x9b]", ended.out)


def test_json_has_all_of_it(tmp_path: Path) -> None:
    """Programs get each problem with the keys of the build's report, and the counts."""
    site = bad_site(tmp_path)
    read = site.run("check", "--format", "json").json()
    assert [each["code"] for each in read["problems"] if each["severity"] == "error"] == ["markup-in-title"]
    assert {"severity", "code", "file", "line", "key", "message"} == set(read["problems"][0])
    assert read["errors"] == 1
    assert read["errors"] + read["warnings"] + read["notes"] == len(read["problems"])
    assert (read["changed"], read["shapes"]) == (None, len(shapes.load(site.load())))


@pytest.mark.parametrize("format_", ["table", "json", "sarif", "github"])
def test_the_output_can_be_a_file(tmp_path: Path, format_: str) -> None:
    """With -o a file holds what standard output would have."""
    site = bad_site(tmp_path)
    printed = site.run("check", "--format", format_)
    ended = site.run("check", "--format", format_, "-o", tmp_path / "out" / "found")
    assert (ended.status, ended.out) == (1, "")
    assert (tmp_path / "out" / "found").read_text("utf-8") == printed.out


def test_github_marks_the_lines(tmp_path: Path) -> None:
    """Each problem is one workflow command, with what would end a property escaped."""
    lines = bad_site(tmp_path).run("check", "--format", "github").out.splitlines()
    [error] = [line for line in lines if line.startswith("::error ")]
    assert re.match(r"::error file=seeds/a%2C b%3A%25\.md,line=\d+,title=markup-in-title::title: The title", error)
    assert all(
        re.match(r"::(error|warning|notice) file=[^,:]+,line=\d+,title=[a-z0-9-]+::[^\n]+$", line) for line in lines
    )


# SARIF, with the numbers of the sections of its specification


def sarif(ended: Ended) -> dict[str, object]:
    read = ended.json()
    assert isinstance(read, dict)
    return read


def test_sarif_has_what_the_standard_requires(tmp_path: Path) -> None:
    """A log has its version, one run, its tool with rules, and results that point to them (3.13, 3.14, 3.19, 3.27)."""
    log = sarif(bad_site(tmp_path).run("check", "--format", "sarif"))
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    assert str(log["$schema"]).endswith("sarif-schema-2.1.0.json")
    runs = log["runs"]
    assert isinstance(runs, list)
    [run] = runs
    driver = run["tool"]["driver"]
    assert driver["name"] == "curagraph"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", driver["version"])
    rules = [rule["id"] for rule in driver["rules"]]
    assert len(rules) == len(set(rules))
    assert {shape.code for shape in shapes.load(Project.load(ROOT))} <= set(rules)
    for result in run["results"]:
        assert result["ruleId"] == rules[result["ruleIndex"]]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        [location] = result["locations"]
        place = location["physicalLocation"]
        assert place["region"]["startLine"] >= 1
        assert place["artifactLocation"]["uriBaseId"] in run["originalUriBaseIds"]


def test_sarif_encodes_the_names_of_files(tmp_path: Path) -> None:
    """A file's name is a relative reference (RFC 3986), in which blanks and the like are encoded."""
    log = bad_site(tmp_path).run("check", "--format", "sarif").json()
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in log["runs"][0]["results"]
    }
    assert "seeds/a%2C%20b%3A%25.md" in uris
    assert all(re.fullmatch(r"[A-Za-z0-9/._~%-]+", uri) for uri in uris)


def test_sarif_names_a_file_outside_by_its_whole_address(tmp_path: Path) -> None:
    """A file outside the project has no relative reference without `..` (3.4.4)."""
    site = Site(tmp_path / "site")
    outside = tmp_path / "out side"
    outside.mkdir()
    (outside / "1.md").write_text(item(1, "A <b>title</b>"), encoding="utf-8")
    site.build(outside)
    log = site.run("check", "--format", "sarif").json()
    [place] = [
        result["locations"][0]["physicalLocation"]["artifactLocation"]
        for result in log["runs"][0]["results"]
        if result["ruleId"] == "markup-in-title"
    ]
    assert place == {"uri": (outside / "1.md").resolve().as_uri()}


def test_a_problem_is_the_same_in_every_format(tmp_path: Path) -> None:
    """The formats tell the same problems."""
    site = bad_site(tmp_path)
    run: Callable[[str], Ended] = lambda format_: site.run("check", "--format", format_)  # noqa: E731
    problems = run("json").json()["problems"]
    assert len(run("sarif").json()["runs"][0]["results"]) == len(problems)
    assert len(run("github").out.splitlines()) == len(problems)
    assert json.dumps(problems) == json.dumps([each.as_json() for each in found(site).problems])
    assert isinstance(site.snapshot(), Snapshot)
