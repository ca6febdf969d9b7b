"""The author of a record: the person who curated it, never the writer of the original work."""

from curagraph.address import web_site
from curagraph.converter import Converter, Ignore, Rule, ref
from curagraph.keypath import Node
from curagraph.values import text
from curagraph.vocabulary import CU, SCHEMA


def name_and_domain(value: str) -> dict[str, Node]:
    """`Name @domain` is a name and the domain of an e-mail address; `A and B` stays one name."""
    name, at, domain = value.strip().rpartition(" @")
    return {"name": name, "domain": domain} if at and len(domain.split()) == 1 else {"name": value, "domain": ""}


author = Converter(
    of="author[]",
    iri="author/{name}",
    types=[CU.Author],
    reads=name_and_domain,
    shared=True,
    rules=[
        Rule("name", SCHEMA.name, text, variants=SCHEMA.alternateName),
        Rule("name", CU.page, ref("author_page")),
        Rule("name", SCHEMA.url, ref("author_page")),
        Ignore("domain", because="the domain of an e-mail address is personal"),
    ],
)

author_page = Converter(
    of="author[]",
    iri="author/{.}.html",
    types=[SCHEMA.ProfilePage],
    shared=True,
    rules=[
        Rule(".", SCHEMA.name, text, variants=SCHEMA.alternateName),
        Rule(".", SCHEMA.isPartOf, web_site),
    ],
)
