"""The original work: what somebody else published, known by its clean address."""

from curagraph.address import any_uri
from curagraph.converter import Agree, Converter, Rule, ref
from curagraph.values import english
from curagraph.vocabulary import CU, DCTERMS

work = Converter(
    of="link",
    iri="{+href}",
    types=[CU.OriginalWork],
    rules=[
        Rule("/title", DCTERMS.title, english),
        Rule("brand", CU.hostedOn, ref("brand")),
        Agree("original", "href", otherwise=(CU.capturedUrl, any_uri)),
    ],
)
