"""The table of all checks, and how a page goes through it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from curagraph.pagecheck import (
    breadcrumbs,
    canonical,
    dates,
    google,
    house,
    jsontext,
    structure,
    subset,
    syntax,
    visibility,
    vocabularyuse,
)
from curagraph.pagecheck.page import Found, Page, Script
from curagraph.problem import Problem, Severity

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


class Check(NamedTuple):
    """A check: its name, the rule, what it is worth in a script of ours and in one of others (None: not asked).

    `wants` says in one sentence what is right.
    """

    name: str
    rule: syntax.Rule
    ours: Severity | None
    others: Severity | None
    wants: str


_TOLD = syntax.told_by_reader

TABLE = (
    # The text of the script
    Check("not-json", _TOLD("not-json"), ERROR, ERROR, "A script is JSON."),
    Check("unclosed-script", syntax.unclosed_script, ERROR, ERROR, "A script has an end."),
    Check("script-too-long", _TOLD("script-too-long"), ERROR, ERROR, "A script is not longer than anybody reads."),
    Check("nested-too-deep", _TOLD("nested-too-deep"), ERROR, ERROR, "Data is not nested without end."),
    Check("number-too-large", _TOLD("number-too-large"), ERROR, WARNING, "A number is one that readers can hold."),
    Check("duplicate-key", _TOLD("duplicate-key"), ERROR, WARNING, "A key stands once in an object."),
    Check("illegal-character", syntax.illegal_character, ERROR, WARNING, "Texts hold characters that readers keep."),
    Check("unescaped-markup", syntax.unescaped_markup, ERROR, None, "Our script holds no markup as it is."),
    Check("markup-in-script", syntax.markup_in_script, None, WARNING, "Nothing in the data looks like a script's end."),
    Check("edited-script", syntax.edited_script, WARNING, None, "Our script is as it was written."),
    # JSON-LD
    Check("wrong-shape", _TOLD("wrong-shape"), ERROR, WARNING, "Objects, @id and @type have the form of JSON-LD."),
    Check("no-context", syntax.no_context, ERROR, ERROR, "A script has a context."),
    Check("other-context", visibility.other_context, ERROR, None, "The context is the one that is published."),
    Check("unread-context", syntax.unread_context, ERROR, NOTE, "The context is in the page, or schema.org's."),
    Check("unmapped-name", syntax.unmapped_name, ERROR, WARNING, "The context knows every name."),
    Check("http-schema-org", syntax.http_schema_org, ERROR, NOTE, "Terms of schema.org stand under https."),
    # Pieces and references
    Check("second-script", structure.second_script, ERROR, None, "A page has one script of ours."),
    Check("one-graph", structure.one_graph, ERROR, None, "Our script is one @context and one @graph."),
    Check("piece-without-id", structure.piece_without_id, ERROR, None, "Each piece has its IRI."),
    Check("nested-piece", structure.nested_piece, ERROR, None, "The graph is flat."),
    Check("piece-twice", structure.piece_twice, ERROR, None, "No thing is described twice."),
    Check("dangling-reference", structure.dangling_reference, ERROR, WARNING, "A reference finds its piece."),
    Check("relative-address", structure.relative_address, ERROR, WARNING, "Addresses are whole."),
    Check("not-https", structure.not_https, ERROR, NOTE, "Addresses begin with https."),
    # What a page of ours says
    Check("no-web-page", house.no_web_page, ERROR, None, "The script describes its page."),
    Check("no-main-entity", house.no_main_entity, ERROR, None, "The page says what it is about."),
    Check("several-values", house.several_values, ERROR, None, "The page has one name, one main entity, one trail."),
    Check("page-is-article", house.page_is_article, ERROR, None, "The page is no article of ours."),
    Check("item-without-source", house.item_without_source, ERROR, None, "The item is based on a work."),
    Check("item-without-citation", house.item_without_citation, ERROR, None, "The item cites the work."),
    Check("item-without-contributor", house.item_without_contributor, ERROR, None, "The item names its curator."),
    Check("original-author", house.original_author, ERROR, None, "Nobody here is the author of the original."),
    Check("original-details", house.original_details, ERROR, None, "No date, image or text is said of the original."),
    Check("not-in-graph", subset.not_in_graph, ERROR, None, "The page says what the graph says."),
    Check("out-of-date", subset.out_of_date, WARNING, None, "The page says all that the graph says today."),
    # People, dates, trails
    Check("author-name", house.author_name, ERROR, WARNING, "A person's name is a name alone."),
    Check("bad-date", dates.bad_date, ERROR, WARNING, "Dates are written in ISO 8601."),
    Check("no-time-zone", dates.no_time_zone, ERROR, NOTE, "Dates have a time and a zone."),
    Check("breadcrumb-too-short", breadcrumbs.breadcrumb_too_short, ERROR, ERROR, "A trail has two or more steps."),
    Check("breadcrumb-positions", breadcrumbs.breadcrumb_positions, ERROR, ERROR, "Steps are numbered from 1 to n."),
    Check("breadcrumb-name", breadcrumbs.breadcrumb_name, ERROR, ERROR, "Each step has a name."),
    Check("breadcrumb-item", breadcrumbs.breadcrumb_item, ERROR, ERROR, "Each step but the last has an address."),
    Check("position-not-integer", breadcrumbs.position_not_integer, ERROR, WARNING, "A position is a whole number."),
    # The page around the script
    Check("no-canonical", canonical.no_canonical, ERROR, None, "The page has a canonical link."),
    Check(
        "canonical-differs", canonical.canonical_differs, ERROR, WARNING, "The canonical link is the WebPage's address."
    ),
    Check(
        "canonical-elsewhere",
        canonical.canonical_elsewhere,
        ERROR,
        None,
        "The canonical link leads to the page itself.",
    ),
    Check("not-shown", visibility.not_shown, WARNING, WARNING, "What the data names is on the page."),
    # Google's search
    Check("required-property", google.required_property, ERROR, ERROR, "What Google requires of a type is there."),
    Check("recommended-property", google.recommended_property, NOTE, NOTE, "What Google recommends is there."),
    Check("profile-without-person", house.profile_without_person, ERROR, ERROR, "A profile page is about somebody."),
    Check("small-logo", google.small_logo, ERROR, WARNING, "A logo is 112 by 112 pixels or larger."),
    Check("small-image", google.small_image, NOTE, NOTE, "An image has 50,000 pixels or more."),
    # schema.org
    Check("unknown-type", vocabularyuse.unknown_type, ERROR, WARNING, "Types are types of schema.org."),
    Check("unknown-property", vocabularyuse.unknown_property, ERROR, WARNING, "Properties are schema.org's."),
    Check("outside-domain", vocabularyuse.outside_domain, ERROR, NOTE, "A property is one of the thing's type."),
    Check("outside-range", vocabularyuse.outside_range, ERROR, WARNING, "A value has the type or form that is wanted."),
    Check("text-for-thing", vocabularyuse.text_for_thing, ERROR, NOTE, "Where a thing is wanted stands a thing."),
    Check("superseded-term", vocabularyuse.superseded_term, NOTE, NOTE, "Terms are those of today."),
)

BY_NAME = {check.name: check for check in TABLE}

# What is only asked of a script that has been written into a page.
OF_WRITING = frozenset({"unescaped-markup", "out-of-date"})


def problems(page: Page, *, but: Collection[str] = ()) -> list[Problem]:
    """What is wrong with a page, in the order of its lines; `but` names checks that are left out."""
    found = [problem for script in page.scripts for problem in _of_script(script, page, but)]
    return sorted(set(found))


def _of_script(script: Script, page: Page, but: Collection[str]) -> Iterator[Problem]:
    found: list[tuple[Check, Severity, Found]] = []
    for check in TABLE:
        severity = check.ours if script.is_ours else check.others
        if severity is not None and check.name not in but:
            found += ((check, severity, each) for each in check.rule(script, page))
    lines = _lines(script, [each for _, _, each in found])
    for check, severity, each in found:
        line = script.line + (each.line or lines.get(each.key, 1)) - 1
        yield Problem(page.file, line, each.key, check.name, severity, each.message)


def _lines(script: Script, found: list[Found]) -> dict[str, int]:
    """The lines of what was found without one; the text is only looked through where there is something."""
    wanted = {each.key for each in found if each.key and not each.line}
    return jsontext.lines(script.text, wanted) if wanted and script.value is not None else {}
