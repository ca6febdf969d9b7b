"""What strangers may ask of the server, as `[serve]` of curagraph.toml says."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from ipaddress import ip_network
from typing import Any

from curagraph.problem import ProjectError

_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True)
class Limits:
    """The limits of a query, and how many may run; sizes are in MiB, times in seconds.

    >>> Limits.of({"seconds": 5}, "curagraph.toml").seconds
    5
    >>> Limits.of({"secconds": 5}, "curagraph.toml")
    Traceback (most recent call last):
    curagraph.problem.ProjectError: curagraph.toml: [serve] knows no secconds; known are seconds, memory, rows, ...
    """

    seconds: int = 10
    memory: int = 1024
    rows: int = 1_000_000
    megabytes: int = 256
    running: int = 8
    waiting: int = 64
    per_client: int = 4
    excerpts: bool = False
    services: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")

    @classmethod
    def of(cls, settings: dict[str, Any], file: str) -> Limits:
        """The limits that settings of a file describe. Raises `ProjectError` where they are wrong."""
        known = {field.name.replace("_", "-"): field for field in fields(cls)}
        found: dict[str, Any] = {}
        for name, value in settings.items():
            if name not in known:
                raise ProjectError(f"{file}: [serve] knows no {name}; known are {', '.join(known)}")
            default: Any = known[name].default
            if isinstance(default, tuple):
                if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                    raise ProjectError(f"{file}: {name} of [serve] wants a list of texts, found {value!r}")
                value = tuple(value)
            elif type(value) is not type(default) or (type(value) is int and value < 1):
                wanted = "true or false" if isinstance(default, bool) else "a whole number from 1"
                raise ProjectError(f"{file}: {name} of [serve] wants {wanted}, found {value!r}")
            found[known[name].name] = value
        for address in found.get("services", ()):
            if not _ADDRESS.fullmatch(address):
                raise ProjectError(f"{file}: services of [serve] wants addresses of endpoints, found {address!r}")
        for address in found.get("proxies", ()):
            try:
                ip_network(address, strict=False)
            except ValueError:
                wanted = "addresses such as 192.0.2.1 or 192.0.2.0/24"
                raise ProjectError(f"{file}: proxies of [serve] wants {wanted}, found {address!r}") from None
        return cls(**found)
