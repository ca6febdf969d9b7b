"""A path prefix: a proxy that shows the server below a path says so in a header."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")


class Prefix:
    """Takes `X-Forwarded-Prefix` from trusted proxies, whether they pass the prefix on in the path or not."""

    def __init__(self, app: ASGIApp, proxies: tuple[str, ...]) -> None:
        self.app = app
        self.proxies = [ip_network(each) for each in proxies]

    def _is_trusted(self, scope: Scope) -> bool:
        client = scope.get("client")
        return client is not None and any(ip_address(client[0]) in each for each in self.proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_trusted(scope):
            prefix = Headers(scope=scope).get("x-forwarded-prefix", "").rstrip("/")
            if _PREFIX.fullmatch(prefix):
                scope = {**scope, "curagraph.root": f"{prefix}/"}
                if scope["path"].startswith(f"{prefix}/"):
                    scope["path"] = scope["path"].removeprefix(prefix)
                    scope["raw_path"] = scope["raw_path"].removeprefix(prefix.encode())
        await self.app(scope, receive, send)
