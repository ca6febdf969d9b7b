"""Listening: the server at an address, from the first request to the last."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys

import uvicorn

from curagraph.config import Project
from curagraph.problem import UsageError
from curagraph.serve.application import application
from curagraph.serve.heads import Protocol
from curagraph.serve.serving import Serving

# Seconds beyond those of a query that a client may keep a server waiting that was told to stop.
_FAREWELL = 2
# Connections that may wait to be taken.
_WAITING = 1024


def run(project: Project, host: str, port: int) -> None:
    """Serve a project at an address until it is told to stop.

    Raises `UsageError` where there is no graph, or the address cannot be had.
    """
    with _listening(host, port) as listening, asyncio.Runner(loop_factory=_loop) as runner:
        serving = Serving(project)
        server = _server(serving)
        try:
            runner.run(serving.start())
        except RuntimeError as error:
            raise UsageError(str(error)) from None
        listening.listen(_WAITING)
        address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}/"
        print(f"Serving snapshot {serving.number} at {address} until Ctrl+C.", file=sys.stderr, flush=True)
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: None)  # uvicorn raises again, at its end, what has stopped it
        runner.run(server.serve(sockets=[listening]))


def _listening(host: str, port: int) -> socket.socket:
    """A socket at an address. Raises `UsageError` where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise UsageError(
            f"cannot listen on {host}, port {port}: {error.strerror}; choose others by --host, --port"
        ) from None
    return found


def _loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # it is not made for every system
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def _server(serving: Serving) -> uvicorn.Server:
    config = uvicorn.Config(
        application(serving),
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        http=Protocol,
        timeout_graceful_shutdown=serving.limits.seconds + _FAREWELL,
    )
    return uvicorn.Server(config)
