"""`curagraph publish`: what a remote store comes to hold, whatever happens; against a real Oxigraph server."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from curagraph.delivery.remote import publishing
from curagraph.delivery.remote.addresses import Addresses
from curagraph.delivery.remote.connection import Connection
from curagraph.delivery.remote.content import Content
from curagraph.delivery.remote.credentials import Credentials
from curagraph.delivery.remote.publishing import Published
from curagraph.delivery.remote.store import Store
from curagraph.problem import PublishStopped, UsageError
from tests import remotes
from tests.project import BASE, PATIENCE, Ended, Site, command, item, items, run
from tests.remotes import Proxy, Remote, Request, Trouble

FOREIGN = "INSERT DATA { GRAPH <https://elsewhere.example.org/g> { <urn:a> <urn:b> <urn:c> } }"
OURS_BY_NAME = f"INSERT DATA {{ GRAPH <{BASE}graph/made-by-hand> {{ <urn:a> <urn:b> <urn:c> }} }}"
SECRET = "kX9-not-to-be-seen"  # noqa: S105  # it is looked for where it must not be
# More items make `inferred` large enough to be cut into slices.
MANY = range(101, 241)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site whose inferred graph is cut into slices, built."""
    site = Site(tmp_path_factory.mktemp("many") / "site", items(MANY))
    site.build()
    return site


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> list[Site]:
    """A small site at three times: as it began, changed, and without what came meanwhile."""
    folder = tmp_path_factory.mktemp("history")
    title = 'C:\\users\\u0041 "q" \u00dcml\u00e4ut \U0001f600 {x}'
    first = Site(folder / "first", {**items(range(1, 6)), "9.md": item(9, title=title)})
    second = first.copy(folder / "second")
    second.write("2.md", item(2, title="Changed"))
    second.write("7.md", item(7))
    (second.seeds / "1.md").unlink()
    third = second.copy(folder / "third")
    (third.seeds / "7.md").unlink()
    for each in (first, second, third):
        each.build()
    return [first, second, third]


@pytest.fixture(scope="module")
def site(history: list[Site]) -> Site:
    """The first of them."""
    return history[0]


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    """An empty Oxigraph server."""
    with remotes.oxigraph(tmp_path / "remote") as found:
        yield found


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Remote]:
    """Another one, to compare with."""
    with remotes.oxigraph(tmp_path / "other") as found:
        yield found


def publish(site: Site, remote: Remote, *options: str, env: dict[str, str] | None = None) -> Ended:
    return run("publish", remote.endpoint, "--project", site.folder, *options, env=env)


def published(site: Site, remote: Remote, *options: str) -> Any:
    """What a publication that succeeds says that it did."""
    ended = publish(site, remote, "--json", *options)
    assert ended.status == 0, ended.out + ended.err
    return ended.json()


def bring(
    site: Site, remote: Remote, *, excerpts: bool = False, retries: int = 0, timeout: float = 20, update: str = ""
) -> Published:
    """The same in this process, which is quicker."""
    project = site.snapshot().project
    with tempfile.TemporaryDirectory() as folder, _connection(timeout, retries) as connection:
        content = Content(site.snapshot(), Path(folder), excerpts=excerpts)
        return publishing.publish(content, Store(Addresses.of(remote.endpoint, update), connection), project)


def _connection(timeout: float, retries: int) -> Connection:
    return Connection(Credentials(), timeout=timeout, retries=retries)


def wanted(site: Site, *, excerpts: bool = False) -> set[str]:
    """What a store must hold of a site: the graphs that `serve` shows, with IRIs for blank nodes."""
    hidden = {f"{BASE}graph/{name}" for name in ("provenance", *([] if excerpts else ["excerpts"]))}
    quads = (quad for quad in site.snapshot().store if quad.graph_name.value not in hidden)
    return {f"{named(quad.subject)} {quad.predicate} {named(quad.object)} {quad.graph_name} .\n" for quad in quads}


def named(term: object) -> str:
    return f"<{BASE}.well-known/genid/{term.value}>" if isinstance(term, ox.BlankNode) else str(term)


def fault(on: str, number: int, trouble: Trouble) -> Callable[[Request], Trouble | None]:
    """Trouble with one request to a path."""
    return lambda request: trouble if (request.path.partition("?")[0], request.number) == (on, number) else None


def always(on: str, trouble: Trouble) -> Callable[[Request], Trouble | None]:
    return lambda request: trouble if request.path.startswith(on) else None


def changes(proxy: Proxy) -> list[Request]:
    """The requests that change something."""
    return [request for request in proxy.requests if request.path != "/query"]


# What is sent


def test_a_store_comes_to_hold_the_graph(site: Site, remote: Remote) -> None:
    """An empty store holds each statement in its graph afterwards, no excerpt, no provenance, and what others put."""
    remote.update(FOREIGN)
    told = published(site, remote)
    foreign = "<urn:a> <urn:b> <urn:c> <https://elsewhere.example.org/g> .\n"
    assert remote.quads() == wanted(site) | {foreign}
    assert told["triples"] == len(wanted(site))
    assert sum(told["sent"].values()) == len(wanted(site))


def test_nothing_is_sent_when_nothing_changed(many: Site, remote: Remote) -> None:
    """A second publication asks what is there, and changes nothing."""
    bring(many, remote)
    with remotes.proxy(remote, lambda _: None) as (behind, proxy):
        told = published(many, behind)
    assert (told["sent"], told["removed"], changes(proxy)) == ({}, [], [])


def test_one_changed_item_sends_only_what_it_touches(many: Site, remote: Remote, tmp_path: Path) -> None:
    """The item's own graph is sent, the shared things that changed, and some slices of what was inferred."""
    site = many.copy(tmp_path / "copy")
    site.build()
    bring(site, remote)
    site.write("101.md", item(101, href="https://another.example.net/story"))
    site.build()
    with remotes.proxy(remote, lambda _: None) as (behind, proxy):
        sent = bring(site, behind).sent
    assert remote.quads() == wanted(site)
    items_ = {graph for graph in sent if "/item/" in graph}
    assert items_ == {f"{BASE}graph/item/101"}
    inferred = f"{BASE}graph/inferred"
    assert 0 < sent[inferred] < 0.5 * sum(1 for line in wanted(site) if line.endswith(f"<{inferred}> .\n"))
    assert len(changes(proxy)) == 1


def test_what_is_gone_is_removed_and_what_is_not_ours_stays(history: list[Site], remote: Remote) -> None:
    """The graph of an item that left is removed; a graph that only has a name like ours was put there by others."""
    remote.update(OURS_BY_NAME)
    bring(history[0], remote)
    assert bring(history[1], remote).removed == [f"{BASE}graph/item/1"]
    left = {line for line in remote.quads() if "made-by-hand" in line}
    assert len(left) == 1
    assert remote.quads() - left == wanted(history[1])


def test_a_record_that_names_graphs_of_others_is_not_believed(site: Site, remote: Remote) -> None:
    """What somebody writes into the record cannot make us remove what is not below our own name."""
    bring(site, remote)
    remote.update(FOREIGN)
    forged = '<https://elsewhere.example.org/g> <http://spdx.org/rdf/terms#checksumValue> "unfinished"'
    remote.update(f"INSERT DATA {{ GRAPH <{BASE}graph/publication> {{ {forged} }} }}")
    assert bring(site, remote).removed == []
    assert len([line for line in remote.quads() if line.endswith("<https://elsewhere.example.org/g> .\n")]) == 1


def test_excerpts_are_sent_only_when_they_are_wanted(site: Site, remote: Remote) -> None:
    """With --excerpts they come, without it they leave again."""
    published(site, remote, "--excerpts")
    assert remote.quads() == wanted(site, excerpts=True)
    assert bring(site, remote).removed == [f"{BASE}graph/excerpts"]
    assert remote.quads() == wanted(site)


def test_a_graph_of_ours_that_others_changed_is_sent_again(site: Site, remote: Remote) -> None:
    """The record is not believed where the store holds another number of triples."""
    bring(site, remote)
    remote.update(f"DELETE WHERE {{ GRAPH <{BASE}graph/item/2> {{ ?s <http://purl.org/dc/terms/title> ?o }} }}")
    assert list(bring(site, remote).sent) == [f"{BASE}graph/item/2"]
    assert remote.quads() == wanted(site)


def test_a_dry_run_changes_nothing(site: Site, remote: Remote) -> None:
    """--dry-run names what would be sent and removed, and only asks."""
    with remotes.proxy(remote, lambda _: None) as (behind, proxy):
        ended = publish(site, behind, "--dry-run")
    assert ended.status == 0
    assert f"would send {BASE}graph/inferred" in ended.out
    assert (changes(proxy), remote.quads(record=True)) == ([], set())


def test_updates_alone_do_as_well(many: Site, remote: Remote) -> None:
    """A store of which only the address for updates is known gets the same by updates, none of them large."""
    with remotes.proxy(remote, lambda _: None) as (behind, proxy):
        bring(many, behind, update=f"{behind.address}update")
    assert {request.path for request in changes(proxy)} == {"/update"}
    assert max(len(request.body) for request in changes(proxy)) < 1_500_000
    assert remote.quads() == wanted(many)


# What goes wrong


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_busy_store_is_asked_again(status: int, site: Site, remote: Remote) -> None:
    """It is waited as long as the store wants, and then all is well."""
    busy = Trouble(status, {"Retry-After": "1"})
    begun = time.monotonic()
    with remotes.proxy(remote, fault("/update", 1, busy)) as (behind, _):
        bring(site, behind, retries=1)
    assert time.monotonic() - begun >= 1
    assert remote.quads() == wanted(site)


@pytest.mark.parametrize(
    ("path", "passed_on"), [("/query", False), ("/update", False), ("/update", True), ("/store", True)]
)
def test_a_connection_that_breaks_is_made_again(path: str, passed_on: bool, site: Site, remote: Remote) -> None:
    """Whether the store had done what it was asked or not, in the end all is there once."""
    number = 1 if path == "/store" else 2
    with remotes.proxy(remote, fault(path, number, Trouble(0, passed_on=passed_on))) as (behind, _):
        bring(site, behind, retries=1)
    assert remote.quads() == wanted(site)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (Trouble(503), "answers with status 503"),
        (Trouble(503, {"Retry-After": "86400"}), "wants to be left alone for 86400 seconds"),
        (Trouble(500, body=b"out of\nmemory"), "answers with status 500: out of memory"),
        (Trouble(400, body=b"no such thing"), "answers with status 400: no such thing"),
        (Trouble(403, body=b"read only"), "read only; it wants another user, password or right"),
        (Trouble(307, {"Location": "http://127.0.0.1:9/"}), "leads elsewhere (status 307)"),
        (Trouble(0), "cannot be reached"),
        (Trouble(-1), "has not answered within 1 second"),
    ],
)
def test_a_store_that_fails_ends_it_with_words(trouble: Trouble, said: str, site: Site, remote: Remote) -> None:
    """What the store said is told; the same call goes on when the store is well again."""
    with (
        remotes.proxy(remote, always("/update", trouble)) as (behind, _),
        pytest.raises(PublishStopped, match=re.escape(said)),
    ):
        bring(site, behind, retries=1, timeout=1)
    bring(site, remote)
    assert remote.quads() == wanted(site)


def test_the_command_tells_what_the_store_said(site: Site, remote: Remote) -> None:
    """It is one line, and the status is 3."""
    with remotes.proxy(remote, always("/update", Trouble(500, body=b"out of\nmemory"))) as (behind, _):
        ended = publish(site, behind)
    assert (ended.status, ended.out) == (3, "")
    assert ended.sentence.endswith("/update answers with status 500: out of memory")


def test_a_store_that_does_nothing_is_noticed(site: Site, remote: Remote) -> None:
    """A store that says 204 and keeps nothing ends it with 1, and the graphs are named."""
    with remotes.proxy(remote, lambda each: Trouble(204) if each.path != "/query" else None) as (behind, _):
        ended = publish(site, behind)
    assert ended.status == 1
    assert f"wrong: {BASE}graph/inferred: " in ended.out
    assert "wanted and 0 found" in ended.out


@pytest.mark.parametrize(
    ("sent", "kept", "status", "said"),
    [
        (b"data.medigy.com/ontology#", b"wrong.example.org/ontology#", 1, "is not what was sent"),
        (b'"@en <', b'"@de <', 0, "The store writes some literals in its own way"),
    ],
)
def test_a_store_that_changes_words_is_noticed(
    sent: bytes, kept: bytes, status: int, said: str, site: Site, remote: Remote
) -> None:
    """A store that keeps as many statements as were sent, and others, ends it with 1; other literals are told of."""

    def garbling(request: Request) -> Trouble | None:
        if not request.path.startswith("/store"):
            return None
        garbled = request.body.replace(sent, kept)
        headers = request.headers | {"Content-Length": str(len(garbled))}
        proxy.pass_on(Request(request.number, request.path, headers, garbled))
        return Trouble(204)

    with remotes.proxy(remote, garbling) as (behind, proxy):
        ended = publish(site, behind)
    assert ended.status == status
    assert said in ended.out


def test_what_is_no_endpoint_is_refused(site: Site, remote: Remote) -> None:
    """An address that answers queries with a page for people is no endpoint; where nobody listens there is none."""
    page = Trouble(200, {"Content-Type": "text/html"}, b"<p>Welcome")
    with remotes.proxy(remote, always("/query", page)) as (behind, proxy):
        ended = publish(site, behind)
        assert (ended.status, changes(proxy)) == (3, [])
        assert "does not answer queries in JSON" in ended.sentence
    nobody = f"http://127.0.0.1:{remotes.free_port()}/"
    ended = run("publish", nobody, "--retries", "0", "--project", site.folder)
    assert ended.status == 3
    assert "cannot be reached" in ended.sentence


# Cut anywhere


def entries(remote: Remote) -> dict[str, int]:
    """How many triples the record claims of each graph."""
    found: dict[str, int] = {}
    asked = "?piece <http://rdfs.org/ns/void#triples> ?n ; <http://spdx.org/rdf/terms#checksumValue> ?digest"
    for row in remote.ask(f"SELECT ?piece ?n {{ GRAPH <{BASE}graph/publication> {{ {asked} }} }}"):
        graph = row["piece"].partition("#")[0]
        found[graph] = found.get(graph, 0) + int(row["n"])
    return found


def halved(made: Callable[[], Proxy], number: int, rng: random.Random) -> Callable[[Request], Trouble | None]:
    """A store that carries out only some operations of an update, or some lines of N-Quads, before it fails."""

    def trouble(request: Request) -> Trouble | None:
        if request.path == "/query" or len(changes(made())) != number:
            return None
        mark = b" ;\n" if request.path == "/update" else b"\n"
        parts = request.body.split(mark)
        body = mark.join(parts[: rng.randrange(len(parts))]) + (b"\n" if mark == b"\n" else b"")
        if body.strip():
            headers = request.headers | {"Content-Length": str(len(body))}
            made().pass_on(Request(0, request.path, headers, body))
        return Trouble(500)

    return trouble


@pytest.mark.parametrize("number", range(1, 7))
@pytest.mark.parametrize("by_quads", [True, False])
def test_a_store_that_stops_half_way_is_never_believed(
    number: int, by_quads: bool, history: list[Site], remote: Remote, other: Remote
) -> None:
    """What the record claims is there, after any part of any request; the next run ends as if nothing had happened."""
    before, after, last = history
    if not by_quads:
        bring(before, remote)
    proxies: list[Proxy] = []
    rng = random.Random(f"{number} {by_quads}")
    with remotes.proxy(remote, halved(lambda: proxies[0], number, rng)) as (behind, proxy):
        proxies.append(proxy)
        with suppress(PublishStopped):
            bring(after, behind)
    counts = remote.counts(BASE)
    claimed = {graph: count for graph, count in entries(remote).items() if is_whole(remote, graph)}
    assert {graph: counts.get(graph, 0) for graph in claimed} == claimed
    bring(last, remote)
    bring(last, other)
    assert remote.quads(record=True) == other.quads(record=True)


def is_whole(remote: Remote, graph: str) -> bool:
    """Whether no piece of a graph is marked as unfinished."""
    marked = '?piece <http://spdx.org/rdf/terms#checksumValue> "unfinished"'
    rows = remote.ask(f"SELECT ?piece {{ GRAPH <{BASE}graph/publication> {{ {marked} }} }}")
    return graph not in {row["piece"].partition("#")[0] for row in rows}


def killed(site: Site, remote: Remote, seconds: float) -> bool:
    """Publish, and kill it after some seconds; whether it was still running."""
    options = ("publish", remote.endpoint, "--project", site.folder)
    with subprocess.Popen(command(*options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return True
    return False


@pytest.mark.parametrize(
    ("number", "passed_on", "is_first"),
    [(1, True, True), (2, False, True), (2, True, True), (3, False, True), (1, True, False)],
)
def test_a_publication_killed_ends_in_the_same_state(
    number: int, passed_on: bool, is_first: bool, history: list[Site], remote: Remote, other: Remote
) -> None:
    """Killed at a request of a first load or of a change, before or after it was carried out, it goes on from there."""
    if not is_first:
        bring(history[0], remote)
    running: list[subprocess.Popen[bytes]] = []

    def kill(request: Request) -> Trouble | None:
        if request.path == "/query" or len(changes(proxy)) != number:
            return None
        running[0].kill()
        return Trouble(0, passed_on=passed_on)

    with remotes.proxy(remote, kill) as (behind, proxy):
        options = ("publish", behind.endpoint, "--project", history[1].folder)
        with subprocess.Popen(command(*options), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            running.append(process)
            assert process.wait(PATIENCE) == -signal.SIGKILL
    bring(history[1], remote)
    bring(history[1], other)
    assert remote.quads(record=True) == other.quads(record=True)


@pytest.mark.slow
def test_a_publication_killed_thirty_times_ends_in_the_same_state(many: Site, tmp_path: Path) -> None:
    """Killed at thirty moments of first loads and of changes, it ends as one that nobody touched."""
    rng = random.Random(6)
    site = many.copy(tmp_path / "copy")
    site.build()
    with remotes.oxigraph(tmp_path / "killed") as remote, remotes.oxigraph(tmp_path / "left-alone") as other:
        begun = time.monotonic()
        published(site, other)
        longest = time.monotonic() - begun
        kills = 0
        for number in range(200):
            if number % 3 == 0:
                remote.update("DROP ALL")
            died = killed(site, remote, rng.uniform(0.4 * longest, longest))
            longest *= 1.02 if died else 0.95  # others use the machine, now more and now less
            kills += died
            if kills > 30:
                break
            bring(site, remote)
            bring(site, other)
            assert remote.quads(record=True) == other.quads(record=True), number
            site.write(f"{rng.choice(MANY)}.md", item(1000 + number))
            if number % 4 == 0:
                (site.seeds / f"{101 + number // 4}.md").unlink(missing_ok=True)
            site.build()
    assert kills > 30


def test_two_at_once_cannot_be(site: Site, remote: Remote) -> None:
    """While a project is published, another publication of it says so and ends with 3."""
    with remotes.proxy(remote, always("/query", Trouble(-1))) as (behind, proxy):
        options = ("publish", behind.endpoint, "--project", site.folder, "--timeout", "30")
        with subprocess.Popen(command(*options), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            while not proxy.requests and process.poll() is None:
                time.sleep(0.02)
            ended = publish(site, remote)
            process.kill()
    assert ended.status == 3
    assert "wait until it has ended" in ended.sentence


# Who we are


def test_credentials_in_an_address_are_refused(site: Site) -> None:
    """An address with a password is refused with the reason, and not shown."""
    for options in (
        (f"http://ann:{SECRET}@127.0.0.1:9/",),
        ("http://127.0.0.1:9/", "--update", f"http://ann:{SECRET}@127.0.0.1:9/update"),
    ):
        ended = run("publish", *options, "--project", site.folder)
        assert ended.status == 2
        assert "without user and password" in ended.sentence
        assert SECRET not in ended.err


def asking(scheme: str) -> Callable[[Request], Trouble | None]:
    """A store that wants to know who asks, and repeats what it was told."""

    def trouble(request: Request) -> Trouble | None:
        said = request.headers.get("Authorization", "")
        if not said.startswith(scheme):
            return Trouble(401, {"WWW-Authenticate": f'{scheme} realm="store"'})
        if request.path == "/update":
            return Trouble(400, body=f"{said} {SECRET} is not enough".encode())
        return None

    return trouble


@pytest.mark.parametrize("scheme", ["Basic", "Bearer"])
def test_credentials_are_shown_nowhere(scheme: str, site: Site, remote: Remote) -> None:
    """They come from the environment, and even a store that repeats them does not make us show them."""
    env = {"CURAGRAPH_TOKEN": SECRET} if scheme == "Bearer" else {"CURAGRAPH_USER": "ann", "CURAGRAPH_PASSWORD": SECRET}
    with remotes.proxy(remote, asking(scheme)) as (behind, proxy):
        ended = publish(site, behind, env=env)
    assert ended.status == 3
    assert "is not enough" in ended.sentence
    assert SECRET not in ended.out + ended.err
    sent = proxy.requests[-1].headers["Authorization"]
    assert sent.startswith(scheme)
    assert sent.partition(" ")[2] not in ended.out + ended.err


def test_credentials_do_not_follow_to_another_address(site: Site, remote: Remote) -> None:
    """A store that leads elsewhere is not followed, whoever it names."""
    with (
        remotes.proxy(remote, lambda _: None) as (elsewhere, stranger),
        remotes.proxy(remote, always("/", Trouble(302, {"Location": f"{elsewhere.address}query"}))) as (behind, _),
    ):
        ended = publish(site, behind, env={"CURAGRAPH_TOKEN": SECRET})
    assert ended.status == 3
    assert stranger.requests == []


def test_the_keyring_has_passwords(site: Site, remote: Remote, tmp_path: Path) -> None:
    """Where the environment has no password the keyring is asked, by the name of the store."""
    pytest.importorskip("keyring")
    (tmp_path / "ring.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Ring(KeyringBackend):\n"
        "    priority = 1\n"
        "    def get_password(self, service, user):\n"
        f"        return {SECRET!r} if service.startswith('curagraph http://127.0.0.1:') and user == 'ann' else None\n"
        "    def set_password(self, service, user, password):\n"
        "        raise NotImplementedError\n"
    )
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    env = {"PYTHONPATH": path, "PYTHON_KEYRING_BACKEND": "ring.Ring"}
    with remotes.proxy(remote, asking("Basic")) as (behind, proxy):
        ended = publish(site, behind, "--user", "ann", env=env)
        unknown = publish(site, behind, "--user", "eve", env=env)
    assert (ended.status, unknown.status) == (3, 2)
    assert proxy.requests[-1].headers["Authorization"].startswith("Basic ")
    assert "keyring set 'curagraph http://127.0.0.1:" in unknown.sentence
    assert SECRET not in ended.err


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"CURAGRAPH_PASSWORD": SECRET}, "no user"),
        ({"CURAGRAPH_TOKEN": SECRET, "CURAGRAPH_USER": "ann"}, "take one of the two"),
        ({"CURAGRAPH_TOKEN": f"{SECRET}\nX-Other: header"}, "on one line"),
    ],
)
def test_credentials_that_do_not_go_together_are_refused(env: dict[str, str], said: str, site: Site) -> None:
    """A password without a user, or a token with one, ends it with 2."""
    ended = run("publish", "http://127.0.0.1:9/", "--project", site.folder, env=env)
    assert ended.status == 2
    assert said in ended.sentence
    assert SECRET not in ended.err


# Addresses


@pytest.mark.parametrize(
    ("endpoint", "query", "update"),
    [
        ("http://h:7878", "http://h:7878/query", "http://h:7878/update"),
        ("http://h:7878/query", "http://h:7878/query", "http://h:7878/update"),
        ("https://h/sparql", "https://h/sparql-auth", "https://h/sparql-auth"),
        ("http://h:7200/repositories/m", "http://h:7200/repositories/m", "http://h:7200/repositories/m/statements"),
        ("http://h:5820/m/query", "http://h:5820/m/query", "http://h:5820/m/update"),
        ("https://h:8182/sparql", "https://h:8182/sparql", "https://h:8182/sparql"),
    ],
)
def test_the_stores_that_are_known_have_their_addresses(endpoint: str, query: str, update: str) -> None:
    """Oxigraph, Virtuoso, GraphDB, Stardog and Neptune are known by their paths."""
    found = Addresses.of(endpoint)
    assert (found.query, found.update) == (query, update)


@pytest.mark.parametrize(
    "endpoint",
    [
        "ftp://h/query",
        "h:7878",
        "http://h/other",
        "http://h/query?a=b",
        "store",
        "http://h:x/",
        "http://h:99999/",
        "http://[h/",
    ],
)
def test_what_is_no_known_address_is_refused(endpoint: str) -> None:
    """What is no address of a store, or of one that is not known, asks for one."""
    with pytest.raises(UsageError, match=r"address|--update"):
        Addresses.of(endpoint)


def test_other_stores_are_told_where_updates_go() -> None:
    """--update makes any path an endpoint."""
    assert Addresses.of("http://h/other", "http://h/change").update == "http://h/change"


def test_it_wants_a_graph(tmp_path: Path) -> None:
    """Without a graph there is nothing to publish."""
    ended = run("publish", "http://127.0.0.1:9/", "--project", Site(tmp_path / "site").folder)
    assert ended.status == 2
    assert "curagraph build" in ended.sentence
