"""From the text of a value to an RDF term, in N-Triples notation, or `Unfit`.

A value function takes the text as the author wrote it. It answers a term, a `Doubtful` term (published, with a
warning), or raises `Unfit` with what was found, what was wanted and what to do.

>>> english("Value-Based Care")
'"Value-Based Care"@en'
>>> date_time("2013-07-16 9:58:58 -0400")
'"2013-07-16T09:58:58-04:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
import uuid
from collections.abc import Callable

from curagraph.converter import PerProject, Value
from curagraph.problem import Unfit, shown
from curagraph.vocabulary import CU, Term

XSD = "http://www.w3.org/2001/XMLSchema#"

# What XML 1.0 cannot hold (section 2.2), and RDF/XML therefore cannot carry.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DATE = re.compile(
    r"(?a)(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,18}))?)?[ \t]*(Z|z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?)?"
)
_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})


class Doubtful(str):
    """A term to be published with a warning."""

    code: str
    message: str

    __slots__ = ("code", "message")

    def __new__(cls, term: str, code: str, message: str) -> Doubtful:
        self = super().__new__(cls, term)
        self.code = code
        self.message = message
        return self


def clean(value: str) -> str:
    """A text in Unicode normal form C, with LF line ends and without white space around it.

    Raises `Unfit` where it holds a character that not every format can carry.
    """
    illegal = _ILLEGAL.search(value)
    if illegal:
        found = f"U+{ord(illegal[0]):04X}"
        raise Unfit("illegal-character", f"found the character {found} in {shown(value)}; remove it")
    value = value.strip()
    if "\r" in value:
        # XML reads a CR as an LF, so that it would not come back from RDF/XML.
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    return value if value.isascii() else unicodedata.normalize("NFC", value)


def literal(value: str, datatype: str = "") -> str:
    r"""A text as an N-Triples literal.

    >>> print(literal('say "a\\b"'))
    "say \"a\\b\""
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"^^<{datatype}>' if datatype else f'"{escaped}"'


def text(value: str) -> str:
    """A literal without a language: a name, a code, a path."""
    return literal(clean(value))


def line(value: str) -> str:
    """A literal without a language, on one line: every run of white space, U+00A0 too, becomes one space."""
    return literal(" ".join(clean(value).split()))


def always(term: str) -> Callable[[str], str]:
    """The same term, whatever the text."""
    return lambda value: term


def english(value: str) -> str:
    """A literal in English."""
    return literal(clean(value)) + "@en"


def english_line(value: str) -> str:
    """A literal in English on one line: every run of white space, U+00A0 too, becomes one space."""
    return literal(" ".join(clean(value).split())) + "@en"


def date_time(value: str) -> str:
    """An `xsd:dateTime`, or an `xsd:date` where no time of day is given (XML Schema 1.1 part 2, 3.3.7 and 3.3.9).

    The fraction keeps its digits without closing zeros. A time without a zone is doubtful.
    """
    match = _DATE.fullmatch(value.strip())
    if match is None:
        wanted = "a date such as 2020-12-26 or 2020-12-26T07:18:25Z"
        raise Unfit("bad-date", f"found {shown(value)}, wanted {wanted}")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        date = datetime.date(int(year), int(month), int(day))
        if hour is None:
            return literal(date.isoformat(), XSD + "date")
        time = datetime.time(int(hour), int(minute), int(second or 0))
    except ValueError as error:
        raise Unfit("bad-date", f"found {shown(value)}, which is on no calendar or clock: {error}") from None
    digits = (fraction or "").rstrip("0")
    lexical = f"{date.isoformat()}T{time.isoformat()}{'.' if digits else ''}{digits}{_zone(zone, value)}"
    term = literal(lexical, XSD + "dateTime")
    if zone is None:
        message = f"found {shown(value)}, a time without a zone; write Z or an offset such as -04:00 after it"
        return Doubtful(term, "no-time-zone", message)
    return term


def moment(value: str) -> str | None:
    """An `xsd:dateTime`; None where no time of day is given."""
    term = date_time(value)
    return term if term.endswith(f"<{XSD}dateTime>") else None


def _zone(zone: str | None, value: str) -> str:
    if zone is None:
        return ""
    if zone in ("Z", "z", "UTC", "GMT"):
        return "Z"
    digits = zone[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours * 60 + minutes > 14 * 60 or minutes > 59:
        raise Unfit("bad-date", f"found {shown(value)}, whose offset is more than 14 hours")
    return f"{zone[0]}{hours:02d}:{minutes:02d}" if hours or minutes else "Z"


def count(value: str) -> str:
    """An `xsd:integer` from zero on."""
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise Unfit("bad-number", f"found {shown(value)}, wanted a whole number")
    return literal(str(int(value)), XSD + "integer")


def positive_integer(value: str) -> str:
    """An `xsd:integer` above zero (the store keeps no narrower type)."""
    if not re.fullmatch(r"[0-9]{1,18}", value) or int(value) == 0:
        raise Unfit("bad-number", f"found {shown(value)}, wanted a whole number above zero")
    return count(value)


def record_number(value: str) -> str:
    """The plain number of a record, as a text: `4060`, not `04060` and not `4060.0`."""
    if not re.fullmatch(r"[1-9][0-9]{0,17}", value):
        raise Unfit("bad-identity", f"found {shown(value)}, wanted the number of a record, such as 4060")
    return literal(value)


def urn(prefix: str) -> Value:
    """An IRI made of a prefix and a record number.

    >>> urn("urn:openproject:work-package:")("4060")
    '<urn:openproject:work-package:4060>'
    """
    return lambda value: f"<{prefix}{record_number(value)[1:-1]}>"


def uuid_text(value: str) -> str:
    """A UUID (RFC 9562) in its usual form, as a text."""
    try:
        return literal(str(uuid.UUID(value.strip())))
    except ValueError:
        raise Unfit("bad-uuid", f"found {shown(value)}, wanted a UUID") from None


def is_true(value: str) -> bool:
    """Whether a text says yes, as YAML 1.1 and 1.2 write it. Raises `Unfit` where it says neither."""
    word = value.strip().lower()
    if word not in _TRUE | _FALSE:
        raise Unfit("bad-boolean", f"found {shown(value)}, wanted true or false")
    return word in _TRUE


def json_list(value: str) -> list[str]:
    """The texts of a JSON array that is written inside one text."""
    try:
        members = json.loads(value)
    except (ValueError, RecursionError):
        members = None
    if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
        raise Unfit("bad-list", f'found {shown(value)}, wanted a JSON list of texts, such as ["A", "B"]')
    return members


def named(class_: Term) -> PerProject:
    """The individual of a class in the ontology that has the text as one of its labels."""
    return PerProject(lambda project: _lookup(project.vocabulary.named(class_), "unknown-name"))


owl_type = PerProject(lambda project: _lookup(project.vocabulary.values(CU.owlTypeHint), "unknown-owl-type"))


def _lookup(known: dict[str, str], code: str) -> Callable[[str], str]:
    def look_up(value: str) -> str:
        found = known.get(value.strip())
        if found is None:
            names = ", ".join(sorted(known))
            advice = "mend the name, or add it to a term in ontology/"
            raise Unfit(code, f"found {shown(value)}, wanted one of: {names}; {advice}")
        return f"<{found}>"

    return look_up
