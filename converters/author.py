"""The author of a record: the person who curated it, never the writer of the original work."""

import re

from curagraph.address import web_site
from curagraph.converter import Converter, Guard, Ignore, Rule, ref
from curagraph.keypath import Node
from curagraph.problem import Severity
from curagraph.values import text
from curagraph.vocabulary import CU, SCHEMA

# A whole e-mail address, and the brackets that are left where one was.
_ADDRESS = re.compile(r"(?<![^\s<>()\[\],;])[^\s<>()\[\],;@\uff20]+[@\uff20][^\s<>()\[\],;]*\.[^\s<>()\[\],;]+")
_EMPTY = re.compile(r"[<(\[]\s*[>)\]]")
# What stands for the part of an address that tells the person.
_SOMEBODY = "\u2026@"


def name_and_domain(value: str) -> dict[str, Node]:
    """`Name @domain` is a name and the domain of an e-mail address; `A and B` stays one name.

    Of `Name <somebody@domain>` the name stays too; of an address alone nothing that tells who it is.
    """
    name, at, domain = value.strip().rpartition(" @")
    if not at or len(domain.split()) != 1:
        name, domain = value, ""
    if found := _ADDRESS.search(name):
        domain = re.split("[@\uff20]", found[0])[-1]
        name = " ".join(_EMPTY.sub(" ", _ADDRESS.sub(" ", name)).split()).strip(" ,;\"'") or _SOMEBODY + domain
    return {"name": name, "domain": domain}


def is_name(value: str) -> bool:
    return not value.startswith(_SOMEBODY)


author = Converter(
    of="author[]",
    iri="author/{name}",
    types=[CU.Author],
    reads=name_and_domain,
    shared=True,
    rules=[
        Guard(
            "name",
            is_name,
            because="an e-mail address is personal; write a name",
            code="personal-address",
            severity=Severity.WARNING,
        ),
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
