"""Rules as SPARQL: what the body of a rule matches in the graph, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from curagraph.reasoning.rules import Atom, Rule, literal_holders

Binding = Mapping[str, str]

# So many rows of a VALUES are answered by looking each up; with more, the store's time grows faster than they do.
_ROWS = 200


def construct(rule: Rule, may_be_there: bool) -> str:
    """The query for what follows by a rule and is not in the graph yet.

    Only where something like the head `may_be_there` does it look.
    """
    assert rule.head
    head = " ".join(rule.head)
    minus = f" MINUS {{ {head} }}" if may_be_there else ""
    where = f"{_group(rule)}{minus}"
    inner = {variable for atom in rule.body for variable in atom.variables} - set(rule.head.variables)
    if inner:
        where = f"{{ SELECT DISTINCT {' '.join(sorted(set(rule.head.variables)))} {{ {where} }} }}"
    return f"CONSTRUCT {{ {head} }} WHERE {{ {where} }}"


def is_violated(rule: Rule) -> str:
    """A quick query that answers true where a contradiction may be: it groups where `select` would compare pairs."""
    if rule.name in ("prp-fp", "prp-ifp"):
        assert rule.unequal
        atom, many = rule.body[0], rule.unequal[0]
        (one,) = set(atom.variables) - {many}
        return f"ASK {{ {{ SELECT {one} {{ {' '.join(atom)} }} GROUP BY {one} HAVING (COUNT(DISTINCT {many}) > 1) }} }}"
    return f"ASK {{ {_group(rule)} }}"


def select(rule: Rule, rows: Sequence[Binding] = (), without: int | None = None) -> Iterator[str]:
    """Queries for what the variables of a rule's body stand for.

    With `rows`, which say what some of the variables stand for, only for what goes with one of them; the atom
    `without` is what the rows come from and is not looked for again.
    """
    atoms = [atom for index, atom in enumerate(rule.body) if index != without]
    where = " . ".join(map(_pattern, atoms)) + "".join(filters(rule))
    names = sorted({variable for atom in rule.body for variable in atom.variables})
    wanted = " ".join(names) or "(1 AS ?holds)"
    if without is None:
        yield f"SELECT DISTINCT {wanted} {{ {_group(rule)} }}"
    for start in range(0, len(rows), _ROWS):
        yield f"SELECT DISTINCT {wanted} {{ {_values(rows[start : start + _ROWS])} {where} }}"


def _values(rows: Sequence[Binding]) -> str:
    names = sorted(rows[0])
    if not names:
        return ""
    texts = " ".join(f"({' '.join(row[name] for name in names)})" for row in rows)
    return f"VALUES ({' '.join(names)}) {{ {texts} }}"


def bound(atom: Atom, triple: Sequence[str]) -> dict[str, str] | None:
    """What the variables of an atom stand for where it matches a triple of N-Triples terms; None where it does not."""
    found: dict[str, str] = {}
    for wanted, term in zip(atom, triple, strict=True):
        if wanted != term and (not wanted.startswith("?") or found.setdefault(wanted, term) != term):
            return None
    return found


def filled(atom: Atom, binding: Binding) -> Atom:
    """An atom with the terms that its variables stand for."""
    return Atom(*(binding.get(term, term) for term in atom))


def _group(rule: Rule) -> str:
    """The body of a rule with its filters, for the whole graph.

    Each pattern in a SELECT of its own makes the store join them by hashing instead of looking up row after row: half
    the time, and a tenth where one of them matches little.
    """
    if len(rule.body) == 1:
        return _pattern(rule.body[0]) + "".join(filters(rule))
    parts = (f"{{ SELECT {' '.join(atom.variables) or '*'} {{ {_pattern(atom)} }} }}" for atom in rule.body)
    return " ".join(parts) + "".join(filters(rule))


def _pattern(atom: Atom) -> str:
    return " ".join(atom)


def filters(rule: Rule) -> Iterator[str]:
    """What must hold of the terms that the variables of a rule stand for."""
    if rule.unequal:
        one, other = rule.unequal
        yield f" FILTER(!sameTerm({one}, {other}))"
    if rule.head and literal_holders(rule):
        yield f" FILTER(!isLiteral({rule.head.subject}))"
