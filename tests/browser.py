"""Headless Chromium, as tests use it: it shows one document after the other, and keeps all that went wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

# What a page of ours says, as a script in that page would read it; null where there is none.
READ = """() => [...document.querySelectorAll('script[type="application/ld+json"][data-curagraph]')].map(
  script => ({text: script.textContent, written: JSON.stringify(JSON.parse(script.textContent))}))"""
_SIZE = {"width": 900, "height": 1200}
_WIDE = {"width": 1200, "height": 900}


class Browser:
    """One tab, without a network. `errors` are messages of the console, errors of scripts, and requests that failed."""

    def __init__(self, tab: Any) -> None:
        self.tab = tab
        self.errors: list[str] = []
        tab.on("console", lambda message: self.errors.append(f"{message.type}: {message.text}"))
        tab.on("pageerror", lambda error: self.errors.append(f"error: {error}"))
        tab.on("requestfailed", lambda request: self.errors.append(f"failed: {request.url}"))
        # With somebody listening a dialog waits to be answered; without, it is dismissed and nobody knows of it.
        tab.on("dialog", self.refuse)

    def refuse(self, dialog: Any) -> None:
        self.errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, address: str) -> None:
        self.tab.goto(address)

    def serve(self, site: str, folder: Path) -> None:
        """Let addresses that begin with `site` lead to the files of a folder, as a server of static pages would."""

        def answer(route: Any) -> None:
            file = folder / unquote(urlsplit(route.request.url.removeprefix(site)).path)
            route.fulfill(path=file / "index.html" if file.is_dir() else file)

        self.tab.unroute(f"{site}**")
        self.tab.route(f"{site}**", answer)

    def show(self, html: str) -> None:
        """Show a document that is a text already."""
        if self.tab.url != "about:blank":
            self.tab.goto("about:blank")  # what a page that was opened forbids would hold for the text too
        self.tab.set_content(html)

    def ask(self, script: str) -> Any:
        return self.tab.evaluate(script)

    def ours(self) -> list[dict[str, str]]:
        """The scripts of ours in the page: their text, and what `JSON.parse` makes of it, written again as JSON."""
        found: list[dict[str, str]] = self.ask(READ)
        return found

    def picture(self) -> bytes:
        """The whole page as PNG."""
        data: bytes = self.tab.screenshot(full_page=True, animations="disabled")
        return data


class Visit:
    """A tab that may reach a server on loopback.

    `errors` are messages of the console, errors of scripts and dialogs; `strangers` are requests to other hosts.
    """

    def __init__(self, tab: Any, address: str) -> None:
        self.tab = tab
        self.address = address
        self.errors: list[str] = []
        self.strangers: list[str] = []
        tab.on("console", lambda message: self.errors.append(f"{message.type}: {message.text}"))
        tab.on("pageerror", lambda error: self.errors.append(f"error: {error}"))
        tab.on("dialog", lambda dialog: self.errors.append(f"dialog: {dialog.message}"))
        tab.on("request", lambda request: self.note(request.url))

    def note(self, address: str) -> None:
        if not address.startswith((self.address, "data:", "blob:")):
            self.strangers.append(address)

    def open(self, path: str) -> None:
        self.tab.goto(self.address + path)


@contextmanager
def visit(browser: Browser, address: str, kind: type[Visit] = Visit, **options: Any) -> Iterator[Visit]:
    """A tab for the pages of a server, of some kind; `options` are those of a Playwright context."""
    context = browser.tab.context.browser.new_context(**{"viewport": _WIDE} | options)
    try:
        yield kind(context.new_page(), address)
    finally:
        context.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium without a window; skips the test where it is not installed."""
    program = shutil.which("chromium")
    if not program:
        pytest.skip("there is no Chromium (Debian: chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="there is no Playwright (pip install playwright)")
    # Chromium has no sandbox for root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=arguments)
        try:
            yield Browser(browser.new_context(viewport=_SIZE, offline=True).new_page())
        finally:
            browser.close()


def address(file: Path) -> str:
    """A file as a browser opens it."""
    return file.resolve().as_uri()
