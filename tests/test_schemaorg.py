"""The extract of schema.org: it is what the published vocabulary says, small, and read quickly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from curagraph.pagecheck import schemaorg
from curagraph.pagecheck.schemaorg import SchemaOrg
from tests.schemaorg import VERSION, extract

DATA = Path(schemaorg.__file__).parent / "data"


def test_the_extract_is_that_of_the_vocabulary(shared: Path) -> None:
    """The file in the package is what comes out when it is made again from the published vocabulary."""
    made = extract(shared / "vocabularies" / "schemaorg-30.0-current-https.ttl.gz")
    assert made == (DATA / "schemaorg.json").read_text("utf-8")


def test_the_extract_is_small_and_has_its_licence() -> None:
    """The extract has less than 150 kB, and the licence of schema.org beside it."""
    assert (DATA / "schemaorg.json").stat().st_size < 150_000
    licence = (DATA / "LICENSE-schemaorg.txt").read_text("utf-8")
    assert "CC BY-SA 3.0" in licence
    assert VERSION in licence


def test_the_extract_is_read_when_it_is_needed_and_quickly() -> None:
    """Nothing is read at import; reading takes less than 30 ms, at the best of a few times."""
    program = """
import time
from curagraph.pagecheck import checks, schemaorg
assert schemaorg.load.cache_info().currsize == 0
text = schemaorg._FILE.read_text("utf-8")
def taken():
    before = time.perf_counter()
    schemaorg.SchemaOrg(schemaorg._FILE.read_text("utf-8"))
    return time.perf_counter() - before
print(min(taken() for _ in range(5)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert float(done.stdout) < 0.03


def test_facts_of_schema_org_hold() -> None:
    """Parents, domains, ranges, members and replacements are as schema.org 30.0 states them."""
    known: SchemaOrg = schemaorg.load()
    assert known.version == VERSION
    assert known.lineage("NewsArticle") == {"NewsArticle", "Article", "CreativeWork", "Thing"}
    assert known.domains("isBasedOn") == ("CreativeWork",)
    assert known.ranges("author") == ("Organization", "Person")
    assert known.members["InStock"] == "ItemAvailability"
    assert known.superseded["employees"] == "employee"
    assert {"Text", "Number", "Boolean", "Date", "DateTime", "Time", "URL", "Integer"} <= known.data_types
    assert not known.is_a(("Person",), "CreativeWork")
