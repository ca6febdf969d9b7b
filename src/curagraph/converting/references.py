"""What holds between the tables of a project: which is for documents, and where the things of the others arise."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from curagraph.converting.compiled import Read, Table
from curagraph.keypath import BODY
from curagraph.problem import ProjectError


def check(tables: Collection[Table]) -> None:
    """Find what is wrong with the tables together.

    Raises `ProjectError` where two are for the same documents, or where no rule refers to one from where its things
    arise.
    """
    for of in (".", BODY):
        _check_single(of, [table.converter.place for table in tables if table.converter.of == of])
    for table in tables:
        if table.converter.of not in (".", BODY):
            _check_referred(table, tables)


def _check_single(of: str, rivals: list[str]) -> None:
    if len(rivals) > 1:
        raise ProjectError(f"{rivals[1]}: {rivals[0]} is a converter of {of!r} too, and only one can be")


def _check_referred(table: Table, tables: Collection[Table]) -> None:
    """A converter says truly where its things arise: there is a rule that refers to it from there."""
    declared = table.converter
    places = [owner.absolute(each.reads[0]) for owner in tables for each in owner.rules if each.target is table]
    if declared.of not in places:
        where = f"from {', '.join(sorted(set(places)))}" if places else "to it at all"
        message = f"the converter {table.name} is of {declared.of}, but no rule refers to it from there, only {where}"
        raise ProjectError(f"{declared.place}: {message}; mend its `of`, or the rule")


def root_reads(table: Table) -> Iterator[Read]:
    """What the making of a table's thing reads of the whole document, itself or by reference."""
    return _root_reads(table, set())


def _root_reads(table: Table, seen: set[str]) -> Iterator[Read]:
    if table.name in seen:
        return
    seen.add(table.name)
    yield from (read for read in table.reads if read.from_root)
    for each in table.rules:
        if each.target:
            yield from _root_reads(each.target, seen)
