"""Worker processes: each runs the views of one edition, one at a time, and is killed when it takes too long.

A nursery loads all that a worker needs and then forks one whenever it is asked to, which takes milliseconds; so a
process is cheap enough to be killed. What is said over a socket is a frame: a letter, a length, and bytes.

    to a worker      J  a job: a pickled view with its arguments and seconds
    from a worker    O  the store is open
                     H  the head: a pickled `Page` without its body, or a `Refusal`, with which the answer ends
                     B  a part of the body
                     E  the end of an answer that is complete
                     X  a pickled `Refusal`: the answer was cut short, and the process may be at its end
"""

from __future__ import annotations

import importlib
import os
import pickle
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from curagraph.config import Project
from curagraph.problem import CuragraphError
from curagraph.serve.edition import Edition, hold
from curagraph.serve.page import Page, Refusal
from curagraph.serve.seal import seal

FRAME = struct.Struct("!cI")
# So much of an answer is kept back, so that what goes wrong in it can still be told by the status.
_KEPT_BACK = 1 << 20


@dataclass(frozen=True)
class Job:
    """A view as `module:function`, its arguments, and the seconds that it may take."""

    view: str
    arguments: tuple[Any, ...]
    seconds: float


@dataclass(frozen=True)
class Setting:
    """What the workers of a pool have in common: `memory` is in bytes, and 0 is no limit.

    Sealed workers can reach no other machine and write no file.
    """

    project: str
    edition: str
    modules: tuple[str, ...]
    memory: int = 0
    sealed: bool = False


class Out:
    """Where a view writes an answer that may be long: first the head, then the body in parts."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.head: Page | None = None
        self.kept: list[bytes] = []
        self.size = 0
        self.is_open = False

    def write(self, data: bytes) -> int:
        """Write a part of the body; whoever writes is held up while the reader is slow."""
        if self.is_open:
            self._send(b"B", data)
            return len(data)
        self.kept.append(bytes(data))
        self.size += len(data)
        if self.size > _KEPT_BACK:
            self.open()
        return len(data)

    def flush(self) -> None:
        """Nothing: what is kept back is kept back on purpose."""

    def open(self) -> None:
        """Let the answer begin."""
        assert self.head, "the head of an answer comes first"
        self._send(b"H", pickle.dumps(self.head))
        self.is_open = True
        if self.kept:
            self._send(b"B", b"".join(self.kept))
        self.kept = []

    def end(self) -> None:
        if not self.is_open:
            self.open()
        self._send(b"E", b"")

    def refuse(self, refusal: Refusal) -> None:
        """Say why there is no answer, or no more of it."""
        self._send(b"X" if self.is_open else b"H", pickle.dumps(refusal))

    def cut(self, refusal: Refusal) -> None:
        """Say why there is no answer, or no more of it, from this process."""
        self._send(b"X", pickle.dumps(refusal))

    def _send(self, kind: bytes, data: bytes) -> None:
        self.channel.sendall(FRAME.pack(kind, len(data)))
        if data:
            self.channel.sendall(data)


def nursery() -> None:
    """Be a nursery on the socket that is standard input, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the workers
    channel = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # a worker must not hold what the server talks to
    setting: Setting = pickle.loads(_exactly(channel, *FRAME.unpack(_bytes(channel, FRAME.size))[1:]))  # noqa: S301
    edition = Edition(Project.load(Path(setting.project)), Path(setting.edition))
    lease = hold(edition.path)
    for module in setting.modules:
        prepare = getattr(importlib.import_module(module), "prepare", None)
        if prepare:
            prepare(edition)
    channel.sendall(b"R")  # ready
    while True:
        _, descriptors, _, _ = socket.recv_fds(channel, 1, 1)
        if not descriptors:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            channel.close()
            with suppress(BrokenPipeError, ConnectionResetError, EOFError):
                _serve(socket.socket(fileno=descriptors[0]), edition, setting)
            lease.close()
            os._exit(0)
        os.close(descriptors[0])
        channel.sendall(struct.pack("!I", pid))


def _serve(channel: socket.socket, edition: Edition, setting: Setting) -> None:
    """Be a worker on a socket: answer jobs until it is closed."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    edition.store.contains_named_graph  # noqa: B018  # opens the store, which cannot be shared with a parent
    if setting.memory:
        _limit_memory(setting.memory)
    if setting.sealed:
        seal()
    channel.sendall(FRAME.pack(b"O", 0))
    while True:
        kind, length = FRAME.unpack(_bytes(channel, FRAME.size))
        assert kind == b"J"
        job: Job = pickle.loads(_exactly(channel, length))  # noqa: S301  # our own server wrote it
        # The kernel ends what nobody is left to kill.
        signal.setitimer(signal.ITIMER_REAL, job.seconds + 0.5)
        out = Out(channel)
        sys.excepthook = partial(_tell, out)
        try:
            _answer(job, edition, out)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


def _tell(out: Out, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell the client that there is a fault, and who runs the server which; the process ends with it."""
    out.cut(FAULT)
    sys.__excepthook__(kind, error, trace)


def _answer(job: Job, edition: Edition, out: Out) -> None:
    try:
        page = view(job.view)(edition, out, *job.arguments)
        if page is not None:
            out.head = replace(page, body=b"")
            out.write(page.body)
        out.end()
    except Refusal as refusal:
        out.refuse(refusal)
    except MemoryError:
        out.refuse(TOO_LARGE)
    except CuragraphError as error:
        out.refuse(Refusal(400, "wrong-request", "That cannot be answered", str(error)))


FAULT = Refusal(
    500,
    "fault",
    "The server has made a mistake",
    "What it was is in its log. Please tell those who run the server what you asked for.",
)
TOO_LARGE = Refusal(
    503,
    "out-of-memory",
    "The answer needed more memory than one may have",
    "Ask for less at once: a narrower pattern, fewer columns, or LIMIT.",
)


def view(name: str) -> Callable[..., Page | None]:
    """The function that a name such as `curagraph.serve.things.thing:page` means."""
    module, _, function = name.partition(":")
    found: Callable[..., Page | None] = getattr(importlib.import_module(module), function)
    return found


def _limit_memory(size: int) -> None:
    """Let the process have so much memory beyond what it begins with."""
    held = 0
    with suppress(FileNotFoundError):
        held = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (held + size, held + size))


def _bytes(channel: socket.socket, length: int) -> bytes:
    data = channel.recv(length, socket.MSG_WAITALL)
    if len(data) < length:
        raise EOFError
    return data


def _exactly(channel: socket.socket, length: int) -> bytes:
    return _bytes(channel, length) if length else b""
