"""Reviewed matches: what the files say is published, and a row that is wrong is refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from curagraph import Project, ProjectError
from curagraph.matching.matches import Matches
from curagraph.matching.matchrow import Decision
from curagraph.matching.sssom import COLUMNS
from curagraph.matching.things import concepts
from curagraph.vocabulary import Vocabulary
from tests.conftest import Limited
from tests.project import BASE, SCHEMA, SKOS, Site, item

HEADER = "#mapping_set_id: urn:uuid:6f1c9b1e-0000-4000-8000-000000000000\n#license: https://example.org/licence\n"
CARE = "https://data.medigy.com/care-models/"
TOPIC, AUTHOR, BRAND = f"{BASE}topic/", f"{BASE}author/", f"{BASE}brand/"
REPLACED = "http://purl.org/dc/terms/isReplacedBy"
SAME = ["topic:symplur/payment-reform", "Payment Reform", "skos:broadMatch", "", "cm:reimbursement-model"]
SAME += ["reimbursement model", "semapv:ManualMappingCuration", "Curator One", "2026-01-31", "", ""]
GOOD = dict(zip(COLUMNS, SAME, strict=True))
SPELT = {"subject_id": "author:s-ghosh", "subject_label": "S. Ghosh", "predicate_id": "dcterms:isReplacedBy"}
SPELT |= {"object_id": "author:sonalika-ghosh", "object_label": "Sonalika Ghosh"}
PROPOSED = {"mapping_justification": "semapv:LexicalMatching", "reviewer_label": "", "mapping_date": ""}


def row(**changes: str) -> str:
    """A row that is right, but for what is changed."""
    return "\t".join((GOOD | changes).values()) + "\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A project with an ontology of its own, and no matches."""
    made = Site(tmp_path / "site")
    for file in (made.own("ontology") / "matches").iterdir():
        file.unlink()
    return made


def write(site: Site, *rows: str, header: str = HEADER, name: str = "topics") -> Path:
    file = site.folder / "ontology" / "matches" / f"{name}.sssom.tsv"
    file.write_text(header + "\t".join(COLUMNS) + "\n" + "".join(rows), encoding="utf-8")
    return file


def load(site: Site, *rows: str, header: str = HEADER) -> Matches:
    write(site, *rows, header=header)
    return Matches.load(site.load())


def refused(site: Site) -> str:
    with pytest.raises(ProjectError) as error:
        Matches.load(site.load())
    return str(error.value)


# The files of the house


def test_the_first_decisions_are_there(project: Project) -> None:
    """The tags of the seeds have the matches that were decided, and three have none."""
    matches = Matches.load(project)
    base = project.base
    assert matches.triples() == sorted(
        (f"<{base}topic/{topic}>", f"<{SKOS}{predicate}>", f"<{CARE}{concept}>")
        for topic, predicate, concept in (
            ("symplur/value-based-healthcare", "exactMatch", "value-based-care"),
            ("healthcare-it-news/value-based-care", "exactMatch", "value-based-care"),
            ("medigy/global-budgets", "exactMatch", "global-budget"),
            ("symplur/reimbursement-updates", "broadMatch", "reimbursement-model"),
            ("symplur/payment-reform", "broadMatch", "reimbursement-model"),
            ("medigy/care-model", "closeMatch", "care-delivery-model"),
        )
    )
    none = {row.subject_label for row in matches.decided} - {row.subject_label for row in matches.accepted}
    assert none == {"Increase Profitability", "Business Survival & Continuity", "Contracting"}
    assert matches.canonical() == {}
    assert Decision.REJECTED not in {each.decision for each in matches.decided}
    assert len(matches.accepted) + len(none) == len(matches.decided)


def test_the_decisions_name_concepts_that_exist(project: Project) -> None:
    """Each concept that a decision names is in a scheme, under the label that the row gives it."""
    labels = {each.iri: each.labels[0] for each in concepts(Vocabulary.load(project.ontology("schemes/*.ttl")))}
    assert [row.place for row in Matches.load(project).accepted if labels.get(row.object) != row.object_label] == []


def test_the_files_name_no_host_of_ours(project: Project) -> None:
    """The files hold for any base: no IRI below it stands in them."""
    files = project.ontology("matches/*.sssom.tsv")
    assert len(files) == 3
    assert [file.name for file in files if "medigy.com" in file.read_text("utf-8")] == []


# What is answered


def test_a_decision_is_a_triple_with_its_place(site: Site) -> None:
    """An accepted row is a triple, found again by its file and line."""
    matches = load(site, row())
    triple = (f"<{TOPIC}symplur/payment-reform>", f"<{SKOS}broadMatch>", f"<{CARE}reimbursement-model>")
    assert matches.triples() == [triple]
    assert matches.place(*triple) == "ontology/matches/topics.sssom.tsv:4"
    assert matches.place(*(term[1:-1] for term in triple)) == "ontology/matches/topics.sssom.tsv:4"
    assert matches.place(triple[2], triple[1], triple[0]) == ""


def test_a_rejection_is_no_triple(site: Site) -> None:
    """A rejected row states nothing; its pair and its topic are remembered."""
    matches = load(site, row(predicate_modifier="Not"))
    assert matches.triples() == []
    assert [(each.pair, each.decision) for each in matches.decided] == [
        (frozenset((f"{TOPIC}symplur/payment-reform", f"{CARE}reimbursement-model")), Decision.REJECTED)
    ]
    assert matches.topics() == [("Payment Reform", f"{TOPIC}symplur/payment-reform")]


def test_a_proposal_counts_for_nothing(site: Site) -> None:
    """A row in which nobody is named as reviewer is neither a match nor a rejection, and its topic not decided."""
    matches = load(site, row(**PROPOSED))
    assert (matches.triples(), matches.topics(), matches.decided) == ([], [], ())
    assert len(matches.rows) == 1


def test_a_proposal_counts_once_it_has_a_reviewer(site: Site) -> None:
    """Whoever fills in the reviewer and the date of a proposal has accepted it."""
    changes = PROPOSED | {"reviewer_label": "Curator Two", "mapping_date": "2026-02-01"}
    assert len(load(site, row(**changes)).triples()) == 1


def test_no_match_is_a_decision(site: Site) -> None:
    """`sssom:NoTermFound` states nothing, and its topic is decided."""
    matches = load(site, row(object_id="sssom:NoTermFound", object_label="", predicate_id="skos:exactMatch"))
    assert matches.triples() == []
    assert matches.topics() == [("Payment Reform", f"{TOPIC}symplur/payment-reform")]


def test_topics_of_both_ends_are_answered(site: Site) -> None:
    """Where a topic is matched to a topic, both have been decided about."""
    changes = {"predicate_id": "skos:exactMatch", "object_id": "topic:medigy/reform", "object_label": "Reform"}
    assert load(site, row(**changes)).topics() == [
        ("Payment Reform", f"{TOPIC}symplur/payment-reform"),
        ("Reform", f"{TOPIC}medigy/reform"),
    ]


def test_a_spelling_has_an_author_that_stays(site: Site) -> None:
    """A spelling of an author or a brand is answered with what replaces it, and stated so."""
    brand = SPELT | {"subject_id": "brand:feeds.example.com", "object_id": "brand:example.com"}
    matches = load(site, row(**SPELT), row(**brand))
    assert matches.canonical() == {
        f"{AUTHOR}s-ghosh": f"{AUTHOR}sonalika-ghosh",
        f"{BRAND}feeds.example.com": f"{BRAND}example.com",
    }
    assert (f"<{AUTHOR}s-ghosh>", f"<{REPLACED}>", f"<{AUTHOR}sonalika-ghosh>") in matches.triples()


def test_an_accepted_spelling_is_one_author(site: Site) -> None:
    """Items by both spellings have one author once a person has said so, and a rebuild does not part them again."""
    site.write("1.md", item(1, author=["Sonalika Ghosh"]))
    site.write("2.md", item(2, author=["S. Ghosh"]))
    asked = "SELECT ?author { ?item cu:curatedBy ?author }"
    named = f"SELECT ?name {{ <{AUTHOR}sonalika-ghosh> schema:name|schema:alternateName ?name }}"
    site.build()
    assert site.ask(asked) == [(f"{AUTHOR}s.-ghosh",), (f"{AUTHOR}sonalika-ghosh",)]
    write(site, row(**(SPELT | {"subject_id": "author:s.-ghosh"})), name="people")
    for _ in range(2):
        site.build()
        assert site.ask(asked) == [(f"{AUTHOR}sonalika-ghosh",)] * 2
        assert site.ask(named) == [("S. Ghosh",), ("Sonalika Ghosh",)]
        site.write("2.md", item(2, title="Changed", author=["S. Ghosh"]))


@pytest.mark.parametrize("of_scheme", [True, False], ids=["in the scheme", "in a match"])
def test_a_concept_that_is_in_no_scheme_is_refused(site: Site, of_scheme: bool) -> None:
    """A misspelt concept stops the build with file and line, whether a match or another concept names it."""
    site.write("1.md", item(1))
    if of_scheme:
        scheme = site.folder / "ontology" / "schemes" / "care-models.ttl"
        text = scheme.read_text("utf-8")
        line = text.count("\n") + 1
        scheme.write_text(text + "cm:capitation skos:related cm:capitaton .\n", encoding="utf-8")
        place = f"ontology/schemes/care-models.ttl:{line}"
    else:
        write(site, row(), row(subject_id="topic:symplur/other", object_id="cm:reimbursment-model"))
        place = "ontology/matches/topics.sssom.tsv:5"
    with pytest.raises(ProjectError, match=rf"^{place}: found {CARE}\S+, which is neither in a scheme nor a term"):
        site.build()


def test_profiles_and_publishers_are_outside(site: Site) -> None:
    """An author's confirmed profile and a brand's publisher are named by a prefix of the file's own."""
    header = HEADER + '#curie_map:\n#  ex: "https://people.example.org/"\n'
    profile = SPELT | {"predicate_id": "schema:sameAs", "object_id": "ex:ghosh"}
    publisher = {"subject_id": "brand:example.com", "predicate_id": "schema:publisher", "object_id": "ex:press"}
    triples = load(site, row(**profile), row(**publisher), header=header).triples()
    assert triples == [
        (f"<{AUTHOR}s-ghosh>", f"<{SCHEMA}sameAs>", "<https://people.example.org/ghosh>"),
        (f"<{BRAND}example.com>", f"<{SCHEMA}publisher>", "<https://people.example.org/press>"),
    ]


def test_cells_may_be_quoted(site: Site) -> None:
    """A cell with a quotation mark or a line break is quoted, as the format says, and lines are still counted right."""
    quoted = row(comment='"say ""no""\nor not"', object_id="cm:capitation")
    matches = load(site, quoted, row())
    assert [each.place.rpartition(":")[2] for each in matches.rows] == ["4", "6"]


def test_the_order_of_rows_and_columns_does_not_matter(site: Site) -> None:
    """Rows and columns in another order give the same triples; other columns of SSSOM may stand among them."""
    rows = [row(), row(subject_id="topic:symplur/x", subject_label="X")]
    expected = load(site, *rows).triples()
    names = ["object_source", *reversed(COLUMNS)]
    cells = [["", *reversed(text.rstrip("\n").split("\t"))] for text in reversed(rows)]
    file = write(site)
    file.write_text(HEADER + "".join("\t".join(line) + "\n" for line in [names, *cells]), encoding="utf-8")
    assert Matches.load(site.load()).triples() == expected


def test_a_project_without_files_has_no_matches(site: Site) -> None:
    """Where there is no file, nothing is decided."""
    assert Matches.load(site.load()).rows == ()


def test_no_rdflib_is_loaded(limited: Limited) -> None:
    """Reading matches loads neither rdflib nor rapidfuzz."""
    code = "import sys\nfrom curagraph.matching.matches import Matches\nfrom curagraph.config import Project\n"
    code += "Matches.load(Project.default())\nprint(sorted({'rdflib', 'rapidfuzz'} & set(sys.modules)))\n"
    lines, _ = limited(code, 30)
    assert lines == ["[]"]


# What is refused: the changes to a right row, and a word of the message
WRONG = {
    "merged": ({"predicate_id": "owl:sameAs"}, "owl:sameAs"),
    "unknown predicate": ({"predicate_id": "skos:sameMatch"}, "skos:sameMatch"),
    "predicate of others": ({"predicate_id": "schema:sameAs"}, "schema:sameAs"),
    "unknown prefix": ({"object_id": "wd:Q1"}, "wd:"),
    "an address": ({"object_id": "https://example.org/x"}, "curie_map"),
    "no prefix": ({"object_id": "capitation"}, "'capitation'"),
    "no name": ({"subject_id": "topic:"}, "'topic:'"),
    "empty": ({"subject_id": ""}, "subject_id"),
    "no IRI": ({"object_id": "cm:two words"}, "no IRI"),
    "topic without source": ({"subject_id": "topic:payment-reform"}, "topic:source/label"),
    "capitals": ({"subject_id": "topic:symplur/Payment-Reform"}, "write topic:symplur/payment-reform"),
    "object is subject": ({"object_id": "topic:symplur/payment-reform"}, "both"),
    "object of another kind": ({"object_id": "author:vinit"}, "author:vinit"),
    "unknown justification": ({"mapping_justification": "semapv:Guess"}, "semapv:Guess"),
    "no justification": ({"mapping_justification": ""}, "mapping_justification"),
    "no such day": ({"mapping_date": "2026-02-30"}, "2026-02-30"),
    "a date of another form": ({"mapping_date": "31.01.2026"}, "31.01.2026"),
    "no date": ({"mapping_date": ""}, "mapping_date"),
    "decided by nobody": ({"reviewer_label": ""}, "reviewer_label"),
    "rejected by nobody": (PROPOSED | {"predicate_modifier": "Not"}, "reviewer_label"),
    "another modifier": ({"predicate_modifier": "not"}, "Not"),
    "confidence": ({"confidence": "1.5"}, "1.5"),
    "no label": ({"subject_label": ""}, "subject_label"),
    "not nothing": ({"object_id": "sssom:NoTermFound", "predicate_modifier": "Not"}, "NoTermFound"),
    "author without match": (SPELT | {"object_id": "sssom:NoTermFound"}, "sssom:NoTermFound"),
    "author as concept": (SPELT | {"predicate_id": "skos:exactMatch"}, "dcterms:isReplacedBy"),
    "author merged": (SPELT | {"predicate_id": "owl:sameAs"}, "schema:sameAs"),
    "author replaced by a brand": (SPELT | {"object_id": "brand:example.com"}, "brand:example.com"),
    "profile of ours": (SPELT | {"predicate_id": "schema:sameAs"}, "outside"),
}


@pytest.mark.parametrize(("changes", "word"), WRONG.values(), ids=WRONG)
def test_a_wrong_row_is_refused(site: Site, changes: dict[str, str], word: str) -> None:
    """A wrong row is an error that names the file, the line and what was found."""
    other = row(subject_id="topic:symplur/other")
    write(site, other, row(**changes))
    message = refused(site)
    assert message.startswith("ontology/matches/topics.sssom.tsv:5: ")
    assert word in message


AGAINST = {
    "accepted and rejected": (row(), row(predicate_modifier="Not")),
    "two relations": (row(), row(predicate_id="skos:exactMatch")),
    "from both sides": (
        row(object_id="topic:medigy/reform"),
        row(subject_id="topic:medigy/reform", object_id="topic:symplur/payment-reform"),
    ),
    "something and nothing": (row(object_id="sssom:NoTermFound"), row()),
    "a chain of spellings": (
        row(**SPELT),
        row(**SPELT | {"subject_id": "author:sonalika-ghosh", "object_id": "author:ghosh-sonalika"}),
    ),
    "a circle of spellings": (
        row(**SPELT),
        row(**SPELT | {"subject_id": "author:sonalika-ghosh", "object_id": "author:s-ghosh"}),
    ),
    "a spelling of two": (row(**SPELT), row(**SPELT | {"object_id": "author:shreya-ghosh"})),
}


@pytest.mark.parametrize("rows", AGAINST.values(), ids=AGAINST)
def test_decisions_that_cannot_both_hold_are_refused(site: Site, rows: tuple[str, str]) -> None:
    """Of two rows that cannot both hold the message names both."""
    write(site, *rows)
    message = refused(site)
    assert {f"ontology/matches/topics.sssom.tsv:{line}" in message for line in (4, 5)} == {True}


def test_the_same_decision_may_stand_twice(site: Site) -> None:
    """The same decision, also said from the other side, is one; a proposal beside a decision does not matter."""
    inverse = {"subject_id": "cm:reimbursement-model", "object_id": "topic:symplur/payment-reform"}
    again = row(**inverse | {"predicate_id": "skos:narrowMatch"})
    matches = load(site, row(), row(), again, row(**PROPOSED | {"predicate_id": "skos:closeMatch"}))
    assert len(matches.triples()) == 2


def test_two_files_are_one_set(site: Site) -> None:
    """Decisions of two files that cannot both hold are refused as those of one are."""
    write(site, row(), name="more")
    write(site, row(predicate_modifier="Not"))
    message = refused(site)
    assert "more.sssom.tsv:4" in message
    assert "topics.sssom.tsv:4" in message


TABLE = "\t".join(COLUMNS) + "\n"
FILES = {
    "no header": (TABLE + row(), 1, "header"),
    "no licence": ("#mapping_set_id: urn:x:y\n" + TABLE, 1, "license"),
    "no YAML": (HEADER + "#curie_map: [\n" + TABLE, 4, "YAML"),
    "prefixes are a list": (HEADER + "#curie_map: [a]\n" + TABLE, 1, "curie_map"),
    "a prefix twice": (HEADER + "#curie_map:\n#  skos: https://example.org/\n" + TABLE + row(), 4, "skos:"),
    "no table": (HEADER, 3, "table"),
    "a column missing": (HEADER + TABLE.replace("\tmapping_date", ""), 3, "mapping_date"),
    "a column misspelt": (HEADER + TABLE.replace("\tcomment", "\tcomment\tcoment"), 3, "coment"),
    "a column twice": (HEADER + TABLE.replace("\tcomment", "\tcomment\tcomment"), 3, "twice"),
    "spaces for tabs": (HEADER + TABLE + row().replace("\t", "    "), 4, "tab"),
    "a cell too many": (HEADER + TABLE + row().replace("\n", "\tmore\n"), 4, "12 cells"),
    "an open quotation": (HEADER + TABLE + row(comment='"open'), 4, "quot"),
    "commas": (HEADER + TABLE.replace("\t", ","), 3, "missing"),
}


@pytest.mark.parametrize(("text", "line", "word"), FILES.values(), ids=FILES)
def test_a_wrong_file_is_refused(site: Site, text: str, line: int, word: str) -> None:
    """A file that is not SSSOM/TSV is an error that names the file and the line."""
    write(site).write_text(text, encoding="utf-8")
    message = refused(site)
    assert message.startswith(f"ontology/matches/topics.sssom.tsv:{line}: ")
    assert word in message


def test_a_file_that_is_not_utf_8_is_refused(site: Site) -> None:
    """A byte that is not UTF-8 is named with its line; so is a byte order mark."""
    file = write(site, row(), row(subject_id="topic:symplur/caf", subject_label="Caf"))
    good = file.read_bytes()
    file.write_bytes(good.replace(b"Caf\t", b"Caf\xe9\t"))
    assert refused(site).startswith("ontology/matches/topics.sssom.tsv:5: found the byte 0xe9")
    file.write_bytes(b"\xef\xbb\xbf" + good)
    assert "byte order mark" in refused(site)


def test_the_command_line_says_where(site: Site) -> None:
    """A wrong row ends a command with status 2 and one line that names the row."""
    write(site, row(predicate_id="owl:sameAs"))
    ended = site.run("match")
    assert ended.status == 2
    assert ended.sentence.startswith("curagraph: ontology/matches/topics.sssom.tsv:4: found owl:sameAs")
