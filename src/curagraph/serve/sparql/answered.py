"""From a query to its response: kept where it is small, written while it is made where it is not."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from curagraph.serve import responding
from curagraph.serve.page import Page
from curagraph.serve.reading import Answer, Cut
from curagraph.serve.serving import Kept
from curagraph.serve.sparql.protocol import Operation

_VIEW = "curagraph.serve.sparql.answering"
# Bytes of an answer that is collected, and kept; a longer one is passed on as it comes.
_SMALL = 1 << 20
# Seconds in which nobody looks whether the client is still there.
_MOMENT = 0.05
# Seconds beyond the deadline in which the last words of an answer may arrive.
_MOMENTS = 0.5

Made = TypeVar("Made")


class Gone(Exception):
    """The client has gone away."""


class Nothing(Response):
    """No response: there is nobody who would read it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send nothing."""


async def answered(request: Request, operation: Operation) -> Response:
    """The response with the answer of a query. Raises `Refusal` where there is none, `Gone` where nobody wants it."""
    serving = responding.serving(request)
    key = (serving.edition, _VIEW, *operation.key)
    etag = _etag(key)
    # An answer changes with the graph only; one that does not has no tag that a client could send.
    if request.method != "POST" and etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=_headers(request, Kept(Page(b""), etag)))
    made: Kept | Streamed | None = await serving.kept.soon(key)
    if made is None:
        with serving.kept.making(key):
            made = await _made(request, operation, etag)
            if isinstance(made, Kept) and _is_cacheable(made.page):
                serving.keep(key, made)
    if isinstance(made, Streamed):
        return made
    return Response(made.page.body, 200, _headers(request, made), made.page.media_type)


async def _made(request: Request, operation: Operation, etag: str) -> Kept | Streamed:
    """The answer, or of a longer one the response that passes it on."""
    async with AsyncExitStack() as stack:
        answer, body, is_whole = await unless_gone(request.receive, _begun(request, stack, operation))
        kept = Kept(replace(answer.head, body=body), etag)
        if is_whole:
            return kept
        seconds = responding.serving(request).limits.seconds + _MOMENTS
        return Streamed(kept.page, _headers(request, kept), answer.parts, stack.pop_all(), seconds)


def _headers(request: Request, kept: Kept) -> dict[str, str]:
    headers = {"Vary": "Accept", **dict(kept.page.headers)}
    if request.method != "POST" and _is_cacheable(kept.page):
        headers |= {"ETag": kept.etag, "Cache-Control": responding.CACHING}
    return headers


async def _begun(request: Request, stack: AsyncExitStack, operation: Operation) -> tuple[Answer, bytes, bool]:
    """The answer, how its body begins, and whether that is all of it."""
    serving = responding.serving(request)
    pool, view = serving.queries, f"{_VIEW}:answer"
    if serving.services and "service" in operation.text.lower():
        pool, view = serving.services, f"{_VIEW}:federated"
    running = pool.answer(view, *operation.key, seconds=serving.limits.seconds, client=responding.client(request))
    answer = await stack.enter_async_context(running)
    return answer, *await _collected(answer.parts)


async def _collected(parts: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """The body up to the size of a small one, and whether that is all. Raises `Refusal` where it is cut short."""
    body = bytearray()
    try:
        async for part in parts:
            body += part
            if len(body) > _SMALL:
                return bytes(body), False
    except Cut as cut:
        raise cut.refusal from None
    return bytes(body), True


def _is_cacheable(page: Page) -> bool:
    return "Cache-Control" not in dict(page.headers)


def _etag(key: tuple[object, ...]) -> str:
    """A weak tag: the same rows may come in another order, and blank nodes with other labels."""
    return f'W/"{hashlib.blake2b(repr(key).encode(), digest_size=12).hexdigest()}"'


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, Made]) -> Made:
    """What some work makes, which is given up when the client goes away. Raises `Gone` then."""
    task = asyncio.ensure_future(work)
    tasks: list[asyncio.Future[Any]] = [task]
    try:
        await asyncio.wait(tasks, timeout=_MOMENT)
        if not task.done():
            tasks.append(asyncio.create_task(_gone(receive)))
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Gone
        return task.result()
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.wait(tasks)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Streamed(Response):
    """An answer that is passed on as it comes.

    One that is cut short ends with a line that says so, and the message is never finished: every client sees that it is
    not whole.
    """

    def __init__(
        self, page: Page, headers: dict[str, str], parts: AsyncIterator[bytes], stack: AsyncExitStack, seconds: float
    ) -> None:
        super().__init__(headers=headers, media_type=page.media_type)
        del self.headers["content-length"]
        self.begun, self.parts, self.stack, self.seconds = page.body, parts, stack, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self.stack:
            if scope["method"] == "HEAD":
                await send(self._start())
                await send({"type": "http.response.body", "body": b""})
                return
            try:
                async with asyncio.timeout(self.seconds):
                    await unless_gone(receive, self._send(send))
            except Gone:
                pass
            except TimeoutError:  # the client does not read, and what it is sent would wait for ever
                scope["curagraph.abort"]()

    def _start(self) -> Message:
        return {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}

    async def _send(self, send: Send) -> None:
        await send(self._start())
        await send({"type": "http.response.body", "body": self.begun, "more_body": True})
        try:
            async for part in self.parts:
                await send({"type": "http.response.body", "body": part, "more_body": True})
        except Cut as cut:
            line = f"\n# cut off: {cut.refusal}\n"
            await send({"type": "http.response.body", "body": line.encode(), "more_body": True})
            return
        await send({"type": "http.response.body", "body": b""})


def _is_not_of_cut_answers(record: logging.LogRecord) -> bool:
    return "returned without completing response" not in record.getMessage()


# uvicorn takes for a fault what is meant here.
logging.getLogger("uvicorn.error").addFilter(_is_not_of_cut_answers)
