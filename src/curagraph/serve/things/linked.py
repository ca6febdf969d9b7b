"""The glossary of the ontology for pages of the server, where what stands on another page is linked there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from curagraph.config import Project
from curagraph.ontologypage.glossary import Glossary
from curagraph.ontologypage.markup import Element, tag

# Where the page of the ontology is, below the root.
ONTOLOGY = "ontology"


@lru_cache(maxsize=4)
def glossary(project: Project) -> Glossary:
    """The glossary of a project, read once. Raises `ProjectError` where a file of `ontology/` is wrong."""
    return Glossary(project)


class LinkedGlossary(Glossary):
    """A glossary for one page: `here` are the IRIs of what stands on it; a path of ours begins with `root`."""

    def __init__(self, project: Project, root: str, here: Iterable[str]) -> None:
        super().__init__(project)
        self.root = root
        self.here = frozenset(here)

    def link(self, iri: str, text: str = "") -> Element:
        """A link to the anchor of what stands on this page, to the page of a thing, or to the page of the ontology."""
        text = text or self.label(iri)
        if iri in self.here:
            return tag("a", text, href=f"#{self.anchors[iri]}")
        if iri.startswith(self.project.base) and iri not in self.vocabulary.declared:
            return tag("a", text, href=self.root + iri.removeprefix(self.project.base))
        if iri in self.vocabulary.declared:
            return tag("a", text, href=f"{self.root}{ONTOLOGY}#{self.anchors[iri]}")
        return super().link(iri, text)
