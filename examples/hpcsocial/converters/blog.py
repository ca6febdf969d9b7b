"""The blog that the aggregator follows, known by its tag: addresses and subtitles of a blog change."""

import html

from curagraph.address import address
from curagraph.converter import Converter, Rule, ref
from curagraph.values import english, text
from curagraph.vocabulary import SCHEMA, Namespace

HPC = Namespace("hpc")


def from_feed(value: str) -> str:
    """Feeds escape what they carry: `R&amp;D` is `R&D`."""
    return english(html.unescape(value))


blog = Converter(
    of="author_tag",
    iri="blog/{.}",
    types=[HPC.Blog],
    shared=True,
    rules=[
        Rule(".", HPC.tag, text),
        Rule("/blog_title", SCHEMA.name, text, variants=SCHEMA.alternateName),
        Rule("/blog_subtitle", HPC.subtitle, from_feed, variants=HPC.otherSubtitle),
        Rule("/blog_url", SCHEMA.url, address, variants=HPC.otherAddress),
        Rule(".", HPC.keptBy, ref("writer")),
    ],
)
