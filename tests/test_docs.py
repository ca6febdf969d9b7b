"""The documentation is complete and true: what a user can name is described, links lead somewhere, examples run."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import get_args

import click
import pyoxigraph as ox
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

import curagraph
from curagraph import address, body, config, converter, values
from curagraph.asking import queryfile
from curagraph.commands import options
from curagraph.delivery.partner import Partner
from curagraph.problem import Severity

with warnings.catch_warnings():
    # This typer names parts of click that click 9 will not have.
    warnings.simplefilter("ignore", DeprecationWarning)
    import typer

    from curagraph import cli

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PROJECT = curagraph.Project.load(ROOT)
# Markdown in these folders is input, and not for readers.
DATA = {"seeds", "cases", "malformed"}
# What the examples of a terminal may run here; `make` and the like set up what a test has already.
RUNS = ("curagraph ", "sed ")
PATIENCE = 60


# Reading a page


def blocks(page: str) -> list[Token]:
    """The blocks of a page of `docs/`."""
    return parsed(DOCS / page)


def parsed(page: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8"))


def section(page: str, heading: str) -> list[Token]:
    """The blocks below a heading, with the headings below it."""
    found: list[Token] = []
    level = ""
    tokens = blocks(page)
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following:
            if level and token.tag <= level:
                break
            level = token.tag if following.content == heading else level
        if level:
            found.append(token)
    assert found, f"{page} has no section {heading}"
    return found


def named(tokens: Iterable[Token]) -> set[str]:
    """What blocks name: each code span in them, whole, word by word, and what is called in it."""
    children = (child for token in tokens for child in token.children or ())
    spans = [child.content for child in children if child.type == "code_inline"]
    words = [word for span in spans for word in span.split()]
    return {*spans, *words, *(word.partition("(")[0] for word in words)}


def rows(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    """The rows of the tables in some blocks, each a list of cells."""
    row: list[Token] | None = None
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "inline" and row is not None:
            row.append(token)
        elif token.type == "tr_close" and row is not None:
            yield row
            row = None


def table(tokens: Iterable[Token]) -> dict[str, list[Token]]:
    """The rows that begin with a name in code, by that name."""
    return {cells[0].content.strip("`"): cells for cells in rows(tokens) if cells[0].content.startswith("`")}


def examples(page: Path, language: str) -> list[str]:
    """The code blocks of a page that are marked as a language."""
    return [token.content for token in parsed(page) if token.type == "fence" and token.info == language]


# What there is to be documented


def commands() -> Mapping[str, click.Command]:
    group = typer.main.get_command(cli.app)
    assert isinstance(group, click.Group)
    return group.commands


def words_of(parameter: click.Parameter) -> set[str]:
    """What a user types for a parameter of a command: its options or its place, and the words it may be."""
    choices = parameter.type.choices if isinstance(parameter.type, click.Choice) else ()
    place = [parameter.metavar or ""] if isinstance(parameter, click.Argument) else parameter.opts
    return {*place, *map(str, choices)}


def public(module: ModuleType) -> list[str]:
    """The functions and classes that a module defines for others."""
    found = vars(module).items()
    own = {name for name, value in found if callable(value) and getattr(value, "__module__", "") == module.__name__}
    per_project = {name for name, value in found if isinstance(value, converter.PerProject)}
    return sorted(name for name in own | per_project if not name.startswith("_"))


def sources(*folders: Path) -> list[ast.Module]:
    return [ast.parse(file.read_text("utf-8")) for folder in folders for file in sorted(folder.rglob("*.py"))]


def code_positions(trees: list[ast.Module]) -> dict[str, set[int]]:
    """Which argument of which function or class is the `code` of a problem."""
    found: dict[str, set[int]] = defaultdict(set)
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and "code" in (names := parameters(node)):
                found[node.name].add(names.index("code"))
    for class_ in classes:
        members = [ast.unparse(node.target) for node in class_.body if isinstance(node, ast.AnnAssign)]
        if "code" in members:
            found[class_.name].add(members.index("code"))
        for node in class_.body:
            if isinstance(node, ast.FunctionDef) and node.name in ("__init__", "__new__"):
                names = parameters(node)
                found[class_.name] |= {names.index("code")} if "code" in names else set()
    for class_ in classes:
        for base in class_.bases:
            found[class_.name] |= found[base.id] if isinstance(base, ast.Name) else set()
    return found


def parameters(function: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in function.args.args if argument.arg not in ("self", "cls")]


def codes(trees: list[ast.Module]) -> set[str]:
    """Every text that is given as the code of a problem, or is the default of one."""
    positions = code_positions(trees)
    found: list[ast.expr] = []
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            found += [node.args[index] for index in positions.get(name, ()) if index < len(node.args)]
            found += [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        elif isinstance(node, ast.FunctionDef):
            defaults = zip(reversed(parameters(node)), reversed(node.args.defaults), strict=False)
            found += [value for name, value in defaults if name == "code"]
        elif isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "code" and node.value:
            found.append(node.value)
    return {each.value for each in found if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def pages() -> list[Path]:
    """The Markdown files of the repository that people read."""
    folders = [folder for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
    found = [*ROOT.glob("*.md"), *(page for folder in folders for page in folder.rglob("*.md"))]
    return sorted(page for page in found if not DATA & set(page.relative_to(ROOT).parts))


def short(page: Path) -> str:
    return str(page.relative_to(ROOT))


# The command line


@pytest.mark.parametrize("name", commands())
def test_each_command_is_documented(name: str) -> None:
    """Each command has a section that names its arguments, its options and the words that these may be."""
    wanted = {word for parameter in commands()[name].params for word in words_of(parameter)}
    assert wanted - named(section("commands.md", name)) == set()
    assert name in named(blocks("commands.md"))


def test_each_exit_status_is_documented() -> None:
    """Each exit status has a row that says what it means, and no other number has one."""
    statuses = {options.DONE, options.INCOMPLETE, options.WRONG_USAGE, options.STOPPED}
    assert set(table(section("commands.md", "Exit statuses"))) == set(map(str, statuses))


def test_each_setting_is_documented() -> None:
    """Each setting of `curagraph.toml` has a row."""
    settings = tomllib.loads((ROOT / config.FILE).read_text("utf-8"))
    assert settings.keys() - table(section("commands.md", "The project folder")).keys() == set()


def test_each_setting_of_a_partner_is_documented() -> None:
    """Each setting of a partner is in the rows of the page on partners."""
    known = {field.name.replace("_", "-") for field in fields(Partner)} - {"name"}
    assert known - named(blocks("partners.md")) == set()


# The knowledge


def test_each_query_is_documented() -> None:
    """Each named question has a row that names its parameters, and no row is left of one that is gone."""
    found = table(section("queries.md", "The named questions"))
    questions = queryfile.load_all(PROJECT)
    assert found.keys() == questions.keys()
    for name, question in questions.items():
        assert {parameter.name for parameter in question.parameters} - named(found[name][1:]) == set(), name


def test_each_type_and_key_of_a_query_header_is_documented() -> None:
    """What a question's header may say is in the page on queries."""
    keys = {field.name for field in fields(queryfile.Parameter)} - {"name"}
    assert keys | set(queryfile._TYPES) | {"summary", "description", "params"} <= named(blocks("queries.md"))


def test_each_converter_is_documented() -> None:
    """Each converter of the house has a row, and no row is left of one that is gone."""
    found = table(section("converters.md", "The converters of the house"))
    assert found.keys() == converter.load(PROJECT.content("converters")).keys()


@pytest.mark.parametrize("kind", [converter.Converter, *get_args(converter.AnyRule)])
def test_each_kind_of_rule_is_documented(kind: type) -> None:
    """Each kind of rule, and the table itself, has a section that names what it takes."""
    taken = {field.name for field in fields(kind)} - {"place"}
    assert taken - named(section("converters.md", kind.__name__)) == set()


@pytest.mark.parametrize("module", [values, address, body], ids=lambda module: module.__name__)
def test_each_value_function_is_documented(module: ModuleType) -> None:
    """Each function that makes, compares or checks values is in the page on converters."""
    page = named(blocks("converters.md"))
    prefix = module.__name__.removeprefix("curagraph.")
    assert [name for name in public(module) if not {name, f"{prefix}.{name}"} & page] == []


def test_what_stands_for_a_value_function_is_documented() -> None:
    """The page on converters tells of references, and of functions that depend on the project."""
    wanted = {converter.ref.__name__, converter.Ref.__name__, f"converter.{converter.PerProject.__name__}"}
    assert wanted - named(blocks("converters.md")) == set()


def test_each_term_of_the_ontology_is_documented() -> None:
    """Each term that `ontology/` declares has a row with its label, and no row is left of one that is gone."""
    vocabulary = PROJECT.vocabulary
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    labels = {triple.subject: triple.object for triple in vocabulary.triples if triple.predicate == label}
    found = {name: cells for name, cells in table(blocks("ontology.md")).items() if ":" in name}
    terms = {f"{vocabulary.prefixes[name.split(':')[0]]}{name.split(':')[1]}": cells for name, cells in found.items()}
    ontology = {iri for iri in vocabulary.declared if iri + "#" in vocabulary.prefixes.values()}
    assert vocabulary.declared - ontology == terms.keys()
    for iri, cells in terms.items():
        text = labels[ox.NamedNode(iri)]
        assert isinstance(text, ox.Literal)
        assert cells[1].content == text.value, iri


def test_each_named_graph_is_documented(project: Path) -> None:
    """Each named graph of a built project is in the list of them, each kind of shared thing too."""
    tokens = section("ontology.md", "Named graphs")
    patterns = [re.sub(r"\\{\w+\\}", "[^/]+", re.escape(name)) for name in table(tokens)]
    loaded = curagraph.Project.load(project)
    curagraph.build(loaded)
    for graph in curagraph.Snapshot.current(loaded).store.named_graphs():
        assert isinstance(graph, ox.NamedNode)
        name = graph.value.removeprefix(loaded.base)
        assert any(re.fullmatch(pattern, name) for pattern in patterns), name
        assert not name.startswith("graph/shared/") or name.removeprefix("graph/shared/") in named(tokens)


# The problems


def test_each_problem_is_documented() -> None:
    """Each code that a problem can have is in the page on problems, and no row is left of one that is gone."""
    found = codes(sources(ROOT / "src" / "curagraph", ROOT / "converters"))
    assert {"unreadable", "bad-date", "duplicate-iri", "uuid-differs", "bad-front-matter"} <= found
    page = blocks("problems.md")
    assert found - named(page) == set()
    documented = {name for name, cells in table(page).items() if len(cells) == 4}
    assert documented - found == set()


def test_each_problem_has_a_severity() -> None:
    """Each row of a problem says what it costs, in the words of the report."""
    for name, cells in table(blocks("problems.md")).items():
        assert len(cells) != 4 or {*re.findall(r"\w+", cells[1].content)} & set(Severity), name


def test_the_report_is_documented(project: Path) -> None:
    """Each key of the report of a build, of a problem in it and of its counts has a row."""
    report = curagraph.build(curagraph.Project.load(project)).as_json()
    found = table(section("problems.md", "The report"))
    problems, keys = json.loads(json.dumps([report["problems"], report["keys"]]))
    wanted = {*report, *problems[0], *(name for counts in keys.values() for name in counts)}
    assert wanted == found.keys()


# The machinery


def test_each_module_is_documented() -> None:
    """Each module of the package is in the page on the architecture."""
    package = ROOT / "src" / "curagraph"
    modules = {file.stem for file in package.rglob("*.py") if not file.stem.startswith("__")}
    assert modules - named(blocks("architecture.md")) == set()


def test_each_public_name_is_documented() -> None:
    """Each name that `import curagraph` gives has a row in the page on the library, and no other name has."""
    assert {name.partition("(")[0] for name in table(blocks("library.md"))} == set(curagraph.__all__)


def test_each_dependency_is_documented() -> None:
    """Each package that `pyproject.toml` asks for stands with its licence in the page on third parties."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *(each for extra in project["optional-dependencies"].values() for each in extra)]
    assert {re.split(r"[<>=!~ \[;]", each)[0] for each in asked} == table(blocks("third-party.md")).keys()


# Links and examples


@pytest.mark.parametrize("page", pages(), ids=short)
def test_each_link_leads_somewhere(page: Path) -> None:
    """Each relative link leads to a file or folder that is there, and to a heading in it where it names one."""
    for token in (child for block in parsed(page) for child in block.children or ()):
        target = str(token.attrs.get("href") or token.attrs.get("src") or "")
        if not target or re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{target} leads nowhere"
        assert not anchor or anchor in anchors(file), f"{target} leads to no heading"


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings have on code forges."""
    tokens = parsed(page)
    headings = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", ["library.md", "converters.md"])
def test_the_python_examples_run(page: str, tmp_path: Path) -> None:
    """The Python of a page runs as it stands, without a warning."""
    code = "\n".join(examples(DOCS / page, "python"))
    assert code
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", [page for page in pages() if examples(page, "console")], ids=short)
def test_the_terminal_examples_run(page: Path, project: Path) -> None:
    """The commands that a page shows, run one after the other in a new copy of the project, print what it shows."""
    for line, shown in steps(page):
        out, err = run(line, project)
        if not (is_shown(out, shown) or is_shown(out + err, shown)):
            pytest.fail(f"$ {line}\n{out}{err}", pytrace=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's settings and content folders."""
    for name in config.CONTENT:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / config.FILE, tmp_path)
    return tmp_path


def steps(page: Path) -> Iterator[tuple[str, str]]:
    """Each command of the terminal examples that can be run here, and the output shown below it."""
    for example in examples(page, "console"):
        for step in re.split(r"^\$ ", example, flags=re.MULTILINE)[1:]:
            line, _, shown = step.partition("\n")
            if line.startswith(RUNS):
                yield line, shown


def run(line: str, folder: Path) -> tuple[str, str]:
    """What a shell prints for a command, on standard output and on standard error."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout, done.stderr


def is_shown(output: str, shown: str) -> bool:
    """Whether output is what an example shows, in which a line of three dots stands for any lines."""
    wanted = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in plain(shown))
    return re.fullmatch(wanted, "".join(f"{line}\n" for line in plain(output))) is not None


def plain(text: str) -> list[str]:
    """Lines without what differs from run to run: seconds, and with them the widths of columns."""
    lines = [re.sub(r"(seconds\W+)[\d.]+", r"\1N", line) for line in text.splitlines()]
    return [" ".join(re.sub("─+", "─", line).split()) for line in lines]
