"""The tree above the pages: an index that leads to all of them, by their times.

The index leads to the pages of the last group, and to a node for each group before, which does not change any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from curagraph.delivery.feeds.page import CLOSED, INDEX, PREFIXES
from curagraph.delivery.feeds.pages import Pages

# So many pages are a group.
GROUP = 200
# A page or a group: its file, and the times of its first and of its last version.
Span = tuple[str, str, str]

_STREAM = """
<index.trig#stream-{mark}> a ldes:EventStream ;
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
{log}    ldes:versionAmount 1 ;
    ldes:versionDeleteDuration "P{deletes}D"^^xsd:duration .
"""
_LOG = '    ldes:fullLogDuration "P{days}D"^^xsd:duration ;\n'


def head(notes: Iterable[str], mark: str, title: str, licence: str, days: int, deletes: int) -> str:
    """What an index says of the stream, by its mark: `title` is a literal, `notes` are comments.

    Versions stay for so many `days`, and `deletes` for so many; 0 keeps all.
    """
    rights = f"    dcterms:license <{licence}> ;\n" if licence else ""
    log = _LOG.format(days=days) if days else ""
    retention = _RETENTION.format(log=log, deletes=deletes) if deletes else ""
    comments = "".join(f"# {note}\n" for note in notes)
    return f"{PREFIXES}{comments}{_STREAM.format(mark=mark, title=title, licence=rights)}{retention}"


def relations(spans: Iterable[Span]) -> str:
    """To what an index leads."""
    return "".join(_relations(INDEX, spans))


def nodes(pages: Pages, spans: list[tuple[int, str, str]]) -> tuple[dict[str, bytes], list[Span]]:
    """The nodes of the full groups by their file names, and all that the index leads to.

    `spans` are the pages that have versions, by their numbers, with their times. Names that are new go to `pages`.
    """
    groups: dict[int, list[Span]] = {number: [] for number in pages.nodes}
    last: list[Span] = []
    full = pages.count // GROUP
    for number, first, until in spans:
        if number <= pages.count:
            group = (number - 1) // GROUP + 1
            into = groups.setdefault(group, []) if group <= full else last
            into.append((pages.names[number], first, until))
    for group, found in groups.items():
        if group not in pages.nodes:
            pages.nodes[group] = f"pages-{group:06}-{_digest(found[-1][0])}.trig"
    leads = [(pages.nodes[group], found[0][1], found[-1][2]) for group, found in sorted(groups.items()) if found]
    return {pages.nodes[group]: _node(pages.nodes[group], found) for group, found in groups.items()}, leads + last


def _digest(name: str) -> str:
    return name.removesuffix(".trig").rpartition("-")[2]


def _node(name: str, spans: Iterable[Span]) -> bytes:
    return f"{CLOSED}{''.join(_relations(name, spans))}".encode()


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
