"""Candidates as rows of the files of matches: printed, or written where a person decides about them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path

from curagraph.config import Project
from curagraph.matching import sssom
from curagraph.matching.candidates import KINDS, Candidate
from curagraph.matching.matches import FOLDER, Matches
from curagraph.matching.matchrow import LEXICAL
from curagraph.problem import UsageError
from curagraph.tables import console, table

_HEADER = """\
#mapping_set_id: urn:uuid:{uuid}
#mapping_set_title: Matches of {kind}
#license: https://creativecommons.org/publicdomain/zero/1.0/
"""


def lines(found: Iterable[Candidate], matches: Matches) -> list[str]:
    """Candidates as lines for the file of their kind, with its columns.

    Nobody is named as reviewer, so they count for nothing before a person has done so.
    """
    return [sssom.line_of(_cells(each, matches), _columns(each.kind, matches)) for each in found]


def _columns(kind: str, matches: Matches) -> Sequence[str]:
    return matches.tables[kind].columns if kind in matches.tables else sssom.COLUMNS


def _cells(candidate: Candidate, matches: Matches) -> dict[str, str]:
    return {
        "subject_id": matches.curie(candidate.subject.iri),
        "subject_label": candidate.subject.labels[0],
        "predicate_id": candidate.predicate,
        "object_id": matches.curie(candidate.object.iri),
        "object_label": candidate.object.labels[0],
        "mapping_justification": LEXICAL,
        "confidence": f"{candidate.score:.2f}",
        "comment": candidate.reason,
    }


def write(found: Sequence[Candidate], matches: Matches, project: Project) -> dict[str, int]:
    """Add candidates to the end of the files of their kinds; how many went to each file.

    Raises `UsageError` where the project has no `ontology/` of its own, as the package's is not its to change.
    """
    folder = project.content("ontology")
    if not folder.resolve().is_relative_to(project.folder):
        raise UsageError(f"{project.folder} has no ontology/ of its own to write to; `curagraph new` makes one to copy")
    counts = {}
    for kind in KINDS:
        of_kind = [each for each in found if each.kind == kind]
        if of_kind:
            file = folder / FOLDER / f"{kind}{sssom.SUFFIX}"
            _append(file, kind, "".join(lines(of_kind, matches)))
            counts[f"ontology/{FOLDER}/{file.name}"] = len(of_kind)
    return counts


def _append(file: Path, kind: str, text: str) -> None:
    """Replace the file in one step, so that it is never half written."""
    file.parent.mkdir(exist_ok=True)
    before = (
        file.read_text("utf-8")
        if file.exists()
        else _HEADER.format(kind=kind, uuid=uuid.uuid4()) + "\t".join(sssom.COLUMNS) + "\n"
    )
    new = file.with_name(f"{file.name}.new")
    new.write_text(before + "\n" * (not before.endswith("\n")) + text, encoding="utf-8")
    os.replace(new, file)  # noqa: PTH105  # the one step that matters


def show(found: Sequence[Candidate], matches: Matches) -> None:
    """Candidates as a table, and what to do with them."""
    rows = [
        [f"{e.score:.2f}", e.reason, matches.curie(e.subject.iri), e.predicate, matches.curie(e.object.iri)]
        for e in found
    ]
    if rows:
        console().print(table(["score", "reason", "subject", "predicate", "object"], rows, numbers=["score"]))
    waiting = len(matches.rows) - len(matches.decided)
    said = f"{len(found):,} new, {waiting:,} waiting in the files, {len(matches.decided):,} decided"
    console(stderr=True).print(f"{said}\n{_advice(len(found), waiting)}")


def told(counts: dict[str, int]) -> str:
    """What was written, and what to do with it."""
    said = [f"{file}: {count:,} added" for file, count in counts.items()]
    return "\n".join([*said, _advice(0, sum(counts.values()))])


def _advice(new: int, waiting: int) -> str:
    if new:
        return "add them to ontology/matches/ with --write, and decide there"
    if waiting:
        return "to accept a row fill in reviewer_label and mapping_date; to reject it, also Not in predicate_modifier"
    return "there is nothing to decide"
