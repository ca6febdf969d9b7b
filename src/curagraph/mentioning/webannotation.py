"""A mention as a Web Annotation (W3C Web Annotation Data Model, sections 3.2 and 4.2), in the graph `mentions`.

One annotation for each place in a text, with every concept that the words there name. Its nodes have addresses below
`mention/`, made of the thing's own path, the text and the offsets, so that the same text always has the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from curagraph.converting.compiled import Mentioned
from curagraph.mentioning.lexicon import Mention
from curagraph.values import XSD, literal, text

GRAPH = "mentions"
PATH = "mention/"

Triple = tuple[str, str, str]


def triples(mentions: Iterable[Mention], thing: str, base: str, words: Mentioned) -> Iterator[Triple]:
    """The triples of the annotations for the mentions in one text of a thing, all as N-Triples terms."""
    for (start, end), group in groupby(mentions, key=lambda mention: (mention.start, mention.end)):
        place = list(group)
        node = f"<{base}{PATH}{thing[1 + len(base) : -1]}/{words.field}/{start}-{end}"
        target, position, quote = (f"{node}#{part}>" for part in ("target", "position", "quote"))
        oa = words.terms
        yield f"{node}>", oa["type"], oa["Annotation"]
        for each in place:
            yield f"{node}>", oa["hasBody"], f"<{each.concept}>"
        yield f"{node}>", oa["hasTarget"], target
        yield target, oa["type"], oa["SpecificResource"]
        yield target, oa["hasSource"], thing
        if words.property:
            yield target, oa["annotatedText"], words.property
        yield target, oa["hasSelector"], position
        yield target, oa["hasSelector"], quote
        yield position, oa["type"], oa["TextPositionSelector"]
        yield position, oa["start"], literal(str(start), XSD + "integer")
        yield position, oa["end"], literal(str(end), XSD + "integer")
        yield quote, oa["type"], oa["TextQuoteSelector"]
        yield quote, oa["exact"], text(place[0].exact)


def thing_of(node: str, base: str) -> str:
    """The path below the base of the thing in whose text a node's mention stands.

    >>> thing_of("https://data.example.org/mention/item/7/title/0-3#quote", "https://data.example.org/")
    'item/7'
    """
    return node.removeprefix(base + PATH).partition("#")[0].rsplit("/", 2)[0]
