"""A pool of worker processes, as the server sees it: a job goes in, an answer comes out, or a refusal.

A job that takes long leaves its place to others, as one of a few that may; when it goes on, its process gets less of
the processor. One that is not done in time is killed, as is one whose reader has gone away.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace

from curagraph.serve.nursery import Nursery, Worker
from curagraph.serve.page import Page, Refusal
from curagraph.serve.reading import Answer, Cut, Reading, too_long
from curagraph.serve.worker import Job, Setting

# A job that has run for so many seconds is a long one; where there is no room for it, it is ended after so many more.
_LONG_AFTER = 0.1
_GRACE = 0.5
# After so many seconds all others go first. It is for good: no process may raise its own priority again.
_SLOW_AFTER = 1.0
_NICE = 15

BUSY = Refusal(
    503, "busy", "Too many queries are running", "Try again in a few seconds.", headers=(("Retry-After", "3"),)
)
TOO_MANY = Refusal(
    429,
    "too-many-queries",
    "You have too many queries running",
    "Wait until one of them has ended.",
    headers=(("Retry-After", "3"),),
)


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
            loop = asyncio.get_running_loop()
            deadline = loop.call_later(seconds, worker.end, too_long(seconds))
            self._watch(worker, loop.time() + _LONG_AFTER + _GRACE)
            reading = Reading(worker)
            try:
                yield await reading.begin(Job(view, arguments, seconds))
            finally:
                deadline.cancel()
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
        """Let another job begin in the place of one that takes long; or end this one, in time."""
        loop = asyncio.get_running_loop()
        if sum(each.is_long for each in self.running) < self.long:
            worker.is_long = True
            worker.watch = loop.call_later(_SLOW_AFTER - _LONG_AFTER, self._make_slow, worker)
            self._leave()
        elif loop.time() < ends:
            self._watch(worker, ends)
        else:
            worker.end(BUSY)

    def _make_slow(self, worker: Worker) -> None:
        """Let a job that takes very long go on behind all others."""
        worker.is_slow = True
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, worker.pid, _NICE)

    def _give_back(self, worker: Worker, is_done: bool) -> None:
        self.running.discard(worker)
        if not worker.is_long:
            self._leave()
        if is_done and not worker.is_slow and worker.nursery is self.nursery and len(self.idle) < self.size + self.long:
            worker.is_long, worker.watch = False, None
            self.idle.append(worker)
        else:
            worker.kill()
