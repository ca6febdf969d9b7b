"""All benchmarks in one run, side by side with what they are compared with.

    python -m bench.run --sizes 1000,10000,100000
    python -m bench.run --sizes 10000 --only exports

No measured time makes it fail.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from bench import (
    builds,
    changes,
    delivering,
    embedding,
    exports,
    framing,
    mentions,
    publishing,
    queries,
    reasoning,
    results,
    serving,
)
from bench.results import Section
from bench.site import Site

KINDS: dict[str, Callable[[Sequence[Site]], Section]] = {
    "builds": builds.against_load,
    "memory": builds.memory,
    "script": builds.against_script,
    "exports": exports.measured,
    "queries": queries.measured,
    "changes": changes.measured,
    "reasoning": reasoning.measured,
    "reasoning-in-builds": reasoning.in_builds,
    "mentions": mentions.measured,
    "embedding": embedding.measured,
    "page-graphs": framing.measured,
    "serving": serving.measured,
    "releases": delivering.releases,
    "feeds": delivering.feeds,
    "publishing": publishing.measured,
}
RESULTS = Path(__file__).with_name("RESULTS.md")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is wanted, print each table as it is ready, and write the page."""
    wanted = _parser().parse_args(arguments)
    output = wanted.output or (None if wanted.only else RESULTS)
    sections = []
    with nullcontext(wanted.dir) if wanted.dir else tempfile.TemporaryDirectory(prefix="curagraph-bench-") as name:
        sites = [Site(Path(name), size) for size in sorted(wanted.sizes)]
        for kind in wanted.only or KINDS:
            sections.append(KINDS[kind](sites))
            print(sections[-1].markdown(), flush=True)
            if output:
                output.write_text(results.markdown(sections, wanted.sizes), encoding="utf-8")
    for bar in [bar for section in sections for bar in section.bars]:
        print(*bar.row(), sep="; ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=_sizes, default=[1000, 10_000], help="numbers of items, with commas")
    parser.add_argument("--only", choices=KINDS, action="append", help="one kind (may be repeated); prints only")
    parser.add_argument("--dir", type=Path, help="keep corpora and stores here instead of a temporary folder")
    parser.add_argument("--output", type=Path, help="where to write the page (else bench/RESULTS.md)")
    return parser


def _sizes(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


if __name__ == "__main__":
    main()
