"""Checks of the text of a script: it is JSON, it is safe inside HTML, and JSON-LD can be read from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from curagraph.pagecheck.jsontext import step
from curagraph.pagecheck.page import Found, Page, Script

# Characters that HTML or JavaScript takes for something else than text, as our own scripts never have them.
_RAW = re.compile("[<>&\u2028\u2029]")
_CLOSING = re.compile(r"<!--|</?script", re.IGNORECASE)
# What no notation of RDF carries: controls but tab and line ends, surrogates, and U+FFFE, U+FFFF.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAY_BE_ILLEGAL = re.compile(_ILLEGAL.pattern + r"|\\u(?:00[01]|d[89a-f]|fff)", re.IGNORECASE)
_OLD = re.compile(r"http://(?:www\.)?schema\.org\b", re.IGNORECASE)

Rule = Callable[[Script, Page], Iterator[Found]]


def told_by_reader(name: str) -> Rule:
    """The check for what is noted while the script is read, under a name."""

    def rule(script: Script, _: Page) -> Iterator[Found]:
        for fault in script.faults:
            if fault.name == name:
                yield Found(fault.key, fault.message, fault.line)

    return rule


def unclosed_script(script: Script, _: Page) -> Iterator[Found]:
    """The script has an end."""
    if not script.is_closed:
        yield Found("", "the page ends inside the script, so readers drop it; save the page again, whole", 1)


def edited_script(script: Script, _: Page) -> Iterator[Found]:
    """Our script is as it was written."""
    if script.is_edited:
        yield Found("", "somebody has edited this script; change the item, and `curagraph embed` writes it again", 1)


def unescaped_markup(script: Script, _: Page) -> Iterator[Found]:
    """Every `<`, `>`, `&`, U+2028 and U+2029 is escaped, so that no text can end the script."""
    match = _RAW.search(script.text)
    if match:
        written = f"\\u{ord(match[0]):04x}"
        line = script.text.count("\n", 0, match.start()) + 1
        yield Found(
            "", f"found {match[0]!r} as it is, wanted {written}; `curagraph embed` writes the script again", line
        )


def markup_in_script(script: Script, _: Page) -> Iterator[Found]:
    """No text looks like the end of a script, or like a comment, to an HTML parser (HTML standard, 4.12.1.3)."""
    match = _CLOSING.search(script.text)
    if match:
        line = script.text.count("\n", 0, match.start()) + 1
        yield Found(
            "", f"found {match[0]} in the data, where HTML may end or lose the script; write < as \\u003c", line
        )


def no_context(script: Script, _: Page) -> Iterator[Found]:
    """There is a context, without which no name means anything."""
    names = [fault for fault in script.faults if fault.name == "unmapped-name"]
    if not script.graph.contexts and (names or script.graph.has_bare_types):
        yield Found("", 'found no @context, so no name means anything; begin with "@context": "https://schema.org"', 1)


def unmapped_name(script: Script, page: Page) -> Iterator[Found]:
    """Every name is one that the context knows."""
    if script.graph.contexts:
        yield from told_by_reader("unmapped-name")(script, page)


def unread_context(script: Script, _: Page) -> Iterator[Found]:
    """The context is in the page, or is that of schema.org."""
    for address, key in script.graph.unread.items():
        yield Found(key, f"the context {address[:100]!r} is not read here, so names of it are not checked")


def illegal_character(script: Script, _: Page) -> Iterator[Found]:
    """Texts hold no character that no reader keeps."""
    if not _MAY_BE_ILLEGAL.search(script.text):
        return
    for key, text in _texts(script):
        match = _ILLEGAL.search(text)
        if match:
            yield Found(key, f"found the character U+{ord(match[0]):04X}, which readers lose or refuse; remove it")


def http_schema_org(script: Script, _: Page) -> Iterator[Found]:
    """Terms of schema.org stand under https."""
    if _OLD.search(script.text) or "http:\\/\\/schema" in script.text:
        for key, text in _texts(script):
            if _OLD.match(text):
                yield Found(
                    key, f"found {text[:100]!r}, wanted the address with https; both are read, mix them nowhere"
                )


def _texts(script: Script) -> Iterator[tuple[str, str]]:
    """Every text of a script, names too, with its key."""
    todo: list[tuple[str, Any]] = [("", script.value)]
    while todo:
        key, value = todo.pop()
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, list):
            todo += [(step(key, number), member) for number, member in reversed(list(enumerate(value)))]
        elif isinstance(value, dict):
            members = [(step(key, name), name, member) for name, member in value.items()]
            yield from ((below, name) for below, name, _ in members)
            todo += [(below, member) for below, _, member in reversed(members)]
