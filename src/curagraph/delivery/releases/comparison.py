"""Whether the dumps of a release hold the same: each is read by the parser of its notation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from curagraph.delivery.releases import statements
from curagraph.delivery.releases.described import Unreadable, unpacked
from curagraph.delivery.releases.dumps import KINDS, MEBIBYTE
from curagraph.exporting import lines
from curagraph.exporting.serialize import Format

_DOCTYPE = b"<!DOCTYPE"


class Differing(ValueError):
    """Two dumps do not hold the same."""


def quads(files: Iterable[Path]) -> Iterator[bytes]:
    """The lines of N-Quads in several files, each looked at: canonical, in order, and each once.

    Raises `Unreadable` where one is not.
    """
    last = b""
    for file in files:
        try:
            for line in _canonical(file, last):
                yield line
                last = line
        except Unreadable as error:
            raise Unreadable(str(error), file.name) from None


def _canonical(file: Path, last: bytes) -> Iterator[bytes]:
    """The lines of a file that come after the last of another."""
    with _spooled(file) as (spool, _), spool.open("rb") as written:
        for line, read in zip_longest(written, _statements(spool, Format.NQUADS)):
            if line != read or not statements.is_one(line):
                raise Unreadable(f"found a line that is not canonical: {(line or read)[:80]!r}")
            if line <= last:
                raise Unreadable(f"found a line out of order: {line[:80]!r}")
            yield line
            last = line


def compare(file: Path, format_: Format, reference: Path) -> None:
    """Raises `Differing` where a dump does not hold what the N-Quads of the same part do, `Unreadable` where one is
    not of its notation."""
    with _spooled(file) as (spool, folder):
        found = lines.ordered(_statements(spool, format_), folder)
        wanted = unpacked(reference)
        if format_ is not Format.TRIG:
            wanted = statements.triples(wanted)
        try:
            for ours, theirs in zip_longest(wanted, found):
                if ours != theirs:
                    line = min(each for each in (ours, theirs) if each)
                    where = "only there" if line == theirs else f"only in {reference.name}"
                    raise Differing(f"{line[:120].decode(errors='replace')!r} stands {where}")
        except OSError as error:
            raise Unreadable(str(error)) from None


def _statements(spool: Path, format_: Format) -> Iterator[bytes]:
    """The statements of a file as lines. Raises `Unreadable` where it is not of the notation."""
    if format_ is Format.RDFXML and _has_doctype(spool):
        raise Unreadable("found a DOCTYPE, whose entities may stand for more than any release has")
    try:
        for quad in ox.parse(path=str(spool), format=_oxigraph(format_)):
            yield f"{quad if format_ in (Format.NQUADS, Format.TRIG) else quad.triple} .\n".encode()
    except (SyntaxError, OSError, ValueError) as error:
        raise Unreadable(" ".join(str(error).split())) from None


def _oxigraph(format_: Format) -> ox.RdfFormat:
    found = ox.RdfFormat.from_media_type(KINDS[format_].media_type)
    assert found
    return found


def _has_doctype(spool: Path) -> bool:
    """Whether a file of XML declares a type; what we write has no such text, not even in a literal."""
    end = b""
    with spool.open("rb") as file:
        while block := file.read(MEBIBYTE):
            if _DOCTYPE in end + block:
                return True
            end = block[1 - len(_DOCTYPE) :]
    return False


@contextmanager
def _spooled(file: Path) -> Iterator[tuple[Path, Path]]:
    """A packed file unpacked, and a folder for what does not fit in memory."""
    with TemporaryDirectory(prefix="curagraph-") as name:
        folder = Path(name)
        with (folder / "unpacked").open("wb") as spool:
            spool.writelines(unpacked(file))
        yield folder / "unpacked", folder
