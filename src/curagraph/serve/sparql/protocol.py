"""What a request asks, by the SPARQL 1.1 Protocol (section 2.1, query operation)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from starlette.requests import Request

from curagraph.serve import negotiation, responding
from curagraph.serve.page import Refusal
from curagraph.serve.sparql import formats

# Bytes of a body, or of what is behind the `?` of an address.
LONGEST = 1_000_000
# A form may need three bytes for each byte of the text.
_LONGEST_FORM = 3 * LONGEST

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_CHARSETS = ("utf-8", "utf8", "us-ascii")
_KNOWN = ("query", "default-graph-uri", "named-graph-uri")


@dataclass(frozen=True)
class Operation:
    """A query as it is asked for: its text, the formats that will do, and the graphs, if any are named."""

    text: str
    format: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None

    @classmethod
    async def of(cls, request: Request) -> Operation | None:
        """The operation of a request; nothing where a GET has no query. Raises `Refusal` where it is wrong."""
        given = await _given(request)
        if "update" in given or "using-graph-uri" in given or "using-named-graph-uri" in given:
            raise Refusal(403, "updates-refused", "Updates do not exist over HTTP", "Only queries are answered here.")
        texts = given.get("query", [])
        if not texts and request.method in ("GET", "HEAD"):
            return None
        if len(texts) != 1 or not texts[0].strip():
            detail = f"Found {len(texts)} parameters called query, wanted one, with a text."
            raise Refusal(400, "one-query", "There is not one query", detail)
        if len(texts[0].encode()) > LONGEST:
            raise too_long()
        default, named = (_graphs(given.get(name, [])) for name in _KNOWN[1:])
        return cls(texts[0], accepted(responding.accepted(request)), default, named)

    @property
    def key(self) -> tuple[object, ...]:
        """The arguments of the view that answers."""
        return (self.text, self.format, self.default_graphs, self.named_graphs)


@lru_cache(maxsize=1024)
def accepted(accept: str) -> str:
    """The formats that an Accept header prefers for rows and for triples. Raises `Refusal` where it takes neither.

    >>> accepted("application/json;q=0.5, text/csv"), accepted("text/turtle"), accepted("*/*")
    ('csv jsonld', 'ttl', 'json ttl')
    """
    found = (
        negotiation.chosen(accept, formats.ROWS, formats.ROWS_ALIASES),
        negotiation.chosen(accept, formats.TRIPLES, formats.TRIPLES_ALIASES),
    )
    if not any(found):
        offered = ", ".join([*formats.ROWS.values(), *formats.TRIPLES.values()])
        detail = f"Rows and triples can be had in {offered}."
        raise Refusal(406, "not-acceptable", "There is no such format of the answer", detail)
    return " ".join(filter(None, found))


def too_long() -> Refusal:
    detail = f"A query may have {LONGEST:,} bytes. Ask for less at once."
    return Refusal(413, "query-too-long", "The query is too long", detail)


async def _given(request: Request) -> dict[str, list[str]]:
    """The parameters of a request, each with its values, whichever of the three ways it is sent."""
    search = request.scope["query_string"]
    if len(search) > _LONGEST_FORM:
        raise too_long()
    given = _parameters(search)
    if request.method != "POST":
        return given
    media_type = _media_type(request)
    if media_type == _UPDATE:
        raise Refusal(403, "updates-refused", "Updates do not exist over HTTP", "Only queries are answered here.")
    if media_type == _FORM:
        # What is in the address counts for the graphs, too: many clients put them there.
        for name, values in _parameters(await _body(request, _LONGEST_FORM)).items():
            given.setdefault(name, []).extend(values)
    elif media_type == _QUERY:
        given.setdefault("query", []).append(_text(await _body(request, LONGEST)))
    else:
        found = f"found {media_type}" if media_type else "found none"
        detail = f"The media type of a query is {_QUERY} or {_FORM}; {found}."
        raise Refusal(
            415, "wrong-media-type", "The body is not a query", detail, (("Accept-Post", f"{_QUERY}, {_FORM}"),)
        )
    return given


def _media_type(request: Request) -> str:
    """The media type of the body. Raises `Refusal` for a character set other than UTF-8."""
    header = request.headers.get("content-type", "")
    charset = _CHARSET.search(header)
    if charset and charset[1].lower() not in _CHARSETS:
        raise Refusal(400, "wrong-charset", "The query is not in UTF-8", f"Found {charset[1]:.40}; send it in UTF-8.")
    return header.partition(";")[0].strip().lower()


async def _body(request: Request, longest: int) -> bytes:
    """The body, of which no more is read than may be there."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > longest:
        raise too_long()
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > longest:
            raise too_long()
    return bytes(data)


def _parameters(data: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        raise Refusal(
            400, "wrong-form", "The parameters cannot be read", "Send them percent-encoded, in UTF-8."
        ) from None
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(400, "wrong-charset", "The query is not in UTF-8", "Send it in UTF-8.") from None


def _graphs(values: list[str]) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(values)) or None
