"""A portion: what one partner receives of a snapshot, as sorted lines of N-Quads in one file.

A query that constructs whatever it finds leaves statements in their named graphs; what any other constructs is in the
default graph. It is asked of a store that holds only what the partner may see, so no query can tell more.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from curagraph.asking import queryfile, sparqltokens
from curagraph.asking.queryfile import Question
from curagraph.delivery.partner import Partner
from curagraph.delivery.visibility import Visibility
from curagraph.exporting import lines
from curagraph.problem import ProjectError
from curagraph.snapshot import Snapshot

_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
# Bytes of lines that are queried in memory.
_SMALL = 64 << 20


def question(snapshot: Snapshot, partner: Partner) -> Question:
    """The query of a partner.

    Raises `ProjectError` where there is none, or it constructs nothing, asks others, or has another answer each time.
    """
    name = f"partners/{partner.query}"
    if not (snapshot.project.content("queries") / f"{name}.rq").is_file():
        raise ProjectError(f"[partners.{partner.name}]: there is no queries/{name}.rq")
    found = queryfile.find(snapshot.project, name)
    outline = sparqltokens.Outline(queryfile.without_header(found.text))
    if outline.form != "CONSTRUCT":
        raise ProjectError(f"queries/{name}.rq: found no CONSTRUCT, which is what a partner's query must be")
    if outline.may_call_others(()):
        raise ProjectError(f"queries/{name}.rq: found SERVICE; what a partner receives comes from this graph alone")
    if outline.is_volatile:
        raise ProjectError(f"queries/{name}.rq: found a function such as RAND; one graph has one portion")
    return found


def is_whole(question: Question) -> bool:
    """Whether a query constructs whatever it finds."""
    return _words(question.text) == _words(_EVERYTHING)


def write(snapshot: Snapshot, partner: Partner, folder: Path) -> Path:
    """Write the portion of a partner into a folder, which also takes what does not fit in memory; its file.

    Raises `ProjectError` where the partner's query cannot be used.
    """
    asked = question(snapshot, partner)
    dump, portion = folder / "dump.nq", folder / "portion.nq"
    snapshot.store.dump(dump, ox.RdfFormat.N_QUADS)
    seen = Visibility(snapshot, partner).lines(dump)
    with portion.open("wb") as file:
        file.writelines(lines.ordered(seen if is_whole(asked) else _constructed(asked, seen, folder), folder))
    dump.unlink()
    return portion


def _words(text: str) -> list[str]:
    return [token.text for token in sparqltokens.tokens(text)]


def _constructed(asked: Question, seen: Iterator[bytes], folder: Path) -> Iterator[bytes]:
    """What a query constructs from lines, as lines of N-Triples."""
    visible, answer, place = folder / "visible.nq", folder / "answer.nt", folder / "store"
    with visible.open("wb") as file:
        file.writelines(seen)
    store = ox.Store(str(place)) if visible.stat().st_size > _SMALL else ox.Store()
    store.bulk_load(path=visible, format=ox.RdfFormat.N_QUADS)
    visible.unlink()
    try:
        found = store.query(asked.text, use_default_graph_as_union=True)
        assert isinstance(found, ox.QueryTriples)
        found.serialize(answer, ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError, OSError) as error:
        raise ProjectError(f"queries/{asked.name}.rq: {' '.join(str(error).split())}") from None
    del store
    shutil.rmtree(place, ignore_errors=True)
    with answer.open("rb") as file:
        for line in file:
            subject, _, rest = line.split(b" ", 2)
            if subject.startswith(b"_:") or rest.startswith(b"_:"):
                raise ProjectError(f"queries/{asked.name}.rq: constructs a blank node; give every thing an IRI")
            yield line
    answer.unlink()
