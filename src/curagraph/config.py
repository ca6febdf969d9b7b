"""The project: a folder with `curagraph.toml` and the content folders, or what the package ships in their place."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from curagraph import settings
from curagraph.delivery.partner import Partner, partners
from curagraph.problem import ProjectError
from curagraph.publisher import Publisher
from curagraph.serve.limits import Limits
from curagraph.settings import setting
from curagraph.takedown import forgotten
from curagraph.takedown.forgotten import Takedown

if TYPE_CHECKING:
    from curagraph.vocabulary import Vocabulary

FILE = "curagraph.toml"
CONTENT = ("ontology", "converters", "seeds", "queries")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`?#]+/")
_BEGINNING = "an http or https address that ends with /"


def _is_beginning(text: str) -> bool:
    return _ADDRESS.fullmatch(text) is not None and settings.is_address(text)


@dataclass(frozen=True)
class _Settings:
    """What stands in `curagraph.toml`, with the package's defaults; tables are read by what they describe."""

    base: str = setting("https://data.medigy.com/", _BEGINNING, _is_beginning)
    site: str = setting("https://www.medigy.com/", _BEGINNING, _is_beginning)
    sources: tuple[str, ...] = setting(("seeds",), "a list of folders", lambda found: found and all(found))
    excerpt_rights: str = ""
    publisher: object = field(default_factory=dict)
    serve: object = field(default_factory=dict)
    partners: object = field(default_factory=dict)


@dataclass(frozen=True)
class Project:
    """A project folder and its settings.

    `base` begins every IRI that is minted, `site` every address of a page; both end with a slash.
    """

    folder: Path
    base: str
    site: str
    sources: tuple[str, ...]
    excerpt_rights: str
    publisher: Publisher
    limits: Limits
    partners: Mapping[str, Partner] = field(hash=False)

    @classmethod
    def load(cls, folder: Path) -> Project:
        """The project in a folder; settings that are missing have the package's defaults.

        Raises `ProjectError` where the folder does not exist or `curagraph.toml` cannot be used.
        """
        if not folder.is_dir():
            raise ProjectError(f"{folder} is not a folder; `curagraph new {folder}` makes one")
        file = folder / FILE
        try:
            found = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise ProjectError(f"{file}: {error}") from None
        stated = settings.read(_Settings, found, str(file))
        return cls(
            folder.resolve(),
            stated.base,
            stated.site,
            stated.sources,
            str(stated.excerpt_rights),
            Publisher.of(stated.publisher, str(file)),
            Limits.of(stated.serve, str(file)),
            partners(stated.partners, str(file)),
        )

    @classmethod
    def default(cls) -> Project:
        """The project that the package ships."""
        return cls.load(content("ontology", Path()).parent)

    @property
    def state(self) -> Path:
        """The folder of the graph, `.curagraph`."""
        return self.folder / ".curagraph"

    def content(self, name: str) -> Path:
        """One of the four content folders: the project's own, else the package's."""
        return content(name, self.folder)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What `ontology/` declares."""
        from curagraph.vocabulary import Vocabulary  # an unchanged build does without it

        return Vocabulary.load(self.ontology("*.ttl"))

    @cached_property
    def forgotten(self) -> Mapping[str, Takedown]:
        """What was taken down, by IRI."""
        return forgotten.load(self.folder, self.base)

    def ontology(self, pattern: str) -> list[Path]:
        """The files of `ontology/` by a pattern: `*.ttl` terms, `schemes/*.ttl`, `shapes/*.ttl`, `matches/*.tsv`."""
        return sorted(self.content("ontology").glob(pattern))

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that a conversion depends on besides its document."""
        stated = (self.base, self.site, self.excerpt_rights, self.publisher)
        digest = hashlib.sha256(repr((*stated, sorted(self.forgotten.items()))).encode())
        for file in self._rule_files():
            digest.update(f"\0{file.name}\0".encode() + file.read_bytes())
        return digest.hexdigest()

    def _rule_files(self) -> Iterator[Path]:
        yield from self.ontology("**/*.ttl")
        yield from self.ontology("**/*.tsv")
        yield from sorted(self.content("converters").glob("*.py"))
        yield from sorted(Path(__file__).parent.glob("**/*.py"))


def content(name: str, folder: Path) -> Path:
    """Where a content folder is: in the project, in the installed package, or in the checkout."""
    package = Path(__file__).parent
    places = [folder / name, package / "data" / name, package.parent.parent / name]
    for place in places:
        if place.is_dir():
            return place
    raise ProjectError(f"there is no folder {name}/ in {folder}, and none in the package")
