"""YAML front matter: the same tree as PyYAML's base loader gives, with the line of every value, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from curagraph.keypath import Node, leaves
from curagraph.problem import SetAside
from curagraph.reading import frontmatter
from curagraph.reading.frontmatter import Notation
from curagraph.reading.tree import MAX_DEPTH
from curagraph.reading.yamltree import parse

SUFFIXES = (".md", ".markdown", ".html", ".txt")
NULL = object()


class _Loader(yaml.CBaseLoader):
    """PyYAML's loader that leaves scalars as text, except plain nulls."""

    def construct_scalar(self, node: yaml.ScalarNode) -> object:  # type: ignore[override]
        plain = not node.style
        return None if plain and node.value in ("", "~", "null", "Null", "NULL") else node.value


def by_pyyaml(text: str) -> object:
    """What PyYAML reads, or `NULL` where it reads nothing or refuses."""
    try:
        found = yaml.load(text, _Loader)  # noqa: S506  # a base loader: texts, lists and groups alone
    except (yaml.YAMLError, ValueError, RecursionError):
        return NULL
    return NULL if found is None else found


def agree(text: str) -> None:
    """Assert that we read a text as PyYAML does, where both can read it."""
    try:
        ours = parse(text).tree
    except SetAside:
        return
    theirs = by_pyyaml(text)
    assert theirs is NULL or ours == theirs


WORDS = "a b key title - : ' \" '' \\n \\x41 [ ] { } # | ! % @ ~ null No 16:00:00 2020-12-26 0x1F 1_000 é 🩺"
spaced = ["- ", ": ", ", ", " # c", "|-\n  ", ">\n  ", "&x ", "*x", "? ", "---\n", "...\n"]
blanks = [" ", "\t", "\n", "\n  ", "\n    ", "\r\n", "\u2028", "\u0085"]
pieces = st.sampled_from([*WORDS.split(), *spaced, *blanks])
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029"), max_size=12)
scalars = texts | st.sampled_from(["no", "16:00:00", "1e3", "0o7", "", "null"])
names = st.text("abc .:#-é", min_size=1, max_size=5)
nodes: st.SearchStrategy[Node] = st.recursive(
    scalars, lambda below: st.lists(below, max_size=3) | st.dictionaries(names, below, max_size=3)
)
trees = st.dictionaries(names, nodes, max_size=5)


@given(st.lists(pieces, max_size=25).map("".join))
@example("a: &x [b, c]\nd: *x")
@example("a: 'It''s'\nb: \"\\u00e9\"\nc: |\n  two\n  lines\n")
def test_what_both_read_both_read_alike(text: str) -> None:
    """Where our reader and PyYAML both accept a text, they agree on every key and every value of it."""
    if "<<" not in text:
        agree(text)


@given(trees, st.booleans(), st.sampled_from([None, "'", '"', "|", ">"]))
def test_what_pyyaml_writes_is_read_back(tree: dict[str, Node], flow: bool, style: str | None) -> None:
    """A tree of texts that PyYAML writes, in whatever style, is read back whole."""
    text = yaml.dump(tree, default_flow_style=flow, default_style=style, allow_unicode=True, width=20)
    assert parse(text).tree == tree


@given(trees, st.booleans())
def test_every_value_has_the_line_of_its_key(tree: dict[str, Node], flow: bool) -> None:
    """The line of a value is the one on which its key, or its dash, stands."""
    text = yaml.dump(tree, default_flow_style=flow, default_style='"', allow_unicode=False, width=10_000)
    parsed = parse(text, 10)
    places = dict(marks(yaml.compose(text, yaml.CBaseLoader), ""))
    for leaf in leaves(parsed.tree) if tree else []:
        assert parsed.line_of(leaf.key) == places[leaf.key] + 10


def marks(node: yaml.Node | None, key: str) -> Iterator[tuple[str, int]]:
    """Each concrete key of a composed document, and its line from 0, by PyYAML's own marks."""
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            step = re.sub(r"[.\[\]/\\]", r"\\\g<0>", name.value)
            below = f"{key}.{step}" if key else step
            yield below, name.start_mark.line
            yield from marks(value, below)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield f"{key}[{index}]", value.start_mark.line
            yield from marks(value, f"{key}[{index}]")


@pytest.mark.parametrize("word", ["", "~", "null", "Null", "NULL"])
def test_a_plain_null_is_nothing_and_a_quoted_one_is_text(word: str) -> None:
    """Null is what YAML writes plainly for it; in quotes the same word is text."""
    assert parse(f"a: {word}\nb: '{word}'").tree == {"a": None, "b": word}


@pytest.mark.parametrize("word", ["16:00:00", "no", "2020-12-26", "1_000", "0o17", "1e3", ".inf", "2020-12-26T07:18Z"])
def test_a_scalar_stays_the_text_that_was_written(word: str) -> None:
    """What YAML 1.1 would turn into a number, a date or a truth value stays text."""
    assert parse(f"a: {word}\nb: [{word}]").tree == {"a": word, "b": [word]}


def test_a_second_key_is_refused_with_both_lines() -> None:
    """A key that stands twice in one group is refused by a message that names both lines."""
    with pytest.raises(SetAside, match="'title' stands on line 3 and again on line 5") as caught:
        parse("title: A\ndate: B\ntitle: C", 3)
    assert (caught.value.code, caught.value.line, caught.value.key) == ("duplicate-key", 5, "title")


def test_one_name_in_two_groups_is_no_duplicate() -> None:
    """The same key may stand in two groups."""
    assert parse("a: {x: 1}\nb: {x: 2}\nc: [{x: 3}, {x: 4}]").tree == {
        "a": {"x": "1"},
        "b": {"x": "2"},
        "c": [{"x": "3"}, {"x": "4"}],
    }


def test_a_merge_key_adds_what_is_missing() -> None:
    """YAML 1.1 merge keys add a group's keys to another, whose own keys go first wherever they stand."""
    text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: *a, x: 3}\nd:\n  z: 4\n  <<: [*a, *b]"
    tree = parse(text).tree
    assert isinstance(tree, dict)
    assert tree["c"] == {"x": "3", "y": "1"}
    assert tree["d"] == {"z": "4", "x": "1", "y": "1"}


def test_the_lines_of_what_an_alias_repeats_are_those_of_its_anchor() -> None:
    """A repeated value stands on the line of its alias, its members on their own lines."""
    parsed = parse("a: &a\n  - x\n  - y\nb: *a")
    assert [parsed.line_of(key) for key in ("a", "a[0]", "a[1]", "b", "b[1]")] == [1, 2, 3, 4, 3]


@pytest.mark.parametrize("break_", ["\u2028", "\u2029", "\u0085"])
def test_only_line_ends_end_a_line(break_: str) -> None:
    """A Unicode line separator inside a text does not move the lines below it, which no editor counts by it."""
    parsed = parse(f"a: 'one{break_}two'\nb: three")
    assert parsed.line_of("b") == 2


@pytest.mark.parametrize("depth", [MAX_DEPTH + 2, 10_000])
@pytest.mark.parametrize("text", ["a: {0}{1}", "{2}"], ids=["flow", "block"])
def test_deep_nesting_is_refused(depth: int, text: str) -> None:
    """Nesting beyond what front matter may have is refused where it gets too deep."""
    block = "".join(f"{' ' * level}a:\n" for level in range(min(depth, 2000)))
    with pytest.raises(SetAside) as caught:
        parse(text.format("[" * depth, "]" * depth, block))
    assert caught.value.code == "nested-too-deep"


def test_nesting_up_to_the_limit_is_read() -> None:
    """Nesting that front matter may have is read."""
    assert parse("a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)).tree


def _front_matters(folder: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix.lower() in SUFFIXES:
            try:
                parts = frontmatter.split(file.read_bytes().decode("utf-8-sig"))
            except (SetAside, UnicodeDecodeError):
                continue
            if parts.notation is Notation.YAML:
                yield file, parts.front


@pytest.mark.parametrize(("name", "least"), [("hpcsocial", 100), ("vagov", 500)])
def test_a_corpus_is_read_as_pyyaml_reads_it(corpus: Callable[[str], Path], name: str, least: int) -> None:
    """On every front matter of a real site our reader and PyYAML agree on every key and value."""
    count = 0
    for file, front in _front_matters(corpus(name)):
        assert parse(front).tree == (by_pyyaml(front) if by_pyyaml(front) is not NULL else {}), file
        count += 1
    assert count >= least


def test_the_seeds_are_read_as_pyyaml_reads_them(shared: Path) -> None:
    """On the front matter of the real seeds our reader and PyYAML agree."""
    found = list(_front_matters(shared / "seeds"))
    assert len(found) == 4
    for file, front in found:
        assert parse(front).tree == by_pyyaml(front), file


@pytest.mark.parametrize("name", ["hpcsocial", "vagov"])
def test_the_lines_of_a_corpus_are_those_of_pyyaml(corpus: Callable[[str], Path], name: str) -> None:
    """On every front matter of a real site each value has the line that PyYAML gives its key or dash."""
    for file, front in _front_matters(corpus(name)):
        parsed = parse(front, 2)
        places = dict(marks(yaml.compose(front, yaml.CBaseLoader), ""))
        for leaf in leaves(parsed.tree):
            if leaf.key:
                assert parsed.line_of(leaf.key) == places[leaf.key] + 2, (file, leaf.key)
