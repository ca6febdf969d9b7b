"""The original: the post on the blog where it was written, known by its address."""

from curagraph.address import address
from curagraph.converter import Converter, Rule, ref
from curagraph.keypath import Node
from curagraph.values import date_time, english
from curagraph.vocabulary import CU, DCTERMS, Namespace

HPC = Namespace("hpc")


def checked(value: str) -> dict[str, Node]:
    """An original that is no page of the web cannot be pointed to."""
    return {"address": address(value)[1:-1]}


original = Converter(
    of="original_url",
    iri="{+address}",
    types=[CU.OriginalWork],
    reads=checked,
    rules=[
        Rule("/title", DCTERMS.title, english),
        Rule("/date", DCTERMS.issued, date_time),
        Rule("/author_tag", HPC.writtenBy, ref("writer")),
        Rule("/author_tag", HPC.postedIn, ref("blog")),
    ],
)
