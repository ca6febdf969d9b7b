"""Every IRI under the base answers: with where its document is, or with the document in the format of its suffix."""

from __future__ import annotations

import pyoxigraph as ox

from curagraph import description, serialize
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page
from curagraph.serve.worker import Out


def answer(edition: Edition, out: Out, path: str, accepted: str, root: str) -> Page:
    iri = edition.project.base + path.rpartition(".")[0]
    quads = description.quads(edition.snapshot, ox.NamedNode(iri))
    lines = sorted({f"{quad.triple} .\n" for quad in quads})
    return Page(serialize.triples(lines, serialize.Format.TURTLE, edition.project.vocabulary), "text/turtle")
