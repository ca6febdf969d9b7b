"""No slip of the pen goes unnoticed: a key misspelt in an item, or in a rule, is always reported."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from curagraph import CuragraphError, Project, build
from curagraph.converting.run import Result
from curagraph.keypath import Node, escape
from curagraph.reading import document

ROOT = Path(__file__).parents[1]
SEED = ROOT / "seeds" / "4060-why-ceos-should-leverage-value-based-payments.md"

# Where in a declaration key paths stand: how many of its first arguments they are.
KEYS = {"Rule": 1, "Agree": 2, "Ignore": 1, "Guard": 1, "Check": 1}

Convert = Callable[[str | bytes], Result]


def misspelt(name: str) -> str:
    """A name with two letters in the wrong order, or with one too many."""
    for place in range(len(name) // 2, 0, -1):
        if name[place] != name[place - 1]:
            return name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :]
    return name + "x"


def groups(node: Node, key: str = "") -> Iterator[str]:
    """Every key of a document, groups too."""
    if isinstance(node, dict):
        for name, value in node.items():
            below = f"{key}.{escape(name)}" if key else escape(name)
            yield below
            yield from groups(value, below)


def _seed() -> document.Document:
    return document.parse(SEED.read_bytes(), SEED.name)


ITEM_KEYS = [key for key in groups(_seed().tree) if key != "(body)"]


def test_an_item_has_44_keys() -> None:
    """The template of the seeds has 44 key paths, groups included."""
    assert len(ITEM_KEYS) == 44


@pytest.mark.parametrize("key", ITEM_KEYS)
def test_a_misspelt_key_of_an_item_is_reported(convert: Convert, key: str) -> None:
    """Whichever key of an item is misspelt, an error or a warning names it: as it is, or as it should be."""
    name = key.rpartition(".")[2]
    lines = SEED.read_text(encoding="utf-8").split("\n")
    at = _seed().line_of(key) - 1
    assert lines[at].strip().startswith(f"{name}:")
    lines[at] = lines[at].replace(f"{name}:", f"{misspelt(name)}:", 1)
    problems = [each for each in convert("\n".join(lines)).problems if each.severity != "note"]
    assert [each for each in problems if re.search(rf"\b({name}|{misspelt(name)})\b", f"{each.key} {each.message}")]


class Mutant(NamedTuple):
    """A converter file with one key misspelt."""

    file: str
    line: int
    old: str
    new: str
    source: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.old} as {self.new}"


def mutants(folder: Path) -> Iterator[Mutant]:
    """Each step of each key path in the tables of a folder, misspelt in turn."""
    for file in sorted(folder.glob("*.py")):
        source = file.read_text(encoding="utf-8")
        for node in _key_paths(ast.parse(source)):
            for old, new in _misspellings(node.value):
                yield Mutant(file.name, node.lineno, old, new, _replaced(source, node, new))


class Literal(NamedTuple):
    """A text in a Python file."""

    value: str
    lineno: int
    start: int
    end: int


def _key_paths(tree: ast.AST) -> Iterator[Literal]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            arguments: list[ast.expr] = list(node.args[: KEYS.get(node.func.id, 0)])
            if node.func.id == "Converter":
                keys = [word.value for word in node.keywords if word.arg in ("iri", "of")]
                arguments += [key for key in keys if not isinstance(key, ast.Name)]  # an IRI may be made by a function
            for argument in arguments:
                members = argument.elts if isinstance(argument, ast.List) else [argument]
                yield from (_literal(member) for member in members)


def _literal(node: ast.expr) -> Literal:
    assert isinstance(node, ast.Constant), "a key path is written as a plain text"
    assert isinstance(node.value, str)
    assert node.end_col_offset is not None
    assert node.lineno == node.end_lineno
    return Literal(node.value, node.lineno, node.col_offset, node.end_col_offset)


def _misspellings(path: str) -> Iterator[tuple[str, str]]:
    """A key path, or a template, with each name in it misspelt and each number changed."""
    is_template = "{" in path
    for match in re.finditer(r"[A-Za-z]\w+|\d+", path):
        if is_template and path[: match.start()].count("{") == path[: match.start()].count("}"):
            continue
        new = str(int(match[0]) + 7) if match[0].isdigit() else misspelt(match[0])
        yield path, path[: match.start()] + new + path[match.end() :]


def _replaced(source: str, node: Literal, new: str) -> str:
    lines = source.split("\n")
    line = lines[node.lineno - 1].encode()
    lines[node.lineno - 1] = (line[: node.start] + repr(new).encode() + line[node.end :]).decode()
    return "\n".join(lines)


MUTANTS = list(mutants(ROOT / "converters"))


def made(folder: Path, mutant: Mutant | None = None) -> Project:
    """A project with the checkout's content, and perhaps one converter misspelt."""
    for name in ("converters", "ontology", "seeds"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "curagraph.toml", folder)
    if mutant:
        (folder / "converters" / mutant.file).write_text(mutant.source, encoding="utf-8")
    return Project.load(folder)


def costs(folder: Path, mutant: Mutant | None = None) -> list[str]:
    """What building the seeds reports, beside notes, or the error that stops the build."""
    try:
        report = build(made(folder, mutant), jobs=1)
    except CuragraphError as error:
        return [str(error)]
    return [f"{p.file}:{p.line} {p.key} {p.code} {p.message}" for p in report.problems if p.severity != "note"]


def test_the_tables_as_they_are_cost_nothing(tmp_path: Path) -> None:
    """Without a slip there is nothing to report, so that each report below is due to one."""
    assert costs(tmp_path) == []


def test_every_table_has_mutants() -> None:
    """No converter file is left out, and no rule in it."""
    files = {file.name for file in (ROOT / "converters").glob("*.py")}
    assert {mutant.file for mutant in MUTANTS} == files
    assert len(MUTANTS) > 80


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_misspelt_key_of_a_rule_is_reported(tmp_path: Path, mutant: Mutant) -> None:
    """Whichever key of a rule is misspelt, the build says so, and names the key, as it is or as it should be."""
    words = [*re.findall(r"\w+", f"{mutant.old} {mutant.new}"), "no-converter"]
    assert [line for line in costs(tmp_path, mutant) if any(word in line for word in words)]


def test_a_rule_for_a_key_that_no_item_has_is_reported_at_its_line(tmp_path: Path) -> None:
    """The report leads to the rule: file, line and key of the table."""
    mutant = next(each for each in MUTANTS if each.file == "item.py" and each.old == "description")
    wanted = f"converters/item.py:{mutant.line} {mutant.new} unmatched-key"
    assert any(line.startswith(wanted) for line in costs(tmp_path, mutant))
