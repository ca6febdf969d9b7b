"""What only the whole build can tell: keys that no document has, IRIs that two files claim, spellings that differ."""

from __future__ import annotations

import pyoxigraph as ox

from curagraph.checking import checks
from curagraph.config import Project
from curagraph.converting import conversion, ledger
from curagraph.converting.program import Program
from curagraph.converting.run import Result
from curagraph.problem import Problem, SetAside, Severity
from curagraph.reading import document
from curagraph.reasoning import telling
from curagraph.reasoning.theory import Theory
from curagraph.snapshot import Snapshot
from curagraph.state.problems import encode
from curagraph.state.state import State
from curagraph.takedown import living


def review(snapshot: Snapshot, program: Program, state: State) -> None:
    """Find what only the whole tells, and remember it with the snapshot, for builds that have nothing to do."""
    project = snapshot.project
    tally, found = ledger.add_up(state.pages.counted())
    problems = [*_unmatched(program, found), *_rivals(project, program, state), *_spellings(project, program, state)]
    problems += [*checks.cheap(snapshot, state), *telling.problems(snapshot, Theory(program), state)]
    problems += living.in_vain(snapshot, state)
    state.facts.set("problems", encode(problems) or "[]")
    state.facts.set("ledger", ledger.encode(tally, found))
    state.facts.set("read", str(state.files.count()))
    state.facts.set("set-aside", str(state.files.set_aside()))
    fixed, inferred = int(state.facts.get("fixed-triples")), int(state.facts.get("inferred"))
    state.facts.set("triples", str(fixed + state.owners.triples() + state.shared.published() + inferred))


def _unmatched(program: Program, found: int) -> list[Problem]:
    """Keys of the tables that matched nothing in the whole build, whose found keys have their bits set."""
    unmatched = [read for read in program.reads if not read.bit & found and program.reaches(read, found)]
    message = "this key of the table matched nothing in the whole build; mend its name or remove its rule"
    return [_at_rule(read.place, read.path, message) for read in unmatched]


def _at_rule(place: str, key: str, message: str) -> Problem:
    file, _, line = place.rpartition(":")
    return Problem(file, int(line), key, "unmatched-key", Severity.WARNING, message)


def _rivals(project: Project, program: Program, state: State) -> list[Problem]:
    found = []
    for iri, path, owner in state.owners.rivals():
        conflict = f"{path} and {owner} both claim {iri[1:-1]}"
        message = f"{conflict}; {owner} has it, {path} is set aside: give one of them another identity"
        key, line = _identity(project, program, path)
        found.append(Problem(path, line, key, "duplicate-iri", Severity.ERROR, message))
    return found


def _identity(project: Project, program: Program, path: str) -> tuple[str, int]:
    """The key that a file's IRI is made of, and its line."""
    try:
        source = document.read(project.folder, path)
    except SetAside:
        return "", 1
    table = program.root(source.has_front_matter)
    reads = [read.path for read, _ in table.template.reads] if table and source.has_front_matter else []
    return (reads[0], source.line_of(reads[0])) if reads else ("", 1)


def _spellings(project: Project, program: Program, state: State) -> list[Problem]:
    # One text may be the name of several things, such as an author and the author's page: it is told once.
    found: dict[tuple[str, int, str], Problem] = {}
    for odd, first in state.shared.spellings():
        wanted = next(iter(ox.parse(first, ox.RdfFormat.N_QUADS))).object.value
        for path in state.shared.users(odd):
            key, line, spelled = _where(project, program, path, state.files.name(path), odd)
            message = f"found {spelled!r}, elsewhere written {wanted!r}, for the same thing; write both alike"
            found.setdefault((path, line, key), Problem(path, line, key, "spelling-differs", Severity.WARNING, message))
            break
    return list(found.values())


def _where(project: Project, program: Program, path: str, name: str, line: str) -> tuple[str, int, str]:
    """The key, the line and the text of the value behind a shared statement of a file."""
    try:
        source = document.read(project.folder, path, name)
        result: Result = conversion.convert(program, source)
    except SetAside:
        return "", 1, ""
    for statement in result.shared:
        if statement.line == line:
            spelled = next(iter(ox.parse(line, ox.RdfFormat.N_QUADS))).object.value
            return statement.key, source.line_of(statement.key), spelled
    return "", 1, ""
