"""The form of an item, such as a brief."""

from curagraph.converter import Converter, Rule
from curagraph.values import english
from curagraph.vocabulary import CU, SKOS

form = Converter(
    of="sub",
    iri="form/{.}",
    types=[CU.Form, SKOS.Concept],
    shared=True,
    rules=[Rule(".", SKOS.prefLabel, english, variants=SKOS.altLabel)],
)
