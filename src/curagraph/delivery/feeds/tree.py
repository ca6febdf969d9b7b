"""The tree above the pages: an index that leads to all of them, by their times.

The index leads to the pages of the last group, and to a node for each group before, which does not change any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from curagraph.delivery.feeds import page
from curagraph.delivery.feeds.page import INDEX, PREFIXES
from curagraph.delivery.feeds.pages import counted

# So many pages are a group.
GROUP = 200
# A page or a group: its file, and the times of its first and of its last version.
Span = tuple[str, str, str]

_STREAM = """
<index.trig#stream> a ldes:EventStream ;
    dcterms:title {title} ;
{licence}    tree:view <index.trig> ;
    ldes:versionOfPath dcterms:isVersionOf ;
    ldes:timestampPath as:published ;
    ldes:versionCreatePath rdf:type ;
    ldes:versionCreateObject as:Create ;
    ldes:versionUpdatePath rdf:type ;
    ldes:versionUpdateObject as:Update ;
    ldes:versionDeletePath rdf:type ;
    ldes:versionDeleteObject as:Delete .
<index.trig> a tree:Node, tree:RootNode, ldes:EventSource .
"""
_RETENTION = """<index.trig> ldes:retentionPolicy <index.trig#retention> .
<index.trig#retention> a ldes:RetentionPolicy ;
    ldes:fullLogDuration "P{days}D"^^xsd:duration ;
    ldes:versionAmount 1 ;
    ldes:versionDeleteDuration "P{days}D"^^xsd:duration .
"""


def index(title: str, licence: str, days: int, notes: str, closed: int, spans: Iterable[Span]) -> str:
    """The index without its versions: `title` is a literal, `notes` are comments; spans are what it leads to."""
    rights = f"    dcterms:license <{licence}> ;\n" if licence else ""
    stream = _STREAM.format(title=title, licence=rights)
    retention = _RETENTION.format(days=days) if days else ""
    return f"{PREFIXES}{counted(closed)}{notes}{stream}{retention}{''.join(_relations(INDEX, spans))}"


def nodes(pages: list[tuple[int, str, str]], closed: int) -> tuple[dict[str, bytes], list[Span]]:
    """The nodes of the full groups by their file names, and all that the index leads to.

    `pages` are those that have versions, with their times; `closed` is how many are closed, of whatever.
    """
    full = closed // GROUP
    groups: dict[int, list[Span]] = {number: [] for number in range(full)}
    found: list[Span] = []
    last: list[Span] = []
    for number, first, until in pages:
        if number <= closed:
            groups.get((number - 1) // GROUP, last).append((page.name(number), first, until))
    for number, spans in groups.items():
        if spans:
            found.append((_name(number), spans[0][1], spans[-1][2]))
    return {_name(number): _node(_name(number), spans) for number, spans in groups.items()}, found + last


def _name(group: int) -> str:
    return f"pages-{group + 1:06}.trig"


def _node(name: str, spans: Iterable[Span]) -> bytes:
    return f"{PREFIXES}\n<> a tree:Node ; ldes:immutable true .\n{''.join(_relations(name, spans))}".encode()


def _relations(source: str, spans: Iterable[Span]) -> Iterator[str]:
    """That a node leads to others: each has versions from a time on, until another."""
    for file, first, last in spans:
        start = f"<{source}#{file.removesuffix('.trig')}"
        yield (
            f"\n<{source}> tree:relation {start}-from>, {start}-until> .\n"
            f"{start}-from> a tree:GreaterThanOrEqualToRelation ; tree:node <{file}> ; "
            f'tree:path as:published ; tree:value "{first}"^^xsd:dateTime .\n'
            f"{start}-until> a tree:LessThanOrEqualToRelation ; tree:node <{file}> ; "
            f'tree:path as:published ; tree:value "{last}"^^xsd:dateTime .\n'
        )
