"""What schema.org 30.0 says of its terms, from an extract that is pinned beside this module; facts, no text."""

from __future__ import annotations

import json
from functools import cache, cached_property, lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

# How alike a name must be to one that exists, of 100, to be taken for a slip of it.
_NEAR = 75
_LONGEST = 100
_FILE = Path(__file__).parent / "data" / "schemaorg.json"


class SchemaOrg:
    """The types, properties and members of enumerations of one version, by their names."""

    def __init__(self, text: str) -> None:
        found = json.loads(text)
        self.version: str = found["version"]
        self.types: dict[str, str] = found["types"]
        self.properties: dict[str, str] = found["properties"]
        self.members: dict[str, str] = found["members"]
        self.superseded: dict[str, str] = found["superseded"]
        self.data_types = frozenset(found["data_types"]) | {"URL", "Integer", "Float"}
        # Types and properties are anybody's; those that are not known must not pile up.
        self.lineage = lru_cache(maxsize=4096)(self._lineage)
        self.is_a = lru_cache(maxsize=1 << 14)(self._is_a)
        self.domains = lru_cache(maxsize=4096)(self._domains)
        self.ranges = lru_cache(maxsize=4096)(self._ranges)

    def _lineage(self, type_: str) -> frozenset[str]:
        """A type and all above it; a member of an enumeration counts as a type below it, as schema.org has it."""
        found: set[str] = set()
        todo = [type_]
        while todo:
            name = todo.pop()
            if name not in found:
                found.add(name)
                todo += self.types.get(name, "").split() or self.members.get(name, "").split()
        return frozenset(found)

    def _is_a(self, types: tuple[str, ...], *wanted: str) -> bool:
        """Whether one of some types is, or stands below, one of those that are wanted.

        >>> load().is_a(("NewsArticle",), "CreativeWork", "Person")
        True
        """
        return any(not self.lineage(type_).isdisjoint(wanted) for type_ in types)

    def _domains(self, property_: str) -> tuple[str, ...]:
        """The types that may have a property, as they are stated."""
        return tuple(self.properties[property_].partition(">")[0].split())

    def _ranges(self, property_: str) -> tuple[str, ...]:
        """The types that a property's values may have, as they are stated."""
        return tuple(self.properties[property_].partition(">")[2].split())

    def near(self, name: str, *, is_type: bool) -> str:
        """The name that is spelt most like one that does not exist; empty where none is near."""
        folded = self._folded[is_type]
        match = process.extractOne(name[:_LONGEST].lower(), folded.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
        return folded[match[0]] if match else ""

    @cached_property
    def _folded(self) -> tuple[dict[str, str], dict[str, str]]:
        """The names of properties and of types by their small letters."""
        properties, types = ({name.lower(): name for name in names} for names in (self.properties, self.types))
        return properties, types


@cache
def load() -> SchemaOrg:
    """The pinned version; read once, when it is first asked for."""
    return SchemaOrg(_FILE.read_text("utf-8"))
