"""What the server holds while it runs: the current edition, the workers that show it, and what they have made."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from curagraph import processors
from curagraph.config import Project
from curagraph.problem import CuragraphError, UsageError
from curagraph.processes import environment
from curagraph.serve import edition
from curagraph.serve.cache import Cache
from curagraph.serve.page import Page, Refusal
from curagraph.serve.pool import Pool
from curagraph.serve.worker import Setting

_START = "curagraph.serve.browsing.pages:start"
# Modules that the workers load before they are forked; one with a function `prepare` is shown the edition.
PAGE_MODULES = (
    *("curagraph.serve.things.documents", "curagraph.serve.things.thing"),
    *("curagraph.serve.browsing.pages", "curagraph.serve.api.pages"),
)
QUERY_MODULES = ("curagraph.serve.sparql.answering",)
# Seconds that a page may take; seconds between two looks for a new snapshot; bytes of pages that are kept.
_PATIENCE = 20
# Pages that may take longer than a moment at once; pages that are made for one client at once.
_LONG_PAGES = 32
_PAGES_A_CLIENT = 16
_INTERVAL = 0.25
_LONGEST_PAUSE = 32.0
_ROOM = 256 << 20
_OVERHEAD = 1000


@dataclass(frozen=True)
class Kept:
    """A page with its entity tag."""

    page: Page
    etag: str

    @classmethod
    def of(cls, page: Page) -> Kept:
        """A page with a tag that is a digest of its bytes."""
        return cls(page, f'"{hashlib.blake2b(page.body, digest_size=12).hexdigest()}"')


class Serving:
    """The state of a running server."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.limits = project.limits
        size = processors.available()
        self.pages = Pool(size=size, waiting=1000, long=_LONG_PAGES, per_client=_PAGES_A_CLIENT)
        self.queries = self._pool(size)
        # Only these can reach the services that are allowed.
        self.services = self._pool(size) if self.limits.services else None
        self.kept: Cache[Kept] = Cache(_ROOM)
        self.edition = Path()
        self.lease: IO[bytes] | None = None
        self.pointer = ""
        self.swaps = 0
        self.has_others = False

    def _pool(self, size: int) -> Pool:
        limits = self.limits
        return Pool(size=size, waiting=limits.waiting, long=limits.running, per_client=limits.per_client)

    @property
    def number(self) -> str:
        """The number of the snapshot that is shown."""
        return self.edition.name.partition("-")[0]

    async def start(self) -> None:
        """Show the current snapshot. Raises `UsageError` where there is none, `RuntimeError` where no worker begins."""
        pointer = self._pointer()
        made, lease = await self._held()
        if made != self.edition:
            await self._use(made, lease)
        self.pointer = pointer

    async def _use(self, made: Path, lease: IO[bytes]) -> None:
        """Let workers show another edition, and then the server."""
        project, path = str(self.project.folder), str(made)
        memory = self.limits.memory << 20
        await self.pages.use(Setting(project, path, PAGE_MODULES, memory))
        await self.queries.use(Setting(project, path, QUERY_MODULES, memory, sealed=True))
        if self.services:
            await self.services.use(Setting(project, path, QUERY_MODULES, memory))
        self.edition, self.lease = made, lease
        self.kept.clear()
        self.swaps += 1
        self.has_others = True
        with suppress(Refusal):  # whoever asks first will hear of it
            await self.show(_START, "/")  # and need not wait for it

    async def _held(self) -> tuple[Path, IO[bytes]]:
        """The edition of the current snapshot, and what keeps others from removing it."""
        while True:
            made = await self._made()
            with suppress(FileNotFoundError):  # another server may just have removed it as one of another version
                return made, edition.hold(made)

    async def watch(self) -> None:
        """Show each new snapshot as soon as it is there; what cannot be shown leaves the last one in place."""
        pause = _INTERVAL
        while True:
            await asyncio.sleep(pause)
            try:
                if self._pointer() not in ("", self.pointer):
                    await self.start()
                if self.has_others:
                    self.has_others = await asyncio.to_thread(edition.remove_others, self.edition)
                pause = _INTERVAL
            except (CuragraphError, RuntimeError, OSError) as error:
                pause = min(2 * pause, _LONGEST_PAUSE)
                told = f"curagraph: the new snapshot cannot be shown, and is tried again in {pause:g} seconds: {error}"
                print(told, file=sys.stderr, flush=True)

    def _pointer(self) -> str:
        """What says which snapshot is current; empty where there is none."""
        current = self.project.state / "current"
        with suppress(OSError):
            # The numbers begin again where somebody removes the folder.
            return f"{current.readlink()} {current.stat().st_ino} {current.stat().st_mtime_ns}"
        return ""

    async def _made(self) -> Path:
        """The edition of the current snapshot, made by a process of its own."""
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-P", "-m", "curagraph.serve.edition", str(self.project.folder)]
        process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe, env=environment())
        out, err = await process.communicate()
        if process.returncode:
            raise UsageError(err.decode(errors="replace").strip().rpartition("\n")[2].partition(": ")[2])
        return Path(out.decode().strip())

    async def close(self) -> None:
        await self.pages.close()
        await self.queries.close()
        if self.services:
            await self.services.close()

    async def show(self, view: str, *arguments: Hashable, client: str = "") -> Kept:
        """The page that a view makes of some arguments. Raises `Refusal` where it makes none."""
        key = (self.edition, view, arguments)
        kept = await self.kept.soon(key)
        if kept is None:
            with self.kept.making(key):
                kept = Kept.of(await self.pages.page(view, *arguments, seconds=_PATIENCE, client=client))
                self.keep(key, kept)
        return kept

    def keep(self, key: tuple[object, ...], kept: Kept) -> None:
        """Keep a page until the next edition, as long as there is room for it and for its key."""
        self.kept.put(key, kept, len(kept.page.body) + 4 * len(repr(key)) + _OVERHEAD)
