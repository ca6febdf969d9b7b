"""The headers of every response: they keep hostile text harmless, and let programs of other sites read."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing but our own files runs or is shown, and nobody may frame a page.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:;"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Content-Location",
}

_RAW = [(name.lower().encode(), value.encode()) for name, value in SECURITY.items()]
_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Accept, Content-Type, If-None-Match"),
    (b"access-control-max-age", b"86400"),
]


class Headers:
    """Adds the headers to what an application sends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_RAW]
            await send(message)

        asks = scope["type"] == "http" and b"access-control-request-method" in dict(scope["headers"])
        if asks and scope["method"] == "OPTIONS":
            # A browser asks before it lets a page of another site send certain headers (Fetch, CORS preflight).
            await sending({"type": "http.response.start", "status": 204, "headers": _PREFLIGHT})
            await sending({"type": "http.response.body", "body": b""})
        else:
            await self.app(scope, receive, sending if scope["type"] == "http" else send)
