"""A visitor in Chromium: from the start page to a file on the disk, and every page without barriers."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from tests.browser import Browser, visit
from tests.server import Server

AXE = Path(sys.prefix) / "webtools/node_modules/axe-core/axe.min.js"
PAGES = {
    "start": "",
    "search": "search?q=value&brand=foxgrp.com",
    "item": "item/4060.html",
    "concept": "care-models/value-based-payment.html",
    "scheme": "care-models.html",
    "ontology": "ontology.html",
    "author": "author/sonalika-ghosh.html",
    "pictures": "pictures",
    "topics": "pictures/topics",
    "queries": "queries",
    "query": "queries/latest-items",
    "sparql": "sparql",
    "refusal": "nothing",
}
WIDE = {"width": 1200, "height": 900}
PHONE = {"width": 360, "height": 740}


def test_a_visitor_finds_reads_asks_and_takes(browser: Browser, seeds_server: Server, tmp_path: Path) -> None:
    """Search, narrow by a facet, open an item, see why, ask a query in the editor, and download Turtle."""
    with visit(browser, seeds_server.address) as found:
        tab = found.tab
        found.open("")
        tab.get_by_label("What are you looking for?").fill("value-based")
        tab.keyboard.press("Enter")
        tab.locator("#facets").get_by_role("link", name="healthevolution.com").click()
        assert "brand=healthevolution.com" in tab.url
        tab.get_by_role("link", name="Why CEOs Should Leverage").first.click()
        assert tab.url == f"{seeds_server.address}item/4060.html"

        tab.get_by_role("link", name="Why").and_(tab.locator("[href*='hasTopic']")).first.click()
        tab.get_by_text("seeds/4060-why-ceos-should-leverage-value-based-payments.md").first.wait_for()
        assert tab.get_by_text("communityTopics[").first.is_visible()

        with tab.expect_download() as download:
            tab.evaluate("""() => {
                const link = document.querySelector("a[href$='/item/4060.ttl']");
                link.download = "item.ttl";
                link.click();
            }""")
        download.value.save_as(tmp_path / "item.ttl")
        assert len(list(ox.parse(path=tmp_path / "item.ttl", format=ox.RdfFormat.TURTLE))) > 100

        tab.get_by_role("navigation").get_by_role("link", name="SPARQL").click()
        tab.locator(".yasqe_queryButton").first.click()
        tab.locator(".yasr table tbody tr").first.wait_for()
        assert found.errors == []
        assert found.strangers == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", PHONE)], ids=["light", "dark"])
def test_a_page_has_no_barriers(
    browser: Browser, seeds_server: Server, name: str, scheme: str, size: dict[str, int]
) -> None:
    """axe-core finds nothing serious on a page, wide and light, or on a dark telephone, and nothing moves sideways."""
    if not AXE.is_file():
        pytest.skip("there is no axe-core; .ci/run installs it from npm")
    with visit(browser, seeds_server.address, color_scheme=scheme, viewport=size, bypass_csp=True) as found:
        found.open(PAGES[name])
        if name == "sparql":
            found.tab.locator(".CodeMirror").first.wait_for()
        found.tab.add_script_tag(path=AXE)
        violations = found.tab.evaluate("async () => (await axe.run()).violations")
        assert [told(each) for each in violations if each["impact"] in ("serious", "critical")] == []
        assert found.tab.evaluate("() => document.documentElement.scrollWidth") <= size["width"]
        assert found.strangers == []


def told(violation: dict[str, Any]) -> str:
    nodes = [(node["target"], node.get("failureSummary", "")) for node in violation["nodes"][:3]]
    return f"{violation['id']}: {json.dumps(nodes)}"


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("topics", "sparql")])
def test_a_page_needs_no_script(browser: Browser, seeds_server: Server, name: str) -> None:
    """Without JavaScript a page says the same: its text is that with JavaScript."""
    texts = []
    for is_on in (True, False):
        with visit(browser, seeds_server.address, java_script_enabled=is_on) as found:
            found.open(PAGES[name])
            texts.append(found.tab.locator("main").inner_text())
    assert texts[0] == texts[1]
