"""Which thing of the graph a page shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from urllib.parse import urljoin, urlsplit

from curagraph.embedding import pageaddress
from curagraph.embedding.head import Head
from curagraph.embedding.places import Places


class Way(IntEnum):
    """How a thing was found; a smaller one is surer.

    The address where a page is served, and what a page says of itself, are sure. The others count where no other page
    of the folder has a better claim.
    """

    ADDRESS = 1
    CANONICAL = 2
    NEAR_ADDRESS = 3
    SLUG = 4
    FORMER_PATH = 5

    @property
    def is_sure(self) -> bool:
        return self <= Way.CANONICAL


_WORDS = {
    Way.ADDRESS: "its address",
    Way.CANONICAL: "its canonical link",
    Way.NEAR_ADDRESS: "its name",
    Way.SLUG: "its slug",
    Way.FORMER_PATH: "its former path",
}


@dataclass(frozen=True)
class Claim:
    """What a page shows: a `thing` and the way in which it was found, or nothing.

    `redirect` is where a page leads that shows nothing itself. `foreign` is a canonical link to another site, `other`
    one to a page of our own that shows nothing, from a page whose address is a thing's. `several` are the things that
    one slug or path leads to, `shared` those that have this one page.
    """

    thing: str = ""
    way: Way = Way.ADDRESS
    redirect: str = ""
    foreign: str = ""
    other: str = ""
    several: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """How it was found, as a message says it."""
        return _WORDS[self.way]


def find(places: Places, path: str, head: Head) -> Claim:
    """Find what a page shows, by its path in the folder and what its head says.

    A page that leads elsewhere at once shows nothing, such as the ones that Hugo writes for aliases. What a page says
    of itself goes before its place; one whose canonical link leads to another site is found by its place.
    """
    own = pageaddress.of_file(places.site, path)[0]
    refresh = _resolved(own, head, head.refresh)
    if refresh and refresh.removesuffix("/") != own.removesuffix("/"):
        return Claim(redirect=head.refresh)
    canonical = _resolved(own, head, head.canonical)
    if not canonical:
        return _by_place(places, path)
    return _by_canonical(places, canonical, own) or _by_other(places, path, canonical, head)


def _by_canonical(places: Places, canonical: str, own: str) -> Claim | None:
    for address in (canonical, canonical.removesuffix("/"), f"{canonical}/"):
        if address in places.shared:
            return Claim(shared=places.shared[address])
        if address in places.by_page:
            return Claim(places.by_page[address], Way.ADDRESS if address == own else Way.CANONICAL)
    return None


def _by_other(places: Places, path: str, canonical: str, head: Head) -> Claim:
    """What a page shows whose canonical link leads to no thing's page: on this site it is that page and no other."""
    if _is_on_site(places, canonical):
        return Claim(other=head.canonical if places.at(path) else "")
    return replace(_by_place(places, path), foreign=head.canonical)


def _by_place(places: Places, path: str) -> Claim:
    for number, address in enumerate(pageaddress.of_file(places.site, path)):
        if address in places.shared:
            return Claim(shared=places.shared[address])
        if address in places.by_page:
            return Claim(places.by_page[address], Way.NEAR_ADDRESS if number else Way.ADDRESS)
    known_by = pageaddress.path_of_file(path)
    slug = known_by.rpartition("/")[2]
    several: tuple[str, ...] = ()
    for way, things in (
        (Way.SLUG, places.by_slug.get(slug, ())),
        (Way.FORMER_PATH, places.by_former_path.get(known_by, ())),
    ):
        if len(things) == 1:
            return Claim(things[0], way)
        several = several or things
    return Claim(several=several)


def _resolved(own: str, head: Head, link: str) -> str:
    """Where a link in the head of a page leads, in the form of `pageaddress.normal`; empty where nowhere."""
    if not link:
        return ""
    try:
        return pageaddress.normal(urljoin(urljoin(f"https:{own}", head.base), link))
    except ValueError:
        return ""


def _is_on_site(places: Places, address: str) -> bool:
    return urlsplit(address).netloc == urlsplit(pageaddress.normal(places.site)).netloc
