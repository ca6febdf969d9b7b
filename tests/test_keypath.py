"""Key paths name every place in the front matter, and only that place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curagraph.keypath import EVERY, Node, escape, find, leaves, steps

keys = st.text(min_size=1, max_size=6) | st.text("ab.[]/\\ ()0", min_size=1, max_size=6)
trees: st.SearchStrategy[Node] = st.recursive(
    st.none() | st.text(max_size=3),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(keys, below, max_size=3),
    max_leaves=20,
)
documents = st.dictionaries(keys, trees, max_size=4)


@given(keys)
def test_an_escaped_key_is_one_step(key: str) -> None:
    """Whatever a key holds, escaping it makes a path of that one step."""
    assert steps(escape(key)) == (key,)


@given(st.lists(keys, min_size=1, max_size=4))
def test_escaped_keys_joined_by_dots_are_their_steps(names: list[str]) -> None:
    """A path of escaped keys is read back as the same keys."""
    assert steps(".".join(map(escape, names))) == tuple(names)


@given(documents)
def test_the_pattern_of_a_leaf_finds_the_leaf(tree: dict[str, Node]) -> None:
    """Looking up the pattern of a leaf finds that leaf, at its key and with its value."""
    for leaf in leaves(tree):
        assert (leaf.key, leaf.value) in find(tree, leaf.pattern)


@given(documents)
def test_the_key_of_a_leaf_finds_nothing_else(tree: dict[str, Node]) -> None:
    """Looking up the concrete key of a leaf finds that leaf alone."""
    for leaf in leaves(tree):
        assert find(tree, leaf.key) == [(leaf.key, leaf.value)]


@given(documents)
def test_no_two_leaves_have_one_key(tree: dict[str, Node]) -> None:
    """Concrete keys tell all leaves of a document apart."""
    found = [leaf.key for leaf in leaves(tree)]
    assert len(found) == len(set(found))


@given(documents)
def test_leaves_are_all_scalars_and_empty_collections(tree: dict[str, Node]) -> None:
    """Nothing in a document lies outside its leaves: they count its scalars and its empty lists and groups."""

    def count(node: Node) -> int:
        members = list(node.values()) if isinstance(node, dict) else node
        return sum(map(count, members)) if isinstance(members, list) and members else 1

    assert len(leaves(tree)) == (count(tree) if tree else 1)


@pytest.mark.parametrize("path", ["a.", "a[", "a]", "a[b]", "a[-1]", "[", "\\"])
def test_a_path_that_cannot_be_read_is_an_error(path: str) -> None:
    """A key path with a mistake in its notation is refused, never read as something else."""
    with pytest.raises(ValueError, match="cannot be read from character"):
        steps(path)


def test_every_takes_one_text_as_a_list_of_one() -> None:
    """A list that is sometimes one text is found by the same path."""
    assert steps("author[]") == ("author", EVERY)
    assert find({"author": "A"}, "author[]") == [("author", "A")]
    assert find({"author": ["A"]}, "author[]") == [("author[0]", "A")]


def test_a_member_beyond_the_end_is_not_found() -> None:
    """A number that the list does not reach finds nothing."""
    assert find({"size": ["1"]}, "size[1]") == []
    assert find({"size": "1"}, "size[0]") == []
