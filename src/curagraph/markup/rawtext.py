"""The elements of HTML whose text holds no tags, and where each ends (HTML standard, section 13.2.6)."""

from __future__ import annotations

import re

# `plaintext` has no end; `noscript` is read as a browser does.
_WITH_END = ("iframe", "noembed", "noframes", "noscript", "style", "textarea", "title", "xmp")
NAMES = frozenset((*_WITH_END, "script", "plaintext"))
_END = r"(?=[\t\n\f\r />])"
_ENDS = {name: re.compile(rf"</{name}{_END}", re.IGNORECASE | re.ASCII) for name in _WITH_END}
_SCRIPT = re.compile(rf"<!--|-->|(?P<tag></?script){_END}", re.IGNORECASE | re.ASCII)


def end(text: str, start: int, name: str) -> int | None:
    """Where the end tag of an element begins whose text begins at `start`; None where it has none.

    >>> end("<title>a <b> c</title>", 7, "title")
    14
    """
    if name == "script":
        return _script_end(text, start)
    found = _ENDS[name].search(text, start) if name in _ENDS else None
    return found.start() if found else None


def _script_end(text: str, start: int) -> int | None:
    """Where the end tag of a script begins (sections 13.2.5.15 to 13.2.5.31).

    After `<!--` a script inside the script hides one end tag, until `-->`.
    """
    escaped = doubly = False
    while found := _SCRIPT.search(text, start):
        start = found.end()
        if not found["tag"]:
            escaped, doubly = found[0] == "<!--" or (escaped and found[0] != "-->"), doubly and found[0] != "-->"
            # The dashes of `<!-->` are those of `-->` too.
            start -= 2 if found[0] == "<!--" else 0
        elif found["tag"][1] != "/":
            doubly = escaped
        elif doubly:
            doubly = False
        else:
            return found.start()
    return None
