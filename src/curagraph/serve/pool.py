"""A pool of worker processes, as the server sees it: a job goes in, an answer comes out, or a refusal.

A job that takes long leaves its place to others: its process goes on with less of the processor, as one of a few that
may. One that is not done in time is killed, as is one whose reader has gone away.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import struct
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

from curagraph.serve.page import Page, Refusal
from curagraph.serve.worker import FRAME, Job, Setting

# A job that has run for so many seconds is a long one.
_LONG_AFTER = 0.1
_NICE = 15

BUSY = Refusal(
    503, "busy", "Too many queries are running", "Try again in a few seconds.", headers=(("Retry-After", "3"),)
)
DIED = Refusal(
    503,
    "out-of-memory",
    "The query ended without an answer",
    "It needed more memory than one may have; ask for less at once.",
)


def too_long(seconds: float) -> Refusal:
    """What is said of a job that was not done in time."""
    detail = f"It was stopped after {seconds:g} seconds. Ask for less at once: a narrower pattern, or LIMIT."
    return Refusal(503, "too-long", "The query took too long", detail)


class Cut(Exception):
    """An answer that was cut short after it had begun, and why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


@dataclass
class Answer:
    """An answer that has begun: its head, and the parts of its body, which may raise `Cut`."""

    head: Page
    parts: AsyncIterator[bytes]


@dataclass(eq=False)
class Worker:
    """A worker process and the way to it."""

    pid: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    nursery: Nursery
    is_long: bool = False

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
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
        path = os.pathsep.join(entry for entry in sys.path if entry)
        environment = os.environ | {"PYTHONPATH": path}
        self.process = await asyncio.create_subprocess_exec(*command, stdin=theirs, env=environment)
        theirs.close()
        self.channel.setblocking(False)
        loop = asyncio.get_running_loop()
        data = pickle.dumps(self.setting)
        await loop.sock_sendall(self.channel, FRAME.pack(b"S", len(data)) + data)
        if await loop.sock_recv(self.channel, 1) != b"R":
            raise RuntimeError("the worker processes could not be started; what they printed says why")
        return self

    async def fork(self) -> Worker:
        """A new worker."""
        ours, theirs = socket.socketpair()
        loop = asyncio.get_running_loop()
        async with self.lock:
            socket.send_fds(self.channel, [b"F"], [theirs.fileno()])
            (pid,) = struct.unpack("!I", await loop.sock_recv(self.channel, 4))
        theirs.close()
        reader, writer = await asyncio.open_connection(sock=ours)
        return Worker(pid, reader, writer, self)

    async def close(self) -> None:
        self.channel.close()
        await self.process.wait()


class Pool:
    """Worker processes for views of the current edition.

    `size` jobs run at once and `waiting` wait; beside them `long` jobs may go on that take longer than a moment.
    """

    def __init__(self, size: int, waiting: int, long: int) -> None:
        self.size, self.waiting, self.long = size, waiting, long
        self.idle: list[Worker] = []
        self.running: set[Worker] = set()
        self.queue: deque[asyncio.Future[None]] = deque()
        self.quick = 0
        self.nursery: Nursery | None = None

    async def use(self, setting: Setting) -> None:
        """Answer what comes from now on with another edition; what runs goes on to its end."""
        new = await Nursery(setting).start()
        old, self.nursery = self.nursery, new
        idle, self.idle = self.idle, []
        for worker in idle:
            worker.kill()
        if old:
            await old.close()

    async def close(self) -> None:
        for worker in [*self.idle, *self.running]:
            worker.kill()
        if self.nursery:
            await self.nursery.close()

    @asynccontextmanager
    async def answer(self, view: str, *arguments: object, seconds: float) -> AsyncIterator[Answer]:
        """The answer of a view, while it is read. Raises `Refusal` where there is none."""
        worker = await self._take()
        long = asyncio.get_running_loop().call_later(_LONG_AFTER, self._make_long, worker)
        is_done = False
        try:
            async with asyncio.timeout(seconds):
                await _tell(worker, Job(view, arguments, seconds))
                head = await _head(worker)
            ends = asyncio.get_running_loop().time() + seconds

            async def parts() -> AsyncIterator[bytes]:
                nonlocal is_done
                async for part in _parts(worker, ends, seconds):
                    yield part
                is_done = True

            if isinstance(head, Refusal):
                is_done = True
                raise head
            yield Answer(head, parts())
        except TimeoutError:
            raise too_long(seconds) from None
        finally:
            long.cancel()
            self._give_back(worker, is_done)

    async def page(self, view: str, *arguments: object, seconds: float) -> Page:
        """The whole answer of a view as one page. Raises `Refusal` where there is none, or it was cut short."""
        try:
            async with self.answer(view, *arguments, seconds=seconds) as answer:
                body = b"".join([part async for part in answer.parts])
                return replace(answer.head, body=body)
        except Cut as cut:
            raise cut.refusal from None

    async def _take(self) -> Worker:
        if self.quick >= self.size:
            await self._wait()
        self.quick += 1
        try:
            worker = self.idle.pop() if self.idle else await self._fork()
        except BaseException:
            self._leave()
            raise
        self.running.add(worker)
        return worker

    async def _wait(self) -> None:
        if len(self.queue) >= self.waiting:
            raise BUSY
        turn = asyncio.get_running_loop().create_future()
        self.queue.append(turn)
        try:
            await turn
        except BaseException:
            if turn in self.queue:
                self.queue.remove(turn)
            elif turn.done() and not turn.cancelled():
                self._next()
            raise

    async def _fork(self) -> Worker:
        assert self.nursery, "a pool is used before it has an edition"
        return await self.nursery.fork()

    def _leave(self) -> None:
        self.quick -= 1
        self._next()

    def _next(self) -> None:
        while self.queue:
            turn = self.queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def _make_long(self, worker: Worker) -> None:
        """Let a job that takes long go on behind all others, and let another begin in its place."""
        if sum(each.is_long for each in self.running) >= self.long:
            return
        worker.is_long = True
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, worker.pid, _NICE)
        self._leave()

    def _give_back(self, worker: Worker, is_done: bool) -> None:
        self.running.discard(worker)
        # The priority of a process that was taken down cannot be raised again.
        if is_done and not worker.is_long and worker.nursery is self.nursery:
            self.idle.append(worker)
        else:
            worker.kill()
        if not worker.is_long:
            self._leave()


async def _tell(worker: Worker, job: Job) -> None:
    data = pickle.dumps(job)
    worker.writer.write(FRAME.pack(b"J", len(data)) + data)
    with suppress(ConnectionError):
        await worker.writer.drain()


async def _head(worker: Worker) -> Page | Refusal:
    kind, data = await _frame(worker)
    if kind != b"H":
        return DIED
    head: Page | Refusal = pickle.loads(data)  # noqa: S301  # our own worker wrote it
    return head


async def _parts(worker: Worker, ends: float, seconds: float) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout_at(ends):
                kind, data = await _frame(worker)
        except TimeoutError:
            raise Cut(too_long(seconds)) from None
        if kind == b"E":
            return
        if kind != b"B":
            raise Cut(pickle.loads(data) if kind == b"X" else DIED)  # noqa: S301
        yield data


async def _frame(worker: Worker) -> tuple[bytes, bytes]:
    """The next frame; an empty letter where the worker has died."""
    try:
        kind, length = FRAME.unpack(await worker.reader.readexactly(FRAME.size))
        return kind, await worker.reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return b"", b""
