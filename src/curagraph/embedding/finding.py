"""Which thing of the graph a page shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import urljoin, urlsplit

from curagraph.embedding import pageaddress
from curagraph.embedding.head import Head
from curagraph.embedding.places import Places


class Way(IntEnum):
    """How a thing was found; a smaller one is surer.

    What a page says of itself, and the address where it is served, are sure. The others count where no other page of
    the folder has a better claim.
    """

    CANONICAL = 1
    ADDRESS = 2
    NEAR_ADDRESS = 3
    SLUG = 4
    FORMER_PATH = 5

    @property
    def is_sure(self) -> bool:
        return self <= Way.ADDRESS


_WORDS = {
    Way.CANONICAL: "its canonical link",
    Way.ADDRESS: "its address",
    Way.NEAR_ADDRESS: "its name",
    Way.SLUG: "its slug",
    Way.FORMER_PATH: "its former path",
}


@dataclass(frozen=True)
class Claim:
    """What a page shows: a `thing` and the way in which it was found, or nothing.

    `redirect` is where a page leads that shows nothing itself. `foreign` is a canonical link to another site, and
    `several` are the things that one slug or path leads to.
    """

    thing: str = ""
    way: Way = Way.CANONICAL
    redirect: str = ""
    foreign: str = ""
    several: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """How it was found, as a message says it."""
        return _WORDS[self.way]


def find(places: Places, path: str, head: Head) -> Claim:
    """Find what a page shows, by its path in the folder and what its head says.

    A page that leads elsewhere at once shows nothing, such as the ones that Hugo writes for aliases. One whose
    canonical link leads to another site is found by its place.
    """
    if head.refresh:
        return Claim(redirect=head.refresh)
    canonical = _canonical(places, path, head)
    for address in (canonical, canonical.removesuffix("/"), f"{canonical}/"):
        if address in places.by_page:
            return Claim(places.by_page[address])
    foreign = head.canonical if canonical and not _is_on_site(places, canonical) else ""
    return _by_place(places, path, foreign)


def _by_place(places: Places, path: str, foreign: str) -> Claim:
    addresses = pageaddress.of_file(places.site, path)
    for number, address in enumerate(addresses):
        if address in places.by_page:
            return Claim(places.by_page[address], Way.NEAR_ADDRESS if number else Way.ADDRESS, foreign=foreign)
    known_by = pageaddress.path_of_file(path)
    slug = known_by.rpartition("/")[2]
    several: tuple[str, ...] = ()
    for way, things in (
        (Way.SLUG, places.by_slug.get(slug, ())),
        (Way.FORMER_PATH, places.by_former_path.get(known_by, ())),
    ):
        if len(things) == 1:
            return Claim(things[0], way, foreign=foreign)
        several = several or things
    return Claim(foreign=foreign, several=several)


def _canonical(places: Places, path: str, head: Head) -> str:
    """The address that the page itself gives, in the form of `pageaddress.normal`, or the empty text."""
    if not head.canonical:
        return ""
    own = "https:" + pageaddress.of_file(places.site, path)[0]
    try:
        return pageaddress.normal(urljoin(urljoin(own, head.base), head.canonical))
    except ValueError:
        return ""


def _is_on_site(places: Places, address: str) -> bool:
    return urlsplit(address).netloc == urlsplit(pageaddress.normal(places.site)).netloc
