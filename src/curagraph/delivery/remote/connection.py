"""HTTP with a store: limits of time, another try where that may help, and errors in words."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import httpx

from curagraph.delivery.remote.credentials import Credentials
from curagraph.problem import PublishStopped

# What a store answers that is busy, or a proxy before it; and seconds to wait for the first time, doubled each time.
_BUSY = (429, 502, 503)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0
_CONNECT = 10.0
# So much of an error page is shown, in characters.
_SHOWN = 300


class Connection:
    """Requests to one store.

    `timeout` is the longest that one may take, in seconds; `retries` is how often it is repeated.
    What is sent must do no harm when it is done twice, for an answer may be lost after the work was done.
    """

    def __init__(self, credentials: Credentials, *, timeout: float = 300, retries: int = 6) -> None:
        self.credentials = credentials
        self.timeout = timeout
        self.retries = retries
        self.requests = 0
        limits = httpx.Timeout(timeout, connect=min(_CONNECT, timeout))
        self._client = httpx.Client(auth=credentials, timeout=limits, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        """The answer to a request.

        Raises `PublishStopped` where the store refuses it, cannot be reached, or takes too long.
        """
        pause = _FIRST_PAUSE
        for tried in range(self.retries + 1):
            last = tried == self.retries
            try:
                status, asked, answer = self._once(address, body, headers)
            except httpx.TransportError as error:
                if last:
                    raise PublishStopped(f"{address} cannot be reached: {self._words(str(error))}") from None
                asked = None
            else:
                if status not in _BUSY or last:
                    return self._accepted(address, status, answer)
            time.sleep(self._pause(address, asked, pause))
            pause = min(2 * pause, _LONGEST_PAUSE)
        raise AssertionError("the last try answers or raises")

    def _once(self, address: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, float | None, bytes]:
        """The status of an answer, the seconds that the store wants us to wait, and the body."""
        self.requests += 1
        ends = time.monotonic() + self.timeout
        try:
            with self._client.stream("POST", address, content=body, headers=dict(headers)) as answer:
                read = b"".join(_until(ends, answer))
                return answer.status_code, _seconds(answer.headers.get("retry-after", "")), read
        except (httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout):
            raise PublishStopped(
                f"{address} has not answered within {self.timeout:g} seconds; it may still be working: look after it, "
                "then publish again, which goes on from here, or give it more time with --timeout"
            ) from None
        except httpx.DecodingError as error:
            raise PublishStopped(f"{address} answers what cannot be unpacked: {error}") from None

    def _accepted(self, address: str, status: int, answer: bytes) -> bytes:
        if 200 <= status < 300:
            return answer
        words = self._words(answer.decode("utf-8", "replace"))
        if 300 <= status < 400:
            raise PublishStopped(
                f"{address} leads elsewhere (status {status}), where nothing is sent to; give the last address"
            )
        if status in (401, 403):
            words = f"{words}; it wants another user, password or right".removeprefix("; ")
        raise PublishStopped(f"{address} answers with status {status}: {words}")

    def _words(self, text: str) -> str:
        """The first words of a text, on one line, and none of them secret."""
        return self.credentials.hidden(" ".join(text.split()))[:_SHOWN]

    def _pause(self, address: str, asked: float | None, pause: float) -> float:
        if asked is None:
            return pause
        if asked > self.timeout:
            raise PublishStopped(f"{address} wants to be left alone for {asked:g} seconds; publish again after that")
        return asked


def _until(ends: float, answer: httpx.Response) -> Iterator[bytes]:
    """The parts of an answer. Raises `httpx.ReadTimeout` where they still come when time is up."""
    for part in answer.iter_bytes():
        yield part
        if time.monotonic() > ends:
            raise httpx.ReadTimeout("the answer goes on and on")


def _seconds(value: str) -> float | None:
    """What `Retry-After` asks for: a number of seconds, or a date (RFC 9110, section 10.2.3)."""
    if value.isdecimal():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
