"""Where front matter begins and ends, its three notations, and the line of everything it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curagraph.keypath import Node, leaves
from curagraph.problem import SetAside
from curagraph.reading import frontmatter
from curagraph.reading.document import Document, parse
from curagraph.reading.frontmatter import Notation, split

ROOT = Path(__file__).parents[1]
ENDS = ["\n", "\r\n", "\r"]
names = st.text("abcxyz_-", min_size=1, max_size=4)
# Texts that hold what a search for a key might take for one.
values = st.text("abc xyz:=.\"'[]{}#,é", max_size=10)
lists = st.lists(values, min_size=1, max_size=3)


def document(content: str) -> Document:
    """A document made of a text."""
    return parse(content.encode(), "item.md")


def take_apart(content: str) -> Document | SetAside:
    """A document made of a text, or why it is set aside."""
    try:
        return document(content)
    except SetAside as error:
        return error


@pytest.mark.parametrize("end", ENDS, ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("before", ["", "\ufeff", "{0}{0}", "\ufeff \t{0}"], ids=["", "bom", "blank", "both"])
def test_front_matter_is_found_after_what_editors_put_before_it(end: str, before: str) -> None:
    """A byte order mark, blank lines and any kind of line end do not hide front matter, and lines stay right."""
    text = before.format(end) + end.join(["---", "title: A", "tags:", "- b", "---", "One.", "Two."])
    found = document(text)
    above = before.count("{0}")
    assert found.has_front_matter
    assert found.tree == {"title": "A", "tags": ["b"], "(body)": f"One.{end}Two."}
    lines = [found.line_of(key) for key in ("title", "tags", "tags[0]", "(body)")]
    assert lines == [above + line for line in (2, 3, 4, 6)]


@pytest.mark.parametrize("end", ENDS[:2], ids=["lf", "crlf"])
def test_toml_and_json_are_found_too(end: str) -> None:
    """`+++` opens TOML and `{` opens JSON."""
    toml = document(end.join(["", "+++", 'title = "A"', "tags = [", '  "b" ]', "+++", "Body"]))
    assert toml.parts.notation is Notation.TOML
    assert toml.tree == {"title": "A", "tags": ["b"], "(body)": "Body"}
    data = document(end.join(["", "{", '  "title": "A",', '  "tags": ["b"]', "}", "Body"]))
    assert data.parts.notation is Notation.JSON
    assert data.tree == {"title": "A", "tags": ["b"], "(body)": "Body"}


@pytest.mark.parametrize("text", ["", "Words.\n", "# A\n", "-- -\n", "----\n", "{{ a }}\n", "{% a %}\n", "+++x\n"])
def test_a_text_that_opens_otherwise_has_no_front_matter(text: str) -> None:
    """What looks a little like front matter is an article."""
    assert split(text).notation is Notation.NONE
    assert split(text).body == text


@pytest.mark.parametrize("close", ["---", "...", "---  ", "---\t"])
def test_front_matter_ends_at_its_fence(close: str) -> None:
    """The fence may have white space behind it; what looks like one inside a line does not end front matter."""
    found = document(f"---\ntitle: A --- B\ntext: |\n  ---\n{close}\nBody\n---\n")
    assert found.tree == {"title": "A --- B", "text": "---\n", "(body)": "Body\n---\n"}


def test_front_matter_without_a_body_is_read() -> None:
    """A file may end with the fence, with or without a line end behind it."""
    assert document("---\ntitle: A\n---").tree == {"title": "A", "(body)": ""}
    assert document('{"title": "A"}').tree == {"title": "A", "(body)": ""}


def test_scalars_of_toml_and_json_are_the_text_that_was_written() -> None:
    """Numbers, dates and truth values stay as they are written; null is nothing."""
    toml = "+++\na = 7\nb = 1.50\nc = true\nd = 2020-12-26\ne = 2020-12-26T07:18:25Z\nf = 16:00:00\n+++\n"
    tree = document(toml).tree
    assert [tree[key] for key in "abcdf"] == ["7", "1.50", "true", "2020-12-26", "16:00:00"]
    assert str(tree["e"]) in ("2020-12-26T07:18:25Z", "2020-12-26T07:18:25+00:00")
    data = '{"a": 7, "b": 1.50, "c": true, "d": null, "e": 1e3, "f": 12345678901234567890}'
    tree = document(data).tree
    assert [tree[key] for key in "abcdef"] == ["7", "1.50", "true", None, "1e3", "12345678901234567890"]


LONG = "1" * 5000


@pytest.mark.parametrize(
    "text",
    [f'{{"number": {LONG}}}', f"+++\nnumber = {LONG}\n+++\n", f"---\nnumber: {LONG}\n---\n"],
    ids=["json", "toml", "yaml"],
)
def test_a_number_of_any_length_is_text(text: str) -> None:
    """A number too long for Python's integers is text like any other, or is set aside with its line."""
    found = take_apart(text)
    assert found.line > 0 if isinstance(found, SetAside) else found.tree["number"] == LONG


@pytest.mark.parametrize("depth", [*range(60, 70), *range(900, 1100), 10_000])
def test_json_of_any_depth_is_read_or_set_aside(depth: int) -> None:
    """Nesting is refused at every depth beyond the limit, also where Python's own limit is near."""
    text = '{"a": ' + "[" * depth + "]" * depth + "}"
    found = take_apart(text)
    assert found.code == "nested-too-deep" if isinstance(found, SetAside) else depth < 100


@pytest.mark.parametrize("depth", [200, 10_000])
def test_deep_toml_is_set_aside(depth: int) -> None:
    """Nested arrays and long dotted keys are refused."""
    for text in ("a = " + "[" * depth + "]" * depth, ".".join("a" * depth) + " = 1"):
        with pytest.raises(SetAside) as caught:
            document(f"+++\n{text}\n+++\n")
        assert caught.value.code == "nested-too-deep"


def test_a_message_about_toml_names_the_line_of_the_file() -> None:
    """The line in the message is not that of the front matter alone."""
    with pytest.raises(SetAside) as caught:
        document("\n+++\nid = 7\ntitle = A\n+++\n")
    assert caught.value.line == 4
    assert "at line 2" not in caught.value.message


def test_front_matter_of_114_kilobytes_is_read() -> None:
    """Long front matter, as one site has it, is read whole, with the line of its last value."""
    rows = "".join(f"- /old/path-{number:04}/of-a-page-with-a-long-name\n" for number in range(2600))
    text = f"---\ntitle: A\naliases:\n{rows}---\n"
    assert len(text) > 114_000
    found = document(text)
    assert len(leaves(found.tree)) == 2602
    assert found.line_of("aliases[2599]") == 2603


@given(st.dictionaries(names, values | lists, min_size=1, max_size=5), st.sampled_from([0, 2, None]))
@example({"x": "y: 1", "y": "z"}, 2)
@example({"x": "y", "y": "x"}, 0)
@example({"x": '"y": 2', "y": "z"}, 2)
def test_values_of_json_have_their_lines(tree: dict[str, Node], indent: int | None) -> None:
    """In JSON front matter the line of a key is found, whatever the texts around it hold."""
    text = json.dumps(tree, indent=indent, ensure_ascii=False)
    found = document("\n" + text)
    lines = text.split("\n")
    for key in tree:
        start = json.dumps(key) + ":"
        wanted = [number for number, line in enumerate(lines, 2) if line.strip().startswith(start)]
        assert found.line_of(key) == (2 if indent is None else wanted[0])


@given(st.dictionaries(names, values, min_size=1, max_size=5), st.dictionaries(names, values, max_size=3))
@example({"x": "y = 1", "y": "z"}, {})
@example({"x": "[link]", "y": "z"}, {"x": "y"})
@example({"link": "a"}, {"link": "b"})
@example({"x": "'''", "y": ""}, {"x": "'''", "y": ""})
def test_values_of_toml_have_their_lines(tree: dict[str, str], below: dict[str, str]) -> None:
    """In TOML front matter the line of a key is found, at the top and in a table, whatever the texts around it hold."""
    rows = [f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}" for key, value in tree.items()]
    table = [f"{key} = {json.dumps(value, ensure_ascii=False)} # a note" for key, value in below.items()]
    found = document("\n".join(["+++", *rows, "[table]", *table, "+++", "Body"]))
    assert [found.line_of(json.loads(row.split(" = ")[0])) for row in rows] == list(range(2, 2 + len(rows)))
    assert [found.line_of(f"table.{key}") for key in below] == list(range(3 + len(rows), 3 + len(rows) + len(below)))


@pytest.mark.parametrize(
    "row", ["# " + "." * 70, 'text = """\n' + ". " * 70 + '\n"""', 'list = [\n"' + "1." * 70 + '"\n]']
)
def test_dots_outside_a_key_are_text(row: str) -> None:
    """A comment, a text or a list of many dots is no deep nesting."""
    assert document(f"+++\nid = 7\n{row}\n+++\n").tree["id"] == "7"


def test_tables_in_toml_are_told_apart() -> None:
    """A key that stands in several tables has a line in each, in tables of lists too."""
    found = document("+++\n[a]\nx = 1\n[b]\nx = 2\n[[c]]\nx = 3\n[c.d]\nx = 4\n[[c]]\nx = 5\n[c.d]\nx = 6\n+++\n")
    keys = ("a.x", "b.x", "c[0].x", "c[0].d.x", "c[1].x", "c[1].d.x")
    assert [found.line_of(key) for key in keys] == [3, 5, 7, 9, 11, 13]


def test_groups_of_json_are_told_apart() -> None:
    """A key that stands in two groups has two lines."""
    text = '{\n"a": {\n"x": "1"\n},\n"b": {\n"x": "2"\n},\n"c": [\n{"x": 1},\n{"x": 2}\n]\n}'
    found = document(text)
    assert [found.line_of(key) for key in ("a.x", "b.x", "c[0].x", "c[1].x")] == [3, 6, 9, 10]


@given(st.text(st.characters(codec="utf-8"), max_size=40) | st.text('-+{}"ab: \n\r', max_size=40))
@example('{"a": 1} Words on its last line.\nMore.')
def test_the_parts_of_a_text_lie_in_it(text: str) -> None:
    """Front matter and body are pieces of the text, and stand on the lines that they are said to stand on."""
    try:
        parts = split(text)
    except SetAside:
        return
    before = text.removesuffix(parts.body) if parts.body else text
    assert before + parts.body == text
    opening, front, closing = before.partition(parts.front) if parts.front else (before, "", "")
    assert {opening.strip(), front and closing.strip()} <= {"", "---", "+++", "...", "---\n---", "+++\n+++"}
    assert parts.front_line == 1 + lines_in(opening) or not front
    assert parts.body_line == 1 + lines_in(before) or not parts.body


def lines_in(text: str) -> int:
    """How many lines a text ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def hostile_json() -> str:
    """As many keys as fit into front matter, the last one twice."""
    return "{" + ",".join(f'"k{number}":1' for number in range(40_000)) + ',"k39999":2}'


def test_a_duplicate_among_many_keys_is_found() -> None:
    """The key that stands twice is found among as many as front matter holds."""
    with pytest.raises(SetAside) as caught:
        document(hostile_json())
    assert caught.value.code == "duplicate-key"


def _seeds(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.md"), *folder.glob("*.txt")])


def check_lines(file: Path) -> None:
    """Every leaf of a seed has the line on which its text, or its key, can be seen."""
    found = parse(file.read_bytes(), file.name)
    lines = file.read_text(encoding="utf-8").split("\n")
    for leaf in leaves(found.tree):
        line = lines[found.line_of(leaf.key) - 1].strip()
        if leaf.key == "(body)":
            assert found.parts.body.split("\n")[0].strip() == line
        elif leaf.key.endswith("]"):
            assert line.startswith("- ")
            assert str(leaf.value).split(" ")[0] in line
        else:
            assert line.startswith(leaf.key.rpartition(".")[2] + ":")


@pytest.mark.parametrize("file", _seeds(ROOT / "seeds"), ids=lambda file: file.stem)
def test_every_value_of_a_seed_has_its_line(file: Path) -> None:
    """Each leaf of the project's seeds is found on its line."""
    check_lines(file)


def test_every_value_of_a_real_seed_has_its_line(shared: Path) -> None:
    """Each leaf of the real seeds is found on its line."""
    for file in _seeds(shared / "seeds"):
        check_lines(file)


def test_toml_and_json_give_the_lines_of_a_whole_item(tmp_path: Path) -> None:
    """A seed written as JSON has every key on its own line."""
    seed = parse((ROOT / "seeds" / "4060-why-ceos-should-leverage-value-based-payments.md").read_bytes(), "a.md")
    tree = {key: value for key, value in seed.tree.items() if key != "(body)"}
    text = json.dumps(tree, indent=2, ensure_ascii=False)
    found = document(text + "\n\nBody\n")
    lines = text.split("\n")
    for leaf in leaves(found.tree):
        if leaf.key != "(body)" and not leaf.key.endswith("]"):
            name = leaf.key.rpartition(".")[2]
            assert lines[found.line_of(leaf.key) - 1].strip().startswith(f'"{name}":'), leaf.key
            depth = lines[found.line_of(leaf.key) - 1].index('"') // 2
            assert depth == leaf.key.count(".") + 1


def test_line_of_any_key_is_a_line_of_the_file(corpus: Callable[[str], Path]) -> None:
    """In a real corpus no key leads outside the file."""
    for file in sorted(corpus("hpcsocial").rglob("*.md")):
        try:
            found = parse(file.read_bytes(), file.name)
        except SetAside:
            continue
        last = file.read_bytes().count(b"\n") + 1
        assert all(1 <= found.line_of(leaf.key) <= last for leaf in leaves(found.tree))


def test_notation_is_one_of_four() -> None:
    """The words for the notations are those that people use."""
    assert [str(notation) for notation in frontmatter.Notation] == ["YAML", "TOML", "JSON", "none"]
