"""The reading of an answer from the worker process that makes it."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator
from dataclasses import dataclass

from curagraph.serve.nursery import DIED, NOT_READY, Worker
from curagraph.serve.page import Page, Refusal
from curagraph.serve.worker import FRAME, Job


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


class Reading:
    """The reading of one answer; it ends with the worker, if that is ended first."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.is_done = False  # the worker has said its last word

    async def begin(self, job: Job) -> Answer:
        """Tell the worker what to do, and wait for the head. Raises `Refusal` where there is none."""
        data = pickle.dumps(job)
        self.worker.writer.write(FRAME.pack(b"J", len(data)) + data)
        kind, data = await _frame(self.worker)
        if kind == b"O":
            if self.worker.ended is NOT_READY:
                self.worker.ended = DIED
            kind, data = await _frame(self.worker)
        if kind != b"H":
            raise self._end(kind, data)
        head: Page | Refusal = pickle.loads(data)  # noqa: S301  # our own worker wrote it
        if isinstance(head, Refusal):
            self.is_done = True
            raise head
        return Answer(head, self._parts())

    async def _parts(self) -> AsyncIterator[bytes]:
        while True:
            kind, data = await _frame(self.worker)
            if kind == b"E":
                self.is_done = True
                return
            if kind != b"B":
                raise Cut(self._end(kind, data))
            yield data

    def _end(self, kind: bytes, data: bytes) -> Refusal:
        """Why there is no more: what the process said, or why it was ended."""
        found: Refusal = pickle.loads(data) if kind == b"X" else self.worker.ended  # noqa: S301
        return found


async def _frame(worker: Worker) -> tuple[bytes, bytes]:
    """The next frame; an empty letter where the worker has died."""
    try:
        kind, length = FRAME.unpack(await worker.reader.readexactly(FRAME.size))
        return kind, await worker.reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return b"", b""
