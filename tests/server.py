"""A running server for tests: `curagraph serve` as a process of its own, on loopback, stopped with the test."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.project import PATIENCE, ROOT


@dataclass(frozen=True)
class Answer:
    """What a server answered: its status, its headers by their names in small letters, and its body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def kind(self) -> str:
        """The media type without its parameters."""
        return self.headers["content-type"].partition(";")[0]

    def json(self) -> Any:
        return json.loads(self.body)


_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


@dataclass
class Server:
    """A server: its address, with a slash at its end, and its process."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rpartition(":")[2])

    def ask(
        self, path: str, accept: str = "", method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Answer:
        """The answer to one request, redirects not followed; `_` in the names of headers is `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with closing(connection):
            connection.request(method, f"/{path}", body, named | ({"Accept": accept} if accept else {}))
            found = connection.getresponse()
            return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())

    def stop(self) -> int:
        """Ask it to stop, and answer with which status it has."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def serving(folder: Path, log: Path, *options: str) -> Iterator[Server]:
    """Serve a project that was built, until the block ends.

    What it tells goes to the file `log`, the access log to another beside it with the suffix `.access`.
    """
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "curagraph",
        "serve",
        "--port",
        "0",
        "--project",
        folder,
        *options,
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with (
        log.open("w", encoding="utf-8") as told,
        log.with_suffix(".access").open("w", encoding="utf-8") as access,
        subprocess.Popen(command, stdout=access, stderr=told, env=environment) as process,
    ):
        try:
            yield Server(_address(process, log), process, log)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address that the server tells when it is ready."""
    while process.poll() is None:
        if found := _ADDRESS.search(log.read_text("utf-8")):
            return found[0]
        time.sleep(0.02)
    raise AssertionError(f"the server has ended:\n{log.read_text('utf-8')}")
