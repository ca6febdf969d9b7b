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
import sys
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace

from curagraph.serve.page import Page, Refusal
from curagraph.serve.worker import FRAME, Job, Setting

# A job that has run for so many seconds is a long one; where there is no room for it, it is ended after so many more.
_LONG_AFTER = 0.1
_GRACE = 0.5
_NICE = 15
# Instead of the letter of a frame, where none has come in time.
_LATE = b"late"

BUSY = Refusal(
    503, "busy", "Too many queries are running", "Try again in a few seconds.", headers=(("Retry-After", "3"),)
)
DIED = Refusal(
    503,
    "out-of-memory",
    "The query ended without an answer",
    "It needed more memory than one may have; ask for less at once.",
)
TOO_MANY = Refusal(
    429,
    "too-many-queries",
    "You have too many queries running",
    "Wait until one of them has ended.",
    headers=(("Retry-After", "3"),),
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
    watch: asyncio.TimerHandle | None = None
    # What is said where it ends without a word.
    ended: Refusal = DIED

    @property
    def is_alive(self) -> bool:
        return not (self.reader.at_eof() or self.writer.is_closing())

    def stop(self) -> None:
        """End the process; who reads learns of it."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def kill(self) -> None:
        """End the process, of which nobody wants to know any more."""
        if self.is_alive:
            self.stop()
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
        self.process = await asyncio.create_subprocess_exec(*command, stdin=theirs.fileno(), env=environment)
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


class Pool:
    """Worker processes for views of the current edition.

    `size` jobs run at once and `waiting` wait; beside them `long` jobs may go on that take longer than a moment, and
    one more is ended. Each client may have `per_client` of all these; 0 is no limit.
    """

    def __init__(self, size: int, waiting: int, long: int, per_client: int = 0) -> None:
        self.size, self.waiting, self.long, self.per_client = size, waiting, long, per_client
        self.idle: list[Worker] = []
        self.running: set[Worker] = set()
        self.queue: deque[asyncio.Future[None]] = deque()
        self.quick = 0
        self.clients: Counter[str] = Counter()
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
    async def answer(self, view: str, *arguments: object, seconds: float, client: str = "") -> AsyncIterator[Answer]:
        """The answer of a view to a client, while it is read. Raises `Refusal` where there is none."""
        with self._place(client):
            worker = await self._take()
            begun = asyncio.get_running_loop().time()
            self._watch(worker, begun + _LONG_AFTER + _GRACE)
            reading = _Reading(worker, seconds, begun + seconds)
            try:
                yield await reading.begin(Job(view, arguments, seconds))
            finally:
                if worker.watch:
                    worker.watch.cancel()
                self._give_back(worker, reading.is_done)

    @contextmanager
    def _place(self, client: str) -> Iterator[None]:
        """One of the places that a client has. Raises `Refusal` where all are taken."""
        if self.per_client and client and self.clients[client] >= self.per_client:
            raise TOO_MANY
        self.clients[client] += 1
        try:
            yield
        finally:
            self.clients[client] -= 1
            if not self.clients[client]:
                del self.clients[client]

    async def page(self, view: str, *arguments: object, seconds: float, client: str = "") -> Page:
        """The whole answer of a view as one page. Raises `Refusal` where there is none, or it was cut short."""
        try:
            async with self.answer(view, *arguments, seconds=seconds, client=client) as answer:
                body = b"".join([part async for part in answer.parts])
                return replace(answer.head, body=body)
        except Cut as cut:
            raise cut.refusal from None

    async def _take(self) -> Worker:
        if self.quick >= self.size:
            await self._wait()
        self.quick += 1
        try:
            worker = self._idle() or await self._fork()
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

    def _idle(self) -> Worker | None:
        while self.idle:
            worker = self.idle.pop()
            if worker.is_alive:
                return worker
            worker.kill()
        return None

    async def _fork(self) -> Worker:
        while True:
            nursery = self.nursery
            assert nursery, "a pool is used before it has an edition"
            worker = await nursery.fork()
            if worker:
                return worker
            if nursery is self.nursery:  # it was ended by somebody else
                await self.use(nursery.setting)

    def _leave(self) -> None:
        self.quick -= 1
        self._next()

    def _next(self) -> None:
        while self.queue:
            turn = self.queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def _watch(self, worker: Worker, ends: float) -> None:
        worker.watch = asyncio.get_running_loop().call_later(_LONG_AFTER, self._make_long, worker, ends)

    def _make_long(self, worker: Worker, ends: float) -> None:
        """Let a job that takes long go on behind all others, and let another begin in its place; or end it in time."""
        if sum(each.is_long for each in self.running) < self.long:
            worker.is_long = True
            with suppress(ProcessLookupError):
                os.setpriority(os.PRIO_PROCESS, worker.pid, _NICE)
            self._leave()
        elif asyncio.get_running_loop().time() < ends:
            self._watch(worker, ends)
        else:
            worker.ended = BUSY
            worker.stop()

    def _give_back(self, worker: Worker, is_done: bool) -> None:
        self.running.discard(worker)
        # The priority of a process that was taken down cannot be raised again.
        if is_done and not worker.is_long and worker.nursery is self.nursery:
            self.idle.append(worker)
        else:
            worker.kill()
        if not worker.is_long:
            self._leave()


class _Reading:
    """The reading of one answer; it ends at a time of the loop's clock."""

    def __init__(self, worker: Worker, seconds: float, ends: float) -> None:
        self.worker, self.seconds, self.ends = worker, seconds, ends
        self.is_done = False  # the worker has said its last word

    async def begin(self, job: Job) -> Answer:
        """Tell the worker what to do, and wait for the head. Raises `Refusal` where there is none."""
        data = pickle.dumps(job)
        self.worker.writer.write(FRAME.pack(b"J", len(data)) + data)
        kind, data = await self._frame()
        if kind == _LATE:
            raise too_long(self.seconds)
        if kind != b"H":
            raise self.worker.ended
        head: Page | Refusal = pickle.loads(data)  # noqa: S301  # our own worker wrote it
        if isinstance(head, Refusal):
            self.is_done = True
            raise head
        return Answer(head, self._parts())

    async def _parts(self) -> AsyncIterator[bytes]:
        while True:
            kind, data = await self._frame()
            if kind == b"E":
                self.is_done = True
                return
            if kind == _LATE:
                raise Cut(too_long(self.seconds))
            if kind != b"B":
                raise Cut(pickle.loads(data) if kind == b"X" else self.worker.ended)  # noqa: S301
            yield data

    async def _frame(self) -> tuple[bytes, bytes]:
        try:
            async with asyncio.timeout_at(self.ends):
                return await _frame(self.worker)
        except TimeoutError:
            return _LATE, b""


async def _frame(worker: Worker) -> tuple[bytes, bytes]:
    """The next frame; an empty letter where the worker has died."""
    try:
        kind, length = FRAME.unpack(await worker.reader.readexactly(FRAME.size))
        return kind, await worker.reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return b"", b""
