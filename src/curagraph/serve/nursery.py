"""The process that forks workers, and a worker process as the server sees it."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass

from curagraph.processes import environment
from curagraph.serve.page import Refusal
from curagraph.serve.worker import FRAME, Setting

DIED = Refusal(
    503,
    "out-of-memory",
    "The query ended without an answer",
    "It needed more memory than one may have; ask for less at once.",
)

NOT_READY = Refusal(
    503,
    "not-ready",
    "The graph cannot be read at the moment",
    "It may just be replaced by another; try again in a few seconds. The log of the server says what it was.",
    headers=(("Retry-After", "3"),),
)


@dataclass(eq=False)
class Worker:
    """A worker process and the way to it."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    nursery: Nursery
    is_long: bool = False
    is_slow: bool = False
    watch: asyncio.TimerHandle | None = None
    # What is said where it ends without a word; until it has opened the store, that it could not.
    ended: Refusal = NOT_READY

    @property
    def is_alive(self) -> bool:
        return not (self.reader.at_eof() or self.writer.is_closing())

    def end(self, why: Refusal) -> None:
        """End the process; who reads learns of it, and why."""
        self.ended = why
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End the process, of which nobody wants to know any more."""
        if self.is_alive:
            self.end(self.ended)
        self.writer.close()


class Nursery:
    """The process that forks the workers of one edition."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.lock = asyncio.Lock()

    async def start(self) -> Nursery:
        """Start the process, and wait until it has loaded all that workers need."""
        self.channel, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-c", "from curagraph.serve import worker; worker.nursery()"]
        self.process = await asyncio.create_subprocess_exec(*command, stdin=theirs.fileno(), env=environment())
        theirs.close()
        self.channel.setblocking(False)
        loop = asyncio.get_running_loop()
        data = pickle.dumps(self.setting)
        await loop.sock_sendall(self.channel, FRAME.pack(b"S", len(data)) + data)
        if await loop.sock_recv(self.channel, 1) != b"R":
            raise RuntimeError("the worker processes could not be started; what they printed says why")
        return self

    async def fork(self) -> Worker | None:
        """A new worker, or nothing where this process has ended."""
        ours, theirs = socket.socketpair()
        try:
            # What was begun is done to its end, so that no answer is left for the next who asks.
            pid = await asyncio.shield(self._fork(theirs))
            if pid:
                reader, writer = await asyncio.open_connection(sock=ours)
                return Worker(pid, reader, writer, self)
        except asyncio.CancelledError:
            ours.close()
            raise
        ours.close()
        return None

    async def _fork(self, theirs: socket.socket) -> int:
        """The process that answers at the other end of a socket; 0 where there is none."""
        with theirs:
            try:
                async with self.lock:
                    socket.send_fds(self.channel, [b"F"], [theirs.fileno()])
                    data = await asyncio.get_running_loop().sock_recv(self.channel, 4)
            except OSError:  # the nursery has ended, or was told to
                return 0
        return int.from_bytes(data)

    async def close(self) -> None:
        async with self.lock:
            self.channel.close()
        await self.process.wait()
