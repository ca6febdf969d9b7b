"""Values: from the text in a file to a term, to a doubtful term, or to a refusal that says what was wanted."""

from __future__ import annotations

import json
import unicodedata
import uuid
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curagraph import Project
from curagraph.problem import Unfit
from curagraph.values import (
    XSD,
    Doubtful,
    clean,
    date_time,
    english,
    english_line,
    is_true,
    json_list,
    named,
    owl_type,
    positive_integer,
    record_number,
    text,
    urn,
    uuid_text,
)
from curagraph.vocabulary import CU

any_text = st.text(st.characters(), max_size=30) | st.text('ab"\\\r\n\t\u2028\u0085\u00a0é\u0301', max_size=8)


def parsed(term: str) -> ox.Literal:
    """The object of an N-Triples line that holds `term`, which must be one literal."""
    triples = list(ox.parse(f"<s:s> <p:p> {term} .\n", ox.RdfFormat.N_TRIPLES))
    assert len(triples) == 1
    found = triples[0].object
    assert isinstance(found, ox.Literal)
    return found


@given(any_text)
@example('"@en . <s:s> <p:p> "x')
@example("\\")
@example("a\nb")
@example("\ud800")
def test_a_text_is_read_back_from_its_term(value: str) -> None:
    """Whatever a text holds, it is read back in normal form C with LF line ends, or it is refused."""
    try:
        term, words = text(value), english(value)
    except Unfit:
        return
    wanted = unicodedata.normalize("NFC", value.strip()).replace("\r\n", "\n").replace("\r", "\n")
    assert parsed(term) == ox.Literal(wanted)
    assert parsed(words) == ox.Literal(wanted, language="en")


@given(any_text)
def test_a_line_has_single_spaces(value: str) -> None:
    """Text on one line keeps its words and no other white space than single spaces."""
    try:
        found = parsed(english_line(value)).value
    except Unfit:
        return
    assert found == " ".join(unicodedata.normalize("NFC", value).split())


@given(any_text)
def test_what_xml_cannot_hold_is_refused(value: str) -> None:
    """A text that is let through can be written in every format, RDF/XML too."""
    try:
        found = clean(value)
    except Unfit:
        return
    triple = ox.Triple(ox.NamedNode("s:s"), ox.NamedNode("p:p#p"), ox.Literal(found))
    written = ox.serialize([triple], format=ox.RdfFormat.RDF_XML)
    assert [quad.triple for quad in ox.parse(written, ox.RdfFormat.RDF_XML)] == [triple]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("2020-12-26T07:18:25.522495Z", "2020-12-26T07:18:25.522495Z"),
        ("2020-12-26T07:18:29.240000Z", "2020-12-26T07:18:29.24Z"),
        ("2020-12-26T07:18:29.000000Z", "2020-12-26T07:18:29Z"),
        ("2020-12-26T07:18:29.123456789+01:00", "2020-12-26T07:18:29.123456789+01:00"),
        ("2020-12-26T07:18:29,5+0100", "2020-12-26T07:18:29.5+01:00"),
        ("2020-12-26T07:18:29+01", "2020-12-26T07:18:29+01:00"),
        ("2020-12-26t07:18:29z", "2020-12-26T07:18:29Z"),
        ("2020-12-26T07:18Z", "2020-12-26T07:18:00Z"),
        ("2020-12-26T07:18:29+00:00", "2020-12-26T07:18:29Z"),
        ("2020-12-26T07:18:29-00:00", "2020-12-26T07:18:29Z"),
        ("2020-12-26T07:18:29+05:45", "2020-12-26T07:18:29+05:45"),
        ("2020-12-26T07:18:29-12:00", "2020-12-26T07:18:29-12:00"),
        ("2013-07-16 9:58:58 -0400", "2013-07-16T09:58:58-04:00"),
        ("2019-04-02 09:00:00 -0400", "2019-04-02T09:00:00-04:00"),
        ("2019-04-02 09:00:00 -04:00", "2019-04-02T09:00:00-04:00"),
        ("2019-04-02 09:00 UTC", "2019-04-02T09:00:00Z"),
        ("2019-4-2  09:00:00Z", "2019-04-02T09:00:00Z"),
        (" 2019-04-02 09:00:00 -5 ", "2019-04-02T09:00:00-05:00"),
    ],
)
def test_a_time_with_a_zone_is_a_date_time(written: str, wanted: str) -> None:
    """Every style of fraction and offset becomes one `xsd:dateTime` at the same moment, with its zone."""
    found = date_time(written)
    assert not isinstance(found, Doubtful)
    assert parsed(found) == ox.Literal(wanted, datatype=ox.NamedNode(XSD + "dateTime"))


@pytest.mark.parametrize("written", ["2020-12-26", "2020-12-26 ", "2020-12-6", "2020-2-29"])
def test_a_date_without_a_time_is_a_date(written: str) -> None:
    """A day is an `xsd:date`, not midnight."""
    year, month, day = (int(part) for part in written.strip().split("-"))
    wanted = f"{year}-{month:02d}-{day:02d}"
    assert parsed(date_time(written)) == ox.Literal(wanted, datatype=ox.NamedNode(XSD + "date"))


@pytest.mark.parametrize("written", ["2020-12-26T07:18:25", "2020-12-26 07:18", "2020-12-26 7:18:25.5"])
def test_a_time_without_a_zone_is_doubtful(written: str) -> None:
    """A time of day without a zone is published, with a warning."""
    found = date_time(written)
    assert isinstance(found, Doubtful)
    assert found.code == "no-time-zone"
    assert "Z" not in parsed(found).value


@pytest.mark.parametrize(
    "written",
    [
        "",
        "last week",
        "2020",
        "2020-12",
        "26.12.2020",
        "12/26/2020",
        "2021-02-29",
        "2020-13-01",
        "2020-00-10",
        "0000-01-01",
        "2020-12-26T24:00:00Z",
        "2020-12-26T07:60:00Z",
        "2020-12-26T07:18:61Z",
        "2020-12-26T07:18:25+15:00",
        "2020-12-26T07:18:25+01:60",
        "2020-12-26 07:18:25 EST",
        "2020-12-26T07",
        "20201226",
        "16:00:00",
        "57600",
        "2020-12-26T07:18:25Z and more",
    ],
)
def test_a_text_that_is_no_date_is_refused(written: str) -> None:
    """What is on no calendar or clock costs its value, with a sentence that says what was found."""
    with pytest.raises(Unfit, match="found") as caught:
        date_time(written)
    assert caught.value.code == "bad-date"


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60), st.sampled_from(["T", " ", "t", "  "]))
def test_any_date_time_is_kept_exactly(moment: object, offset: int, between: str) -> None:
    """Any moment in any zone keeps its digits: the store reads the same instant."""
    day, clock = str(moment).split(" ")
    zone = f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
    found = parsed(date_time(f"{day}{between}{clock}{zone}")).value
    short = clock.rstrip("0") if "." in clock else clock
    assert found == f"{day}T{short}{zone if offset else 'Z'}"


@pytest.mark.parametrize("written", ["٢٠٢٠-12-26", "2020-1２-26", "2020-12-26T07:18:25.٥Z"])
def test_digits_of_other_scripts_are_no_date(written: str) -> None:
    """A date is written in the digits that `xsd:date` has; others never reach the graph as they are."""
    try:
        found = parsed(date_time(written)).value
    except Unfit:
        return
    assert found.isascii()


def test_a_date_is_found_fast_in_no_text() -> None:
    """A long hostile text is refused without trying every way to read it."""
    spaces = " " * 100_000
    for written in (f"2020-12-26{spaces}x", f"2020-12-26T07:18:25{spaces}x", "2" * 100_000):
        with pytest.raises(Unfit):
            date_time(written)


@pytest.mark.parametrize("written", ["0", "-1", "1.5", "1e3", "", "x", "٣", "1_000", " 7", "1" * 19])
def test_what_is_no_positive_integer_is_refused(written: str) -> None:
    """A size is a whole number above zero, in plain digits."""
    with pytest.raises(Unfit):
        positive_integer(written)


def test_a_positive_integer_loses_leading_zeros() -> None:
    """A number is written in its canonical form."""
    assert parsed(positive_integer("0415")) == ox.Literal("415", datatype=ox.NamedNode(XSD + "integer"))


@pytest.mark.parametrize("written", ["0", "007", "-7", "7.0", "7 ", "seven", "", "٧", "1" * 19, "0x7", "7\n"])
def test_what_is_no_record_number_is_refused(written: str) -> None:
    """A record has one number, written one way: two spellings would be two items."""
    with pytest.raises(Unfit) as caught:
        record_number(written)
    assert caught.value.code == "bad-identity"


def test_a_record_number_makes_a_urn() -> None:
    """The source record is named by a URN that holds its number, and nothing else can get into it."""
    record = urn("urn:openproject:work-package:")
    assert record("4060") == "<urn:openproject:work-package:4060>"
    with pytest.raises(Unfit):
        record("7> <x:y")


@given(st.uuids(), st.sampled_from([str, lambda u: str(u).upper(), lambda u: f" {u} ", lambda u: u.hex]))
def test_a_uuid_has_one_form(value: uuid.UUID, written: Callable[[uuid.UUID], str]) -> None:
    """A UUID in any of its spellings becomes its usual form."""
    assert parsed(uuid_text(written(value))).value == str(value)


@pytest.mark.parametrize(
    ("word", "meaning"), [("true", True), ("Yes", True), ("on", True), ("No", False), ("false", False)]
)
def test_yes_and_no_are_read_as_yaml_writes_them(word: str, meaning: bool) -> None:
    """The words of YAML 1.1 and 1.2 for yes and no are all known."""
    assert is_true(word) is meaning


@pytest.mark.parametrize("word", ["", "perhaps", "1", "0", "null"])
def test_neither_yes_nor_no_is_refused(word: str) -> None:
    """A word that says neither yes nor no is refused."""
    with pytest.raises(Unfit):
        is_true(word)


@given(st.lists(st.text(max_size=8), max_size=5))
def test_a_json_list_in_a_text_is_its_members(members: list[str]) -> None:
    """The texts of a JSON array come back as they are."""
    assert json_list(json.dumps(members)) == members


no_lists = ["", "A, B", '{"a": "b"}', "[1]", '["a", null]', "[[]]", '"a"']
hostile = [pytest.param("[" * 100_000, id="deep"), pytest.param("9" * 5000, id="long")]


@pytest.mark.parametrize("written", [*no_lists, *hostile])
def test_what_is_no_list_of_texts_is_refused(written: str) -> None:
    """A text that is no JSON array of texts is refused, however hostile it is."""
    with pytest.raises(Unfit):
        json_list(written)


def test_an_unknown_hint_names_the_known_ones(project: Project) -> None:
    """A class hint that the ontology does not have is refused with a sentence that lists those it has."""
    look_up = owl_type.make(project)
    assert look_up("Medigy Communities") == f"<{project.vocabulary.iri(CU.CommunityItem)}>"
    with pytest.raises(Unfit, match="Medigy Communities"):
        look_up("Medigy Companies")


def test_a_name_is_looked_up_in_the_ontology(project: Project) -> None:
    """A content kind is known by each of its labels."""
    look_up = named(CU.ContentKind).make(project)
    assert look_up("Curated News") == look_up("news") == look_up("curated-news")
    with pytest.raises(Unfit, match="Curated Content"):
        look_up("Curated Podcast")
