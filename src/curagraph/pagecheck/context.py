"""JSON-LD contexts: which IRI a name of a page means (JSON-LD 1.1, sections 4.1 and 5.2), without the network."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import urljoin

SCHEMA = "https://schema.org/"
# The address of schema.org as pages write it, which stands for its context.
SCHEMA_CONTEXT = re.compile(r"(https?)://(?:www\.)?schema\.org(?:/|/docs/jsonldcontext\.json(?:ld)?)?", re.IGNORECASE)
_SCHEMA_IRI = re.compile(r"https?://(?:www\.)?schema\.org/", re.IGNORECASE)
# JSON-LD 1.1, section 1.7.
KEYWORDS = frozenset(
    {
        *("@base", "@container", "@context", "@direction", "@graph", "@id", "@import", "@included"),
        *("@index", "@json", "@language", "@list", "@nest", "@none", "@prefix", "@propagate"),
        *("@protected", "@reverse", "@set", "@type", "@value", "@version", "@vocab"),
    }
)


class Term(NamedTuple):
    """What a name stands for: an IRI or keyword, the type and container of its values, and whether it points back."""

    iri: str
    type: str = ""
    container: str = ""
    reverse: bool = False


@dataclass(frozen=True)
class Context:
    """The names in force at a place. `unread` lists contexts elsewhere, of which nothing is known here.

    `base` is what relative identifiers start from where the context says so; empty where that is the page.
    """

    vocab: str = ""
    terms: dict[str, Term] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    base: str = ""

    def with_(self, local: Any) -> Context:
        """The context that holds below an `@context`; what is malformed in it means nothing."""
        found = self
        for each in local if isinstance(local, list) else [local]:
            if each is None:
                found = Context()
            elif isinstance(each, str):
                found = found._elsewhere(each)
            elif isinstance(each, dict):
                found = found._defined(each)
        return found

    def _elsewhere(self, address: str) -> Context:
        match = SCHEMA_CONTEXT.fullmatch(address.strip())
        if match is None:
            return replace(self, unread=(*self.unread, address))
        keywords = {"id": Term("@id"), "type": Term("@type"), "schema": Term(SCHEMA)}
        return replace(self, vocab=SCHEMA, terms=self.terms | keywords)

    def _defined(self, definitions: dict[str, Any]) -> Context:
        vocab = definitions.get("@vocab", self.vocab)
        base = self.resolved(given) if isinstance(given := definitions.get("@base", self.base), str) else ""
        found = replace(self, vocab=vocab if isinstance(vocab, str) else "", terms=dict(self.terms), base=base)
        # Prefixes first: a definition may use one that stands below it.
        for name, value in sorted(definitions.items(), key=lambda row: not str(row[1]).endswith(("/", "#"))):
            if not name.startswith("@"):
                found.terms[name] = found._term(name, value)
        return found

    def _term(self, name: str, value: Any) -> Term:
        if isinstance(value, str):
            return Term(self.iri(value))
        if not isinstance(value, dict):
            return Term("")
        reverse = value.get("@reverse")
        target = reverse if reverse is not None else value.get("@id", name)
        container = value.get("@container", "")
        return Term(
            self.iri(target) if isinstance(target, str) else "",
            value["@type"] if isinstance(value.get("@type"), str) else "",
            container if isinstance(container, str) else " ".join(map(str, container or ())),
            reverse is not None,
        )

    def term(self, name: str) -> Term:
        """What the key of an object stands for; its IRI is empty where the context does not say."""
        return self.terms.get(name) or Term(self.iri(name))

    def iri(self, name: str) -> str:
        """The IRI of a name, a compact IRI or an IRI; empty where the context does not say."""
        if name.startswith("@"):
            return name
        if name in self.terms:
            return self.terms[name].iri
        prefix, colon, rest = name.partition(":")
        if not colon:
            return self.vocab + name if self.vocab else ""
        known = self.terms.get(prefix)
        return known.iri + rest if known and known.iri and not rest.startswith("//") else name

    def resolved(self, identifier: str) -> str:
        """An identifier from the context's `@base` on; as it is where there is no such, or either is malformed.

        >>> Context().with_({"@base": "https://a.example/b/"}).resolved("#c")
        'https://a.example/b/#c'
        """
        try:
            return urljoin(self.base, identifier) if self.base else identifier
        except ValueError:
            return identifier


def short(iri: str) -> str:
    """A term of schema.org by its name, any other by its IRI.

    >>> short("http://schema.org/name"), short("https://example.com/name")
    ('name', 'https://example.com/name')
    """
    match = _SCHEMA_IRI.match(iri)
    return iri[match.end() :] if match else iri
