"""The author of a record: the person who curated it, never the writer of the original work."""

from curagraph.converter import Converter, Ignore, Rule
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
        Ignore("domain", because="the domain of an e-mail address is personal"),
    ],
)
