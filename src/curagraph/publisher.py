"""The organisation behind our web site, as `curagraph.toml` describes it.

[publisher]
name = "An Organisation"
logo = "/images/logo.png"
logo-size = [600, 200]
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from curagraph import settings
from curagraph.problem import ProjectError
from curagraph.settings import setting

# RFC 3987, section 2.2: a path, of which the site's address is the beginning; or nothing.
_PATH = re.compile(r"""(?:/(?!/)(?:(?!\.\./)[^\s<>"{}|\\^`?#\x00-\x20])+)?""")


def _is_size(found: list[int]) -> bool:
    return len(found) in (0, 2) and all(each > 0 for each in found)


@dataclass(frozen=True)
class Publisher:
    """Who stands behind the site: a name, and a logo on the site with its width and height in pixels."""

    name: str = ""
    logo: str = setting("", "a path on the site such as /images/logo.png", _PATH.fullmatch)
    logo_size: tuple[int, ...] = setting((), "a width and a height in pixels", _is_size)

    @classmethod
    def of(cls, table: object, file: str) -> Publisher:
        """The publisher that a table of a file describes. Raises `ProjectError` where it is wrong."""
        where = f"{file}: [publisher]"
        made = settings.read(cls, table, where)
        if table and (not made.name.strip() or not made.name.isprintable()):
            raise ProjectError(f"{where} wants a name, found {made.name!r}")
        if made.logo_size and not made.logo:
            raise ProjectError(f"{file}: logo-size is that of a logo, and [publisher] has none; add logo")
        return replace(made, name=made.name.strip())
