"""What a view makes: a page, or a refusal, as values that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """An answer in full: its bytes, media type, status, and headers beside those that every answer has."""

    body: bytes
    media_type: str = HTML
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(unsafe_hash=True)  # what is raised cannot be frozen
class Refusal(Exception):
    """Why there is no answer, in the words of RFC 9457: a status, a title and a sentence that says what to do.

    `kind` is a word that stays the same, such as `too-many-rows`; `headers` go out with it.
    """

    status: int
    kind: str
    title: str
    detail: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}"

    @property
    def is_passing(self) -> bool:
        """Whether it is about the state of the server, and not about what was asked."""
        return "Retry-After" in dict(self.headers)
