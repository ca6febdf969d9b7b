"""Whether the dumps of a release hold the same: each is read by the parser of its notation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from curagraph import lines
from curagraph.delivery.releases import statements
from curagraph.delivery.releases.described import Unreadable, unpacked
from curagraph.serialize import Format

_PARSED = {
    Format.TURTLE: ox.RdfFormat.TURTLE,
    Format.JSONLD: ox.RdfFormat.JSON_LD,
    Format.NTRIPLES: ox.RdfFormat.N_TRIPLES,
    Format.NQUADS: ox.RdfFormat.N_QUADS,
    Format.TRIG: ox.RdfFormat.TRIG,
    Format.RDFXML: ox.RdfFormat.RDF_XML,
}


class Differing(ValueError):
    """Two dumps do not hold the same."""


def quads(files: Iterable[Path]) -> Iterator[bytes]:
    """The lines of N-Quads in several files, each looked at: canonical, in order, and each once.

    Raises `Unreadable` where one is not.
    """
    last = b""
    for file in files:
        with _spooled(file) as (spool, _), spool.open("rb") as written:
            for line, parsed in zip_longest(written, _statements(spool, Format.NQUADS)):
                if line != parsed:
                    raise Unreadable(f"{file.name}: found a line that is not canonical: {(line or parsed)[:80]!r}")
                if line <= last:
                    raise Unreadable(f"{file.name}: found a line out of order: {line[:80]!r}")
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
    try:
        for quad in ox.parse(path=str(spool), format=_PARSED[format_]):
            yield f"{quad if format_ in (Format.NQUADS, Format.TRIG) else quad.triple} .\n".encode()
    except (SyntaxError, OSError, ValueError) as error:
        raise Unreadable(" ".join(str(error).split())) from None


@contextmanager
def _spooled(file: Path) -> Iterator[tuple[Path, Path]]:
    """A packed file unpacked, and a folder for what does not fit in memory."""
    with TemporaryDirectory(prefix="curagraph-") as name:
        folder = Path(name)
        with (folder / "unpacked").open("wb") as spool:
            spool.writelines(unpacked(file))
        yield folder / "unpacked", folder
