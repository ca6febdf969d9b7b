"""`SHA256SUMS` of a release, in the form that `sha256sum --check` reads."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

FILE = "SHA256SUMS"
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9][A-Za-z0-9._-]*)")


def sha256(file: Path) -> str:
    """The SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write(folder: Path) -> None:
    """Write the sums of all files of a folder."""
    names = sorted(path.name for path in folder.iterdir())
    text = "".join(f"{sha256(folder / name)}  {name}\n" for name in names)
    (folder / FILE).write_text(text, encoding="ascii")


def read(folder: Path) -> Mapping[str, str]:
    """The sums of a folder by the names of files. Raises `ValueError` where the list is not as it was written."""
    text = (folder / FILE).read_bytes().decode("ascii")
    found = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise ValueError(f"line {number}: found {line[:80]!r}, wanted a SHA-256, two spaces and a name")
        found[match[2]] = match[1]
    if not text.endswith("\n") or list(found) != sorted(found):
        raise ValueError("wanted the names in order, and an end of the last line")
    return found
