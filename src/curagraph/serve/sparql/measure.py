"""A measure of what is written: rows and bytes, up to so many."""

from __future__ import annotations

from typing import Protocol

from curagraph.serve.page import Refusal

# What ends a row, or stands between two. Inside a string of JSON a quote is escaped, and in XML a `<` is, so that
# neither can occur in a value; a row without any value counts as nothing there, and is small.
_BETWEEN = {"json": b'}},{"', "xml": b"</result>", "tsv": b"\n", "nt": b"\n"}


class Sink(Protocol):
    """What takes bytes."""

    def write(self, data: bytes, /) -> int: ...


class Measure:
    """Passes on what is written until it has more than `rows` rows or `size` bytes. Raises `Refusal` then.

    What writes may hide what was raised: `refusal` holds it.

    >>> import io
    >>> measure = Measure(io.BytesIO(), "csv", rows=2, size=100)
    >>> measure.write(b'a,b\\r\\n1,"x\\ny"\\r\\n')
    14
    >>> measure.write(b"2,\\r\\n3,\\r\\n")
    Traceback (most recent call last):
    curagraph.serve.page.Refusal: The answer has too many rows: It may have 2. Ask for less at once: a narrower ...
    """

    def __init__(self, out: Sink, format_: str, rows: int, size: int) -> None:
        self.out = out
        self.most, self.largest = rows, size
        self.size = 0
        self.is_quoted = False
        self.between = _BETWEEN.get(format_, b"")
        # The head of a table is a row, and between n rows of JSON are n - 1 marks.
        self.rows = {"json": 1, "csv": -1, "tsv": -1}.get(format_, 0)
        self.tail = b""
        self.refusal: Refusal | None = None

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.rows += self._rows(data)
        if self.rows > self.most:
            self.refusal = too_much("rows", f"{self.most:,}")
        elif self.size > self.largest:
            self.refusal = too_much("bytes", f"{self.largest:,}")
        if self.refusal:
            raise self.refusal
        return self.out.write(data)

    def flush(self) -> None:
        """Nothing: who is written to knows when."""

    def _rows(self, data: bytes) -> int:
        if not self.between:
            return self._lines_outside_quotes(data)
        if len(self.between) > 1:
            data = self.tail + data
            self.tail = data[1 - len(self.between) :]
        return data.count(self.between)

    def _lines_outside_quotes(self, data: bytes) -> int:
        parts = data.split(b'"')
        outside = parts[int(self.is_quoted) :: 2]
        self.is_quoted ^= len(parts) % 2 == 0
        return sum(part.count(b"\n") for part in outside)


def too_much(what: str, most: str) -> Refusal:
    """What is said of an answer that is too large."""
    detail = f"It may have {most}. Ask for less at once: a narrower pattern, or LIMIT and OFFSET."
    return Refusal(413, f"too-many-{what}", f"The answer has too many {what}", detail)
