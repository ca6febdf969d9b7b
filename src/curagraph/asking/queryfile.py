"""A question as a file: SPARQL below a header of `#+` lines, which are YAML (grlc's convention).

    #+ summary: Items of a brand
    #+ params:
    #+   brand:
    #+     type: iri
    #+     within: brand/
    #+     default: medicaleconomics.com
    #+     description: the domain of the site
    SELECT ?item ?title WHERE { ... }

A parameter is bound as a term, never pasted into the text. An `iri` with `within` may be given as the words that the
last part of the IRI is made of.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from curagraph import address, values
from curagraph.config import Project
from curagraph.problem import ProjectError, Unfit, UsageError

_XSD = values.XSD
_FORMS = {"integer": re.compile(r"[+-]?[0-9]{1,18}"), "boolean": re.compile(r"true|false")}
_TYPES = ("iri", "string", "date", "dateTime", *_FORMS)


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question: the variable `?name`, and what may stand for it."""

    name: str
    type: str
    default: str
    description: str
    within: str = ""

    def term(self, value: str, project: Project) -> ox.NamedNode | ox.Literal:
        """The term that a text stands for. Raises `UsageError` where it is not of the type."""
        try:
            return self._iri(value, project) if self.type == "iri" else self._literal(value)
        except Unfit as error:
            raise UsageError(f"{self.name}: {error.message}") from None

    def _literal(self, value: str) -> ox.Literal:
        if self.type == "string":
            return ox.Literal(values.clean(value))
        if self.type in ("date", "dateTime"):
            lexical, _, datatype = values.date_time(value)[1:-1].partition('"^^<')
            return ox.Literal(lexical, datatype=ox.NamedNode(datatype))
        if not _FORMS[self.type].fullmatch(value):
            raise Unfit("bad-value", f"found {value!r}, wanted {self.type} such as {self.default}")
        return ox.Literal(value, datatype=ox.NamedNode(_XSD + self.type))

    def _iri(self, value: str, project: Project) -> ox.NamedNode:
        """What a user means: an IRI, a prefixed name, the path below the base, or the words that end the IRI."""
        prefixes = project.vocabulary.prefixes
        prefix, colon, name = value.partition(":")
        within = prefixes.get(self.within.removesuffix(":")) or project.base + self.within
        if colon and prefix in prefixes:
            value = prefixes[prefix] + name
        elif self.within and value.startswith(self.within):
            value = within + value.removeprefix(self.within)
        elif not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:[^ ]", value):
            value = within + address.key(value)
        return ox.NamedNode(address.iri(value)[1:-1])


@dataclass(frozen=True)
class Question:
    """A query with its name, header and text.

    Of a query that makes a piece of a page, `piece` is the class that the thing is stated to have, and `needs` the
    properties without which the piece is left out, as prefixed names.
    """

    name: str
    text: str
    summary: str = ""
    description: str = ""
    message: str = ""
    parameters: tuple[Parameter, ...] = field(default=())
    piece: str = ""
    needs: tuple[str, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether people ask it, and not curagraph for a page or for a partner."""
        return not self.piece and not self.name.startswith("partners/")

    def as_json(self) -> dict[str, object]:
        """The question for other programs."""
        parameters = [asdict(parameter) for parameter in self.parameters]
        return {"name": self.name, "summary": self.summary, "description": self.description, "parameters": parameters}

    def bind(self, given: Mapping[str, str], project: Project) -> dict[str, ox.NamedNode | ox.Literal]:
        """The terms of all parameters. Raises `UsageError` where one is unknown, or missing and without a default."""
        known = {parameter.name: parameter for parameter in self.parameters}
        unknown = [name for name in given if name not in known]
        if unknown:
            what = f"its parameters are {', '.join(known)}" if known else "it has no parameters"
            raise UsageError(f"{self.name or 'the query'} knows no parameter {unknown[0]}; {what}")
        texts = {name: given.get(name, parameter.default) for name, parameter in known.items()}
        missing = [name for name, text in texts.items() if not text]
        if missing:
            raise UsageError(f"{self.name} needs --set {missing[0]}=...: {known[missing[0]].description}")
        return {name: known[name].term(text, project) for name, text in texts.items()}


def parse(text: str, name: str = "") -> Question:
    """A question from the text of its file. Raises `ProjectError` where the header is wrong."""
    header = "\n".join(line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+"))
    try:
        found = yaml.load(header, yaml.CSafeLoader) or {}  # the safe loader, in C
    except yaml.YAMLError as error:
        raise ProjectError(f"queries/{name}.rq: the header is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(found, dict):
        raise ProjectError(f"queries/{name}.rq: the header wants lines such as #+ summary: Latest items")
    rows = found.get("params") or {}
    if not isinstance(rows, dict):
        raise ProjectError(f"queries/{name}.rq: params wants a group, with a line for each parameter")
    parameters = tuple(_parameter(name, str(key), row) for key, row in rows.items())
    summary, description, message = (str(found.get(key, "")).strip() for key in ("summary", "description", "message"))
    piece, needs = str(found.get("piece", "")), found.get("needs") or []
    if not isinstance(needs, list):
        raise ProjectError(f"queries/{name}.rq: needs wants a list such as [schema:name]")
    return Question(name, text, summary, description, message, parameters, piece, tuple(map(str, needs)))


def _parameter(question: str, name: str, row: Any) -> Parameter:
    type_ = row.get("type", "string") if isinstance(row, dict) else None
    if type_ not in _TYPES:
        raise ProjectError(f"queries/{question}.rq: the parameter {name} wants a type, one of: {', '.join(_TYPES)}")
    texts = {key: str(row.get(key, "")) for key in ("default", "description", "within")}
    return Parameter(name, type_, **texts)


def without_header(text: str) -> str:
    """The text of a query without the header of its file.

    >>> without_header("#+ summary: All\\nASK {}")
    'ASK {}'
    """
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+"))


def load_all(project: Project) -> dict[str, Question]:
    """The named questions of a project: each `.rq` file of `queries/`, by its path without the suffix."""
    folder = project.content("queries")
    files = sorted(folder.rglob("*.rq"))
    return {name: parse(_text(file), name) for file in files for name in [_name(file, folder)]}


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from None


def _name(file: Path, folder: Path) -> str:
    return file.relative_to(folder).with_suffix("").as_posix()


def find(project: Project, query: str) -> Question:
    """The question that a user means: a name, the path of an `.rq` file, or SPARQL itself.

    Raises `UsageError` where it is none of these.
    """
    folder = project.content("queries")
    named = folder / f"{query}.rq"
    if re.fullmatch(r"[\w./-]+", query) and ".." not in query and named.is_file():
        return parse(_text(named), query)
    if query.endswith(".rq"):
        file = Path(query)
        if not file.is_file():
            raise UsageError(f"there is no file {query}")
        return parse(_text(file), file.stem)
    if re.search(r"[\s{]", query):
        return parse(query)
    near = difflib.get_close_matches(query, load_all(project), n=1)
    advice = f"did you mean {near[0]}? " if near else ""
    raise UsageError(f"there is no query {query}; {advice}`curagraph queries` lists them")
