"""A document: one file of the source, read once, with the line of everything it says."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from curagraph.keypath import BODY, Node
from curagraph.problem import SetAside
from curagraph.reading import frontmatter
from curagraph.reading.frontmatter import Notation, Parts
from curagraph.reading.tree import Parsed, lines_of

MAX_BYTES = 16 << 20
_SHOWN = 100
_READ = 1 << 16


@dataclass(frozen=True)
class Document:
    """A file, taken apart.

    `path` is relative to the project folder, `name` to the source folder and without the suffix; its
    tree is the front matter with the body under the key `(body)`.
    """

    path: str
    name: str
    suffix: str
    digest: str
    parts: Parts
    parsed: Parsed

    @property
    def tree(self) -> dict[str, Node]:
        assert isinstance(self.parsed.tree, dict)  # `frontmatter.parse` sees to it
        return self.parsed.tree

    @property
    def has_front_matter(self) -> bool:
        return self.parts.notation is not Notation.NONE

    @property
    def is_empty(self) -> bool:
        return not self.has_front_matter and not self.parts.body.strip()

    def line_of(self, key: str) -> int:
        """The line, from 1, on which the value at a concrete key stands."""
        if key.startswith(BODY) or not self.has_front_matter:
            return self.parts.body_line
        return self.parsed.line_of(key) or self.parts.front_line

    def text_of_line(self, line: int) -> str:
        """The text of a line of the file, shortened."""
        front, body = self.parts.front_line, self.parts.body_line
        start, text = (front, self.parts.front) if front <= line < body else (body, self.parts.body)
        lines = lines_of(text)
        found = lines[line - start].strip() if 0 <= line - start < len(lines) else ""
        return found if len(found) <= _SHOWN else found[: _SHOWN - 1] + "…"


def read_bytes(path: str | Path) -> bytes:
    """The content of a regular file of bounded size; never waits for a pipe or a device.

    Raises `SetAside` where there is no such file, or it may not be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode):
                raise SetAside("not-a-file", f"found {_kind(mode)}, wanted a regular file; rename or remove it")
            data = _read(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SetAside("unreadable", _why_unreadable(error)) from None
    if len(data) > MAX_BYTES:
        message = f"found more than {MAX_BYTES >> 20} MiB, wanted an article; split the file"
        raise SetAside("file-too-long", message)
    return data


def _read(descriptor: int) -> bytes:
    """All of a file, or one byte more than may be."""
    parts = []
    left = MAX_BYTES + 1
    while left and (part := os.read(descriptor, min(left, _READ))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a named pipe" if stat.S_ISFIFO(mode) else "a device or socket"


def _why_unreadable(error: OSError) -> str:
    match error.errno:
        case errno.EACCES | errno.EPERM:
            return "the file may not be read by this user; change its permissions"
        case errno.ENOENT:
            return "the file is gone, or is a link to nothing; remove or mend it"
        case errno.ELOOP:
            return "the link leads back to itself; remove it"
        case _:
            return f"the file cannot be read: {error.strerror}"


def digest(data: bytes) -> str:
    """What a file's content is known by: SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read(folder: Path, path: str, name: str = "") -> Document:
    """Read a file of the project `folder` and take it apart. Raises `SetAside` as `read_bytes` and `parse` do."""
    return parse(read_bytes(folder / path), path, name)


def parse(data: bytes, path: str, name: str = "") -> Document:
    """Take the bytes of a file apart.

    Raises `SetAside` with a line where they are not UTF-8 text or their front matter cannot be read.
    """
    suffix = PurePosixPath(path).suffix.lower()
    parts = frontmatter.split(_decode(data))
    document = Document(path, name or PurePosixPath(path).stem, suffix, digest(data), parts, frontmatter.parse(parts))
    if BODY in document.tree:
        message = f"the key {BODY} is kept for the text below the front matter; rename it"
        raise SetAside("bad-key", message, document.parsed.line_of(BODY), BODY)
    document.tree[BODY] = parts.body
    return document


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SetAside("not-utf-8", "found UTF-16, wanted UTF-8; save the file as UTF-8", 1)
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise SetAside("nul-byte", "found a NUL byte, wanted text; remove it", line)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"0x{data[error.start]:02x}"
        line = data[: error.start].count(b"\n") + 1
        raise SetAside("not-utf-8", f"found the byte {found}, wanted UTF-8; save the file as UTF-8", line) from None
