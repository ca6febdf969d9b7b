"""Lists of the things with dates and hashes, for those who read no event stream: ResourceSync on plain files.

A resource list tells all things of ours and stays as it is while a change list tells what has become of them since
(https://www.openarchives.org/rs/1.1/resourcesync). What a thing's address answers is not the feed's to promise, so
`rs:md` has no hash; that of its triples in the feed, in sorted lines of N-Triples, stands in an element of our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from xml.sax.saxutils import escape

from curagraph.delivery.feeds.memory import Memory, Row
from curagraph.delivery.feeds.page import DELETE, put

LIST, CHANGES, CAPABILITIES = "resourcelist.xml", "changelist.xml", "capabilitylist.xml"
# A file has at most so many things (https://www.sitemaps.org/protocol.html).
_LARGEST = 50_000
# When more things than this have changed, the resource list is written anew.
_MOST = 10_000
# Of the number of a page the file that has its versions.
Link = Callable[[int], str]
_AT = re.compile(r'capability="resourcelist" at="([^"]+)"')
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:rs="http://www.openarchives.org/rs/terms/" \
xmlns:feed="urn:x-curagraph:feed">
"""
_UP = '<rs:ln rel="up" href="capabilitylist.xml"/>\n'
_CAPABILITIES = f"""{_HEAD.format(root="urlset")}<rs:md capability="capabilitylist"/>
<url><loc>{LIST}</loc><rs:md capability="resourcelist"/></url>
<url><loc>{CHANGES}</loc><rs:md capability="changelist"/></url>
</urlset>
"""
_WORDS = {"Create": "created", "Update": "updated", "Delete": "deleted"}


def files(folder: Path) -> list[Path]:
    """The files of the lists of a feed."""
    return [folder / LIST, folder / CHANGES, folder / CAPABILITIES, *sorted(folder.glob("resourcelist-*.xml"))]


def write(folder: Path, base: str, memory: Memory, link: Link) -> None:
    """Bring the lists of a feed up to date: of the things below `base`, with the files of their pages."""
    start, now = f"<{base}", memory.newest_time()
    at = _date(folder / LIST)
    changed = list(islice((row for row in memory.newest(at) if row[0].startswith(start)), _MOST + 1)) if at else []
    if not at or len(changed) > _MOST:
        _write_all(folder, memory.listed(start), now, link)
        at, changed = now, []
    span = f'<rs:md capability="changelist" from="{at}" until="{now}"/>\n'
    put(folder / CHANGES, _urls(span, (_url(row, link, change=True) for row in reversed(changed))))
    put(folder / CAPABILITIES, _CAPABILITIES.encode())


def _date(file: Path) -> str:
    """The time of a resource list, or the empty text where there is none."""
    if not file.exists():
        return ""
    with file.open(encoding="utf-8", errors="replace") as opened:
        found = _AT.search(opened.read(1000))
    return found[1] if found else ""


def _write_all(folder: Path, rows: Iterable[Row], now: str, link: Link) -> None:
    """Write the resource list, in files of which it is the index where there are many things."""
    head = f'<rs:md capability="resourcelist" at="{now}"/>\n'
    entries = (_url(row, link) for row in rows)
    names: list[str] = []
    while batch := list(islice(entries, _LARGEST)):
        names.append(f"resourcelist-{len(names) + 1:05}.xml")
        put(folder / names[-1], _urls(head, batch))
    if len(names) == 1:
        (folder / names.pop()).replace(folder / LIST)
    elif names:
        parts = "".join(f"<sitemap><loc>{name}</loc></sitemap>\n" for name in names)
        put(folder / LIST, f"{_HEAD.format(root='sitemapindex')}{_UP}{head}{parts}</sitemapindex>\n".encode())
    else:
        put(folder / LIST, _urls(head, ()))
    for file in folder.glob("resourcelist-*.xml"):
        if file.name not in names:
            file.unlink()


def _urls(head: str, entries: Iterable[str]) -> bytes:
    return f"{_HEAD.format(root='urlset')}{_UP}{head}{''.join(entries)}</urlset>\n".encode()


def _url(row: Row, link: Link, *, change: bool = False) -> str:
    """A thing of a list, with the page that has its newest version."""
    term, kind, time, digest, number, _ = row
    says = f'<rs:md change="{_WORDS[kind]}" datetime="{time}"/>' if change else ""
    said = f'<feed:said hash="sha-256:{digest.hex()}"/>' if kind != DELETE else ""
    return (
        f"<url><loc>{escape(term[1:-1])}</loc><lastmod>{time}</lastmod>{says}"
        f'<rs:ln rel="describedby" href="{link(number)}" type="application/trig"/>{said}</url>\n'
    )
