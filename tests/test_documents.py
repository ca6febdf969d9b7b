"""Every IRI under the base answers, with the same triples in every format."""

from __future__ import annotations

import http.client
import json
import re
import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import html5lib
import pyoxigraph as ox
import pytest
from pyld import jsonld

from curagraph import Format
from curagraph.serve.negotiation import DOCUMENTS
from tests.project import ROOT, Site, items
from tests.server import Answer, Server, serving

NOTATIONS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}
# Of the annotations of mentions, which are many and alike, every so many.
STEP = 20


def canonical(data: bytes, notation: ox.RdfFormat) -> str:
    """Triples in a notation as canonical text (RDF Dataset Canonicalization 1.0)."""
    dataset = ox.Dataset(ox.parse(data, notation, base_iri="https://data.example.org/"))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad}\n" for quad in dataset))


def in_page(page: Answer) -> bytes:
    """The JSON-LD in a page of HTML, as a parser of HTML finds it."""
    tree = html5lib.parse(page.text, namespaceHTMLElements=False)
    (script,) = tree.iterfind(".//script[@type='application/ld+json']")
    return str(script.text).encode()


def iris(site: Site) -> list[str]:
    """Every IRI under the base that the public graph names, without fragments, as the ends of them."""
    project, hidden = site.load(), ("graph/provenance", "graph/excerpts")
    found: set[str] = set()
    for quad in site.snapshot().store:
        terms = [quad.subject, quad.predicate, quad.object, quad.graph_name]
        if not str(quad.graph_name)[1:-1].endswith(hidden):
            found |= {term.value.partition("#")[0] for term in terms if isinstance(term, ox.NamedNode)}
    return sorted(iri.removeprefix(project.base) for iri in found if iri.startswith(project.base))


def path_of(server: Server, end: str) -> str:
    """The path of the document about a thing, without its suffix, as the server tells it."""
    seen = server.ask(quote(end, safe="/%"), accept="text/turtle")
    assert seen.status == 303, (end, seen)
    assert seen.headers["vary"] == "Accept"
    return seen.headers["location"].removeprefix("/").removesuffix(".ttl")


def test_every_iri_has_the_same_triples_in_every_format(seeds_site: Site, seeds_server: Server) -> None:
    """What is exported, each format of the document, and the JSON-LD in its page are the same triples."""
    ends = iris(seeds_site)
    assert len(ends) > 150
    have_the_same_triples(seeds_site, seeds_server, [end for end in ends if not is_mention(end) or end in ends[::STEP]])


@pytest.mark.slow
def test_every_mention_has_the_same_triples_in_every_format(seeds_site: Site, seeds_server: Server) -> None:
    """The same holds for every annotation of a mention."""
    have_the_same_triples(seeds_site, seeds_server, [end for end in iris(seeds_site) if is_mention(end)])


def is_mention(end: str) -> bool:
    return end.startswith("mention/")


def have_the_same_triples(site: Site, server: Server, ends: Sequence[str]) -> None:
    for end in ends:
        wanted = canonical(site.export(Format.NTRIPLES, item=end), ox.RdfFormat.N_TRIPLES)
        assert wanted, end
        path = path_of(server, end)
        for suffix, notation in NOTATIONS.items():
            document = server.ask(f"{path}.{suffix}")
            assert (document.status, document.kind) == (200, DOCUMENTS[suffix]), (end, suffix, document.text[:300])
            assert canonical(document.body, notation) == wanted, (end, suffix)
        # A page that the graph names is the page of its thing, with what is said of that.
        is_page = path.endswith(".html")
        shown = site.export(Format.NTRIPLES, item=end.removesuffix(".html")) if is_page else b""
        page = server.ask(path if is_page else f"{path}.html", accept="text/html")
        assert (page.status, page.kind) == (200, "text/html"), end
        in_html = canonical(in_page(page), ox.RdfFormat.JSON_LD)
        assert in_html == (canonical(shown, ox.RdfFormat.N_TRIPLES) if is_page else wanted), end


def test_another_reader_of_json_ld_finds_the_same(seeds_site: Site, seeds_server: Server) -> None:
    """PyLD reads from the document and from the page of an item what is exported."""
    wanted = canonical(seeds_site.export(Format.NTRIPLES, item="4060"), ox.RdfFormat.N_TRIPLES)
    for data in (seeds_server.ask("item/4060.jsonld").body, in_page(seeds_server.ask("item/4060.html"))):
        quads = jsonld.to_rdf(json.loads(data), {"format": "application/n-quads"})
        assert canonical(quads.encode(), ox.RdfFormat.N_QUADS) == wanted


def test_what_a_page_of_the_site_says_is_in_the_document(seeds_site: Site, seeds_server: Server) -> None:
    """The triples that `embed` puts into the page of a thing are among those of its document, but for excerpts."""
    for name in ("4060", "author/sonalika-ghosh", "brand/foxgrp.com", "topic/medigy/care-model"):
        script = seeds_site.run("embed", "--item", name).out
        (text,) = re.findall(r"<script[^>]*>(.*)</script>", script, re.DOTALL)
        said = set(canonical(text.encode(), ox.RdfFormat.JSON_LD).splitlines())
        end = f"item/{name}" if name.isdecimal() else name
        shown = set(canonical(seeds_server.ask(f"{end}.nt").body, ox.RdfFormat.N_TRIPLES).splitlines())
        excerpts = {line for line in said - shown if "<https://schema.org/abstract>" in line}
        assert said - excerpts <= shown, sorted(said - shown)[:5]


def test_things_of_other_projects_have_documents_that_are_reached(tmp_path: Path) -> None:
    """An IRI may hold another address that ends like a page: it leads to a document, by way of one redirect."""
    folder = tmp_path / "hpcsocial"
    shutil.copytree(ROOT / "examples/hpcsocial", folder)
    site = Site.at(folder)
    site.build()
    with serving(folder, tmp_path / "log") as server:
        for end in iris(site):
            for accept in ("text/html", "text/turtle"):
                answer = server.ask(quote(end, safe="/%"), accept=accept)
                if answer.status == 303:
                    answer = server.ask(answer.headers["location"].removeprefix("/"), accept=accept)
                assert (answer.status, answer.kind) == (200, accept), end


def test_a_list_of_headers_is_one_header(seeds_server: Server) -> None:
    """What a client takes may come in several lines."""
    with closing(http.client.HTTPConnection("127.0.0.1", seeds_server.port)) as connection:
        connection.putrequest("GET", "/item/4060")
        connection.putheader("Accept", "text/html;q=0.2")
        connection.putheader("Accept", "text/turtle")
        connection.endheaders()
        assert connection.getresponse().headers["location"] == "/item/4060.ttl"


def test_only_what_is_negotiated_depends_on_what_is_taken(seeds_server: Server) -> None:
    """A document with a suffix is the same for all, and a cache needs one copy of it; JSON may be asked for as such."""
    assert "vary" not in seeds_server.ask("item/4060.ttl").headers
    assert seeds_server.ask("author/sonalika-ghosh.html", accept="text/html").headers["vary"] == "Accept"
    assert seeds_server.ask("item/4060", accept="application/json").headers["location"] == "/item/4060.jsonld"


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("", "html"),
        ("*/*", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/turtle", "ttl"),
        ("text/turtle;q=0.4, application/ld+json;q=0.5", "jsonld"),
        ("application/rdf+xml, */*;q=0.1", "rdf"),
        ("text/*;q=0.2, application/n-triples;q=0.3", "nt"),
        ("text/html;q=0, text/*", "ttl"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ("TEXT/TURTLE; Q=1.0", "ttl"),
    ],
)
def test_a_thing_leads_to_the_document_that_the_client_prefers(seeds_server: Server, accept: str, suffix: str) -> None:
    """A thing answers 303, with a document by the quality values of Accept, and says that it depends on Accept."""
    seen = seeds_server.ask("item/4060", accept=accept)
    assert (seen.status, seen.headers["location"]) == (303, f"/item/4060.{suffix}")
    assert seen.headers["vary"] == "Accept"
    assert 'rel="describedby"' in seen.headers["link"]


def test_who_takes_no_format_is_told_which_there_are(seeds_server: Server) -> None:
    """406 lists the media types and where they are."""
    refused = seeds_server.ask("item/4060", accept="image/png, text/html;q=0")
    assert (refused.status, refused.kind) == (406, "application/problem+json")
    assert all(media_type in refused.json()["detail"] for media_type in DOCUMENTS.values())
    assert "/item/4060.ttl" in refused.json()["detail"]


def test_a_document_names_its_other_formats_and_its_thing(seeds_server: Server) -> None:
    """Link headers name the canonical address, the thing, and each other format."""
    link = seeds_server.ask("item/4060.html").headers["link"]
    assert '<https://data.medigy.com/item/4060.html>; rel="canonical"' in link
    assert '<https://data.medigy.com/item/4060>; rel="describes"' in link
    for suffix in NOTATIONS:
        assert f'</item/4060.{suffix}>; rel="alternate"; type="{DOCUMENTS[suffix]}"' in link


def test_a_document_that_a_client_has_is_not_sent_again(seeds_server: Server) -> None:
    """An entity tag is answered with 304 and no body, in every format; each format has its own."""
    tags = set()
    for suffix in DOCUMENTS:
        document = seeds_server.ask(f"item/4060.{suffix}")
        assert "max-age" in document.headers["cache-control"]
        tag = document.headers["etag"]
        same = seeds_server.ask(f"item/4060.{suffix}", If_None_Match=f'"other", W/{tag}')
        assert (same.status, same.body, same.headers["etag"]) == (304, b"", tag)
        assert seeds_server.ask(f"item/4060.{suffix}", If_None_Match='"other"').status == 200
        tags.add(tag)
    assert len(tags) == len(DOCUMENTS)


def test_head_has_the_headers_alone(seeds_server: Server) -> None:
    """HEAD answers as GET does, without the body."""
    got, head = seeds_server.ask("item/4060.ttl"), seeds_server.ask("item/4060.ttl", method="HEAD")
    assert head.body == b""
    assert {**got.headers, "date": ""} == {**head.headers, "date": ""}


def test_a_page_that_the_graph_names_is_the_document_of_its_thing(seeds_server: Server) -> None:
    """The page of an author answers with HTML, and leads who wants triples to those about the page."""
    page = seeds_server.ask("author/sonalika-ghosh.html", accept="text/html")
    assert page.status == 200
    assert "Sonalika Ghosh" in page.text
    seen = seeds_server.ask("author/sonalika-ghosh.html", accept="text/turtle")
    assert (seen.status, seen.headers["location"]) == (303, "/author/sonalika-ghosh.html.ttl")
    assert b"ProfilePage" in seeds_server.ask("author/sonalika-ghosh.html.ttl").body


def test_a_former_path_leads_to_the_item(seeds_server: Server) -> None:
    """A path that an item had on the web site once answers 301, with and without a slash at its end."""
    former = "news/why-ceos-should-leverage-value-based-payments-to-increase-resilience"
    for path in (former, f"{former}/"):
        seen = seeds_server.ask(path)
        assert (seen.status, seen.headers["location"]) == (301, "/item/4060")


def test_other_methods_are_refused(seeds_server: Server) -> None:
    """Nothing can be changed over HTTP."""
    for method in ("PUT", "POST", "DELETE", "PATCH"):
        refused = seeds_server.ask("item/4060", method=method)
        assert (refused.status, refused.kind) == (405, "application/problem+json")
        assert "GET" in refused.headers["allow"]


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "item/99999",
        "item/4060.exe",
        "item/4060.ttl/",
        "item%2F4060",
        "item/4060%",
        "item/4060%00",
        "item/4060%0d%0aX:y",
        "%FF%FE",
        "a%20b",
        "<x>",
        "{x}",
        "..%2F../etc/passwd",
        "%2e%2e/%2e%2e/etc/passwd",
        "item/" + "9" * 5000,
    ],
)
def test_what_is_not_there_is_not_found(seeds_server: Server, path: str) -> None:
    """A path that names nothing answers 404, with what to do, whatever is in it."""
    found = seeds_server.ask(path)
    assert found.status == 404, found.text
    assert path.partition("%")[0] in found.json()["detail"]


def test_letters_beyond_ascii_come_in_either_form(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An IRI with letters beyond ASCII is found by its percent-encoded path, as browsers send it."""
    folder = tmp_path_factory.mktemp("letters")
    site = Site(folder / "site", items([1], author=["Ána Łuk"], communityTopics=["Medigy: Größe C#"]))
    site.build()
    with serving(site.folder, folder / "log") as server:
        for end in (end for end in iris(site) if not end.isascii() or "%" in end):
            for path in {quote(end, safe="/%:"), quote(end, safe="/%:").lower()}:
                assert server.ask(path, accept="text/turtle").status == 303, path
            assert server.ask(f"{path_of(server, end)}.ttl").status == 200, end


def test_what_was_removed_is_gone(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What an earlier snapshot described answers 410, in every format, until it is there again."""
    folder = tmp_path_factory.mktemp("gone")
    site = Site(folder / "site", items([1, 2]) | items([3], author=["Bea Low"]))
    site.build()
    site.remove("3.md")
    site.build()
    with serving(site.folder, folder / "log") as server:
        for path in ("item/3", "item/3.ttl", "item/3.html", "image/3", "author/bea-low", "author/bea-low.html"):
            gone = server.ask(path)
            assert (gone.status, gone.kind) == (410, "application/problem+json"), path
            assert "removed" in gone.json()["detail"]
        assert server.ask("item/4").status == 404
        assert server.ask("item/1").status == 303


def test_what_was_removed_stays_gone_after_a_build_from_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A change of the rules makes everything new, and what is gone is remembered; what comes back is there."""
    folder = tmp_path_factory.mktemp("rules")
    site = Site(folder / "site", items([1, 2, 3]))
    site.build()
    site.remove("3.md")
    core = site.own("ontology") / "core.ttl"
    core.write_text(core.read_text("utf-8") + "\n# changed\n", encoding="utf-8")
    site.build()
    with serving(site.folder, folder / "log") as server:
        assert [server.ask(path).status for path in ("item/3", "trail/3", "item/2")] == [410, 410, 303]
    site.write("3.md", items([3])["3.md"])
    site.build()
    with serving(site.folder, folder / "log") as server:
        assert [server.ask(path).status for path in ("item/3", "trail/3")] == [303, 303]
