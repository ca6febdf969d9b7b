"""What a partner's profile and the project say that shows in a release: `profile.json`.

It tells a partner what was chosen for him, and the next release whether that has changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from curagraph.asking import sparqltokens
from curagraph.asking.queryfile import Question
from curagraph.config import Project
from curagraph.delivery.partner import Partner

FILE = "profile.json"
_LONGEST = 1 << 20
# What is about feeds, or about how long releases are kept.
_ELSEWHERE = ("keep", "keep_days", "page_members", "feed_days", "erase")
# What is not of the profile: whether the records of what was taken down are those of the last release, and whether the
# query has the same text.
_TAKEDOWNS, _QUERY = "takedowns", "query-digest"
# What decides which statements a partner may see.
_SIGHT = ("excerpts", "images", "curators", "topics", "brands", "communities", "since", "until", "query", _QUERY)


def text(project: Project, partner: Partner, question: Question) -> str:
    """The profile as JSON; `question` is the query that it names."""
    words = " ".join(token.text for token in sparqltokens.tokens(question.text))
    settings = {name: value for name, value in asdict(partner).items() if name not in _ELSEWHERE}
    found = {
        "base": project.base,
        "publisher": project.publisher.name,
        "excerpt-rights": project.excerpt_rights if partner.excerpts else "",
        **{name.replace("_", "-"): value for name, value in settings.items()},
        _QUERY: hashlib.sha256(words.encode()).hexdigest(),
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
    names = (before.keys() | after.keys()) - {_TAKEDOWNS, _QUERY}
    return all(name in before and before[name] == after.get(name) for name in names)


def shows_the_same(file: Path, profile: str) -> bool:
    """Whether the partner of a release could see by its profile what he can see by another."""
    before, after = _read(file), json.loads(profile)
    return all(name in before and before[name] == after[name] for name in _SIGHT)


def is_before_a_takedown(file: Path, project: Project) -> bool:
    """Whether something was taken down that may be in the release of a profile."""
    return bool(project.forgotten) and _read(file).get(_TAKEDOWNS) != takedowns(project)


def read(file: Path) -> dict[str, object]:
    """What a profile says. Raises `ValueError` where it cannot be read."""
    if file.stat().st_size > _LONGEST:
        raise ValueError("it is longer than any profile")
    found = json.loads(file.read_bytes())
    if not isinstance(found, dict):
        raise ValueError("wants an object of JSON")  # noqa: TRY004  # as where it is no JSON
    return found


def _read(file: Path) -> dict[str, object]:
    try:
        return read(file)
    except (OSError, ValueError, RecursionError):
        return {}
