"""Addresses, domains and keys: what text from a file may become an IRI, and which."""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curagraph import Project
from curagraph.address import address, any_uri, domain_name, former_path, home_page, iri, key, media_type, on_site, slug
from curagraph.problem import Unfit
from curagraph.values import Doubtful

any_text = st.text(st.characters(), max_size=20)
web_like = st.builds(
    str.__add__, st.sampled_from(["https://", "http://", "https://a.org/", "HTTP://a.org/?"]), any_text
)


def parsed(term: str) -> ox.NamedNode:
    """The object of an N-Triples line that holds `term`, which must be one IRI."""
    triples = list(ox.parse(f"<s:s> <p:p> {term} .\n", ox.RdfFormat.N_TRIPLES))
    assert len(triples) == 1
    found = triples[0].object
    assert isinstance(found, ox.NamedNode)
    return found


def unified(value: str) -> str:
    """What `key` keeps apart: a text without regard to letter case and to kinds of white space."""
    return "-".join(unicodedata.normalize("NFC", value.strip()).lower().split())


@given(any_text)
def test_a_key_leads_back_to_its_text(value: str) -> None:
    """Decoding a key gives the text again, up to letter case and white space: no two other texts share a key.

    White space and `-` do share one: `CI CD` and `CI-CD` are one key.
    """
    try:
        segment = key(value)
    except Unfit:
        return
    assert unquote(segment) == unified(value)


@given(st.text("aA# \u00a0-+/%é\u0301", max_size=4), st.text("aA# \u00a0-+/%é\u0301", max_size=4))
def test_two_texts_share_a_key_only_if_they_differ_in_case_or_white_space(one: str, other: str) -> None:
    """Keys are equal exactly where the texts are equal up to letter case and white space."""
    try:
        same = key(one) == key(other)
    except Unfit:
        return
    assert same == (unified(one) == unified(other))


@given(any_text)
def test_a_key_is_one_segment_of_an_iri(value: str) -> None:
    """A key never ends the segment it stands in, and is never a step upwards."""
    try:
        segment = key(value)
    except Unfit:
        return
    assert parsed(f"<https://data.example.org/topic/{segment}>").value.count("/") == 4
    assert not set(segment) & set('/?#<>"{}|^`\\ %') - {"%"}
    assert segment not in ("", ".", "..")


@pytest.mark.parametrize("value", ["", " ", ".", "..", "...", "\u00a0", "a\x00b", "\ud800"])
def test_a_text_that_names_nothing_has_no_key(value: str) -> None:
    """Emptiness, dots and illegal characters cannot stand in an address."""
    with pytest.raises(Unfit):
        key(value)


@given(any_text | web_like)
@example("https://example.org/a>b")
@example("https://example.org/\n<x:y>")
@example("https://example.org/\ud800")
@example("https://[")
def test_an_address_is_an_iri_or_refused(value: str) -> None:
    """Whatever the text, it becomes an IRI that N-Triples accepts, or is refused."""
    try:
        term = address(value)
    except Unfit:
        return
    assert parsed(term).value == value.strip()
    assert value.strip().lower().startswith(("http://", "https://"))


@given(any_text | web_like)
def test_an_iri_is_written_whole_or_refused(value: str) -> None:
    """No text breaks out of the angle brackets around it."""
    try:
        term = iri(value)
    except Unfit:
        return
    assert parsed(term).value == value


@given(any_text)
def test_an_address_as_a_value_is_a_literal_or_refused(value: str) -> None:
    """A captured address is kept as it was, as a literal."""
    try:
        term = any_uri(value)
    except Unfit:
        return
    found = next(iter(ox.parse(f"<s:s> <p:p> {term} .", ox.RdfFormat.N_TRIPLES))).object
    assert isinstance(found, ox.Literal)
    assert found.value.split() == unicodedata.normalize("NFC", value.strip()).split()


@pytest.mark.parametrize(
    "value",
    [
        "/news/a",
        "news/a",
        "example.org/a",
        "//example.org/a",
        "https://",
        "https:///a",
        "https://?a",
        "https://example.org/a b",
        "https://example.org/<a>",
        "https://example.org/a\tb",
        "ftp://example.org/",
        "javascript:alert(1)",
        "mailto:a@example.org",
        "urn:isbn:1",
        "",
    ],
)
def test_what_is_no_web_address_is_refused(value: str) -> None:
    """Relative links, other schemes, white space and illegal characters are refused as addresses."""
    with pytest.raises(Unfit) as caught:
        address(value)
    assert caught.value.code == "bad-address"


@pytest.mark.parametrize("parameter", ["utm_source=x", "utm_campaign=x", "fbclid=x", "gclid=x", "mc_cid=x"])
def test_a_tracking_parameter_is_doubtful(parameter: str) -> None:
    """An address with a tracking parameter is published as it is, with a warning."""
    for found in (address(f"https://example.org/a?{parameter}"), address(f"https://example.org/a?id=1&{parameter}")):
        assert isinstance(found, Doubtful)
        assert found.code == "tracking-parameter"
    assert not isinstance(address("https://example.org/a?id=1&autm_source=x"), Doubtful)


@given(any_text | st.from_regex(r"[A-Za-z0-9.-]{1,20}", fullmatch=True))
def test_a_domain_is_plain_ascii_or_refused(value: str) -> None:
    """A domain stands in an IRI and a path without any encoding, and naming it again changes nothing."""
    try:
        name = domain_name(value)
    except Unfit:
        return
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    assert domain_name(name) == name or name.startswith("www.")
    assert key(name) == name
    assert parsed(home_page(value)).value == f"https://{name}/"


@pytest.mark.parametrize(
    "value", ["", "example", "-a.org", "a..org", "a b.org", "https://example.org", "example.org/a", "a@b.org"]
)
def test_what_is_no_domain_is_refused(value: str) -> None:
    """An address, a name without a dot and a malformed domain are refused as domains."""
    with pytest.raises(Unfit):
        domain_name(value)


@given(any_text)
def test_a_path_on_the_site_stays_on_the_site(value: str) -> None:
    """No text leads from a path on our site to another host, or above its root."""
    made = on_site.make(Project.default())
    try:
        term = made(value)
    except Unfit:
        return
    assert term is not None
    site = Project.default().site
    assert parsed(term).value.startswith(site)
    assert not parsed(term).value.removeprefix(site).startswith("/")
    assert ".." not in parsed(term).value.split("/")


@pytest.mark.parametrize("value", ["a/b", "a b", "a?b", "a#b", "..", ".", "", " ", "a%2fb", "a\\b", "<b>", "a\nb"])
def test_a_slug_is_one_part_of_a_path(value: str) -> None:
    """What would change the path around it is no slug."""
    with pytest.raises(Unfit) as caught:
        slug(value)
    assert caught.value.code in ("bad-slug", "illegal-character")


@pytest.mark.parametrize("value", ["https://example.org/a", "//example.org/a", "/a b", "javascript:alert(1)", "/a\\b"])
def test_a_former_path_is_on_our_site(value: str) -> None:
    """A redirect from elsewhere is refused."""
    with pytest.raises(Unfit):
        former_path(value)


@pytest.mark.parametrize(("name", "type_"), [("JPEG", "image/jpeg"), ("jpg", "image/jpeg"), ("image/png", "image/png")])
def test_an_image_format_is_a_media_type(name: str, type_: str) -> None:
    """The exporter's names of formats are media types of RFC 6838."""
    assert media_type(name) == f'"{type_}"'
