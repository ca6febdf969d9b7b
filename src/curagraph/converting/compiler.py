"""The converters of a project, compiled once: terms resolved, key paths and templates taken apart.

Compiling finds what is wrong with the tables themselves: an undefined term, a reference to no converter, a key path
that cannot be read.
"""

from __future__ import annotations

import re

from curagraph import converter
from curagraph.config import Project
from curagraph.converter import Agree, AnyRule, Check, Converter, Guard, Ignore, Mentions, PerProject, Ref, Rule, Value
from curagraph.converting import datatypes, references
from curagraph.converting.compiled import Compiled, Mentioned, Read, Table, Template
from curagraph.converting.program import SIDE_GRAPHS, Program
from curagraph.keypath import BODY
from curagraph.matching.matches import Matches
from curagraph.problem import ProjectError
from curagraph.vocabulary import CU, OA, RDF, Term

# The terms of an annotation.
_ANNOTATION = (
    *(getattr(OA, name) for name in ("Annotation", "SpecificResource", "TextPositionSelector", "TextQuoteSelector")),
    *(getattr(OA, name) for name in ("hasBody", "hasTarget", "hasSource", "hasSelector", "start", "end", "exact")),
    CU.annotatedText,
    RDF.type,
)

_VARIABLE = re.compile(r"\{(\+?)([^{}]+)\}")


def compile_project(project: Project) -> Program:
    """Load and compile the converters of a project. Raises `ProjectError`."""
    return _Compiler(project, converter.load(project.content("converters"))).program()


def _canonical(matches: Matches) -> dict[str, str]:
    """Which term stays in the place of which other; a thing that stays has the page of the other one too."""
    pairs = matches.canonical().items()
    return {f"<{other}{page}>": f"<{stays}{page}>" for other, stays in pairs for page in ("", ".html")}


class _Compiler:
    def __init__(self, project: Project, converters: dict[str, Converter]) -> None:
        self.project = project
        self.converters = converters
        self.tables: dict[str, Table] = {}
        self.reads: list[Read] = []

    def program(self) -> Program:
        for name in self.converters:
            self.table(name)
        references.check(self.tables.values())
        for table in self.tables.values():
            table.root_reads = list(references.root_reads(table))
        matches = Matches.load(self.project)
        return Program(self.project, self.tables, self.reads, matches, _canonical(matches))

    def table(self, name: str) -> Table:
        if name in self.tables:
            return self.tables[name]
        declared = self.converters[name]
        table = self.tables[name] = self.without_rules(name, declared)
        compiled = [self.rule(rule, declared) for rule in declared.rules]
        table.guards = [each for each in compiled if isinstance(each.rule, Guard)]
        others = [each for each in compiled if not isinstance(each.rule, Guard)]
        table.rules = sorted(others, key=lambda each: not getattr(each.rule, "required", False))
        return table

    def without_rules(self, name: str, declared: Converter) -> Table:
        """A table to which the rules that follow can refer, its own too."""
        source = declared.iri if isinstance(declared.iri, str) else ""
        if declared.of in (".", BODY) and (not source or source.startswith("{+")):
            message = "the thing of a document names its graph, and needs an IRI below the base: use {key}, not {+key}"
            raise ProjectError(f"{declared.place}: {message}")
        types = [f"<{self.project.vocabulary.iri(type_)}>" for type_ in declared.types]
        table = Table(name, declared, self.template(source, declared.place), types)
        if not isinstance(declared.iri, str):
            table.identify = self.value(declared.iri, declared.place)[0]
        return table

    def read(self, path: str, place: str) -> Read:
        try:
            read = Read(path, 1 << len(self.reads), place)
        except ValueError as error:
            raise ProjectError(f"{place}: {error}") from None
        self.reads.append(read)
        return read

    def template(self, source: str, place: str) -> Template:
        texts, reads, end = [], [], 0
        for match in _VARIABLE.finditer(source):
            texts.append(source[end : match.start()])
            reads.append((self.read(match[2], place), bool(match[1])))
            end = match.end()
        return Template([*texts, source[end:]], reads)

    def rule(self, rule: AnyRule, owner: Converter) -> Compiled:
        match rule:
            case Rule():
                return self.statement_rule(rule, owner)
            case Agree():
                return self.agree_rule(rule)
            case Check():
                return Compiled(rule, [self.read(path, rule.place) for path in rule.keys])
            case Ignore() | Guard():
                return Compiled(rule, [self.read(rule.key, rule.place)])
            case Mentions():
                return self.mentions_rule(rule, owner)

    def statement_rule(self, rule: Rule, owner: Converter) -> Compiled:
        if rule.graph and owner.shared:
            raise ProjectError(
                f"{rule.place}: a shared thing is described in the graph of its kind, not in {rule.graph}"
            )
        if rule.graph not in ("", *SIDE_GRAPHS):
            raise ProjectError(f"{rule.place}: there is no graph {rule.graph}; known are {', '.join(SIDE_GRAPHS)}")
        template = self.template(rule.key, rule.place) if "{" in rule.key else None
        reads = [read for read, _ in template.reads] if template else [self.read(rule.key, rule.place)]
        compiled = Compiled(rule, reads, self.term(rule.property, rule.place), template=template)
        compiled.value, compiled.target = self.value(rule.value, rule.place)
        self.fit(compiled)
        compiled.variants = self.term(rule.variants, rule.place) if rule.variants else ""
        return compiled

    def fit(self, compiled: Compiled) -> None:
        """Let a rule know which terms its property takes."""
        found = datatypes.wanted(self.project.vocabulary, compiled.predicate[1:-1])
        if found and compiled.target and found[1] is not datatypes.is_link:
            place, ref = compiled.rule.place, compiled.target.name
            raise ProjectError(f"{place}: {compiled.predicate} wants {found[0]}, and the converter {ref} makes things")
        if found and not compiled.target:
            compiled.wanted, compiled.fits = found

    def agree_rule(self, rule: Agree) -> Compiled:
        compiled = Compiled(rule, [self.read(rule.key, rule.place), self.read(rule.other, rule.place)])
        compiled.by = self.value(rule.by, rule.place)[0] if rule.by else None
        compiled.other_by = self.value(rule.other_by, rule.place)[0] if rule.other_by else compiled.by
        if rule.otherwise:
            compiled.predicate = self.term(rule.otherwise[0], rule.place)
            compiled.value, compiled.target = self.value(rule.otherwise[1], rule.place)
            self.fit(compiled)
        return compiled

    def mentions_rule(self, rule: Mentions, owner: Converter) -> Compiled:
        if owner.shared:
            raise ProjectError(f"{rule.place}: a shared thing has no text of its own in which something is mentioned")
        published = self.term(rule.published, rule.place) if rule.published else ""
        terms = {term.name: self.term(term, rule.place) for term in _ANNOTATION}
        read = self.read(rule.key, rule.place)
        compiled = Compiled(rule, [read], self.term(rule.property, rule.place))
        compiled.mentioned = Mentioned(rule.key.strip("/()"), published, terms)
        return compiled

    def term(self, term: Term, place: str) -> str:
        try:
            return f"<{self.project.vocabulary.iri(term)}>"
        except ProjectError as error:
            raise ProjectError(f"{place}: {error}") from None

    def value(self, value: Value | PerProject | Ref, place: str) -> tuple[Value | None, Table | None]:
        if isinstance(value, Ref):
            if value.converter not in self.converters:
                known = ", ".join(sorted(self.converters))
                raise ProjectError(f"{place}: there is no converter {value.converter}; known are {known}")
            return None, self.table(value.converter)
        return (value.make(self.project) if isinstance(value, PerProject) else value), None
