"""Our own web site in the graph, with the organisation behind it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from curagraph.config import Project
from curagraph.values import XSD, text

# Their IRIs below the base.
WEB_SITE, ORGANIZATION, LOGO = "website", "organization", "logo"

_SCHEMA = "https://schema.org/"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def triples(project: Project) -> Iterator[str]:
    """The site and its publisher, as lines of N-Triples."""
    base, site, publisher = project.base, project.site, project.publisher
    web_site, organization, logo = (f"<{base}{name}>" for name in (WEB_SITE, ORGANIZATION, LOGO))
    yield from _thing(web_site, "WebSite", publisher.name or urlsplit(site).hostname or site, site)
    if not publisher.name:
        return
    yield _line(web_site, "publisher", organization)
    yield from _thing(organization, "Organization", publisher.name, site)
    if publisher.logo:
        yield _line(organization, "logo", logo)
        yield f"{logo} {_TYPE} <{_SCHEMA}ImageObject> .\n"
        yield _line(logo, "contentUrl", f"<{site}{publisher.logo[1:]}>")
        for name, pixels in zip(("width", "height"), publisher.logo_size, strict=False):
            yield from _size(base, logo, name, pixels)


def _thing(subject: str, type_: str, name: str, address: str) -> Iterator[str]:

    yield f"{subject} {_TYPE} <{_SCHEMA}{type_}> .\n"
    yield _line(subject, "name", text(name))
    yield _line(subject, "url", f"<{address}>")


def _size(base: str, logo: str, name: str, pixels: int) -> Iterator[str]:
    quantity = f"<{base}pixels/{pixels}>"
    yield _line(logo, name, quantity)
    yield f"{quantity} {_TYPE} <{_SCHEMA}QuantitativeValue> .\n"
    yield _line(quantity, "value", f'"{pixels}"^^<{XSD}integer>')
    yield _line(quantity, "unitCode", '"E37"')


def _line(subject: str, property_: str, object_: str) -> str:
    return f"{subject} <{_SCHEMA}{property_}> {object_} .\n"
