"""The start page, search and pictures, as a browser and a program get them from a running server."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest

from tests.project import ROOT, Site, item
from tests.server import Server, serving

HOSTILE = '<script>alert("t")</script> & <b onclick=x>bold</b>'
# Two pages of items, one that is hostile wherever it can be, and one of another brand and year.
ITEMS = {f"{number}.md": item(number, f"Item of care {number}") for number in range(1, 31)} | {
    "100.md": item(100, HOSTILE, author=[HOSTILE], communityTopics=[f"Symplur: {HOSTILE}"], description=HOSTILE),
    "101.md": item(101, "Lone café", date="2019-05-01T00:00:00Z", communityTopics=["Symplur: Quiet"]),
}
PAGES = ("", "search", "search/topic", "pictures", "pictures/time", "pictures/brands", "pictures/topics")
# Words that are syntax for SQLite, broken, endless, or no words at all.
TYPED = (
    '"', '"" ""', "*", "^", "(", "a OR", "NOT", "NEAR(a b, 3)", "title:care", "care AND", "-care", "{title}: x",
    "\0", "a\0b", "'; DROP TABLE item; --", "%", "\\", "😀", "\u0301", "\ufffe", "٣",
    "a" * 900, " ".join("ab" * 15), "care " * 30, "\"care",
    "col : *", "+ +", "“care”",
)  # fmt: skip


class Tags(HTMLParser):
    """The start tags of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def links(self) -> list[str]:
        return [attributes["href"] or "" for tag, attributes in self.tags if tag == "a" and "href" in attributes]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("browsed")
    site = Site(folder / "site", ITEMS)
    site.build()
    with serving(site.folder, folder / "log") as server:
        yield server


def get(server: Server, path: str, accept: str = "text/html") -> tuple[int, str]:
    """The status and the text of an answer."""
    host = urlsplit(server.address).netloc
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", f"/{path}", headers={"Accept": accept})
    response = connection.getresponse()
    status, text = response.status, response.read().decode()
    connection.close()
    return status, text


def page(server: Server, path: str) -> Tags:
    status, text = get(server, path)
    assert status == 200, text
    return Tags(text)


def found(server: Server, **parameters: Any) -> Any:
    """What a search finds, as JSON."""
    status, text = get(server, f"search?{urlencode(parameters, doseq=True)}", "application/json")
    assert status == 200, text
    return json.loads(text)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_and_leads_on(server: Server, path: str) -> None:
    """Every page is there, and so is everything of ours that it links to."""
    links = {link.partition("#")[0] for link in page(server, path).links}
    ours = {urljoin(f"/{path}", link) for link in links if not link.startswith("http") and link}
    for link in sorted(ours)[:40]:
        status, text = get(server, quote(link.lstrip("/"), safe="/?=&%()+,;:@!$'*~-._"))
        assert status in (200, 303), (link, text)


def test_the_start_page_counts(server: Server) -> None:
    """The start page says how many items, curators and topics there are, and shows the newest."""
    text = " ".join(page(server, "").text.split())
    assert "32 items, picked by 2 curators from 1 web site and sorted under 4 topics, from 2019 to 2020." in text
    assert "All 32 items" in text


def test_a_word_finds_an_item_with_a_link_to_it_and_to_its_original(server: Server) -> None:
    """What is found leads to the item's page here and to the original."""
    links = page(server, "search?q=lone+cafe").links
    assert "/item/101" in links
    assert "https://news.example.com/stories/101" in links


def test_results_come_in_pages(server: Server) -> None:
    """A page has 25 items, the next has the others, and together they have each once."""
    first, second = found(server, q="care"), found(server, q="care", page=2)
    items = [each["iri"] for each in first["items"] + second["items"]]
    assert len(first["items"]) == 25
    assert len(set(items)) == len(items) == first["total"]
    assert (first["previous"], second["next"]) == (None, None)
    status, text = get(server, first["next"].lstrip("/"), "application/json")
    assert (status, json.loads(text)["items"]) == (200, second["items"])


@pytest.mark.parametrize("number", ["0", "-1", "3", "x", "401", "9" * 400, "٣"])
def test_a_page_that_is_not_there_is_an_error(server: Server, number: str) -> None:
    """A page that is no number, or behind the last, is refused."""
    status, text = get(server, f"search?q=care&page={quote(number)}", "application/json")
    assert status in (400, 404)
    assert json.loads(text)["status"] == status


def test_facets_count_under_the_choice(server: Server) -> None:
    """Each value tells how many items are left when it is chosen, and then there are as many."""
    answer = found(server, q="care")
    for name, values in answer["facets"].items():
        for value in values:
            assert found(server, q="care", **{name: value["value"]})["total"] == value["items"]
    assert found(server, year="2019", month="2019-05")["facets"]["topic"][0]["label"] == "Quiet"


def test_what_is_chosen_can_be_removed(server: Server) -> None:
    """A page with a choice has a link to the same question without it."""
    tags = page(server, "search?q=care&year=2020&community=telehealth")
    assert "/search?q=care&community=telehealth" in tags.links
    assert "/search?q=care&year=2020" in tags.links
    hidden = {
        attributes["name"] for tag, attributes in tags.tags if tag == "input" and attributes.get("type") == "hidden"
    }
    assert {"year", "community"} <= hidden


def test_an_empty_answer_helps(server: Server) -> None:
    """Where nothing is found, the page says what could be left out, and what that would find."""
    tags = page(server, "search?q=lone&year=2020")
    assert "1 item without year 2020" in " ".join(tags.text.split())
    assert "/search?q=lone" in tags.links
    assert "There is no brand “nowhere”" in page(server, "search?brand=nowhere").text


@pytest.mark.parametrize("typed", TYPED)
def test_nothing_that_is_typed_breaks_the_search(server: Server, typed: str) -> None:
    """Whatever is typed is answered, and comes back as the text that it is."""
    for format_ in ("html", "json"):
        status, text = get(server, f"search?{urlencode({'q': typed, 'format': format_})}")
        assert status == 200, text
    status, text = get(server, f"search?{urlencode({'brand': typed, 'topic': typed})}")
    assert status == 200, text


def test_too_much_is_refused(server: Server) -> None:
    """Ten kilobytes of words, forty words, forty values and an unknown parameter of a program are refused."""
    many = {"topic": [f"t{number}" for number in range(40)]}
    assert get(server, f"search?q={'a' * 10_000}")[0] == 414
    assert get(server, f"search?q={'a' * 2_000}")[0] == 400
    assert get(server, f"search?{urlencode({'q': ' '.join(map(str, range(40)))})}")[0] == 400
    assert get(server, f"search?{urlencode(many, doseq=True)}")[0] == 400
    assert get(server, "search?q=care&brnad=x", "application/json")[0] == 400
    assert get(server, "search?q=care&utm_source=x")[0] == 200
    assert get(server, "search?q=care&format=xml")[0] == 400
    assert get(server, "search?q=care", "image/png")[0] == 406
    assert get(server, "search/nothing")[0] == 404
    assert get(server, "pictures/nothing")[0] == 404


@pytest.mark.parametrize("path", [*PAGES, f"search?{urlencode({'q': HOSTILE})}", "search/curator"])
def test_hostile_texts_are_text(server: Server, path: str) -> None:
    """Titles, names and words that are markup are shown as text, and nothing on a page runs or has a style in place."""
    tags = page(server, path)
    for tag, attributes in tags.tags:
        assert tag != "b", attributes
        assert tag != "script" or (attributes["src"] or "").startswith("/static/")
        assert not any(name.startswith("on") or name == "style" for name in attributes)
    assert all(re.match(r"/(?!/)|https?://|#", link) for link in tags.links)


def test_a_machine_finds_the_same(server: Server) -> None:
    """The answer as JSON has the items with their addresses, and the things that are called so."""
    answer = found(server, q="quiet")
    assert answer["items"][0] | {"text": ""} == answer["items"][0] | {
        "title": "Lone café",
        "created": "2019-05-01T00:00:00Z",
        "original": "https://news.example.com/stories/101",
        "text": "",
    }
    assert answer["things"][0]["iri"].endswith("/topic/symplur/quiet")


def test_the_pictures_show_what_is_there(server: Server) -> None:
    """The numbers in the pictures are those of the search that they lead to."""
    tags = page(server, "pictures/time")
    assert "/search?year=2019&month=2019-05" in tags.links
    status, text = get(server, "pictures/topics.json", "application/json")
    data = json.loads(text)
    assert status == 200
    for pair in data["pairs"]:
        address = f"{pair['address'].lstrip('/')}&format=json"
        assert json.loads(get(server, address)[1])["total"] == pair["items"]
    numbers = {node["id"]: node["items"] for node in data["topics"]}
    assert {numbers["symplur/payment-reform"], numbers["medigy/care-model"]} == {30}


def test_a_graph_that_lacks_most_has_every_page(tmp_path: Path) -> None:
    """A project with items that have little but a title, and one without items, have all the pages."""
    other = Site.at(ROOT / "examples" / "hpcsocial").copy(tmp_path / "other")
    empty = Site(tmp_path / "empty")
    empty.write("text.md", "# A text\n\nWithout front matter.\n")
    for site in (other, empty):
        site.build()
        with serving(site.folder, tmp_path / "log") as server:
            for path in (*PAGES, "search?q=care", "search?brand=x", "pictures/topics.json", "search?format=json"):
                status, text = get(server, path)
                assert status == 200, (path, text)
