"""The feed as another's program replicates it: the npm package `ldes-client`, from a server of plain files."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from curagraph.delivery.feeds.feed import update
from tests.project import BASE, PATIENCE, Site, item, items, settle
from tests.replay import replay

CLIENT = Path(sys.prefix) / "webtools" / "node_modules" / "ldes-client" / "dist" / "bin" / "cli.js"
AS = "https://www.w3.org/ns/activitystreams#"
VERSION_OF = "http://purl.org/dc/terms/isVersionOf"
# The client prints N-Quads, but numbers and truth values as Turtle does.
_BARE = re.compile(rb"(?m)^(<[^>]+> <[^>]+> )([-+0-9.eE]+|true|false)(?= (?:<[^>]+> )?\.$)")
PROFILE = "[partners.public]\npage-members = 4\n"

pytestmark = pytest.mark.skipif(
    not CLIENT.exists() or shutil.which("node") is None, reason="needs Node.js and tests/webtools"
)


class Files(SimpleHTTPRequestHandler):
    """Serves the files of a folder as docs/feeds.md tells web servers to do."""

    extensions_map = {".trig": "application/trig", ".xml": "application/xml"}  # noqa: RUF012  # as in the base class
    asked: list[str]

    def __init__(self, *arguments: object, asked: list[str], **options: object) -> None:
        self.asked = asked
        super().__init__(*arguments, **options)  # type: ignore[arg-type]

    def end_headers(self) -> None:
        is_closed = re.search(r"/pages?-[0-9]+-[0-9a-f]+\.trig$", self.path)
        self.send_header("Cache-Control", "max-age=31536000, immutable" if is_closed else "max-age=60")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        self.asked.append(self.path.rpartition("/")[2])


@contextmanager
def served(folder: Path, asked: list[str]) -> Iterator[str]:
    """The address of a folder on a server of its own; `asked` takes in what is asked for."""
    handler = partial(Files, directory=str(folder), asked=asked)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def _typed(found: re.Match[bytes]) -> bytes:
    """A number or truth value with its datatype."""
    value = found[2]
    kinds = ((rb"true|false", b"boolean"), (rb"[-+]?[0-9]+", b"integer"), (rb"[-+]?[0-9]*\.[0-9]+", b"decimal"))
    kind = next((name for pattern, name in kinds if re.fullmatch(pattern, value)), b"double")
    return b'%b"%b"^^<http://www.w3.org/2001/XMLSchema#%b>' % (found[1], value, kind)


class Replica:
    """What a partner holds who takes in what the client gives them, run by run."""

    def __init__(self, folder: Path, address: str, *options: str) -> None:
        self.state = folder / "state"
        self.address = address
        self.options = options
        self.times: dict[str, str] = {}
        self.triples: dict[str, set[bytes]] = {}
        self.marks: set[str] = set()

    def run(self, *options: str) -> int:
        """Let the client fetch what is new, and take it in; how many versions that was."""
        done = subprocess.run(
            ["node", CLIENT, self.address, "--save", self.state, *self.options, *options],
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return self.take(done.stdout)

    def take(self, output: bytes) -> int:
        """Take in versions: the newest of each thing is what it says now, and a delete says nothing."""
        things: dict[object, str] = {}
        times: dict[object, str] = {}
        said: dict[object, set[bytes]] = {}
        for quad in ox.parse(_BARE.sub(_typed, output), ox.RdfFormat.N_QUADS):
            if not isinstance(quad.graph_name, ox.DefaultGraph):
                said.setdefault(quad.graph_name, set()).add(f"{quad.triple} .\n".encode())
            elif quad.predicate.value == VERSION_OF:
                things[quad.subject] = str(quad.object)
            elif quad.predicate.value == f"{AS}published":
                times[quad.subject] = quad.object.value
        self.marks |= {str(name).rpartition("#")[2].partition("-")[0] for name in things}
        for name, thing in things.items():
            if self.times.get(thing, "") < times[name]:
                self.times[thing] = times[name]
                self.triples[thing] = said.get(name, set())
        return len(things)

    @property
    def said(self) -> set[bytes]:
        return set[bytes]().union(*self.triples.values())


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path / "project", items(range(1, 6)))
    site.settings(more=PROFILE)
    return site


def fed(site: Site, out: Path) -> set[bytes]:
    """Build, bring the feed up to date, and answer what it then says."""
    settle()
    site.build()
    update(site.snapshot(), site.load().partners["public"], out)
    return replay(out / "public" / "feed")


_SLOW = [pytest.param(order, marks=pytest.mark.slow) for order in ("descending", "none")]


@pytest.mark.parametrize("order", ["ascending", *_SLOW])
def test_a_replica_follows_a_history(site: Site, tmp_path: Path, order: str) -> None:
    """From the start, and resumed after creates, updates and deletes, the client gives exactly the current triples."""
    out, asked = tmp_path / "out", list[str]()
    with served(out, asked) as address:
        wanted = fed(site, out)
        replica = Replica(tmp_path, f"{address}public/feed/index.trig", "--ordered", order)
        assert replica.run() > 20
        assert replica.said == wanted
        assert replica.run() == 0
        site.write("6.md", item(6, 'A \u202e title\u2028with\ttabs, "quotes" and 😀 \\u0041'))
        site.write("1.md", item(1, "Another title"))
        wanted = fed(site, out)
        site.remove("2.md")
        wanted = fed(site, out)
        asked.clear()
        assert 0 < replica.run() < 30
        assert replica.said == wanted
        assert any(name.startswith("page-") for name in asked)
        # The client ends before it has noted the pages that it reads last, which in the other orders may be the first.
        if order == "ascending":
            assert not any(name.startswith("page-000001-") for name in asked)
        late = Replica(tmp_path / "late", replica.address, "--ordered", order)
        late.run()
        assert late.said == wanted


@pytest.mark.slow
def test_a_replica_resumes_after_pages_were_rewritten(site: Site, tmp_path: Path) -> None:
    """After old versions were dropped, and after a takedown, both a new reader and one from before have all, once."""
    out, asked = tmp_path / "out", list[str]()
    site.settings(more=f"{PROFILE}feed-days = 30\n")
    with served(out, asked) as address:
        fed(site, out)
        replica = Replica(tmp_path, f"{address}public/feed/index.trig", "--ordered", "ascending")
        replica.run()
        for number, date in ((1, "2021-01-05T00:00:00Z"), (2, "2021-03-01T00:00:00Z")):
            site.write(f"{number}.md", item(number, f"Title {number}", lastMod=date))
            wanted = fed(site, out)
        replica.run()
        assert replica.said == wanted
        record = f"iri\tkind\tdate\treason\n{BASE}item/3\tCommunityItem\t2026-11-22\tThe publisher asked for it.\n"
        (site.folder / "forgotten.tsv").write_text(record)
        site.remove("3.md")
        wanted = fed(site, out)
        replica.run()
        assert replica.said == wanted
        new = Replica(tmp_path / "new", replica.address)
        new.run()
        assert new.said == wanted
        assert not any(b"Item 3" in line for line in new.said)


@pytest.mark.slow
@pytest.mark.parametrize("remembers", [True, False])
def test_a_feed_that_was_written_anew(site: Site, tmp_path: Path, remembers: bool) -> None:
    """With the state of a feed that was removed the client goes on to the current triples, or gets another mark."""
    out = tmp_path / "out"
    with served(out, []) as address:
        fed(site, out)
        site.write("6.md", item(6))
        fed(site, out)
        replica = Replica(tmp_path, f"{address}public/feed/index.trig", "--ordered", "ascending")
        replica.run()
        shutil.rmtree(out / "public" / "feed")
        if not remembers:
            shutil.rmtree(site.folder / ".curagraph" / "feeds")
        site.write("1.md", item(1, "Another title"))
        site.remove("6.md")
        wanted = fed(site, out)
        assert replica.run() > 20
        assert len(replica.marks) == (1 if remembers else 2)
        assert (replica.said == wanted) is remembers
        new = Replica(tmp_path / "new", replica.address)
        new.run()
        assert new.said == wanted


@pytest.mark.slow
def test_a_feed_of_many_groups(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that are reached through nodes of the tree are read like others, and those nodes once."""
    monkeypatch.setattr("curagraph.delivery.feeds.tree.GROUP", 2)
    out, asked = tmp_path / "out", list[str]()
    with served(out, asked) as address:
        wanted = fed(site, out)
        replica = Replica(tmp_path, f"{address}public/feed/index.trig", "--ordered", "ascending")
        replica.run()
        assert replica.said == wanted
        assert any(name.startswith("pages-000002-") for name in asked)
        site.write("1.md", item(1, "Another title"))
        wanted = fed(site, out)
        asked.clear()
        replica.run()
        assert replica.said == wanted
        assert not any(name.startswith("pages-000001-") for name in asked)


@pytest.mark.slow
def test_a_reader_may_ask_for_what_came_after_a_time(site: Site, tmp_path: Path) -> None:
    """Who asks for what came after a time gets that alone, from the pages that can hold it."""
    out, asked = tmp_path / "out", list[str]()
    with served(out, asked) as address:
        fed(site, out)
        replica = Replica(tmp_path, f"{address}public/feed/index.trig")
        replica.run()
        last = max(replica.times.values())
        site.write("1.md", item(1, "Another title"))
        fed(site, out)
        asked.clear()
        later = Replica(tmp_path / "later", replica.address)
        later.run("--after", last)
        assert f"<{BASE}item/1>" in later.times
        assert f"<{BASE}item/3>" not in later.times
        assert not any(name.startswith("page-000001-") for name in asked)
