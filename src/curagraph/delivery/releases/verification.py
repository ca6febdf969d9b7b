"""`curagraph verify`: whether releases are as they were written, and whether what they say of themselves is so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from curagraph.checking.findings import Findings, Kind
from curagraph.delivery.releases.examination import Examination
from curagraph.delivery.releases.faults import CODES
from curagraph.delivery.releases.shelf import LATEST, Shelf, is_version
from curagraph.delivery.releases.sums import FILE
from curagraph.problem import Problem, Severity, UsageError

_MARKS = (FILE, "dataset.ttl", "index.html")


def verify(folder: Path, signers: Path | None = None) -> Findings:
    """Verify a release, all releases of a partner, or all of all partners, whichever the folder is.

    `signers` is a file of allowed signers (ssh-keygen(1)), by one of whom each release must be signed. Raises
    `UsageError` where there is no release, no such file, or nothing to check signatures with.
    """
    if signers and not signers.is_file():
        raise UsageError(f"--signers wants a file of allowed signers, found none at {signers}")
    folder = folder.resolve()
    found = releases(folder)
    if not found:
        raise UsageError(f"found no release in {folder}; name a release, a partner's folder or the folder of all")
    problems = [problem for each in found for problem in Examination(each, folder, signers).problems()]
    problems += _links(folder, found)
    kinds = tuple(Kind(code, message, severity) for code, (severity, message) in sorted(CODES.items()))
    by = f"{len(found):,} release{'s' * (len(found) != 1)} verified"
    return Findings(tuple(sorted(problems)), kinds, {"releases": len(found)}, by, "The folder that was verified.")


def releases(folder: Path) -> list[Path]:
    """The folders of releases in a folder, which may be one itself."""
    if not folder.is_dir():
        return []
    if any((folder / name).exists() for name in _MARKS):
        return [folder]
    partners = [folder, *(each for each in sorted(folder.iterdir()) if _is_own(each) and not is_version(each.name))]
    return [Shelf(partner)[version] for partner in partners for version in Shelf(partner).versions]


def _is_own(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not path.name.startswith(".")


def _links(folder: Path, found: list[Path]) -> Iterator[Problem]:
    """Where `latest` does not lead to the newest release of a partner."""
    for partner in sorted({release.parent for release in found if is_version(release.name)} - {folder.parent}):
        link, newest = partner / LATEST, str(Shelf(partner).versions[-1])
        if link.is_symlink() and str(link.readlink()) != newest:
            message = f"it leads to {link.readlink()}, and the newest release is {newest}; let it lead there"
            place = link.relative_to(folder).as_posix()
            yield Problem(place, 0, "", "wrong-latest", Severity.ERROR, message)
