"""The rule `Mentions`: which concepts a text of a thing names, and where, as statements."""

from __future__ import annotations

from collections.abc import Iterator

from curagraph.converter import Mentions
from curagraph.converting.compiled import Compiled
from curagraph.converting.run import Run, Statement
from curagraph.converting.thing import Thing
from curagraph.keypath import Node
from curagraph.mentioning import webannotation
from curagraph.mentioning.lexicon import Mention
from curagraph.problem import Severity, Unfit

# An article of ten thousand words has some two hundred.
_MOST = 1000


def statements(run: Run, compiled: Compiled, rule: Mentions, thing: Thing) -> Iterator[Statement]:
    """The concepts that the texts of a thing name, each place with its annotation."""
    assert compiled.mentioned  # the compiler sees to it
    graph = run.program.graph(webannotation.GRAPH)
    for key, value in run.look_up(compiled.reads[0], thing.scope):
        found = _found(run, rule, key, value)
        stated = [(thing.term, compiled.predicate, f"<{each.concept}>", thing.graph) for each in found]
        annotations = webannotation.triples(found, thing.term, run.program.base, compiled.mentioned)
        for quad in dict.fromkeys([*stated, *((*triple, graph) for triple in annotations)]):
            yield Statement(*quad, rule.place, key)


def _found(run: Run, rule: Mentions, key: str, value: Node) -> list[Mention]:
    found = run.program.lexicon.find(_words(rule, value))
    if len(found) > _MOST:
        message = f"found {len(found):,} mentions, of which the first {_MOST:,} are kept; shorten the text"
        run.report(Severity.WARNING, "many-mentions", key, message)
    return found[:_MOST]


def _words(rule: Mentions, value: Node) -> str:
    """The text in which to look; empty where there is none, which the rule that publishes the text reports."""
    try:
        return rule.words(value) if isinstance(value, str) else ""
    except Unfit:
        return ""
