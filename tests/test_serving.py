"""The server as whoever runs it sees it: new snapshots, proxies, logs, metrics, stopping, and what keeps it safe."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bench import load
from tests.project import Site, items
from tests.server import Server, serving

PATHS = ["", "search", "item/4060.html", "item/4060.ttl", "nothing", "queries", "sparql", "health", "metrics"]


def wait_for(server: Server, number: str) -> None:
    """Wait until the server shows a snapshot."""
    ends = time.monotonic() + 30
    while f"snapshot {number}\n" not in server.ask("health").text:
        assert time.monotonic() < ends, server.ask("health").text
        time.sleep(0.05)


def test_a_new_build_is_shown_without_a_restart(tmp_path: Path) -> None:
    """After a build the same server shows what is new, and the files of the edition before are removed."""
    site = Site(tmp_path / "site", items([1, 2]))
    site.build()
    with serving(site.folder, tmp_path / "log") as server:
        before = server.ask("item/1.ttl")
        assert server.ask("item/3.ttl").status == 404
        site.write("3.md", items([3])["3.md"])
        site.build()
        wait_for(server, "2")
        assert server.ask("item/3.ttl").status == 200
        assert server.ask("item/1.ttl", If_None_Match=before.headers["etag"]).status == 304
        site.remove("3.md")
        site.build()
        wait_for(server, "3")
        assert server.ask("item/3.ttl").status == 410
        ends = time.monotonic() + 30
        while len(list((site.folder / ".curagraph/editions").iterdir())) > 1:
            assert time.monotonic() < ends
            time.sleep(0.1)


def test_a_snapshot_that_cannot_be_shown_is_tried_again(tmp_path: Path) -> None:
    """A mistake in the settings leaves the last snapshot in place, is told, and once mended the new one is shown."""
    site = Site(tmp_path / "site", items([1]))
    site.build()
    settings = site.folder / "curagraph.toml"
    right = settings.read_text("utf-8")
    log = tmp_path / "server.log"
    with serving(site.folder, log) as server:
        site.write("2.md", items([2])["2.md"])
        site.build()
        settings.write_text(f"{right}\n[serve]\nseconds = 0\n", encoding="utf-8")
        ends = time.monotonic() + 30
        while "cannot be shown" not in log.read_text("utf-8"):
            assert time.monotonic() < ends
            time.sleep(0.05)
        assert server.ask("item/1.ttl").status == 200
        settings.write_text(right, encoding="utf-8")
        wait_for(server, "2")
        assert server.ask("item/2.ttl").status == 200


def test_a_graph_that_was_removed_is_shown_again_when_it_is_built(tmp_path: Path) -> None:
    """Whoever removes the graph under a server does no harm that the next build does not mend."""
    site = Site(tmp_path / "site", items([1]))
    site.build()
    with serving(site.folder, tmp_path / "log") as server:
        shutil.rmtree(site.folder / ".curagraph")
        # Several at once, so that some need a new worker, which finds no store.
        paths = [f"item/1.ttl?from=x{number}" for number in range(8)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(server.ask, [f"sparql?query=ASK%7B%7D%23{path}" for path in paths]))
        assert {answer.status for answer in answers} <= {200, 429, 503}
        assert {answer.json()["type"] for answer in answers if answer.status == 503} <= {"urn:curagraph:not-ready"}
        site.write("2.md", items([2])["2.md"])
        site.build()
        ends = time.monotonic() + 30
        while server.ask("item/2.ttl").status != 200:
            assert time.monotonic() < ends
            time.sleep(0.05)


def test_new_snapshots_are_shown_although_workers_die(tmp_path: Path) -> None:
    """Workers that are killed in the middle of a change cost no more than their answers."""
    site = Site(tmp_path / "site", items([1]))
    site.build()
    with serving(site.folder, tmp_path / "log") as server:
        for number in ("2", "3"):
            site.write(f"{number}.md", items([int(number)])[f"{number}.md"])
            site.build()
            for _ in range(15):
                subprocess.run(["pkill", "-9", "-P", str(server.process.pid)], check=False)
                time.sleep(0.1)
            wait_for(server, number)
            assert server.ask(f"item/{number}.ttl").status == 200


def test_a_query_file_that_is_wrong_is_told_before_anybody_asks(tmp_path: Path) -> None:
    """A server does not begin with a named query that nobody can ask."""
    site = Site(tmp_path / "site", items([1]))
    site.build()
    (site.own("queries") / "broken.rq").write_text("#+ params: [3]\nASK {}", encoding="utf-8")
    ended = site.run("serve", "--port", "0")
    assert (ended.status, "broken.rq" in ended.sentence) == (2, True), ended.sentence


@pytest.mark.parametrize("head", ["GET /" + "x" * 3_000_000, "GET / HTTP/1.1\r\nAccept: " + "a/b," * 1_000_000])
def test_a_request_that_only_begins_is_broken_off(seeds_server: Server, head: str) -> None:
    """An address or headers without an end are refused before they are read to it, and others are answered."""
    with socket.create_connection(("127.0.0.1", seeds_server.port)) as client:
        with suppress(ConnectionError):
            client.sendall(head.encode())
        with suppress(ConnectionError):
            assert client.recv(100).startswith((b"HTTP/1.1 431", b"HTTP/1.1 400"))
    assert seeds_server.ask("health").status == 200


def test_what_is_kept_has_a_bound(seeds_site: Site, tmp_path: Path) -> None:
    """Requests that differ in what does not matter are answered by what is kept already."""
    with serving(seeds_site.folder, tmp_path / "log") as server:
        server.ask("item/4060.ttl")
        before = kept(server)
        for number in range(50):
            assert server.ask(f"item/4060.ttl?page={number}&from={'x' * 1000}{number}").status == 200
        assert kept(server) == before


def kept(server: Server) -> float:
    families = text_string_to_metric_families(server.ask("metrics").text)
    return next(each.samples[0].value for each in families if each.name == "curagraph_kept_bytes")


def test_a_browser_may_ask_before_it_asks(seeds_server: Server) -> None:
    """The preflight of another site's page is answered everywhere."""
    for path in ("item/4060.ttl", "queries/latest-items", "sparql", "search"):
        found = seeds_server.ask(
            path, method="OPTIONS", Origin="https://x.example", Access_Control_Request_Method="GET"
        )
        assert (found.status, found.headers["access-control-allow-origin"]) == (204, "*")


@pytest.mark.skipif(not shutil.which(load.PROGRAM), reason="there is no wrk (Debian: wrk)")
def test_no_request_fails_while_snapshots_change(tmp_path: Path) -> None:
    """More than a thousand requests a second go on through two new snapshots, and none of them fails."""
    site = Site(tmp_path / "site", items(list(range(1, 41))))
    site.build()
    paths = [f"item/{number}.{suffix}" for number in range(1, 41) for suffix in ("ttl", "html", "jsonld")]
    paths += ["", "search?q=item", "sparql?query=ASK%7B%7D", "queries/items-per-brand.json", "item/7"]
    with serving(site.folder, tmp_path / "log") as server:
        running = load.start(server.address, paths, tmp_path, seconds=12)
        for number in ("2", "3"):
            time.sleep(1)
            site.write(f"9{number}.md", items([90 + int(number)])[f"9{number}.md"])
            site.build()
            wait_for(server, number)
        found = load.ended(running)
        assert server.ask("item/93.ttl").status == 200
    rows = map(json.loads, (tmp_path / "log.access").read_text("utf-8").splitlines())
    assert not [row for row in rows if row["status"] >= 400]
    assert found.failed == 0
    assert found.rate > 1000


def test_a_graph_that_is_not_there_cannot_be_served(tmp_path: Path) -> None:
    """Without a build the command ends with 2 and says what to do."""
    ended = Site(tmp_path / "site").run("serve", "--port", "0")
    assert ended.status == 2
    assert "`curagraph build` makes one" in ended.sentence


def test_an_address_that_is_taken_is_told(seeds_site: Site, seeds_server: Server) -> None:
    """A port that somebody else listens on ends the command with 2."""
    ended = seeds_site.run("serve", "--port", str(seeds_server.port))
    assert ended.status == 2
    assert f"port {seeds_server.port}" in ended.sentence


def test_it_stops_when_it_is_told_to(seeds_site: Site, tmp_path: Path) -> None:
    """SIGTERM lets what runs come to its end, and then ends the server and its workers with status 0."""
    site = seeds_site.copy(tmp_path / "site")
    site.build()
    with serving(site.folder, tmp_path / "log") as server:
        query = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a a ?b } LIMIT 300 } ?c a ?d FILTER(?a != ?c) }"
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            text = f"query={query.replace(' ', '+').replace('?', '%3F')}".encode()
            head = "POST /sparql HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nConnection: close\r\n"
            form = "Content-Type: application/x-www-form-urlencoded\r\n"
            client.sendall(f"{head}{form}Content-Length: {len(text)}\r\n\r\n".encode() + text)
            server.ask("health")  # it has read what came before, too
            server.process.terminate()
            answer = b"".join(iter(lambda: client.recv(4096), b""))
        assert server.process.wait(30) == 0
        assert answer.startswith(b"HTTP/1.1 200"), answer
    workers = subprocess.run(["pgrep", "-f", f"{site.folder}"], capture_output=True, check=False).stdout
    assert workers == b""


def test_it_tells_whether_it_is_well(seeds_server: Server) -> None:
    """/health answers 200 with the number of the snapshot, and is not to be kept."""
    found = seeds_server.ask("health")
    assert (found.status, found.text, found.headers["cache-control"]) == (200, "ok, snapshot 1\n", "no-store")


def test_metrics_count_requests(seeds_server: Server) -> None:
    """/metrics is in the text format of Prometheus, and has counts by endpoint and status."""
    seeds_server.ask("item/4060.ttl")
    families = {each.name: each for each in text_string_to_metric_families(seeds_server.ask("metrics").text)}
    counted = [(s.labels["endpoint"], s.labels["status"]) for s in families["curagraph_requests"].samples]
    assert ("thing", "200") in counted
    assert {"curagraph_request_seconds", "curagraph_queries_running", "curagraph_snapshot"} <= families.keys()


def test_each_request_is_a_line_of_json(seeds_site: Site, tmp_path: Path) -> None:
    """The access log has a line of JSON for each request, whatever is in its path."""
    log = tmp_path / "server.log"
    with serving(seeds_site.folder, log) as server:
        server.ask("item/4060.ttl?x=%22%0a", User_Agent='odd "agent" \\')
        server.ask("nothing")
        server.stop()
    rows = [json.loads(line) for line in log.with_suffix(".access").read_text("utf-8").splitlines()]
    assert [(row["path"], row["status"]) for row in rows] == [("/item/4060.ttl?x=%22%0a", 200), ("/nothing", 404)]
    assert rows[0]["agent"] == 'odd "agent" \\'
    assert rows[0]["bytes"] > 1000
    assert rows[0]["client"] == "127.0.0.1"


@pytest.mark.parametrize("path", PATHS)
def test_every_response_keeps_browsers_safe(seeds_server: Server, path: str) -> None:
    """Every response forbids what is not ours to run, sniffing, framing and telling where one came from."""
    for accept in ("text/html", "application/json"):
        headers = seeds_server.ask(path, accept=accept).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"


def test_scripts_and_styles_may_be_kept_for_ever(seeds_server: Server) -> None:
    """A file of the pages has an address with its digest; no other file can be had."""
    page = seeds_server.ask("", accept="text/html").text
    (style,) = {part.partition('"')[0] for part in page.split('href="/')[1:] if "style.css" in part[:40]}
    found = seeds_server.ask(style)
    assert (found.status, found.kind) == (200, "text/css")
    assert "immutable" in found.headers["cache-control"]
    for path in ("static/x/style.css", "static/0/../../page.py", "static/0/%2e%2e/page.py", "static/0/..%2Fpage.py"):
        assert seeds_server.ask(path).status == 404


def test_a_proxy_may_show_it_below_a_path(seeds_server: Server) -> None:
    """Links begin with the prefix that a trusted proxy names, whether it is in the path or not; others are ignored."""
    for path in ("item/4060.html", "data/item/4060.html"):
        page = seeds_server.ask(path, accept="text/html", X_Forwarded_Prefix="/data")
        assert page.status == 200
        assert 'href="/data/search"' in page.text
        assert 'href="/search"' not in page.text
    seen = seeds_server.ask("item/4060", X_Forwarded_Prefix="/data/")
    assert seen.headers["location"] == "/data/item/4060.html"
    assert 'href="/search"' in seeds_server.ask("item/4060.html", X_Forwarded_Prefix='/"><script>').text


def test_the_client_behind_a_proxy_is_known(seeds_site: Site, tmp_path: Path) -> None:
    """A trusted proxy says who the client is and which scheme it used; without trust it is the one that connects."""
    for proxies, client, scheme in (('["127.0.0.1"]', "192.0.2.7", "https"), ('["192.0.2.1"]', "127.0.0.1", "http")):
        site = seeds_site.copy(tmp_path / client)
        settings = site.folder / "curagraph.toml"
        settings.write_text(settings.read_text("utf-8") + f"\n[serve]\nproxies = {proxies}\n", encoding="utf-8")
        site.build()
        log = tmp_path / f"{client}.log"
        with serving(site.folder, log) as server:
            description = server.ask(
                "sparql",
                accept="text/turtle",
                Host="data.example.org",
                X_Forwarded_For="192.0.2.7",
                X_Forwarded_Proto="https",
            )
            assert f"{scheme}://data.example.org/sparql" in description.text
            server.stop()
        row = json.loads(log.with_suffix(".access").read_text("utf-8").splitlines()[0])
        assert row["client"] == client


def test_settings_that_are_wrong_are_told(tmp_path: Path) -> None:
    """What [serve] does not know or cannot use ends the command with 2 and names it."""
    for line, wanted in (
        ("second = 3", "knows no second"),
        ("seconds = 0", "a whole number from 1 to"),
        ('rows = "many"', "a whole number from 1 to"),
        ("excerpts = 1", "true or false"),
        ('services = ["file:///etc/passwd"]', "addresses of endpoints"),
        ("services = 'http://x/'", "a list of addresses of endpoints"),
        ('services = ["https://ok.example/", "https://ok.example:99999/"]', "found 'https://ok.example:99999/' in it"),
        ('proxies = ["example.org"]', "a list of addresses such as 192.0.2.1"),
        ('proxies = ["::1", "10.0.0.1/24"]', "found '10.0.0.1/24' in it"),
        ("seconds = 9999999999", "a whole number from 1 to 86400"),
        ("memory = 99999999999999999999", "a whole number from 1 to 1000000000"),
    ):
        site = Site(tmp_path / quote(line, safe=""))
        site.settings(more=f"[serve]\n{line}")
        ended = site.run("serve")
        assert (ended.status, wanted in ended.sentence) == (2, True), ended.sentence


def test_what_is_not_for_strangers_is_not_there(tmp_path: Path) -> None:
    """Provenance is never served, nor excerpts unless the settings say so."""
    site = Site(tmp_path / "site", items([1], body="<p>A canary of an excerpt.</p>"))
    for more, shown in (("", False), ("[serve]\nexcerpts = true", True)):
        site.settings(more=more)
        site.build()
        with serving(site.folder, tmp_path / "log") as server:
            count = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(STRENDS(STR(?g), 'graph/%s')) }"
            numbers = []
            for graph in ("provenance", "excerpts"):
                query = (count % graph).replace(" ", "+").replace("?", "%3F")
                numbers.append(int(server.ask(f"sparql?query={query}", accept="text/csv").text.split()[1]))
            assert numbers[0] == 0
            assert (numbers[1] > 0) is shown
            assert server.ask("graph/provenance.ttl").status == 404
            assert ("canary of an excerpt" in server.ask("graph/excerpts.nt").text) is shown
