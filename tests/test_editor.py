"""The SPARQL editor in Chromium: it asks, shows rows that lead somewhere, completes terms, and calls no other host."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest

from curagraph.serve import templates
from tests.browser import Browser, Visit, visit
from tests.server import Server

CODE = "document.querySelector('.tabPanel.active .CodeMirror').CodeMirror"
QUERY = "SELECT ?item ?title { ?item a cu:CuratedItem ; dcterms:title ?title } ORDER BY ?item"


class Editor(Visit):
    """A tab with the editor in it."""

    def open(self, path: str = "sparql") -> None:
        super().open(path)
        self.tab.wait_for_selector(".yasqe .CodeMirror")

    def ask(self) -> None:
        """Ask by the keyboard."""
        self.focus()
        self.tab.keyboard.press("Control+Enter")

    def focus(self) -> None:
        self.tab.evaluate(f"{CODE}.focus()")

    @property
    def text(self) -> str:
        return str(self.tab.evaluate(f"{CODE}.getValue()"))

    @text.setter
    def text(self, value: str) -> None:
        self.tab.evaluate(
            f"value => {{ const code = {CODE}; code.setValue(value); code.setCursor(code.lastLine(), 999) }}", value
        )

    @property
    def focused(self) -> str:
        return str(self.tab.evaluate("document.activeElement.tagName + ' ' + document.activeElement.className"))


@contextmanager
def opened(browser: Browser, server: Server, **options: Any) -> Iterator[Editor]:
    """A tab of its own in the running Chromium."""
    with visit(browser, server.address, Editor, **options) as found:
        assert isinstance(found, Editor)
        yield found


@pytest.fixture
def tab(browser: Browser, seeds_server: Server) -> Iterator[Editor]:
    """A tab; in the end nothing went wrong in it, and no other host was asked for anything."""
    with opened(browser, seeds_server) as found:
        yield found
        assert found.strangers == []
        assert found.errors == []


def test_a_query_shows_rows_that_lead_to_things(tab: Editor) -> None:
    """Rows come as a table, whose IRIs lead to the pages of things on this server."""
    tab.open()
    tab.text = QUERY
    tab.ask()
    tab.tab.wait_for_selector(".yasr table tbody tr")
    assert tab.tab.locator(".yasr table tbody tr").count() == 4
    assert "CMS Doubles Down" in tab.tab.inner_text(".yasr_results")
    with tab.tab.expect_popup() as popup:
        tab.tab.click("a.iri[href$='/item/3932']")
    assert popup.value.url.startswith(f"{tab.address}item/3932")


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("SELECT * {\n ?item cu:hasTop", "cu:hasTopic"),
        ("SELECT * {\n ?item a cu:Curated", "cu:CuratedItem"),
        ("SELECT * {\n ?item curatedb", "cu:curatedBy"),
    ],
)
def test_our_terms_are_completed(tab: Editor, typed: str, chosen: str) -> None:
    """Classes and properties are completed from a part of their name or label, and their prefix is declared."""
    tab.open()
    tab.text = typed
    tab.focus()
    tab.tab.keyboard.press("Control+Space")
    hint = tab.tab.locator(".CodeMirror-hint", has_text=chosen).first
    hint.wait_for()
    assert "–" in hint.inner_text()
    hint.click()
    assert chosen in tab.text
    assert "PREFIX cu: <https://data.medigy.com/ontology#>" in tab.text


def test_an_example_opens_with_its_defaults(tab: Editor) -> None:
    """The queries of the project are there to begin with, their parameters filled in."""
    tab.open()
    tab.tab.select_option("#examples", label="The latest items")
    tab.tab.click("#open")
    assert 'VALUES ?since { "1970-01-01"^^<http://www.w3.org/2001/XMLSchema#date> }' in tab.text
    assert "#+" not in tab.text
    tab.ask()
    tab.tab.wait_for_selector(".yasr table tbody tr")


def test_a_link_opens_its_query_and_nothing_else(tab: Editor) -> None:
    """A query in the fragment is opened and asked of this endpoint, whichever endpoint the link names."""
    tab.open(f"sparql#query={quote(QUERY)}&endpoint={quote('https://other.example/sparql', safe='')}")
    tab.tab.wait_for_selector(".yasr table tbody tr")
    assert tab.text == QUERY


def test_a_page_of_a_query_leads_to_the_editor(tab: Editor) -> None:
    """What the page of a named query asked can be opened and changed."""
    tab.tab.goto(f"{tab.address}queries/latest-items?since=2020-12-12")
    tab.tab.click("text=Open in the editor")
    tab.tab.wait_for_selector(".yasr table tbody tr")
    assert "2020-12-12" in tab.text


def test_triples_are_shown(tab: Editor) -> None:
    """The answer to CONSTRUCT is shown, too."""
    tab.open(f"sparql#query={quote('CONSTRUCT WHERE { ?s a cu:CuratedItem }')}")
    tab.tab.wait_for_selector(".yasr_results >> text=CuratedItem")


def test_the_keyboard_gets_out_of_the_editor(tab: Editor) -> None:
    """The key Tab leaves the editor in either direction, as it leaves any field."""
    tab.open()
    tab.focus()
    assert tab.focused.startswith("TEXTAREA")
    tab.tab.keyboard.press("Tab")
    assert not tab.focused.startswith("TEXTAREA")
    tab.focus()
    tab.tab.keyboard.press("Shift+Tab")
    assert not tab.focused.startswith("TEXTAREA")
    assert "\t" not in tab.text


def test_a_refused_query_is_told_in_a_sentence(browser: Browser, seeds_server: Server) -> None:
    """What the server says against a query is shown as text, not as JSON."""
    with opened(browser, seeds_server) as tab:
        tab.open(f"sparql#query={quote('SELECT * { SERVICE <http://other.example/> { ?s ?p ?o } }')}")
        tab.tab.wait_for_selector(".errorResult strong")
        assert "calls another server" in tab.tab.inner_text(".errorResult")
        assert "{" not in tab.tab.inner_text(".errorResult strong")
        assert tab.strangers == []


def test_hostile_values_are_inert(browser: Browser, seeds_server: Server) -> None:
    """Markup in a value is text, and an IRI that is a script leads nowhere."""
    query = "SELECT ?a { VALUES ?a { <javascript:alert(1)> '<img src=x onerror=alert(1)>' } }"
    with opened(browser, seeds_server) as tab:
        tab.open(f"sparql#query={quote(query)}")
        tab.tab.wait_for_selector(".yasr table tbody tr")
        assert tab.tab.locator(".yasr_results img").count() == 0
        assert tab.tab.locator(".yasr_results a[href^='javascript:']").count() == 0
        assert "<img src=x" in tab.tab.inner_text(".yasr_results")
        # Chromium tells of handlers in documents that are only parsed, as YASGUI's sanitizer does.
        assert [error for error in tab.errors if "inline event handler" not in error] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_telephone(browser: Browser, seeds_server: Server, scheme: str) -> None:
    """Nothing is wider than a screen of 360 pixels."""
    with opened(browser, seeds_server, color_scheme=scheme) as tab:
        tab.tab.set_viewport_size({"width": 360, "height": 780})
        tab.open(f"sparql#query={quote(QUERY)}")
        tab.tab.wait_for_selector(".yasr table tbody tr")
        assert tab.tab.evaluate("document.documentElement.scrollWidth") <= 360
        assert tab.errors == []


def test_a_form_does_without_scripts(browser: Browser, seeds_server: Server) -> None:
    """Without JavaScript there is a form, and its buttons ask for a format."""
    with opened(browser, seeds_server, java_script_enabled=False) as tab:
        tab.tab.goto(f"{seeds_server.address}sparql")
        tab.tab.fill("textarea#query", QUERY)
        with tab.tab.expect_download() as download:
            tab.tab.click("button:has-text('CSV')")
        assert "item,title" in download.value.path().read_text("utf-8")


def test_terms_are_those_of_the_vocabulary(seeds_server: Server) -> None:
    """The editor completes classes and properties with their labels, from an address that has an entity tag."""
    with urllib.request.urlopen(f"{seeds_server.address}sparql/terms.json") as response:  # noqa: S310
        assert response.headers["ETag"]
        terms = json.load(response)
    labels = {kind: {term["iri"]: term["label"] for term in found} for kind, found in terms.items()}
    assert labels["classes"]["https://data.medigy.com/ontology#CuratedItem"] == "curated item"
    assert labels["properties"]["http://purl.org/dc/terms/title"]
    assert all(all(found.values()) for found in labels.values())


def test_the_editor_needs_no_other_host() -> None:
    """The shipped files name no source map, no font and no import that a browser would fetch."""
    script = templates.static_file("vendor/yasgui.min.js").read_text("utf-8")
    style = templates.static_file("vendor/yasgui.min.css").read_text("utf-8")
    assert "sourceMappingURL" not in script + style
    assert "@import" not in style
    assert "url(" not in style
    licence = templates.static_file("vendor/yasgui.min.js").with_name("LICENSE.txt")
    assert "@zazuko/yasgui 4.6.2" in licence.read_text("utf-8")
