"""What went wrong, where, and what to do about it.

One shape from the reader to the report: a `Problem`. While a document is read and converted, problems
travel as exceptions:

    CuragraphError              anything that curagraph itself raises
    ├── Refused                 one piece of input does not fit          (also a ValueError)
    │   ├── Unfit               ... a value: it costs that value
    │   └── SetAside            ... a file or an item: it costs the whole of it
    ├── ProjectError            the project is wrong: configuration, ontology, converters, queries
    ├── UsageError              the call is wrong: an unknown query, a folder that is not there
    ├── BuildStopped            nothing was built: another build runs, the disk is full, `--strict`
    └── PublishStopped          a remote store was not brought to the graph: it cannot be reached, or it refuses

A problem's severity says what it cost: an `error` kept something of the input out of the graph, a `warning`
published something doubtful, a `note` is worth knowing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a problem cost."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing that is wrong with the input: where it is, what was found, what was wanted, what to do.

    `file` is a path relative to the project folder, `line` counts from 1, `key` is a key path such as
    `communityTopics[2]` (empty where the whole file is meant).
    """

    file: str
    line: int
    key: str
    code: str
    severity: Severity
    message: str

    def as_json(self) -> dict[str, str | int]:
        """The problem as the report and other programs see it."""
        names = ("severity", "code", "file", "line", "key", "message")
        fields = asdict(self)
        return {name: fields[name] for name in names}


class CuragraphError(Exception):
    """The base of all that curagraph raises on purpose."""


class Refused(CuragraphError, ValueError):
    """A piece of input that does not fit: a stable `code`, a sentence, and its line where it is known."""

    def __init__(self, code: str, message: str, line: int = 0, key: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.key = key


class Unfit(Refused):
    """A value that its rule cannot use; raised by the functions of `values`."""


class SetAside(Refused):
    """A file or an item that is left out whole, and why."""


class ProjectError(CuragraphError):
    """The project cannot be used as it is: its configuration, ontology, converters or queries are wrong."""


class UsageError(CuragraphError):
    """The call cannot be carried out as it was made."""


class BuildStopped(CuragraphError):
    """A build ended without a new snapshot; the old one stands."""


class PublishStopped(CuragraphError):
    """A remote store was not brought to the state of the graph; what it holds is as it records."""


# What the code of a project's converters may raise when it is wrong.
FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def shown(value: object, limit: int = 60) -> str:
    """A value as a message shows it: quoted, on one line, never longer than `limit` characters.

    >>> shown("a\\nb")
    "'a\\\\nb'"
    """
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
