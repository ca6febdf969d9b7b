"""Worker processes: what comes of a job when all goes wrong."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import pytest

from curagraph.serve import edition
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page, Refusal
from curagraph.serve.pool import Pool
from curagraph.serve.worker import Out, Setting
from tests.project import Site


def plain(edition: Edition, out: Out, text: str) -> Page:
    """A view that answers."""
    return Page(text.encode())


def wrong(edition: Edition, out: Out) -> Page:
    """A view with a mistake in it."""
    raise ZeroDivisionError


def refused(edition: Edition, out: Out) -> Page:
    """A view that has no answer."""
    raise Refusal(404, "not-found", "There is none")


def gone(edition: Edition, out: Out) -> Page:
    """A view whose process is killed."""
    os.kill(os.getpid(), signal.SIGKILL)
    return Page(b"")


def run(site: Site, work: Callable[[Pool], Awaitable[None]]) -> None:
    """Do something with a pool of the site's edition."""

    async def main() -> None:
        pool = Pool(size=2, waiting=10, long=2)
        await pool.use(Setting(str(site.folder), str(edition.make(site.load())), ("tests.test_pool",)))
        try:
            await work(pool)
        finally:
            await pool.close()

    asyncio.run(main())


def test_a_view_that_goes_wrong_costs_its_answer_alone(seeds_site: Site) -> None:
    """A mistake is 500, a refusal is what it says, a process that dies is 503; the next job is answered."""

    async def work(pool: Pool) -> None:
        for view, status in (("wrong", 500), ("refused", 404), ("gone", 503)):
            with pytest.raises(Refusal) as refusal:
                await pool.page(f"tests.test_pool:{view}", seconds=10)
            assert refusal.value.status == status
            assert (await pool.page("tests.test_pool:plain", "well", seconds=10)).body == b"well"

    run(seeds_site, work)


def test_many_jobs_are_answered_by_few_processes(seeds_site: Site) -> None:
    """Each of many jobs at once has its own answer, and no more processes work than there are places."""

    async def work(pool: Pool) -> None:
        jobs = [pool.page("tests.test_pool:plain", str(number), seconds=10) for number in range(10)]
        pages = await asyncio.gather(*jobs)
        assert [page.body for page in pages] == [str(number).encode() for number in range(10)]
        assert len(pool.idle) <= 2
        assert not pool.running

    run(seeds_site, work)
