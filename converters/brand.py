"""The brand: the web site that carries an original work, known by its domain."""

from curagraph.address import domain_name, home_page, web_site
from curagraph.converter import Converter, Rule, ref
from curagraph.keypath import Node
from curagraph.values import text
from curagraph.vocabulary import CU, SCHEMA


def domain(value: str) -> dict[str, Node]:
    """`www.Example.org` and `example.org` are one brand."""
    return {"domain": domain_name(value)}


brand = Converter(
    of="link.brand",
    iri="brand/{domain}",
    types=[CU.SourceSite],
    reads=domain,
    shared=True,
    rules=[
        Rule("domain", SCHEMA.name, text),
        Rule("domain", SCHEMA.url, home_page),
        Rule("domain", CU.page, ref("brand_page")),
    ],
)

brand_page = Converter(
    of="link.brand",
    iri="brand/{.}.html",
    types=[SCHEMA.CollectionPage],
    shared=True,
    rules=[
        Rule(".", SCHEMA.name, text),
        Rule(".", SCHEMA.isPartOf, web_site),
    ],
)
