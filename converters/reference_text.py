"""A plain article: a text of reference without front matter, of which we publish only what describes it."""

from curagraph.body import article, words
from curagraph.converter import Converter, Mentions, Rule
from curagraph.values import count, english, text
from curagraph.vocabulary import CU, DCTERMS, SCHEMA

reference_text = Converter(
    of="(body)",
    iri="text/{path}",
    types=[CU.ReferenceText],
    reads=article,
    rules=[
        Rule("title", DCTERMS.title, english),
        Rule("titleSource", CU.titleSource, text),
        Rule("headings[]", CU.heading, english),
        Rule("words", CU.wordCount, count),
        Rule("hash", CU.contentHash, text),
        Mentions("/(body)", SCHEMA.mentions, words),
    ],
)
