"""Connections: how much a client may say before its request has begun, and how one is broken off.

uvicorn and httptools would read a head without an end for ever.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# Bytes of an address and headers, as long as they come in more than one piece.
_MOST = 64 << 10
_REFUSED = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: 43\r\n\r\n"
    b"The address and the headers are too long.\r\n"
)


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, which breaks off a request whose head has no end."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.is_in_head, self.size = True, 0

    def on_message_begin(self) -> None:
        self.is_in_head, self.size = True, 0
        super().on_message_begin()
        # ASGI has no way to break a connection off whose client does not read.
        self.scope["curagraph.abort"] = self.transport.abort  # type: ignore[typeddict-unknown-key]

    def on_headers_complete(self) -> None:
        self.is_in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.is_in_head:
            self.size += len(data)
            if self.size > _MOST and not self.transport.is_closing():
                self.transport.write(_REFUSED)
                self.transport.close()
