"""Oxigraph's own server, which ours is measured beside."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.site import tool


@contextmanager
def serving(how: str, store: Path, log: Path, *options: str) -> Iterator[str]:
    """The address of a server on a store; `how` is `serve` or `serve-read-only`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command: list[str | Path] = [tool("oxigraph"), how, "--location", store, "--bind", address, *options]
    with log.open("wb") as file, subprocess.Popen(command, stderr=file) as process:
        try:
            _wait(address)
            yield f"http://{address}/"
        finally:
            process.terminate()


def _wait(address: str) -> None:
    host, _, port = address.partition(":")
    for _ in range(200):
        with closing(socket.socket()) as client:
            if client.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on {address}")
