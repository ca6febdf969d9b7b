"""The organisation behind our web site, as `curagraph.toml` describes it.

[publisher]
name = "An Organisation"
logo = "/images/logo.png"
logo-size = [600, 200]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from curagraph.problem import ProjectError

# RFC 3987, section 2.2: a path, of which the site's address is the beginning.
_PATH = re.compile(r"""/(?!/)(?:(?!\.\./)[^\s<>"{}|\\^`?#\x00-\x20])+""")


@dataclass(frozen=True)
class Publisher:
    """Who stands behind the site: a name, and a logo on the site with its width and height in pixels."""

    name: str = ""
    logo: str = ""
    logo_size: tuple[int, ...] = ()

    @classmethod
    def of(cls, settings: Any, file: str) -> Publisher:
        """The publisher that the settings of a file describe. Raises `ProjectError` where they are wrong."""
        if not isinstance(settings, dict) or settings.keys() - {"name", "logo", "logo-size"}:
            raise ProjectError(f"{file}: [publisher] wants name, logo and logo-size, found {settings!r}")
        name, logo, size = settings.get("name", ""), settings.get("logo", ""), settings.get("logo-size", [])
        if settings and (not isinstance(name, str) or not name.strip() or not name.isprintable()):
            raise ProjectError(f"{file}: [publisher] wants a name, found {name!r}")
        if not isinstance(logo, str) or (logo and not _PATH.fullmatch(logo)):
            raise ProjectError(f"{file}: logo wants a path on the site such as /images/logo.png, found {logo!r}")
        if size and not logo:
            raise ProjectError(f"{file}: logo-size is that of a logo, and [publisher] has none; add logo")
        if not isinstance(size, list) or len(size) not in (0, 2) or not all(_is_size(each) for each in size):
            raise ProjectError(f"{file}: logo-size wants a width and a height in pixels, found {size!r}")
        return cls(name.strip(), logo, tuple(size))


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
