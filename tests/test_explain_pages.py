"""Explanations over HTTP: what `curagraph explain` tells, less what is not published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import html5lib
import pyoxigraph as ox
import pytest

from curagraph.explaining.explainer import Explainer
from curagraph.serve import edition as editions
from curagraph.serve.edition import Edition
from curagraph.serve.page import Refusal
from curagraph.serve.things import explaining
from curagraph.serve.worker import Out
from curagraph.state.state import State
from tests.browser import Browser
from tests.project import BASE, CU, DCTERMS, Site, item, settle
from tests.server import Server, serving

MEDIGY = "https://data.medigy.com/"
# The explanation of every triple would take half a minute; every so many of them are enough.
STEP = 7


@pytest.fixture(scope="module")
def seeds(seeds_site: Site) -> Iterator[Edition]:
    project = seeds_site.load()
    edition = Edition(project, editions.make(project))
    with editions.hold(edition.path):
        yield edition


def explain(edition: Edition, quad: ox.Quad | tuple[str, str, str], format_: str = "json") -> str:
    subject, predicate, object_ = (quad.subject, quad.predicate, quad.object) if isinstance(quad, ox.Quad) else quad
    out = Out.__new__(Out)  # a page of this kind is not written in parts
    return explaining.page(edition, out, str(subject), str(predicate), str(object_), format_, "/").body.decode()


def without_text(found: Any) -> Any:
    """What the command tells, without the text of the source."""
    if isinstance(found, dict):
        return {name: without_text(value) for name, value in found.items() if name != "text"}
    return [without_text(each) for each in found] if isinstance(found, list) else found


def test_explanations_are_those_of_the_command(seeds: Edition, seeds_site: Site) -> None:
    """Triples from all over the graph, stated and inferred, are explained as `curagraph explain` does it."""
    snapshot = seeds_site.snapshot()
    with State.readable(snapshot.state_path) as state:
        explainer = Explainer(snapshot, state)
        for quad in sorted(seeds.store, key=str)[::STEP]:
            same = snapshot.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
            wanted = [without_text(explainer.explain(each).as_json()) for each in sorted(same, key=str)]
            assert json.loads(explain(seeds, quad)) == wanted


def test_the_server_tells_what_the_command_prints(seeds_server: Server, seeds_site: Site) -> None:
    """Over HTTP, by Accept and by suffix."""
    query = urlencode({"subject": f"{MEDIGY}item/3527", "predicate": f"{CU}viaSite", "object": "<" + BRAND + ">"})
    done = seeds_site.run("explain", "3527", "cu:viaSite", "--format", "json")
    wanted = without_text(json.loads(done.out))
    assert seeds_server.ask(f"explain.json?{query}").json() == wanted
    answer = seeds_server.ask(f"explain?{query}", accept="application/json")
    assert (answer.status, answer.kind, answer.headers["vary"]) == (200, "application/json", "Accept")
    assert answer.json() == wanted
    assert seeds_server.ask(f"explain?{query}", accept="text/html").kind == "text/html"
    assert seeds_server.ask(f"explain?{query}", accept="image/png").status == 406


BRAND = f"{MEDIGY}brand/healthpayerintelligence.com"


def test_the_page_tells_files_lines_keys_and_axioms(seeds: Edition) -> None:
    """An inferred triple is shown with its axiom and, nested, the files behind each premise."""
    found = explain(seeds, (f"{MEDIGY}item/3527", f"{CU}viaSite", f"<{BRAND}>"), "html")
    page = html5lib.parse(found, namespaceHTMLElements=False)
    words = " ".join("".join(page.itertext()).split())
    assert "cu:curatedFrom, then cu:hostedOn gives cu:viaSite" in words
    assert "seeds/3527-4-strategies-to-advance-value-based-care.md, line 45, key link.brand" in words
    assert "converters/work.py:" in words
    assert list(page.iter("details"))


def test_neither_sources_nor_paths_are_told(tmp_path: Path) -> None:
    """The line of a source may hold what is not published, and its folder is nobody's business."""
    site = Site(tmp_path / "site")
    outside = tmp_path / "a-secret-folder"
    outside.mkdir()
    (outside / "one.md").write_text(item(1, author=["Ann Lee"]), encoding="utf-8")
    site.build(outside)
    project = site.load()
    edition = Edition(project, editions.make(project))
    for quad in edition.store.quads_for_pattern(ox.NamedNode(f"{BASE}item/1"), None, None, None):
        for format_ in ("json", "html"):
            found = explain(edition, quad, format_)
            assert "a-secret-folder" not in found
            assert str(tmp_path) not in found
    title = json.loads(explain(edition, (f"{BASE}item/1", f"{DCTERMS}title", '"Item 1"@en')))
    assert title[0]["origins"][0]["file"] == "one.md"
    assert set(title[0]["origins"][0]) == {"file", "line", "key", "place", "rule"}


@pytest.mark.parametrize(
    ("triple", "status"),
    [
        ((f"{MEDIGY}item/3527", f"{DCTERMS}title", '"Another title"@en'), 404),
        ((f"{MEDIGY}item/3527", f"{DCTERMS}title", "no term"), 400),
        (("no iri", f"{DCTERMS}title", '"a"'), 400),
        ((f"{MEDIGY}item/3527", "javascript alert", '"a"'), 400),
        ((f"{MEDIGY}item/3527", f"{DCTERMS}title", '"a" .\n<urn:a> <urn:b> <urn:c>'), 400),
        ((f"{MEDIGY}item/3527", f"{DCTERMS}title", '"\\uD800"'), 400),
    ],
)
def test_what_is_no_triple_of_the_graph_is_refused(seeds: Edition, triple: tuple[str, str, str], status: int) -> None:
    """Nonsense is the client's fault, and a triple that is not there is not found."""
    with pytest.raises(Refusal) as caught:
        explain(seeds, triple)
    assert caught.value.status == status


def test_a_request_must_name_a_triple(seeds_server: Server) -> None:
    """What is missing is told."""
    answer = seeds_server.ask("explain?subject=urn:a", accept="application/json")
    assert answer.status == 400
    assert "predicate, object" in answer.json()["detail"]


def test_sources_that_have_changed_are_told_kindly(tmp_path: Path) -> None:
    """Until the next build nothing can be said about a file that was edited or removed; no path is told."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    settle()
    site.build()
    with serving(site.folder, tmp_path / "log") as server:
        site.remove("1.md")
        query = urlencode({"subject": f"{BASE}item/1", "predicate": f"{DCTERMS}title", "object": '"Item 1"@en'})
        answer = server.ask(f"explain?{query}", accept="application/json")
        assert answer.status == 409
        assert "next build" in answer.json()["detail"]
        assert str(tmp_path) not in answer.text
        assert server.ask(f"explain?{query}", accept="text/html").status == 409


def test_a_click_explains_in_place(browser: Browser, seeds_server: Server) -> None:
    """With the keyboard: Enter shows the explanation where it was asked for, Escape takes it away again."""
    context = browser.tab.context.browser.new_context()
    tab = context.new_page()
    tab.goto(f"{seeds_server.address}item/3527.html")
    tab.locator("dd a.why").nth(1).press("Enter")
    shown = tab.locator(".explained")
    shown.wait_for()
    assert "cu:curatedFrom, then cu:hostedOn gives cu:viaSite" in shown.inner_text()
    assert tab.url == f"{seeds_server.address}item/3527.html"
    tab.keyboard.press("Escape")
    assert shown.count() == 0
    assert tab.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false"
    context.close()


def test_without_scripts_the_link_leads_to_the_explanation(browser: Browser, seeds_server: Server) -> None:
    """The same link is a page of its own."""
    context = browser.tab.context.browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(f"{seeds_server.address}item/3527.html")
    tab.locator("dd a.why").nth(1).click()
    assert "cu:curatedFrom, then cu:hostedOn gives cu:viaSite" in tab.locator("main").inner_text()
    context.close()
