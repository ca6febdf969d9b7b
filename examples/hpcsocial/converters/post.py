"""The post as the aggregator has it: a record that points to what somebody wrote on a blog."""

from curagraph.address import on_site, slug
from curagraph.converter import Agree, Converter, Ignore, Rule, ref
from curagraph.values import english
from curagraph.vocabulary import CU, DCTERMS

# Of all keys only the address of the original is different in every file: two posts can share day, title and slug.
post = Converter(
    of=".",
    iri="post/{original_url}",
    types=[CU.CuratedItem],
    rules=[
        Rule("original_url", CU.curatedFrom, ref("original"), required=True),
        Rule("title", DCTERMS.title, english, required=True),
        Rule("slug", CU.slug, slug),
        Rule("{category}/{slug}/", CU.page, on_site),
        Agree("category", "author_tag"),
        Ignore("layout", because="the page template of the site generator, the same on every post"),
        Ignore("(body)", because="the whole text of somebody else's post, which its blog may publish and we may not"),
    ],
)
