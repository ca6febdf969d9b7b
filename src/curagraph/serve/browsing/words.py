"""From what somebody typed to a question that SQLite's full text can answer."""

from __future__ import annotations

import re

from curagraph.serve.page import Refusal

LONGEST = 1000
_MOST = 32
_PIECE = re.compile(r'"([^"]*)"|([^\s"]+)')
_WORD = re.compile(r"[^\W_]")


def pieces(typed: str) -> list[str]:
    """The words and phrases to look for, each as FTS5 writes a string, so that none of it is syntax.

    Words in quotation marks belong together; a star at the end of a word stands for any end.

    Raises `Refusal` where there is more than anybody would look for.

    >>> pieces('care "payment reform" teleh* OR -')
    ['"care"', '"payment reform"', '"teleh"*', '"OR"']
    """
    if len(typed) > LONGEST:
        raise _too_long(f"{len(typed)} characters; {LONGEST} are the most")
    found = []
    for match in _PIECE.finditer(typed.replace("\0", " ")):
        piece = match[1] or match[2] or ""
        if _WORD.search(piece):
            star = "*" if match[2] and piece.endswith("*") else ""
            found.append(f'"{piece.rstrip("*")}"{star}')
    if len(found) > _MOST:
        raise _too_long(f"{len(found)} words; {_MOST} are the most")
    return list(dict.fromkeys(found))


def _too_long(found: str) -> Refusal:
    return Refusal(
        400, "long-search", "That is too much to look for", f"q has {found}. Give the words that matter most."
    )
