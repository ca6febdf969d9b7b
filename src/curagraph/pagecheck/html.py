"""From HTML to a page: one pass over its tokens, which ends at the body where no script is left."""

from __future__ import annotations

from curagraph.embedding import script
from curagraph.markup import markup
from curagraph.markup.markup import Kind, Token, is_json_ld
from curagraph.pagecheck.page import Page, Script
from curagraph.pagecheck.subset import Published
from curagraph.pagecheck.visible import Seen, Visible


def page(text: str, file: str, published: Published | None = None) -> Page:
    """The page of an HTML text.

    >>> page("<title>A</title><script type='application/ld+json'>{}</script>", "a.html").scripts[0].text
    '{}'
    """
    found = Page(file, published=published)
    seen = Seen()
    line, counted, rest = 1, 0, len(text)
    # Small letters may take more room than their capitals, never less: what is found is not before the last script.
    last = text.lower().rfind("<script")
    tag: Token | None = None
    for token in markup.tokens(text):
        seen.take(token)
        if tag and is_json_ld(tag):
            # Counted on from the last script, so that many of them do not take many times as long.
            line, counted = line + markup.line(text[counted : tag.end], tag.end) - 1, tag.end
            found.scripts.append(_script(tag, token, line))
        elif token.start > last and token.name == "body" and token.kind is Kind.START:
            rest = token.end
            break
        elif token.name == "link" and token.kind is Kind.START and not found.canonical:
            found.canonical = _canonical(token)
        elif token.name == "base" and token.kind is Kind.START and not found.base:
            found.base = token.attributes.get("href", "").strip()
        tag = token if token.kind is Kind.START else None
    if tag and is_json_ld(tag):
        found.scripts.append(Script("", markup.line(text, tag.end), script.is_ours(tag), is_closed=False))
    found.visible = Visible(seen, text, rest)
    return found


def _script(tag: Token, token: Token, line: int) -> Script:
    """The script between its tag and the token after it, which is its text unless it is empty."""
    is_closed = token.kind is not Kind.UNFINISHED
    inside = token.text if token.kind is Kind.TEXT or not is_closed else ""
    is_ours = script.is_ours(tag)
    is_edited = is_ours and not script.is_as_written(tag, inside)
    return Script(inside, line, is_ours, is_closed, is_edited)


def _canonical(link: Token) -> str:
    attributes = link.attributes
    is_canonical = "canonical" in attributes.get("rel", "").lower().split()
    return attributes.get("href", "").strip() if is_canonical else ""
