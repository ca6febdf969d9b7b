"""Our pages: what the web page of an item says of itself, and the pages of sections and communities above it."""

from curagraph.address import folder_above, on_site, web_site
from curagraph.converter import Converter, Rule, ref
from curagraph.values import line, moment, text
from curagraph.vocabulary import SCHEMA

page = Converter(
    of="basePath",
    iri=on_site,
    types=[SCHEMA.WebPage],
    rules=[
        Rule("/title", SCHEMA.name, text),
        Rule("/description", SCHEMA.description, line),
        Rule("/date", SCHEMA.datePublished, moment),
        Rule("/lastMod", SCHEMA.dateModified, moment),
        Rule("/basePath", SCHEMA.isPartOf, on_site),
        Rule(".", SCHEMA.breadcrumb, ref("trail")),
    ],
)

section_page = Converter(
    of="basePath",
    iri=on_site,
    types=[SCHEMA.CollectionPage],
    shared=True,
    rules=[
        Rule("/openProjectWorkPackageType", SCHEMA.name, text, variants=SCHEMA.alternateName),
        Rule(".", SCHEMA.isPartOf, web_site),
    ],
)

community_page = Converter(
    of="basePath",
    iri=folder_above,
    types=[SCHEMA.CollectionPage],
    shared=True,
    rules=[
        Rule("/identifier", SCHEMA.name, text, variants=SCHEMA.alternateName),
        Rule("/identifier", SCHEMA.isPartOf, web_site),
    ],
)
