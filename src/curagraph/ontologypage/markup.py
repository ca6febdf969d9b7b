"""Elements of HTML and SVG as values; every text in them is escaped where they become text themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

# HTML, section 13.1.2: elements without an end tag, and elements whose text is no markup.
_VOID = {"br", "link", "meta"}
_RAW = {"style"}
# An end of line after these makes the page readable as text, and is no space between words.
_BLOCKS = {
    *("circle", "dd", "desc", "details", "div", "dl", "dt", "figcaption", "figure", "footer", "g", "h1", "h2", "h3"),
    *("head", "header", "html", "li", "link", "main", "meta", "nav", "ol", "p", "path", "rect", "section", "style"),
    *("summary", "svg", "table", "tbody", "td", "th", "thead", "title", "tr", "ul"),
}


@dataclass(frozen=True)
class Element:
    """An element with its attributes and children."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple[Content, ...]

    def __str__(self) -> str:
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes)
        end = "" if self.name in _VOID else f"</{self.name}>"
        inside = "".join(self._written(child) for child in self.children)
        return f"<{self.name}{attributes}>{inside}{end}" + "\n" * (self.name in _BLOCKS)

    def _written(self, child: Content) -> str:
        if isinstance(child, Element) or self.name in _RAW:
            return str(child)
        return escape(child, quote=False)


Content = str | Element


def tag(name: str, /, *children: Content, **attributes: str | float) -> Element:
    """An element. Attributes are written with `_` for `-`, and `class_` for `class`; an empty one is left out.

    >>> str(tag("a", "R&D", href="#x", class_="term"))
    '<a href="#x" class="term">R&amp;D</a>'
    """
    named = ((key.removesuffix("_").replace("_", "-"), _text(value)) for key, value in attributes.items())
    return Element(name, tuple(pair for pair in named if pair[1]), children)


def joined(parts: Iterable[Content], between: str) -> list[Content]:
    """Parts with a text between them.

    >>> joined(["a", "b"], ", ")
    ['a', ', ', 'b']
    """
    found: list[Content] = []
    for part in parts:
        found += [between, part] if found else [part]
    return found


def _text(value: str | float) -> str:
    """A number without the digits that nobody sees."""
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
