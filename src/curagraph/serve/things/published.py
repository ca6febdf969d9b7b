"""Documents of the whole: the context of JSON-LD."""

from __future__ import annotations

from curagraph.exporting import jsonld
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page
from curagraph.serve.worker import Out


def context(edition: Edition, out: Out) -> Page:
    """The context that every JSON-LD document here has in it."""
    return Page(jsonld.document(edition.project.vocabulary), "application/ld+json")
