"""Real stores for tests: Oxigraph's server and Virtuoso 7 on loopback, and a proxy before one that makes trouble."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest

from tests.project import PATIENCE

# A user of Virtuoso who may change the graph, and the password.
USER, PASSWORD = "curator", "an-open-secret"
_RECORD = "graph/publication"


@dataclass(frozen=True)
class Remote:
    """A store: the address of its server, with a slash at its end, where it answers queries, and who may ask."""

    address: str
    endpoint: str
    user: str = ""
    password: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What says to a command who it is."""
        return {"CURAGRAPH_USER": self.user, "CURAGRAPH_PASSWORD": self.password} if self.user else {}

    def ask(self, query: str) -> list[dict[str, str]]:
        """The rows of a SELECT, as texts."""
        wanted = {"Accept": "application/sparql-results+json"}
        request = urllib.request.Request(self.endpoint, urlencode({"query": query}).encode(), wanted)  # noqa: S310
        with self._opener().open(request, timeout=PATIENCE) as answer:
            rows = json.load(answer)["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in rows]

    def update(self, text: str) -> None:
        """Change what it holds."""
        place = self.endpoint.replace("/query", "/update")
        kind = {"Content-Type": "application/sparql-update"}
        request = urllib.request.Request(place, text.encode(), kind)  # noqa: S310
        with self._opener().open(request, timeout=PATIENCE) as answer:
            assert answer.status in (200, 204)

    def _opener(self) -> urllib.request.OpenerDirector:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, self.address, self.user, self.password)
        return urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords))

    def quads(self, *, record: bool = False) -> set[str]:
        """All that an Oxigraph holds, as lines of N-Quads; of the record only where it is wanted."""
        request = urllib.request.Request(f"{self.address}store", headers={"Accept": "application/n-quads"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            found = ox.parse(answer.read(), ox.RdfFormat.N_QUADS)
        return {f"{quad} .\n" for quad in found if record or not str(quad.graph_name).endswith(f"{_RECORD}>")}

    def counts(self, start: str) -> dict[str, int]:
        """How many triples each graph holds whose name begins so, less the record."""
        rows = self.ask(
            f'SELECT ?g (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{start}")) }}'
            " GROUP BY ?g"
        )
        return {row["g"]: int(row["n"]) for row in rows if not row["g"].endswith(_RECORD)}


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def oxigraph(folder: Path) -> Iterator[Remote]:
    """An empty Oxigraph server, until the block ends."""
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        pytest.skip("there is no `oxigraph`; `pip install oxigraph` brings one")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = [str(program), "serve", "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            address = f"http://127.0.0.1:{port}/"
            _answering(process, f"{address}query?query=ASK%7B%7D", folder / "log")
            yield Remote(address, f"{address}query")
        finally:
            process.kill()


_SETTINGS = """[Database]
DatabaseFile = v.db
ErrorLogFile = v.log
LockFile = v.lck
TransactionFile = v.trx
xa_persistent_file = v.pxa
FileExtend = 50
MaxCheckpointRemap = 500
[TempDatabase]
DatabaseFile = v-temp.db
TransactionFile = v-temp.trx
MaxCheckpointRemap = 500
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
CheckpointInterval = 0
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 6
[SPARQL]
ResultSetMaxRows = {rows}
"""


@contextmanager
def virtuoso(folder: Path, rows: int = 10_000) -> Iterator[Remote]:
    """An empty Virtuoso 7 that answers with so many rows at most, and whose user may change it."""
    programs = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if not all(programs):
        pytest.skip("there is no Virtuoso (Debian: virtuoso-opensource-7)")
    folder.mkdir(parents=True, exist_ok=True)
    sql, port = free_port(), free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(_SETTINGS.format(sql=sql, http=port, rows=rows))
    command = [str(programs[0]), "+foreground", "+configfile", str(settings)]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as process:
        try:
            address = f"http://127.0.0.1:{port}/"
            _answering(process, f"{address}sparql?query=ASK%7B%7D", folder / "log")
            grant = f"DB.DBA.USER_CREATE('{USER}', '{PASSWORD}'); GRANT SPARQL_UPDATE TO \"{USER}\";"
            told = subprocess.run(
                [str(programs[1]), str(sql), "dba", "dba", f"exec={grant}"],
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=True,
            )
            assert "Error" not in told.stdout + told.stderr, told
            yield Remote(address, f"{address}sparql-auth", USER, PASSWORD)
        finally:
            process.kill()


def _answering(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Wait until a server answers."""
    ends = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < ends:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise AssertionError(f"the server does not answer:\n{log.read_text(errors='replace')}")


@dataclass(frozen=True)
class Request:
    """A request as the proxy sees it: which one it is of its path, counted from 1, and what is in it."""

    number: int
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Trouble:
    """What the proxy answers in place of the store.

    Status 0 is a connection that is cut, -1 one on which nothing comes until the test has ended; where the request is
    `passed_on`, the store has done it all the same.
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    passed_on: bool = False


@dataclass
class Proxy:
    """A proxy before a store: what came, and what is to go wrong."""

    remote: Remote
    trouble: Callable[[Request], Trouble | None]
    requests: list[Request] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def sent(self, path: str) -> list[Request]:
        """The requests to a path."""
        return [request for request in self.requests if request.path.partition("?")[0] == path]

    def pass_on(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        """What the store answers."""
        place = self.remote.address.removeprefix("http://").rstrip("/")
        with closing(http.client.HTTPConnection(place, timeout=PATIENCE)) as connection:
            connection.request("POST", request.path, request.body, request.headers)
            answer = connection.getresponse()
            headers = {name: value for name, value in answer.getheaders() if name.lower() == "content-type"}
            return answer.status, headers, answer.read()


@contextmanager
def proxy(remote: Remote, trouble: Callable[[Request], Trouble | None]) -> Iterator[tuple[Remote, Proxy]]:
    """A store behind a proxy."""
    made = Proxy(remote, trouble)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            number = len(made.sent(self.path.partition("?")[0])) + 1
            request = Request(number, self.path, headers, body)
            made.requests.append(request)
            found = made.trouble(request)
            if found is None or found.passed_on:
                answer = made.pass_on(request)
            if found is not None:
                answer = found.status, found.headers, found.body
            if answer[0] == -1:
                made.ended.wait(PATIENCE)
            if answer[0] <= 0:
                self.close_connection = True
                return
            self.send_response(answer[0])
            for name, value in answer[1].items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer[2])))
            self.end_headers()
            self.wfile.write(answer[2])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_port}/"
            yield Remote(address, address + remote.endpoint.removeprefix(remote.address)), made
        finally:
            made.ended.set()
            server.shutdown()
            thread.join()
