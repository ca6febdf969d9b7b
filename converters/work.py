"""The original work: what somebody else published, known by its clean address."""

from curagraph.address import address, any_uri
from curagraph.converter import Agree, Converter, Rule, ref
from curagraph.values import english, text
from curagraph.vocabulary import CU, DCTERMS, SCHEMA

work = Converter(
    of="link",
    iri="{+href}",
    types=[CU.OriginalWork],
    rules=[
        Rule("/title", DCTERMS.title, english),
        Rule("/title", SCHEMA.headline, text),
        Rule("href", SCHEMA.url, address),
        Rule("brand", CU.hostedOn, ref("brand")),
        Agree("original", "href", otherwise=(CU.capturedUrl, any_uri)),
    ],
)
