"""A converter: the table that says which key of the front matter becomes which property, and how.

    author = Converter(
        of="author[]",
        iri="author/{name}",
        types=[CU.Author],
        reads=name_and_domain,
        shared=True,
        rules=[
            Rule("name", SCHEMA.name, text),
            Ignore("domain", because="an e-mail domain is personal"),
        ],
    )

These are declarations and do nothing; `compiler` compiles and `conversion` runs them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from curagraph.config import Project
from curagraph.keypath import Node
from curagraph.problem import FAULTS, ProjectError, Severity
from curagraph.vocabulary import Term

# From the text of a value to an RDF term in N-Triples notation; None where there is nothing to say.
Value = Callable[[str], str | None]


@dataclass(frozen=True)
class PerProject:
    """A value function that depends on the project: its addresses, or its ontology."""

    make: Callable[[Project], Value]


@dataclass(frozen=True)
class Ref:
    """The thing that another converter makes of the value."""

    converter: str


def ref(converter: str) -> Ref:
    """In a rule's place for a value function: link to what the named converter makes of this value."""
    return Ref(converter)


def _declared_at() -> str:
    """`FILE:LINE` of the declaration in a converters folder that is being made."""
    frame: FrameType | None = sys._getframe(2)
    while frame and (frame.f_code.co_filename == __file__ or frame.f_code.co_filename == "<string>"):
        frame = frame.f_back
    return f"converters/{Path(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame else ""


@dataclass(frozen=True)
class Rule:
    """The value at `key` becomes an object of `property`.

    `key` is a key path, or a template such as `{basePath}{slug}/` that joins several. `value` makes an N-Triples
    term of the text. A `required` value that does not fit costs the whole thing. `graph` names a graph of
    its own for the statement (`excerpts`, `provenance`); `about="graph"` says it of the item's graph. On a
    shared thing only the commonest spelling keeps `property`, and the others become `variants`.
    """

    key: str
    property: Term
    value: Value | PerProject | Ref
    required: bool = False
    graph: str = ""
    about: str = "thing"
    variants: Term | None = None
    place: str = field(default_factory=_declared_at, compare=False)


@dataclass(frozen=True)
class Agree:
    """The values at `key` must say the same as those at `other`; what they add goes to `otherwise`.

    `by` brings each text to the form that is compared (`other_by` for the other side, where it differs);
    `members` takes one text apart into several first.
    """

    key: str
    other: str
    by: Value | PerProject | None = None
    other_by: Value | PerProject | None = None
    members: Callable[[str], Sequence[str]] | None = None
    otherwise: tuple[Term, Value | PerProject | Ref] | None = None
    place: str = field(default_factory=_declared_at, compare=False)


@dataclass(frozen=True)
class Ignore:
    """What stands at `key` gives no triple, for the reason given."""

    key: str
    because: str
    place: str = field(default_factory=_declared_at, compare=False)


@dataclass(frozen=True)
class Check:
    """Texts that must fit each other: `test` gets those at each key, and answers a sentence or None.

    A key with `[]` gives a list of texts, any other a text or None.
    """

    keys: Sequence[str]
    test: Callable[..., str | None]
    code: str
    severity: Severity = Severity.WARNING
    place: str = field(default_factory=_declared_at, compare=False)


@dataclass(frozen=True)
class Guard:
    """The thing exists only where the text at `key` passes `test`; else it is left out, with a note or what is said."""

    key: str
    test: Callable[[str], bool]
    because: str
    code: str = "left-out"
    severity: Severity = Severity.NOTE
    place: str = field(default_factory=_declared_at, compare=False)


@dataclass(frozen=True)
class Mentions:
    """The concepts that the text at `key` names become objects of `property`, each place with a Web Annotation.

    `words` makes of the value the text in which places are counted; `published` is the property that has that text
    in the graph, where one does. The concepts are those of the project's lexicon.
    """

    key: str
    property: Term
    words: Callable[[str], str]
    published: Term | None = None
    place: str = field(default_factory=_declared_at, compare=False)


AnyRule = Rule | Agree | Ignore | Check | Guard | Mentions


@dataclass(frozen=True)
class Converter:
    """The table for one kind of thing.

    `of` is where such a thing arises: `.` for a document with front matter, `(body)` for one without, else the
    key whose values other converters refer to. `iri` is a URI template below the project's base (RFC 6570:
    `{id}` becomes a path segment, `{+href}` is the whole IRI), or a function that makes the IRI of the value, or None
    where there is no such thing. `reads` takes the value apart into the keys
    that the rules name. A `shared` thing is described once, in the graph of its kind.
    """

    of: str
    iri: str | Value | PerProject
    types: Sequence[Term]
    rules: Sequence[AnyRule]
    reads: Callable[[Any], dict[str, Node]] | None = None
    shared: bool = False
    place: str = field(default_factory=_declared_at, compare=False)


def load(folder: Path) -> dict[str, Converter]:
    """The converters that the Python files of a folder declare, by their names.

    Raises `ProjectError` where a file cannot be run or a name stands in two files.
    """
    package = f"curagraph.converters_{sha256(str(folder.resolve()).encode()).hexdigest()[:8]}"
    found: dict[str, Converter] = {}
    for file in sorted(folder.glob("*.py")):
        for name, value in vars(_module(f"{package}.{file.stem}", file)).items():
            if isinstance(value, Converter) and found.setdefault(name, value) is not value:
                raise ProjectError(f"{file}: the converter {name} is also declared in {found[name].place}")
    if not found:
        raise ProjectError(f"{folder} declares no converter")
    return found


def _module(name: str, file: Path) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = str(file)
    sys.modules[name] = module
    try:
        # Not through the import system: it would take compiled code for a file of the same time and length.
        exec(compile(file.read_bytes(), str(file), "exec"), module.__dict__)  # noqa: S102  # the project's own code
    except (*FAULTS, SyntaxError, ImportError, SystemExit) as error:
        line = getattr(error, "lineno", None) or _line_in(error, file)
        raise ProjectError(f"{file}:{line}: {type(error).__name__}: {error}") from error
    return module


def _line_in(error: BaseException, file: Path) -> int:
    line, trace = 1, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(file):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
