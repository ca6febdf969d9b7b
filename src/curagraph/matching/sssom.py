"""SSSOM/TSV: a header of `#` lines, which are YAML, and below it a table with a row for each match.

Followed is the page "The SSSOM/TSV serialisation format" of the SSSOM specification 1.1, in embedded mode. It is
read more strictly than the page asks: a column that SSSOM does not know is refused, not dropped.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from curagraph.problem import ProjectError, shown

SUFFIX = ".sssom.tsv"
# What every file here has, in the order in which SSSOM lists them.
COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "mapping_justification",
    "reviewer_label",
    "mapping_date",
    "confidence",
    "comment",
)
# The other slots of the class Mapping, which may stand in a file and are not used.
_OTHERS = frozenset(
    [
        "author_id",
        "author_label",
        "cardinality_scope",
        "creator_id",
        "creator_label",
        "curation_rule",
        "curation_rule_text",
        "issue_tracker_item",
        "license",
        "mapping_cardinality",
        "mapping_provider",
        "mapping_source",
        "mapping_tool",
        "mapping_tool_id",
        "mapping_tool_version",
        "match_string",
        "object_category",
        "object_match_field",
        "object_preprocessing",
        "object_source",
        "object_source_version",
        "object_type",
        "other",
        "predicate_label",
        "predicate_type",
        "publication_date",
        "record_id",
        "review_date",
        "reviewer_agreement",
        "reviewer_id",
        "see_also",
        "similarity_measure",
        "similarity_score",
        "subject_category",
        "subject_match_field",
        "subject_preprocessing",
        "subject_source",
        "subject_source_version",
        "subject_type",
    ]
)


@dataclass(frozen=True)
class Table:
    """A file as it is written: its name in the project, the header's keys, and the rows with their lines."""

    place: str
    header: tuple[str, ...]
    columns: tuple[str, ...]
    prefixes: dict[str, str]
    rows: tuple[tuple[int, dict[str, str]], ...]

    def line_of_prefix(self, prefix: str) -> int:
        """The line of the header that declares a prefix."""
        wanted = re.compile(rf"#\s*[\"']?{re.escape(prefix)}[\"']?\s*:")
        return next((n for n, line in enumerate(self.header, 1) if wanted.match(line)), 1)


def wrong(place: str, line: int, message: str) -> ProjectError:
    """What is wrong in a line of a file."""
    return ProjectError(f"{place}:{line}: {message}")


def read(file: Path, place: str) -> Table:
    """A file, of which messages speak as `place`. Raises `ProjectError` where it is not SSSOM/TSV."""
    lines = _text(file, place).splitlines(keepends=True)
    height = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    prefixes = _header("".join(line[1:] for line in lines[:height]), place)
    found = list(_records(lines[height:], height, place))
    if not found:
        raise wrong(place, height + 1, "found no table below the header, wanted a line with the names of the columns")
    (line, names), *records = found
    columns = _columns(names, place, line)
    rows = tuple((n, _cells(columns, cells, place, n)) for n, cells in records)
    return Table(place, tuple(lines[:height]), columns, prefixes, rows)


def _text(file: Path, place: str) -> str:
    try:
        data = file.read_bytes()
        text = data.decode("utf-8")
    except OSError as error:
        raise ProjectError(f"{place}: {error}") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise wrong(place, line, f"found the byte {data[error.start]:#04x}, wanted UTF-8; save it as UTF-8") from None
    if text.startswith("\ufeff"):
        raise wrong(place, 1, "found a byte order mark, which SSSOM does not allow; save it as UTF-8 without one")
    return text


def _header(text: str, place: str) -> dict[str, str]:
    try:
        found = yaml.load(text, yaml.CSafeLoader)  # the safe loader, in C
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise wrong(place, line, f"the # lines are not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(found, dict):
        raise wrong(place, 1, "found no header, wanted # lines such as #mapping_set_id: and #license:")
    missing = [name for name in ("mapping_set_id", "license") if not found.get(name)]
    if missing:
        raise wrong(place, 1, f"the header lacks {missing[0]}, which SSSOM requires; add a line #{missing[0]}: ...")
    return _prefixes(found.get("curie_map") or {}, place)


def _prefixes(found: Any, place: str) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(text, str) for pair in found.items() for text in pair):
        raise wrong(place, 1, f"curie_map wants a prefix and an IRI on each line, found {shown(found)}")
    return found


def _records(lines: Sequence[str], height: int, place: str) -> Iterator[tuple[int, list[str]]]:
    """The records with cells in them, each with the line that it begins on."""
    reader = csv.reader(lines, delimiter="\t", strict=True)
    before = height
    try:
        for cells in reader:
            line, before = before + 1, height + reader.line_num
            if any(cells):
                yield line, [cell.strip() for cell in cells]
    except csv.Error as error:
        message = (
            f"this is no row of tab-separated cells ({error}); a cell with a quotation mark is quoted, the mark doubled"
        )
        raise wrong(place, before + 1, message) from None


def _columns(names: Sequence[str], place: str, line: int) -> tuple[str, ...]:
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise wrong(
            place, line, f"the column {missing[0]} is missing; wanted are {', '.join(COLUMNS)}, with tabs between"
        )
    strange = [name for name in names if name not in COLUMNS and name not in _OTHERS]
    if strange:
        raise wrong(place, line, f"found the column {shown(strange[0])}, which SSSOM does not know; mend or remove it")
    if len(set(names)) < len(names):
        raise wrong(place, line, "found one column twice; remove one of them")
    return tuple(names)


def _cells(columns: Sequence[str], cells: Sequence[str], place: str, line: int) -> dict[str, str]:
    if len(cells) != len(columns):
        found = f"found {len(cells)} cells, wanted {len(columns)}"
        raise wrong(place, line, f"{found}, one for each column; put a tab between cells, also empty ones")
    return dict(zip(columns, cells, strict=True))


def line_of(cells: Mapping[str, str], columns: Sequence[str] = COLUMNS) -> str:
    """Cells as a line of a table with these columns; what they do not name stays empty.

    >>> line_of({"subject_id": "a:b", "object_id": "c:d"}, ["subject_id", "comment", "object_id"])
    'a:b\\t\\tc:d\\n'
    """
    output = io.StringIO()
    csv.writer(output, delimiter="\t", lineterminator="\n").writerow([cells.get(name, "") for name in columns])
    return output.getvalue()
