"""SVG and MathML within HTML, which the HTML standard calls foreign content (section 13.2.6.5).

In there `title`, `style` and their like are elements as all others, and CDATA sections are text.
"""

from __future__ import annotations

# The elements of the two that hold HTML, and the tags that lead back to it.
_HTML_WITHIN = {"svg": ("desc", "foreignobject", "title"), "math": ("mi", "mn", "mo", "ms", "mtext")}
_BREAKS_OUT = {
    *("b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em", "embed", "h1", "h2"),
    *("h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre"),
    *("ruby", "s", "small", "span", "strike", "strong", "sub", "sup", "table", "tt", "u", "ul", "var"),
}
ROOTS = frozenset(_HTML_WITHIN)
# As deep as browsers nest elements.
_DEEPEST = 512


class ForeignContent:
    """Where we are in SVG and MathML: `open` are the open elements that lead in or out, the innermost last."""

    def __init__(self) -> None:
        self.open: list[str] = []

    @property
    def is_here(self) -> bool:
        """Whether what comes next is SVG or MathML."""
        return bool(self.open) and self.open[-1] in ROOTS

    def is_led_by(self, name: str) -> bool:
        """Whether an element leads in or out of SVG and MathML from here."""
        return name == self.open[-1] or name in _HTML_WITHIN[self.open[-1]] if self.is_here else name in ROOTS

    def start(self, name: str) -> None:
        """Go into an element that leads in or out."""
        if len(self.open) < _DEEPEST:
            self.open.append(name)

    def break_out(self, name: str) -> None:
        """Go back to HTML where a start tag has a name that only HTML has."""
        while self.is_here and name in _BREAKS_OUT:
            self.open.pop()

    def end(self, name: str) -> None:
        """Go out of the innermost open element of a name, and of all within it."""
        if name in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(name) :]
