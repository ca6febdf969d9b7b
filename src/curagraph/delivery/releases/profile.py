"""What a partner's profile and the project say that shows in a release: `profile.json`.

It tells a partner what was chosen for him, and the next release whether that has changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from curagraph.config import Project
from curagraph.delivery.partner import Partner

FILE = "profile.json"
# What is about feeds, or about how long releases are kept.
_ELSEWHERE = ("keep", "keep_days", "page_members", "feed_days", "erase")
# What is not of the profile: whether the records of what was taken down are those of the last release.
_TAKEDOWNS = "takedowns"


def text(project: Project, partner: Partner) -> str:
    """The profile as JSON."""
    settings = {name: value for name, value in asdict(partner).items() if name not in _ELSEWHERE}
    found = {
        "base": project.base,
        "publisher": project.publisher.name,
        "excerpt-rights": project.excerpt_rights if partner.excerpts else "",
        **{name.replace("_", "-"): value for name, value in settings.items()},
        _TAKEDOWNS: takedowns(project),
    }
    return json.dumps(found, indent=2, ensure_ascii=False, default=str) + "\n"


def takedowns(project: Project) -> str:
    """A digest of which things were taken down, which tells none of them; empty where none was."""
    names = sorted(project.forgotten)
    return hashlib.sha256("\n".join(names).encode()).hexdigest() if names else ""


def is_same(file: Path, profile: str) -> bool:
    """Whether the profile of a release says the same as another, whatever was taken down."""
    before, after = _read(file), json.loads(profile)
    before.pop(_TAKEDOWNS, None), after.pop(_TAKEDOWNS)
    return bool(before == after)


def takedowns_of(file: Path) -> str:
    """The digest of what was taken down before a release was made."""
    return str(_read(file).get(_TAKEDOWNS, "unknown"))


def _read(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
