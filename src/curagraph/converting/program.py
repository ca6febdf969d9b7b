"""The tables of a project as one program, of which a document is the input."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from curagraph.config import Project
from curagraph.converter import Rule
from curagraph.converting.compiled import Read, Table
from curagraph.keypath import BODY
from curagraph.matching.matches import Matches
from curagraph.mentioning import labels
from curagraph.mentioning.lexicon import Lexicon

# Graphs beside an item's own, of which it has a part; the first two by rules of the tables, the last by mentions.
SIDE_GRAPHS = ("excerpts", "provenance", "mentions")

_RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


@dataclass
class Program:
    """All tables of a project, by name, every key that they read, and the matches that a person has accepted."""

    project: Project
    tables: dict[str, Table]
    reads: list[Read]
    matches: Matches
    canonical: dict[str, str]

    @cached_property
    def lexicon(self) -> Lexicon:
        """The labels that texts may mention: those of the schemes, and of topics that a person has looked at."""
        return labels.of_project(self.project, self.matches.topics())

    @property
    def side_predicates(self) -> frozenset[str]:
        """What the side graphs say, by the terms of the predicates."""
        rules = [compiled for table in self.tables.values() for compiled in table.rules]
        stated = {each.predicate for each in rules if isinstance(each.rule, Rule) and each.rule.graph}
        terms = {term for each in rules if each.mentioned for term in each.mentioned.terms.values()}
        return frozenset(stated | terms) - {_RDF_TYPE}

    @property
    def base(self) -> str:
        return self.project.base

    def root(self, has_front_matter: bool) -> Table | None:
        """The table for a document: the one `of` its keys, or of its body alone."""
        of = "." if has_front_matter else BODY
        return next((table for table in self.tables.values() if table.converter.of == of), None)

    def reaches(self, read: Read, found: int) -> bool:
        """Whether any document came to the table of a read, so that its key could have been found."""
        table = next(table for table in self.tables.values() if read in table.reads)
        return any(other.bit & found for other in table.reads if other not in table.guarding)

    def graph(self, name: str) -> str:
        """The term of a named graph."""
        return f"<{self.base}graph/{name}>"
