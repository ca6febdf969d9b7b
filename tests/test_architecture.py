"""The shape of the machinery: one direction, no way back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "curagraph"
MODULES = {
    ".".join(("curagraph", *file.relative_to(PACKAGE).with_suffix("").parts)): file for file in PACKAGE.rglob("*.py")
}


def imported(file: Path) -> Iterator[str]:
    """The modules of the package that a file imports when it runs, wherever in it."""
    waiting: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            waiting += node.orelse
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = (f"{node.module}.{each.name}" for each in node.names)
            yield from (name if name in MODULES else node.module for name in names)
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        else:
            waiting += ast.iter_child_nodes(node)


GRAPH = {name: {each for each in imported(file) if each in MODULES} for name, file in MODULES.items()}


def test_no_module_leads_back_to_itself() -> None:
    """What a module imports, at once or later, never imports it in turn."""
    assert sum(map(len, GRAPH.values())) > 1000
    assert list(TopologicalSorter(GRAPH).static_order())  # raises CycleError, which names the modules


def reached(module: str) -> set[str]:
    """A module and all that it imports, through any number of others."""
    found, waiting = {module}, [module]
    while waiting:
        new = GRAPH[waiting.pop()] - found
        found |= new
        waiting += new
    return found


WRITING = {f"curagraph.building.{name}" for name in ("building", "update", "burial", "store", "workers")}
READING = [
    "asking",
    "checking",
    "delivery",
    "embedding",
    "explaining",
    "exporting",
    "ontologypage",
    "pagecheck",
    "serve",
]


@pytest.mark.parametrize("folder", READING)
def test_what_shows_the_graph_does_not_build_it(folder: str) -> None:
    """What asks, shows or delivers the graph reads snapshots only: nothing in it leads to what builds them."""
    modules = [name for name in MODULES if name.startswith(f"curagraph.{folder}.")]
    assert modules
    assert {(name, each) for name in modules for each in WRITING.intersection(reached(name))} == set()
