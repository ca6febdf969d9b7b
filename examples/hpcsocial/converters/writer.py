"""The writer: who wrote the originals of a blog. The aggregator follows one writer a blog, so one tag names both."""

from curagraph.converter import Converter, Rule
from curagraph.values import text
from curagraph.vocabulary import SCHEMA, Namespace

HPC = Namespace("hpc")

writer = Converter(
    of="author_tag",
    iri="writer/{.}",
    types=[HPC.Writer],
    shared=True,
    rules=[Rule("/author", SCHEMA.name, text, variants=SCHEMA.alternateName)],
)
