"""What strangers may ask of the server, as `[serve]` of curagraph.toml says."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network

from curagraph import settings
from curagraph.settings import members, positive


def _is_network(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Limits:
    """The limits of a query, and how many may run; sizes are in MiB, times in seconds.

    >>> Limits.of({"seconds": 5}, "curagraph.toml").seconds
    5
    >>> Limits.of({"secconds": 5}, "curagraph.toml")
    Traceback (most recent call last):
    curagraph.problem.ProjectError: curagraph.toml: [serve] knows no secconds; known are seconds, memory, rows, ...
    """

    seconds: int = positive(10, most=86_400)
    memory: int = positive(1024)
    rows: int = positive(1_000_000)
    megabytes: int = positive(256)
    running: int = positive(8)
    waiting: int = positive(64)
    per_client: int = positive(4)
    excerpts: bool = False
    services: tuple[str, ...] = members((), "a list of addresses of endpoints", settings.is_address)
    proxies: tuple[str, ...] = members(
        ("127.0.0.1", "::1"), "a list of addresses such as 192.0.2.1, or of networks such as 192.0.2.0/24", _is_network
    )

    @classmethod
    def of(cls, table: object, file: str) -> Limits:
        """The limits that a table of a file describes. Raises `ProjectError` where they are wrong."""
        return settings.read(cls, table, f"{file}: [serve]")
