"""The picture of a concept scheme that has facets."""

from __future__ import annotations

from markupsafe import Markup

from curagraph.ontologypage.concepts import Concepts
from curagraph.ontologypage.facetpicture import FacetPicture
from curagraph.ontologypage.facets import Facets
from curagraph.ontologypage.plan import Plan
from curagraph.serve.things.linked import LinkedGlossary, glossary
from curagraph.serve.things.terms import Terms


def picture(terms: Terms, scheme: str) -> Markup:
    """The picture of a scheme, whose names lead to the tree below it; empty where the plan has none for the scheme.

    Raises `ProjectError` where a file of `ontology/` is wrong.
    """
    project = terms.edition.project
    read = glossary(project)
    if scheme not in read.headers:
        return Markup()
    here = (iri for iri in read.types if scheme in read.schemes_of(iri))
    facets = Facets(Concepts(LinkedGlossary(project, terms.root, here), scheme), Plan.load())
    return Markup(FacetPicture(facets).element()) if facets.fits else Markup()  # noqa: S704  # it escapes its texts
