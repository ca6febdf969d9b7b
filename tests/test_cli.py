"""The command line, to the letter: words, statuses, formats, and one sentence for whatever goes wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

import curagraph
from curagraph import Format
from tests.project import BASE, CU, PATIENCE, ROOT, Site, command, item, items, run, settle, together

SELECT = "SELECT ?item ?title { ?item a cu:CuratedItem ; dcterms:title ?title } ORDER BY ?item"
ASK = "ASK { ?item a cu:CuratedItem }"
CONSTRUCT = "CONSTRUCT { ?item dcterms:title ?title } WHERE { ?item a cu:CuratedItem ; dcterms:title ?title }"
DESCRIBE = f"DESCRIBE <{BASE}item/1>"
QUESTIONS = {"SELECT": SELECT, "ASK": ASK, "CONSTRUCT": CONSTRUCT, "DESCRIBE": DESCRIBE}
ROWS, TRIPLES = ("json", "csv", "tsv", "xml"), ("turtle", "jsonld", "ntriples")
BAD = item(9, date="soon")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A project that is built and that no test changes."""
    site = Site(tmp_path_factory.mktemp("cli") / "site", items(range(1, 4)))
    site.build()
    return site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site", items(range(1, 13)))


# build


def test_build_ends_with_0_when_everything_was_published(site: Site) -> None:
    """A build without a loss prints a short table and ends with status 0, and is silent on standard error."""
    ended = site.run("build")
    assert (ended.status, ended.err) == (0, "")
    cells = (line.rsplit(None, 1) for line in ended.out.splitlines())
    rows = {row[0].strip(): row[1] for row in cells if len(row) == 2}
    assert rows["items read"] == "12"
    assert rows["changed"] == "12"
    assert rows["set aside"] == "0"
    assert rows["triples"].replace(",", "") == str(len(site.snapshot().store))
    assert float(rows["seconds"]) > 0


def test_build_ends_with_0_for_warnings_and_notes(site: Site) -> None:
    """What was published and is only doubtful does not change the status."""
    site.write("1.md", item(1, date="2020-12-26T07:18:25"))
    ended = site.run("build")
    assert ended.status == 0
    assert "seeds/1.md:" in ended.out
    assert "warning: no-time-zone" in ended.out


def test_build_ends_with_1_when_a_value_was_dropped(site: Site) -> None:
    """A value that does not fit costs that value: the rest is published, and the status is 1."""
    site.write("1.md", item(1, date="soon"))
    ended = site.run("build")
    assert ended.status == 1
    assert "'soon'" in ended.out
    assert "[bad-date]" in ended.out
    assert site.titles()["1"] == "Item 1"


def test_build_ends_with_1_when_an_item_was_set_aside(site: Site) -> None:
    """An item without identity costs itself: the rest is published, and the status is 1."""
    site.write("1.md", item(1, id=None))
    ended = site.run("build")
    assert ended.status == 1
    assert set(site.titles()) == {str(number) for number in range(2, 13)}


def test_build_ends_with_2_for_wrong_usage(site: Site) -> None:
    """A call that cannot be meant ends with status 2 and builds nothing."""
    wrong = ("nowhere", "--jobs -1", "--jobs many", "--nonsense", "--project nowhere", "--report")
    for ended in together([partial(run, "build", *words.split(), cwd=site.folder) for words in wrong]):
        assert ended.status == 2
        assert ended.err.strip()
        assert ended.out == ""
    assert not (site.folder / ".curagraph").exists()


def test_sources_default_to_those_of_the_settings(site: Site) -> None:
    """Without a source a build reads `seeds/`, or what `curagraph.toml` says."""
    assert run("build", cwd=site.folder).status == 0
    assert len(site.titles()) == 12
    site.seeds.rename(site.folder / "content")
    with (site.folder / "curagraph.toml").open("a") as file:
        file.write('sources = ["content"]\n')
    assert run("build", cwd=site.folder).status == 0
    assert len(site.titles()) == 12


def test_a_folder_without_settings_is_a_project(tmp_path: Path) -> None:
    """A folder with nothing but `seeds/` builds with the defaults of the package."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "1.md").write_text(item(1), encoding="utf-8")
    assert run("build", cwd=tmp_path).status == 0
    assert run("query", ASK, "--format", "csv", cwd=tmp_path).out == "true\n"


def test_several_sources_are_read(site: Site, tmp_path: Path) -> None:
    """Folders and files may be named together, inside the project or not."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "20.md").write_text(item(20), encoding="utf-8")
    assert site.run("build", site.seeds / "1.md", "more", cwd=tmp_path).status == 0
    assert set(site.titles()) == {"1", "20"}


def test_every_command_works_from_any_directory(site: Site, tmp_path: Path) -> None:
    """With --project a command may stand anywhere; the project may be named relative to that place."""
    assert run("build", "--project", "site", cwd=tmp_path).status == 0
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    calls = ("query latest-items", "queries", "export", "explain 1", "inspect", "build")
    ended = together([partial(run, *words.split(), "--project", "../site", cwd=elsewhere) for words in calls])
    assert [each.status for each in ended] == [0] * len(calls)
    assert list(elsewhere.iterdir()) == []


def test_a_relative_source_is_meant_from_where_the_command_stands(site: Site) -> None:
    """`--project ..` does not change what a source on the command line means."""
    ended = run("build", ".", "--project", "..", cwd=site.seeds)
    assert ended.status == 0
    assert len(site.titles()) == 12


def test_jobs_change_nothing_but_the_time(site: Site) -> None:
    """Any number of jobs gives the same graph."""
    copies = [site.copy(site.folder.with_name(f"jobs{jobs}")) for jobs in (0, 1, 3)]
    ended = together([partial(copy.run, "build", "--jobs", copy.folder.name[-1]) for copy in copies])
    assert [each.status for each in ended] == [0, 0, 0]
    assert copies[0].quads() == copies[1].quads() == copies[2].quads()


def test_strict_keeps_the_old_graph(site: Site) -> None:
    """With --strict a loss publishes nothing: the old snapshot answers, and stays current until a clean build."""
    assert site.run("build", "--strict").status == 0
    before = site.quads()
    site.write("1.md", item(1, title="New"))
    site.write("2.md", item(2, date="soon"))
    ended = site.run("build", "--strict")
    assert ended.status == 1
    assert "--strict" in ended.out
    assert "old graph stands" in ended.out
    assert site.quads() == before
    answer = site.run("query", SELECT, "--format", "csv").out
    assert "Item 1" in answer
    assert "New" not in answer
    site.write("2.md", item(2))
    assert site.run("build", "--strict").status == 0
    assert site.titles()["1"] == "New"


def test_a_first_strict_build_with_a_loss_publishes_nothing(site: Site) -> None:
    """With --strict there is no graph at all until one build loses nothing."""
    site.write("13.md", BAD)
    assert site.run("build", "--strict").status == 1
    ended = site.run("query", ASK)
    assert ended.status == 2
    assert "curagraph build" in ended.sentence
    site.remove("13.md")
    assert site.run("build", "--strict").status == 0


def test_strict_publishes_with_warnings(site: Site) -> None:
    """With --strict what is only doubtful is published."""
    site.write("1.md", item(1, date="2020-12-26T07:18:25"))
    assert site.run("build", "--strict").status == 0
    assert len(site.titles()) == 12


def test_a_strict_build_that_finds_an_old_loss_keeps_to_it(site: Site) -> None:
    """A loss that an earlier build published around is a loss still: --strict says so again."""
    site.write("1.md", item(1, date="soon"))
    assert site.run("build").status == 1
    settle()
    assert site.run("build").status == 1
    assert site.run("build", "--strict").status == 1
    assert site.titles()["1"] == "Item 1"


def test_the_report_lists_every_problem(site: Site) -> None:
    """The report has each problem with severity, code, file, line, key and message, and the counts of each key path."""
    site.write("1.md", item(1, date="soon", herf="x", author=["Ann Lee", "ann lee"]))
    (site.seeds / "gone.md").symlink_to("nowhere.md")
    file = site.folder / "report.json"
    assert site.run("build", "--report", file).status == 1
    report = json.loads(file.read_text("utf-8"))
    assert {"items", "triples", "problems", "keys", "seconds", "published"} <= set(report)
    assert report["items"] == {"read": 12, "changed": 12, "set_aside": 1}
    assert report["triples"] == len(site.snapshot().store)
    assert report["published"] is True
    for problem in report["problems"]:
        assert list(problem) == ["severity", "code", "file", "line", "key", "message"]
        assert problem["severity"] in ("error", "warning", "note")
        assert isinstance(problem["line"], int)
    by_code = {problem["code"]: problem for problem in report["problems"]}
    lines = (site.seeds / "1.md").read_text("utf-8").splitlines()
    for code, key, text in (("bad-date", "date", "date: soon"), ("unmapped-key", "herf", "herf: x")):
        assert (by_code[code]["file"], by_code[code]["key"]) == ("seeds/1.md", key)
        assert lines[by_code[code]["line"] - 1] == text
    assert by_code["bad-link"]["file"] == "seeds/gone.md"
    dates = report["keys"]["date"]
    assert (dates["converted"], dates["dropped"], dates["unmapped"]) == (11, 1, 0)
    assert report["keys"]["herf"]["unmapped"] == 1
    assert sum(report["keys"]["tags[]"]["ignored"].values()) == 12


def test_the_report_accounts_for_every_leaf(site: Site) -> None:
    """For each key path the outcomes add up to the values that there are."""
    file = site.folder / "report.json"
    site.run("build", "--report", file)
    report = json.loads(file.read_text("utf-8"))
    inspected = site.run("inspect", "--format", "json").json()
    wanted = {key["key"]: key["values"] for key in inspected["keys"]}
    counted = {
        key: sum(sum(count.values()) if isinstance(count, dict) else count for count in counts.values())
        for key, counts in report["keys"].items()
        if key != "(body)"
    }
    assert counted == wanted


def test_a_report_is_written_for_an_unchanged_and_for_a_strict_build(site: Site) -> None:
    """The report tells of the whole graph also when nothing changed, and when nothing was published."""
    file = site.folder / "report.json"
    site.run("build")
    site.run("build", "--report", file)
    report = json.loads(file.read_text("utf-8"))
    assert (report["items"]["read"], report["items"]["changed"]) == (12, 0)
    assert report["keys"]["title"]["converted"] == 12
    site.write("13.md", BAD)
    site.run("build", "--strict", "--report", file)
    assert json.loads(file.read_text("utf-8"))["published"] is False


def test_a_report_that_cannot_be_written_is_one_sentence(site: Site) -> None:
    """A report in a folder that is not there ends with one line and a status that says so."""
    ended = site.run("build", "--report", site.folder / "nowhere" / "report.json")
    assert ended.status not in (0, 1)
    assert "report" in ended.sentence


def test_the_first_problems_of_each_kind_are_printed(site: Site) -> None:
    """A folder full of one mistake does not hide another: of each kind a few are printed, and all are counted."""
    for number in range(1, 11):
        site.write(f"{number}.md", item(number, date="soon"))
    site.write("11.md", item(11, herf="x"))
    ended = site.run("build")
    assert 1 <= ended.out.count("[bad-date]") < 10
    assert "[unmapped-key]" in ended.out
    assert any(line.split() == ["error:", "bad-date", "10"] for line in ended.out.splitlines())


def test_no_progress_bar_in_a_pipe(site: Site) -> None:
    """Where standard error is no terminal there is no bar, and no control code anywhere."""
    ended = site.run("build", env={"FORCE_COLOR": ""})
    assert ended.err == ""
    assert "\x1b" not in ended.out
    assert "\r" not in ended.out


def test_a_progress_bar_on_a_terminal(tmp_path: Path) -> None:
    """Where standard error is a terminal it shows how far the build is."""
    pty = pytest.importorskip("pty")
    site = Site(tmp_path / "site", items(range(1, 300)))
    above, below = pty.openpty()
    build = subprocess.Popen(
        command("build", "--project", site.folder, "--jobs", "1"),
        stdout=subprocess.DEVNULL,
        stderr=below,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(below)
    shown = b""
    while True:
        try:
            part = os.read(above, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(above)
    assert build.wait(PATIENCE) == 0
    assert b"building" in shown
    assert b"/299" in shown


# query


@pytest.mark.parametrize("format_", ROWS)
def test_rows_are_answered_in_every_format_of_rows(built: Site, format_: str) -> None:
    """A SELECT is answered as JSON, CSV, TSV and XML of SPARQL 1.1."""
    ended = built.run("query", SELECT, "--format", format_)
    assert ended.status == 0
    wanted = [(f"{BASE}item/{number}", f"Item {number}") for number in range(1, 4)]
    match format_:
        case "json":
            bindings = ended.json()["results"]["bindings"]
            assert [(row["item"]["value"], row["title"]["value"]) for row in bindings] == wanted
        case "csv":
            assert list(csv.reader(io.StringIO(ended.out))) == [["item", "title"], *map(list, wanted)]
        case "tsv":
            lines = [f'<{iri}>\t"{title}"@en' for iri, title in wanted]
            assert ended.out.splitlines() == ["?item\t?title", *lines]
        case "xml":
            found = ElementTree.fromstring(ended.data)  # noqa: S314  # what we wrote ourselves
            texts = [text for text in found.itertext() if text.strip()]
            assert texts == [text for row in wanted for text in row]


@pytest.mark.parametrize(("query", "wanted"), [(ASK, b"true"), ("ASK { ?item a cu:Nothing }", b"false")])
def test_yes_or_no_is_answered_in_every_format_of_rows(built: Site, query: str, wanted: bytes) -> None:
    """An ASK is answered in each of the same formats."""
    for ended in built.run_all([["query", query, "--format", format_] for format_ in ROWS]):
        assert (ended.status, wanted in ended.data) == (0, True)


@pytest.mark.parametrize("query", ["CONSTRUCT", "DESCRIBE"])
def test_triples_are_answered_in_every_format_of_triples(built: Site, query: str) -> None:
    """A CONSTRUCT and a DESCRIBE are answered as Turtle, JSON-LD and N-Triples that hold the same triples."""
    answer = built.snapshot().store.query(
        QUESTIONS[query], prefixes=built.load().vocabulary.prefixes, use_default_graph_as_union=True
    )
    assert isinstance(answer, ox.QueryTriples)
    wanted = {str(triple) for triple in answer}
    calls = [["query", QUESTIONS[query], "--format", format_] for format_ in TRIPLES]
    parsers = (ox.RdfFormat.TURTLE, ox.RdfFormat.JSON_LD, ox.RdfFormat.N_TRIPLES)
    for ended, parser in zip(built.run_all(calls), parsers, strict=True):
        assert ended.status == 0
        assert {str(quad.triple) for quad in ox.parse(ended.data, parser)} == wanted


def test_every_answer_is_shown_as_a_table(built: Site) -> None:
    """Whatever is asked, a person gets a table, and the number of rows beside it."""
    for ended in built.run_all([["query", query] for query in QUESTIONS.values()]):
        assert ended.status == 0
        assert "row" in ended.err
        assert "item/1" in ended.out or "yes" in ended.out


def test_an_answer_in_a_format_that_cannot_hold_it(built: Site) -> None:
    """Rows in a format of triples, and triples in a format of rows, end with status 2 and say what to take."""
    wrong = [("SELECT", "turtle"), ("ASK", "jsonld"), ("ASK", "ntriples"), ("CONSTRUCT", "csv"), ("DESCRIBE", "json")]
    asked = built.run_all([["query", QUESTIONS[query], "--format", format_] for query, format_ in wrong])
    for (_, format_), ended in zip(wrong, asked, strict=True):
        assert (ended.status, ended.data) == (2, b"")
        assert format_ in ended.sentence
        assert "take" in ended.sentence


def test_a_constructed_blank_node_is_answered(built: Site) -> None:
    """A CONSTRUCT may make blank nodes: each format of triples writes them, or says in one line that it does not."""
    query = "CONSTRUCT { [] dcterms:title ?title } WHERE { ?item a cu:CuratedItem ; dcterms:title ?title }"
    for ended in built.run_all([["query", query, "--format", format_] for format_ in TRIPLES]):
        assert ended.status == 0 or ended.sentence
        if ended.status == 0:
            assert ended.data.count(b"Item ") == 3


def test_a_query_may_be_a_name_a_file_or_sparql(built: Site, tmp_path: Path) -> None:
    """The same question by its name, from a file and as text gives the same answer."""
    named = built.run("query", "latest-items", "--format", "csv")
    source = built.load().content("queries") / "latest-items.rq"
    file = tmp_path / "own.rq"
    file.write_bytes(source.read_bytes())
    from_file = built.run("query", file, "--format", "csv")
    assert named.status == from_file.status == 0
    assert named.data == from_file.data
    assert len(named.out.splitlines()) == 4
    assert built.run("query", SELECT, "--format", "csv").status == 0


def test_prefixes_of_the_ontology_need_not_be_declared(built: Site) -> None:
    """A query may use our prefixes without declaring them, or declare them itself, even with another meaning."""
    assert built.run("query", "SELECT ?s { ?s a cu:CuratedItem }", "--format", "csv").out.count("item/") == 3
    declared = f"PREFIX dcterms: <{CU}> SELECT ?s {{ ?s a dcterms:CuratedItem }}"
    assert built.run("query", declared, "--format", "csv").out.count("item/") == 3


def test_a_parameter_is_set(site: Site) -> None:
    """--set gives a parameter a value, several times for several of them."""
    site.write("1.md", item(1, link={"brand": "other.example", "href": "https://other.example/1"}))
    site.run("build")
    ended = site.run("query", "items-of-brand", "--set", "brand=other.example", "--format", "json")
    rows = ended.json()["results"]["bindings"]
    assert [row["title"]["value"] for row in rows] == ["Item 1"]
    assert site.run("query", "items-of-brand", "--set", "brand=nobody.example", "--format", "csv").status == 0


def test_a_parameter_is_never_syntax(built: Site) -> None:
    """Whatever stands in a parameter is a term: it finds nothing, or is refused with a sentence."""
    inserted = "x> } INSERT DATA { <a:a> <a:b> <a:c> } #"
    values = (inserted, '" ) } #', "{}", "a b\\c", "%", "?s", "\u202e", "<b>", "..", "x" * 5_000, "\udcff", "\0")

    def is_harmless(value: str) -> bool:
        try:
            answer = curagraph.ask(built.snapshot(), "items-of-brand", {"brand": value})
        except curagraph.UsageError as error:
            return "brand" in str(error)
        return isinstance(answer, ox.QuerySolutions) and not list(answer)

    assert [value for value in values if not is_harmless(value)] == []
    ended = built.run("query", "items-of-brand", "--set", f"brand={inserted}")
    assert ended.err == "0 rows\n" or "brand" in ended.sentence


def test_a_question_that_cannot_be_put_is_wrong_usage(built: Site) -> None:
    """An unknown query or parameter ends with status 2 and a sentence that names it."""
    wrong = [
        (["nosuch"], "nosuch"),
        (["nosuch.rq"], "nosuch.rq"),
        (["../../etc/passwd"], "passwd"),
        ([""], "query"),
        (["latest-items", "--set", "colour=red"], "colour"),
        (["latest-items", "--set", "colour"], "colour"),
        (["latest-items", "--set", "=red"], "=red"),
        ([ASK, "--set", "item=x"], "item"),
    ]
    asked = built.run_all([["query", *arguments] for arguments, _ in wrong])
    for (_, named), ended in zip(wrong, asked, strict=True):
        assert (ended.status, ended.data) == (2, b"")
        assert named in ended.sentence


def test_an_unknown_format_is_wrong_usage(built: Site) -> None:
    """A format that there is not ends with status 2 and names those there are."""
    ended = built.run("query", SELECT, "--format", "xlsx")
    assert (ended.status, ended.data) == (2, b"")
    assert "xlsx" in ended.err
    assert all(name in ended.err for name in ("table", *ROWS, *TRIPLES))


def test_what_is_not_sparql_is_one_line(built: Site) -> None:
    """A query that is not SPARQL ends with a status other than 0 and one line that says so."""
    wrong = (
        "SELEKT ?x { ?x ?y ?z }",
        "SELECT ?x { ?x ?y }",
        "SELECT ?x\n{\n?x\n?y }\n",
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "DROP ALL",
        "SELECT * { ?s unknown:p ?o }",
        "a question in words",
        "{ }}}",
        "SELECT * { ?s ?p 'unclosed }",
        "PREFIX x: <not an iri> SELECT * {}",
    )
    for text in wrong:
        with pytest.raises(curagraph.CuragraphError, match="not SPARQL") as raised:
            curagraph.ask(built.snapshot(), text)
        assert "\n" not in str(raised.value)
    for ended in built.run_all([["query", text] for text in wrong[:3]]):
        assert ended.status in (1, 2)
        assert ended.data == b""
        assert "not SPARQL" in ended.sentence


def test_the_place_of_a_mistake_is_that_in_the_text(built: Site) -> None:
    """The line and column that a mistake is reported at are those of the text that was given."""
    sentence = built.run("query", "SELECT ?s {\n?s ?p }").sentence
    place = re.search(r"(\d+):(\d+)", sentence)
    assert place
    assert place[1] == "2"
    assert int(place[2]) <= 8


def test_a_query_that_fails_as_it_runs_is_one_line(built: Site) -> None:
    """What goes wrong while a query is answered is told in one line, in every format."""
    texts: list[str | bytes] = [
        b"SELECT \xff { ?s ?p ?o }",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    ]
    for ended in built.run_all([["query", text, "--format", name] for text, name in product(texts, ("table", "json"))]):
        assert ended.status == 0 or ended.sentence


def test_a_file_that_is_no_query_is_one_line(built: Site, tmp_path: Path) -> None:
    """A file that is not text, not SPARQL, or has a broken header ends with one line that names it."""
    wrong = (b"\xff\xfe", b"not sparql", b"#+ summary: [\nASK {}", b"#+ params: 3\nASK {}", b"#+ - x\nASK {}")
    files = [tmp_path / f"own{number}.rq" for number in range(len(wrong))]
    for file, content in zip(files, wrong, strict=True):
        file.write_bytes(content)
    for content, ended in zip(wrong, built.run_all([["query", file] for file in files]), strict=True):
        assert ended.status in (1, 2), content
        assert ended.sentence


def test_queries_are_listed(built: Site) -> None:
    """`curagraph queries` lists each named question with its summary and parameters; each of them can be asked."""
    ended = built.run("queries")
    assert ended.status == 0
    listed = built.run("queries", "--format", "json").json()
    assert len(listed) >= 15
    for question in listed:
        assert question["name"] in ended.out
        assert question["summary"]
        assert all(parameter["description"] for parameter in question["parameters"])


def test_an_endpoint_that_does_not_answer_is_one_line(built: Site) -> None:
    """An endpoint that is not there, and one that is no address, end with one line."""
    wrong = ("http://127.0.0.1:9/query", "nonsense", "file:///etc/passwd", "http://[x/")
    for ended in built.run_all([["query", ASK, "--endpoint", endpoint] for endpoint in wrong]):
        assert ended.status in (1, 2)
        assert ended.sentence


# export


def test_the_graph_is_written_to_standard_output(built: Site) -> None:
    """`export --format` writes the bytes of the library's export, and nothing else."""
    for format_, ended in zip(
        Format, built.run_all([["export", "--format", each.value] for each in Format]), strict=True
    ):
        assert (ended.status, ended.err) == (0, "")
        assert ended.data == built.export(format_)


def test_the_default_export_is_turtle(built: Site) -> None:
    """Without a format the graph is written as Turtle."""
    assert built.run("export").data == built.export(Format.TURTLE)


def test_one_item_is_written(built: Site) -> None:
    """--item takes a number, a path or an IRI."""
    for ended in built.run_all([["export", "--item", name] for name in ("2", "item/2", f"{BASE}item/2")]):
        assert ended.data == built.export(Format.TURTLE, item="2")


def test_an_export_that_cannot_be_meant(built: Site, tmp_path: Path) -> None:
    """An unknown item, and a file name that promises no notation, end with status 2, a sentence and no file."""
    wrong = [("--item", "99999"), ("--item", "no such thing"), ("-o", "graph"), ("-o", "graph.txt"), ("-o", "graph.gz")]
    exported = built.run_all([["export", *arguments] for arguments in wrong], cwd=tmp_path)
    for (_, named), ended in zip(wrong, exported, strict=True):
        assert (ended.status, ended.data) == (2, b"")
        assert named in ended.sentence
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_notation_is_wrong_usage(built: Site) -> None:
    """A notation that there is not ends with status 2 and names those there are."""
    ended = built.run("export", "--format", "csv")
    assert (ended.status, ended.data) == (2, b"")
    assert all(format_.value in ended.err for format_ in Format)


def test_an_export_that_cannot_be_written_is_one_line(built: Site, tmp_path: Path) -> None:
    """A folder in the place of the file, and a file in the place of a folder, end with one line."""
    (tmp_path / "folder.ttl").mkdir()
    (tmp_path / "file").touch()
    for target in (tmp_path / "folder.ttl", tmp_path / "file" / "graph.ttl"):
        ended = built.run("export", "-o", target)
        assert ended.status not in (0, 1)
        assert ended.sentence
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.ttl"]


def test_the_suffix_does_not_overrule_the_format(built: Site, tmp_path: Path) -> None:
    """Where --format and the file's name differ the option decides."""
    target = tmp_path / "graph.ttl"
    assert built.run("export", "--format", "nquads", "-o", target).status == 0
    assert target.read_bytes() == built.export(Format.NQUADS)


def test_a_pipe_or_a_link_stays_what_it_is(built: Site, tmp_path: Path) -> None:
    """What is no file is written to, and not replaced by one; a link is followed."""
    pipe, link, file = tmp_path / "pipe.nq", tmp_path / "link.nq", tmp_path / "file.nq"
    os.mkfifo(pipe)
    with file.open("wb") as copy, subprocess.Popen(["cat", pipe], stdout=copy) as reader:
        assert built.run("export", "-o", pipe).status == 0
        assert reader.wait(PATIENCE) == 0
    assert (pipe.is_fifo(), file.read_bytes()) == (True, built.export(Format.NQUADS))
    file.write_text("before")
    link.symlink_to(file.name)
    assert built.run("export", "-o", link).status == 0
    assert (link.is_symlink(), file.read_bytes()) == (True, built.export(Format.NQUADS))


# All commands


@pytest.mark.parametrize("address", ["http://[x/", "https://x.example:99999/", "https://x.example/%zz/"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    """A base or a site that no IRI can begin with ends every command with 2 and one line."""
    for name in ("base", "site"):
        site = Site(tmp_path / name)
        site.settings(**{name: address})
        ended = site.run("build")
        assert ended.status == 2
        assert f"{name} wants an http or https address that ends with /, found" in ended.sentence


def test_a_state_that_is_damaged_is_told(built: Site, tmp_path: Path) -> None:
    """Whatever needs it says which file it is, and what brings the graph back."""
    site = Site.at(Path(shutil.copytree(built.folder, tmp_path / "site", symlinks=True)))
    for file in (site.folder / ".curagraph" / "snapshots").glob("*/state.sqlite"):
        file.write_text("This is no database.")
    for arguments in (["check"], ["explain", "1"], ["build"]):
        ended = site.run(*arguments)
        assert (ended.status, "remove .curagraph/current, and `curagraph build`" in ended.sentence) == (3, True)
    (site.folder / ".curagraph" / "current").unlink()
    assert site.run("build").status == 0
    assert site.export() == built.export()


def test_without_a_graph_there_is_a_hint(site: Site) -> None:
    """Before the first build what reads the graph ends with status 2 and says how to make one."""
    for ended in site.run_all([["query", ASK], ["export"], ["explain", "1"]]):
        assert (ended.status, ended.data) == (2, b"")
        assert "curagraph build" in ended.sentence


def test_every_command_has_help() -> None:
    """Each command says what it does, and each of its options too."""
    names = ("build", "query", "queries", "export", "explain", "inspect", "new")
    for name, ended in zip(names, together([partial(run, name, "--help") for name in names]), strict=True):
        assert ended.status == 0
        assert "Usage: " in ended.out
        assert name in ended.out


def test_wrong_words_are_wrong_usage() -> None:
    """No command, an unknown one and a missing argument end with status 2."""
    wrong = ("", "nonsense", "explain", "query", "new", "--nonsense")
    ended = together([partial(run, *words.split()) for words in wrong])
    assert [each.status for each in ended] == [2] * len(wrong)


def test_arguments_that_are_not_utf_8_are_no_crash(built: Site, tmp_path: Path) -> None:
    """Bytes on the command line that are no text end with one line, or do what they say."""
    words = ("explain", "export --item", "query", "build", "inspect")
    calls: list[list[str | Path | bytes]] = [[*each.split(), b"\xff\xfe"] for each in words]
    for ended in (*built.run_all(calls), run("new", b"\xff\xfe", cwd=tmp_path)):
        assert ended.status in (0, 1, 2)
        assert ended.status == 0 or ended.err


def test_the_module_and_the_script_are_one() -> None:
    """`python -m curagraph` and `curagraph` are the same command."""
    script = Path(sys.executable).with_name("curagraph")
    if not script.exists():
        pytest.skip("curagraph is not installed beside this Python")
    done = subprocess.run([script, "--help"], capture_output=True, timeout=PATIENCE, check=True)
    assert done.stdout.splitlines()[1:] == run("--help").data.splitlines()[1:]


def test_the_checkout_is_a_project() -> None:
    """The commands work on the repository itself, which is the tool's first project."""
    ended = run("inspect", "--format", "json", cwd=ROOT)
    assert ended.status == 0
    assert ended.json()["files"] == 5


def test_a_terminal_that_speaks_no_utf_8_is_no_crash(tmp_path: Path) -> None:
    """Texts of all scripts are printed, replaced where the terminal cannot show them."""
    site = Site(tmp_path / "site", {"1.md": item(1, title="日本語 😀 ü"), "e.md": item(2, date="soön")})
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    statuses: list[tuple[list[str | Path], int]] = [
        (["build"], 1),
        (["query", SELECT], 0),
        (["explain", "1"], 0),
        (["inspect"], 0),
        (["export"], 0),
    ]
    for arguments, status in statuses:
        ended = site.run(*arguments, env=env)
        assert ended.status == status, (arguments, ended.err)


def test_the_statuses_are_documented() -> None:
    """`build --help` tells what each status means."""
    text: Any = run("build", "--help").out
    assert all(f"{status} " in text for status in ("0", "1", "2", "3"))
