"""What can be said of a query without a parser: its form, its graphs, the services it calls, how deep it is nested.

The text is cut into the terminals of SPARQL 1.1 (section 19.8 of the Query Language), so that a word in a comment, in a
string or in an IRI is never taken for a keyword. Codepoint escapes are read in IRIs and strings, where Oxigraph, too,
reads them; elsewhere a backslash is no SPARQL. A prefix of more than a hundred letters is taken for words, so that time
is in proportion to length.

Where one token ends and another begins, Oxigraph sees otherwise now and then: it reads SERVICESILENT as two words, and
a `<` as one that compares where no IRI may be. So nothing that must be safe rests on the tokens alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urljoin

_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
_LETTER += "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_NAME = f"{_LETTER}_0-9\u00b7\u0300-\u036f\u203f\u2040"
_LOCAL = rf"(?:[{_NAME}:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\n]+|\#[^\n\r]*)
    |(?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{_ESCAPE})*>)
    |(?P<string>'''(?:[^'\\]|\\.|'(?!''))*'''|\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"
        |'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")
    |(?P<variable>[?$][{_LETTER}_0-9][{_NAME}]*)
    |(?P<blank>_:[{_LETTER}_0-9](?:[{_NAME}.\-]*[{_NAME}\-])?)
    |(?P<name>(?:[{_LETTER}](?:[{_NAME}.\-]{{,99}}[{_NAME}\-])?)?:(?:{_LOCAL}(?:(?:{_LOCAL}|[.\-])*(?:{_LOCAL}|-))?)?)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<number>[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# A call of a service as it is to be written where some are allowed.
_CALL = re.compile(r"\bSERVICE[ \t\r\n]+(?:SILENT[ \t\r\n]*)?<([^<>\"{}|^`\\\x00-\x20]*)>[ \t\r\n]*\{", re.IGNORECASE)

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
# Functions whose value is another one every time.
_VOLATILE = {"NOW", "RAND", "UUID", "STRUUID"}
_OPENING, _CLOSING = "{([", "})]"


class Kind(StrEnum):
    """The kinds of tokens."""

    SPACE = "space"
    IRI = "iri"
    STRING = "string"
    VARIABLE = "variable"
    BLANK = "blank"
    NAME = "name"
    LANGUAGE = "language"
    NUMBER = "number"
    WORD = "word"
    SIGN = "sign"


class Token(NamedTuple):
    """A token of a query: `text` as it is written, and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def keyword(self) -> str:
        """The word in capitals, as keywords are compared; empty for what is no word."""
        return self.text.upper() if self.kind == Kind.WORD else ""


class Outline:
    """What a query says about itself; what a look at the letters rules out is not looked for in the tokens.

    >>> found = Outline("PREFIX e: <http://e.org/> SELECT * FROM e:g { SERVICE SILENT <e:s> { ?s ?p '{' } }")
    >>> found.form, found.graphs, found.services, found.is_deeper(1), found.is_deeper(2)
    ('SELECT', ('http://e.org/g',), ('e:s',), True, False)
    >>> found.may_call_others(["e:s"]), found.may_call_others(["e:t"])
    (False, True)
    """

    def __init__(self, text: str, prefixes: Mapping[str, str] | None = None) -> None:
        """Begin with the text, and with the prefixes that it need not declare."""
        self.text = text
        self.prefixes = prefixes or {}
        self.letters = text.upper()

    @cached_property
    def form(self) -> str:
        """One of the forms of queries, the first word of an update, or nothing."""
        return form(tokens(self.text))

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The IRIs that it calls; the text of a variable where it is not known which."""
        if "SERVICE" not in self.letters:
            return ()
        return tuple(self._names.iri(token) for token in _after(self._tokens, "SERVICE", "SILENT"))

    def may_call_others(self, allowed: Collection[str]) -> bool:
        """Whether the letters of SERVICE stand anywhere but in plain calls of what is allowed."""
        return "SERVICE" in _CALL.sub(lambda call: " " if call[1] in allowed else call[0], self.text).upper()

    @cached_property
    def graphs(self) -> tuple[str, ...]:
        """The graphs of FROM and FROM NAMED."""
        if "FROM" not in self.letters:
            return ()
        return tuple(self._names.resolved(token) for token in _after(self._tokens, "FROM", "NAMED"))

    @cached_property
    def is_volatile(self) -> bool:
        """Whether the same graph may give another answer."""
        if not any(name in self.letters for name in _VOLATILE):
            return False
        return any(token.keyword in _VOLATILE for token in self._tokens)

    def is_deeper(self, most: int) -> bool:
        """Whether brackets are nested more deeply."""
        return sum(map(self.text.count, _OPENING)) > most and _nesting(self._tokens) > most

    @cached_property
    def _tokens(self) -> list[Token]:
        return list(tokens(self.text))

    @cached_property
    def _names(self) -> _Names:
        return _Names(self._tokens, self.prefixes)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query, without comments and white space.

    >>> [token.text for token in tokens("ASK{?s<p>'}#'}#}")]
    ['ASK', '{', '?s', '<p>', "'}#'", '}']
    """
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield Token(match.lastgroup or "", match[0], match.start())


def form(found: Iterable[Token]) -> str:
    """The form of a query, the first word of an update, or nothing where there is neither.

    >>> form(tokens("PREFIX ask: <http://select/> # construct\\nDescribe ask:x"))
    'DESCRIBE'
    """
    words = (token.keyword for token in found)
    first = next((word for word in words if word and word not in ("PREFIX", "BASE")), "")
    return first if first in (*FORMS, *UPDATES) else ""


def declared(found: Iterable[Token]) -> dict[str, str]:
    """The prefixes that a query declares, as they are written.

    >>> declared(tokens("PREFIX a: <http://a.org/> ASK { ?a ?b 'PREFIX c: <d>' }"))
    {'a': 'http://a.org/'}
    """
    prefixes = {}
    three = list(found)
    for word, name, iri in zip(three, three[1:], three[2:], strict=False):
        if word.keyword == "PREFIX" and name.text.endswith(":") and iri.kind == Kind.IRI:
            prefixes[name.text[:-1]] = unescaped(iri.text[1:-1])
    return prefixes


def unescaped(text: str) -> str:
    """A text with its codepoint escapes read.

    >>> unescaped("caf\\\\u00e9")
    'café'
    """
    return _ESCAPED.sub(lambda match: _character(int(match[1] or match[2], 16)), text)


def _character(number: int) -> str:
    return chr(number) if number < 0x110000 else "\ufffd"


class _Names:
    """What the names of a query mean."""

    def __init__(self, found: list[Token], prefixes: Mapping[str, str]) -> None:
        self.prefixes = {**prefixes, **declared(found)}
        bases = _after(found, "BASE", "")
        self.base = next((unescaped(token.text[1:-1]) for token in bases if token.kind == Kind.IRI), "")

    def iri(self, token: Token) -> str:
        """The IRI of a token without regard to the base; the text itself where it is none."""
        if token.kind == Kind.IRI:
            return unescaped(token.text[1:-1])
        prefix, colon, local = token.text.partition(":")
        if token.kind == Kind.NAME and colon and prefix in self.prefixes:
            return self.prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local)
        return token.text

    def resolved(self, token: Token) -> str:
        """The IRI of a token; without regard to a base that is no IRI."""
        iri = self.iri(token)
        if _SCHEME.match(iri) or not self.base:
            return iri
        try:
            return urljoin(self.base, iri)
        except ValueError:
            return iri


def _after(found: list[Token], keyword: str, optional: str) -> Iterator[Token]:
    """The tokens that follow a keyword, with or without another word between."""
    for number, token in enumerate(found):
        if token.keyword == keyword:
            rest = found[number + 1 : number + 3]
            if rest and rest[0].keyword == optional and optional:
                rest = rest[1:]
            yield from rest[:1]


def _nesting(found: list[Token]) -> int:
    """How deep brackets are nested."""
    depth = deepest = 0
    for token in found:
        if token.kind == Kind.SIGN and token.text in _OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif token.kind == Kind.SIGN and token.text in _CLOSING:
            depth = max(depth - 1, 0)
    return deepest
