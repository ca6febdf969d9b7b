"""Builds: what each change to the files does to the graph, and what it leaves alone."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curagraph import Report
from curagraph.problem import BuildStopped, ProjectError, UsageError
from tests.project import BASE, PAGES, Site, item, items, problems, settle


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A project of twelve items, built, whose files have been left alone since."""
    made = Site(tmp_path / "site", items(range(1, 13)))
    settle()
    made.build()
    return made


def fresh(site: Site) -> list[str]:
    """The statements of one full build of the same files."""
    copy = site.copy(site.folder.with_name("fresh"))
    copy.build()
    return copy.quads()


def test_the_first_build_reads_everything(tmp_path: Path) -> None:
    """A build without a snapshot converts every file and publishes it."""
    site = Site(tmp_path / "site", items(range(1, 4)))
    report = site.build()
    assert (report.read, report.changed, report.set_aside, report.published) == (3, 3, 0, True)
    assert site.titles() == {"1": "Item 1", "2": "Item 2", "3": "Item 3"}


def test_a_build_without_files_publishes_the_ontology(tmp_path: Path) -> None:
    """An empty source is no error: the graph then holds what no file says."""
    site = Site(tmp_path / "site")
    report = site.build()
    assert (report.read, problems(report)) == (0, set())
    assert site.titles() == {}


def test_an_unchanged_folder_makes_no_snapshot(site: Site) -> None:
    """A build that finds nothing changed leaves the current snapshot where it is."""
    before = site.snapshot().path
    report = site.build()
    assert (report.read, report.changed) == (12, 0)
    assert site.snapshot().path == before


def test_an_edit_changes_its_item_alone(site: Site) -> None:
    """Of an edited file the new content is published and the old is gone; no other file is converted."""
    before = set(site.quads())
    site.write("3.md", item(3, title="New words"))
    report = site.build()
    assert report.changed == 1
    assert site.titles()["3"] == "New words"
    differing = before ^ set(site.quads())
    assert differing
    assert all("3" in line for line in differing)
    assert site.quads() == fresh(site)


def test_an_added_file_comes_in(site: Site) -> None:
    """A new file is published beside the others."""
    site.write("13.md", item(13))
    assert site.build().changed == 1
    assert "13" in site.titles()
    assert site.quads() == fresh(site)


def test_a_removed_file_leaves_nothing(site: Site) -> None:
    """Of a removed file no statement stays, not its excerpt and not its provenance."""
    before = site.quads()
    site.write("13.md", item(13))
    site.build()
    site.remove("13.md")
    report = site.build()
    assert (report.read, report.changed) == (12, 1)
    assert site.quads() == before


def test_a_renamed_file_keeps_its_item(site: Site) -> None:
    """An item's IRI comes from its number: under another file name it is the same."""
    before = site.quads()
    (site.seeds / "3.md").rename(site.seeds / "other.md")
    report = site.build()
    assert problems(report) == set()
    assert site.quads() == before


def test_a_renamed_text_moves(site: Site) -> None:
    """A plain text is known by its path: under another file name it is another text."""
    site.write("a.md", "# A heading\n\nSome words.\n")
    site.build()
    (site.seeds / "a.md").rename(site.seeds / "b.md")
    site.build()
    assert site.ask("SELECT ?text { ?text a cu:ReferenceText }") == [(f"{BASE}text/b",)]
    assert site.quads() == fresh(site)


def test_a_folder_moved_away_takes_its_items_with_it(site: Site) -> None:
    """Of a folder that is gone all items leave; when it comes back they return."""
    for number in range(20, 23):
        site.write(f"sub/{number}.md", item(number))
    site.build()
    before = site.quads()
    (site.seeds / "sub").rename(site.folder / "away")
    site.build()
    assert set(site.titles()) == {str(number) for number in range(1, 13)}
    (site.folder / "away").rename(site.seeds / "sub")
    site.build()
    assert site.quads() == before


def test_touching_a_file_changes_nothing(site: Site) -> None:
    """A file with a new time and the same content is read again and changes neither graph nor snapshot."""
    before = site.snapshot().path
    os.utime(site.seeds / "3.md")
    report = site.build()
    assert report.changed == 0
    assert site.snapshot().path == before


def test_touching_every_file_changes_nothing(site: Site) -> None:
    """A folder whose files all have new times, as after a checkout, has changed in nothing."""
    before = site.quads()
    for number in range(1, 13):
        os.utime(site.seeds / f"{number}.md")
    report = site.build()
    assert site.quads() == before
    assert report.changed == 0


def test_a_touched_file_is_trusted_again(site: Site) -> None:
    """Once a touched file has been read again its new stamp is remembered."""
    os.utime(site.seeds / "3.md")
    settle()
    site.build()
    before = site.folder.joinpath(".curagraph/current/state.sqlite").read_bytes()
    site.build()
    assert site.folder.joinpath(".curagraph/current/state.sqlite").read_bytes() == before


def test_two_edits_within_a_second_are_both_noticed(site: Site) -> None:
    """A file edited twice at once, to the same length, is published as it was last written."""
    for number in range(8):
        site.write("3.md", item(3, title=f"Take {number}"))
        site.build()
        assert site.titles()["3"] == f"Take {number}"


def test_an_edit_that_keeps_the_time_is_noticed(site: Site) -> None:
    """An edit that puts the old time back, as some tools do, is found by the change time of the file."""
    file = site.seeds / "3.md"
    status = file.stat()
    site.write("3.md", item(3, title="Itam 3"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file.stat().st_size == status.st_size
    site.build()
    assert site.titles()["3"] == "Itam 3"


def test_a_file_from_the_future_is_noticed(site: Site) -> None:
    """A clock that was wrong when a file was written does not hide what is written next."""
    file = site.write("3.md", item(3, title="First"))
    os.utime(file, (time.time() + 86_400, time.time() + 86_400))
    site.build()
    site.write("3.md", item(3, title="Later"))
    os.utime(file, (time.time() + 86_400, time.time() + 86_400))
    site.build()
    assert site.titles()["3"] == "Later"


def test_a_file_that_becomes_bad_takes_its_item_out(site: Site) -> None:
    """An item whose file can no longer be read leaves, is reported, and comes back when it is mended."""
    before = site.quads()
    site.write("3.md", "---\nid: 3\n")
    report = site.build()
    assert problems(report) == {("seeds/3.md", "unclosed-front-matter")}
    assert (report.read, report.set_aside) == (12, 1)
    assert "3" not in site.titles()
    assert problems(site.build()) == problems(report)
    site.write("3.md", item(3))
    assert problems(site.build()) == set()
    assert site.quads() == before


def test_an_emptied_file_takes_its_item_out(site: Site) -> None:
    """An item whose file is emptied leaves, with a warning."""
    site.write("3.md", "")
    assert problems(site.build()) == {("seeds/3.md", "empty-file")}
    assert "3" not in site.titles()
    assert site.quads() == fresh(site)


def test_an_item_that_changes_its_number_moves(site: Site) -> None:
    """When a file's id changes the item under the old one is gone."""
    site.write("3.md", item(33))
    site.build()
    assert set(site.titles()) == {str(number) for number in range(1, 13) if number != 3} | {"33"}
    assert site.quads() == fresh(site)


# Several files that claim one IRI


def test_the_first_file_by_path_has_the_iri(site: Site) -> None:
    """Of two files that claim one IRI the first by path is published, and the error names both."""
    site.write("a.md", item(3, title="Pretender"))
    report = site.build()
    [problem] = [each for each in report.problems if each.code == "duplicate-iri"]
    assert (problem.file, problem.severity) == ("seeds/a.md", "error")
    assert all(name in problem.message for name in ("seeds/3.md", "seeds/a.md", f"{BASE}item/3"))
    assert site.titles()["3"] == "Item 3"
    assert (report.read, report.set_aside) == (13, 1)
    assert site.quads() == fresh(site)


def test_a_file_that_comes_first_takes_the_iri_over(site: Site) -> None:
    """A new file whose path comes first has the IRI, whatever was published before."""
    site.write("03.md", item(3, title="Earlier"))
    report = site.build()
    assert problems(report) == {("seeds/3.md", "duplicate-iri")}
    assert site.titles()["3"] == "Earlier"
    assert site.quads() == fresh(site)


@pytest.mark.parametrize("leave", ["removed", "renumbered", "broken", "emptied", "renamed"])
def test_the_other_file_comes_in_when_the_winner_leaves(site: Site, leave: str) -> None:
    """When the file that has an IRI gives it up the next one is published, without being touched."""
    site.write("03.md", item(3, title="Winner"))
    site.write("z.md", item(3, title="Third"))
    settle()
    report = site.build()
    assert problems(report) == {("seeds/3.md", "duplicate-iri"), ("seeds/z.md", "duplicate-iri")}
    match leave:
        case "removed":
            site.remove("03.md")
        case "renumbered":
            site.write("03.md", item(300))
        case "broken":
            site.write("03.md", "---\n")
        case "emptied":
            site.write("03.md", "")
        case "renamed":
            (site.seeds / "03.md").rename(site.seeds / "zz.md")
    report = site.build()
    assert ("seeds/z.md", "duplicate-iri") in problems(report)
    assert ("seeds/3.md", "duplicate-iri") not in problems(report)
    assert site.titles()["3"] == "Item 3"
    assert site.quads() == fresh(site)


def test_numbers_swapped_in_one_build(site: Site) -> None:
    """Two files that exchange their ids between two builds exchange their items."""
    site.write("3.md", item(4, title="Was three"))
    site.write("4.md", item(3, title="Was four"))
    report = site.build()
    assert (report.changed, problems(report)) == (2, set())
    assert (site.titles()["3"], site.titles()["4"]) == ("Was four", "Was three")
    assert site.quads() == fresh(site)


def test_numbers_passed_around_a_circle(site: Site) -> None:
    """Three files that pass their ids on in a circle, while a fourth lets go of one, end as one full build would."""
    for number, next_ in ((2, 3), (3, 4), (4, 2), (5, 3)):
        site.write(f"{number}.md", item(next_, title=f"From {number}"))
    report = site.build()
    assert problems(report) == {("seeds/5.md", "duplicate-iri")}
    assert site.titles()["3"] == "From 2"
    assert site.quads() == fresh(site)


def test_rivals_beyond_one_batch(tmp_path: Path) -> None:
    """Files that claim one IRI from different ends of a large folder are settled as in a small one."""
    site = Site(tmp_path / "site", items(range(100, 600)))
    site.write("000.md", item(599, title="First"))
    site.write("zzz.md", item(100, title="Last"))
    report = site.build(jobs=2)
    assert problems(report) == {("seeds/599.md", "duplicate-iri"), ("seeds/zzz.md", "duplicate-iri")}
    assert (site.titles()["599"], site.titles()["100"]) == ("First", "Item 100")


# Things that items share


def names(site: Site) -> list[tuple[str, ...]]:
    return site.ask("SELECT ?thing ?name { ?thing a cu:Author ; schema:name ?name }")


def test_shared_things_leave_with_their_last_user(site: Site) -> None:
    """A brand, an author and a topic stay as long as one item names them, and no longer."""
    before = site.quads()
    only: dict[str, Any] = {
        "author": ["Only Here"],
        "communityTopics": ["Rare: Topic"],
        "link": {"brand": "rare.example", "href": "https://rare.example/a", "original": "https://rare.example/a"},
        "openProjectCustomFields": {
            "cleanUrl": "https://rare.example/a",
            "medigyTopics": '["Rare: Topic"]',
            "sourceUrl": "https://rare.example/a",
        },
    }
    for number in (20, 21):
        site.write(f"{number}.md", item(number, **only))
    assert problems(site.build()) == set()
    rare = "SELECT ?thing { VALUES ?type { cu:Author cu:Topic cu:TopicSource cu:SourceSite } ?thing a ?type }"
    everything = site.ask(rare)
    site.remove("20.md")
    site.build()
    assert site.ask(rare) == everything
    site.remove("21.md")
    site.build()
    assert site.quads() == before


def test_the_commonest_spelling_wins(site: Site) -> None:
    """One author in two spellings has the commonest as name, the other as alternative, and a warning with its line."""
    site.write("20.md", item(20, author=["Cy Young", "ANN LEE"]))
    report = site.build()
    assert report.incomplete is False
    [warning] = [each for each in report.problems if each.code == "spelling-differs"]
    assert (warning.file, warning.key, warning.severity) == ("seeds/20.md", "author[1]", "warning")
    assert (site.seeds / "20.md").read_text("utf-8").splitlines()[warning.line - 1] == "- ANN LEE"
    assert "'ANN LEE'" in warning.message
    assert "'Ann Lee'" in warning.message
    assert (f"{BASE}author/ann-lee", "Ann Lee") in names(site)
    alternative = site.ask("SELECT ?name { <https://data.example.org/author/ann-lee> schema:alternateName ?name }")
    assert alternative == [("ANN LEE",)]
    assert site.quads() == fresh(site)


def test_the_commonest_spelling_changes_with_the_items(site: Site) -> None:
    """When another spelling becomes the commonest it becomes the name, and the old one an alternative."""
    for number in range(1, 13):
        spelled = "Ann Lee" if number <= 6 else "ann lee"
        site.write(f"{number}.md", item(number, author=[spelled]))
    site.build()
    assert names(site) == [(f"{BASE}author/ann-lee", "Ann Lee")]
    site.write("6.md", item(6, author=["ann lee"]))
    report = site.build()
    assert names(site) == [(f"{BASE}author/ann-lee", "ann lee")]
    assert {file for file, code in problems(report) if code == "spelling-differs"} == {"seeds/1.md"}
    assert site.quads() == fresh(site)
    for number in range(1, 6):
        site.write(f"{number}.md", item(number, author=["ann lee"]))
    assert problems(site.build()) == set()
    assert site.quads() == fresh(site)


def test_a_topic_in_two_spellings_keeps_both(site: Site) -> None:
    """A topic's other spelling becomes an alternative label, in every item the same topic."""
    site.write("20.md", item(20, communityTopics=["Symplur: payment reform", "Medigy: Care Model"]))
    report = site.build()
    assert {code for _, code in problems(report)} == {"spelling-differs"}
    labels = site.ask("SELECT ?p ?label { <https://data.example.org/topic/symplur/payment-reform> ?p ?label }")
    texts = {(p.rpartition("#")[2], label) for p, label in labels}
    assert {("prefLabel", "Payment Reform"), ("altLabel", "payment reform")} <= texts
    assert site.quads() == fresh(site)


# What every conversion depends on


def add_a_class(site: Site) -> None:
    with (site.folder / "ontology" / "core.ttl").open("a") as file:
        file.write('\ncu:Extra a owl:Class ; rdfs:label "extra"@en ; skos:definition "More."@en .\n')


def change_a_rule(site: Site) -> None:
    file = site.folder / "converters" / "item.py"
    file.write_text(
        file.read_text().replace('Rule("title", DCTERMS.title, english)', 'Rule("title", CU.trailText, text)')
    )


def change_the_base(site: Site) -> None:
    site.settings(base="https://other.example/")


def change_the_site(site: Site) -> None:
    site.settings(site="https://www.other.example/")


def change_the_rights(site: Site) -> None:
    site.settings(rights="Ask first.")


@pytest.mark.parametrize(
    "change",
    [add_a_class, change_a_rule, change_the_base, change_the_site, change_the_rights],
    ids=lambda change: change.__name__,
)
def test_a_change_of_the_rules_rebuilds_everything(site: Site, change: Callable[[Site], None]) -> None:
    """After a change to the ontology, a converter or the settings the graph is what a full build makes."""
    site.own("ontology")
    site.own("converters")
    settle()
    site.build()
    before = site.quads()
    change(site)
    report = site.build()
    assert report.changed == 12
    assert site.quads() != before
    assert site.quads() == fresh(site)
    assert site.build().changed == 0


def test_a_converter_with_the_same_time_and_length_is_read_again(tmp_path: Path) -> None:
    """An edit of a converter that keeps its length and time takes effect: nothing is taken from compiled files."""
    site = Site(tmp_path / "site", items([1]))
    file = site.own("converters") / "item.py"
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}
    assert site.run("build", env=compiled).status == 0
    status = file.stat()
    file.write_text(file.read_text().replace('Rule("date",', 'Rule("dote",'))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file.stat().st_size == status.st_size
    site.run("build", env=compiled)
    assert site.ask("SELECT ?date { ?item dcterms:created ?date ; a cu:CuratedItem }") == []


@pytest.mark.parametrize(
    ("folder", "name", "text"),
    [
        ("ontology", "broken.ttl", "cu:Extra a"),
        ("converters", "broken.py", "x = ("),
        ("converters", "broken.py", "import nowhere"),
        ("converters", "broken.py", "from curagraph.vocabulary import CU\nx = 1 / 0\n"),
        (".", "curagraph.toml", "base = "),
        (".", "curagraph.toml", 'base = "ftp://x/"'),
        (".", "curagraph.toml", 'colour = "red"'),
        (".", "curagraph.toml", "sources = 3"),
        (".", "curagraph.toml", "base = 'https://x.example/\\n> <'"),
        (".", "curagraph.toml", "base = 'https://x.example/> <a:b> /'"),
    ],
)
def test_a_broken_project_is_named_and_keeps_the_old_graph(site: Site, folder: str, name: str, text: str) -> None:
    """Where the rules themselves are wrong the command says which file in one line, and the old graph answers."""
    if folder != ".":
        site.own(folder)
    before = site.titles()
    file = site.folder / folder / name
    old = file.read_bytes() if file.exists() else b""
    file.write_text(text)
    site.write("13.md", item(13))
    ended = site.run("build")
    assert ended.status == 2
    assert name in ended.sentence
    file.write_bytes(old)
    if not old:
        file.unlink()
    assert site.titles() == before
    assert site.build().changed == 1


# The library's own words


def test_progress_is_told_in_files(site: Site) -> None:
    """A caller is told how many files are done of how many, up to the last."""
    import curagraph

    told: list[tuple[int, int]] = []
    site.write("13.md", item(13))
    curagraph.build(site.load(), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (1, 1)


def test_a_source_that_is_not_there_is_an_error(site: Site) -> None:
    """A source folder that does not exist is the caller's mistake, and the graph stays."""
    before = site.titles()
    with pytest.raises(UsageError, match="nowhere"):
        site.build("nowhere")
    assert site.titles() == before


def test_what_a_build_raises_has_one_base() -> None:
    """All that curagraph raises on purpose can be caught by one name."""
    import curagraph

    assert all(issubclass(each, curagraph.CuragraphError) for each in (BuildStopped, ProjectError, UsageError))


def test_a_report_tells_every_leaf(tmp_path: Path) -> None:
    """The report counts for each key path where its values went: converted, agreed, ignored and why, or lost."""
    site = Site(tmp_path / "site", {"1.md": item(1, herf="https://a.example/"), "2.md": item(2, date="soon")})
    report = site.build()
    keys = report.as_json()["keys"]
    assert isinstance(keys, dict)
    assert keys["title"]["converted"] == 2
    assert keys["openProjectCustomFields.cleanUrl"]["agreed"] == 2
    assert sum(keys["tags[]"]["ignored"].values()) == 2
    assert all(reason for reason in keys["tags[]"]["ignored"])
    assert keys["herf"]["unmapped"] == 1
    assert (keys["date"]["converted"], keys["date"]["dropped"]) == (1, 1)
    assert problems(report) == {("seeds/1.md", "unmapped-key"), ("seeds/2.md", "bad-date")}


def test_a_report_is_the_same_after_many_builds(site: Site) -> None:
    """What a report says of the whole does not depend on how many builds led to it."""
    site.write("20.md", item(20, herf="x", author=["ANN LEE"]))
    site.write("21.md", item(1))
    incremental = site.build()
    shutil.rmtree(site.folder / ".curagraph")
    whole = site.build()

    def told(report: Report) -> object:
        return (report.read, report.set_aside, report.triples, report.problems, report.ledger)

    assert told(incremental) == told(whole)


def test_addresses_come_from_the_settings_alone(tmp_path: Path) -> None:
    """With other addresses in `curagraph.toml` no statement about an item names ours."""
    site = Site(tmp_path / "site", items([1]))
    site.settings(base="https://one.example/data/", site="https://two.example/")
    site.build()
    published = site.export().decode()
    assert BASE not in published
    assert PAGES not in published
    assert "<https://one.example/data/item/1>" in published
    assert "<https://two.example/communities/telehealth/curated-news/news-1/>" in published
