"""Tables of `curagraph.toml` as dataclasses: each setting is a field, and has its name with hyphens.

What may stand there is what the field's annotation says, and what its `setting` wants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, field, fields
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from curagraph.problem import ProjectError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Table = TypeVar("Table", bound=DataclassInstance)


class Kind(NamedTuple):
    """Values of one type: how they are called, and whether a value of TOML is one."""

    wants: str
    fits: Callable[[Any], object]


# Greater numbers are slips of the pen, and more than the system's calls take.
_MOST = 1_000_000_000

# By the annotation of the field, as it is written.
_KINDS = {
    "bool": Kind("true or false", lambda value: isinstance(value, bool)),
    "int": Kind(f"a whole number from 0 to {_MOST}", lambda value: _is_number(value) and 0 <= value <= _MOST),
    "str": Kind("a text", lambda value: isinstance(value, str)),
    "date | None": Kind("a date such as 2020-12-01", lambda value: type(value) is date),
    "tuple[str, ...]": Kind("a list of texts", lambda value: _is_list(value, lambda each: isinstance(each, str))),
    "tuple[int, ...]": Kind("a list of whole numbers", lambda value: _is_list(value, _is_number)),
    "object": Kind("anything", lambda _: True),
}
_LISTS = (_KINDS["tuple[str, ...]"], _KINDS["tuple[int, ...]"])


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_list(value: object, fits: Callable[[object], bool]) -> bool:
    return isinstance(value, list) and all(map(fits, value))


def setting(default: Any, wants: str, fits: Callable[[Any], object] = lambda _: True) -> Any:
    """A field with what its values must be, in words and, beside their type, as a test."""
    return field(default=default, metadata={"own": Kind(wants, fits)})


def members(default: tuple[str, ...], wants: str, fits: Callable[[str], object]) -> Any:
    """A field of lists of which each member must fit."""
    return field(default=default, metadata={"own": Kind(wants, lambda value: all(map(fits, value))), "member": fits})


def positive(default: int, most: int = _MOST) -> Any:
    """A field of numbers from 1."""
    return setting(default, f"a whole number from 1 to {most}", lambda value: 1 <= value <= most)


def days(default: int) -> Any:
    """A field of numbers of days, of which a thousand years is too many to count back from a date."""
    return setting(default, "a number of days from 0 to 36500", lambda value: value <= 36_500)


def is_address(text: str) -> bool:
    """Whether a text is the address of something on the web, as IRIs and connections take it.

    >>> list(map(is_address, ("https://a.example/b", "http://[x/", "https://a.example:99999/", "a/b")))
    [True, False, False, False]
    """
    import pyoxigraph as ox

    try:
        parts = urlsplit(ox.NamedNode(text).value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def read(cls: type[Table], table: object, where: str, **given: Any) -> Table:
    """The dataclass that a table describes, with what is given beside it.

    `where` is how messages name the table. Raises `ProjectError` where it is none, has a key that no field has, or
    a value that does not fit.

    >>> from curagraph.serve.limits import Limits
    >>> read(Limits, {"per-client": 2}, "curagraph.toml: [serve]").per_client
    2
    >>> read(Limits, {"seconds": 0}, "curagraph.toml: [serve]")
    Traceback (most recent call last):
    curagraph.problem.ProjectError: curagraph.toml: [serve]: seconds wants a whole number from 1 to 86400, found 0
    """
    if not isinstance(table, dict):
        raise ProjectError(f"{where} wants a table, found {table!r}")
    known = {each.name.replace("_", "-"): each for each in fields(cls) if each.name not in given}
    for key, value in table.items():
        if key not in known:
            raise ProjectError(f"{where} knows no {key}; known are {', '.join(known)}")
        given[known[key].name] = _fitted(value, known[key], f"{where}: {key}")
    return cls(**given)


def _wrong(value: Any, field_: Field[Any]) -> str:
    """What does not fit: of a list whose members must, the first of these."""
    fits = field_.metadata.get("member")
    return f"{next(each for each in value if not fits(each))!r} in it" if fits else repr(value)


def _fitted(value: object, field_: Field[Any], where: str) -> object:
    """A value as its field has it. Raises `ProjectError` where it does not fit."""
    kind = _KINDS[str(field_.type)]
    own = field_.metadata.get("own", kind)
    if not kind.fits(value):
        raise ProjectError(f"{where} wants {own.wants}, found {value!r}")
    if not own.fits(value):
        raise ProjectError(f"{where} wants {own.wants}, found {_wrong(value, field_)}")
    return tuple(value) if kind in _LISTS and isinstance(value, list) else value
