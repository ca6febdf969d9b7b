"""What others read from our pages: JSON-LD libraries, parsers of HTML, and headless Chromium.

Hostile texts are in `hostile.json`. What needs a program that is not installed is skipped with a reason.
"""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import html5lib
import pyoxigraph as ox
import pytest

from curagraph import Problem
from curagraph.embedding.pagegraph import PageGraphs
from curagraph.embedding.places import Places
from tests.browser import Browser, address
from tests.project import BASE, PATIENCE, ROOT, Site, front_matter, item

SEEDS = {"3527", "3798", "3932", "4060"}
MEDIGY = "https://data.medigy.com/"
# One thing of each other kind that has a page.
OTHERS = (
    "author/vinit",
    "topic/symplur/payment-reform",
    "brand/medicaleconomics.com",
    "community/chronic-care-management",
    "section/chronic-care-management/curated-news",
)
# Where `.ci/run` installs what tests/webtools/package.json names.
WEBTOOLS = Path(sys.prefix) / "webtools" / "node_modules"
PLAIN = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Page</title>
{}</head>
<body>
{}
</body>
</html>
"""
BODY = """<h1 id="top">A page</h1>
<p>With <b>words</b> &amp; a picture.</p>
<script>document.getElementById("top").title = "its own script ran"</script>"""


# Pages of the seeds, as others read them


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The graph of the checkout's seeds."""
    folder = tmp_path_factory.mktemp("seeds") / "site"
    site = Site(folder, {file.name: file.read_text("utf-8") for file in (ROOT / "seeds").glob("*.md")})
    (folder / "curagraph.toml").write_bytes((ROOT / "curagraph.toml").read_bytes())
    site.build()
    return site


@pytest.fixture(scope="session")
def pages(seeds: Site) -> dict[str, str]:
    """A plain page of each item and of one thing of each other kind, after `curagraph embed`, by the thing."""
    places = Places.of(seeds.snapshot())
    things = [*(f"item/{number}" for number in sorted(SEEDS)), *OTHERS]
    files = {}
    for number, thing in enumerate(things):
        files[thing] = seeds.folder / "html" / f"{number}.html"
        files[thing].parent.mkdir(exist_ok=True)
        link = f'<link rel="canonical" href="{html.escape(places.pages[MEDIGY + thing])}">\n'
        files[thing].write_text(PLAIN.format(link, BODY), encoding="utf-8")
    done = seeds.run("embed", seeds.folder / "html")
    assert (done.status, done.err) == (0, "")
    return {thing: file.read_text("utf-8") for thing, file in files.items()}


@pytest.fixture(scope="session")
def published(seeds: Site) -> set[str]:
    """Every triple of the graph of the seeds."""
    return {str(quad.triple) for quad in seeds.snapshot().store}


THINGS = [*(f"item/{number}" for number in sorted(SEEDS)), *OTHERS]


def triples(data: str, format_: ox.RdfFormat) -> set[str]:
    """Triples in canonical form; without blank nodes a set of them is the graph."""
    found = [quad.triple for quad in ox.parse(data, format=format_)]
    assert not any(isinstance(term, ox.BlankNode) for triple in found for term in (triple.subject, triple.object))
    return set(map(str, found))


def extracted(page: str) -> dict[str, Any]:
    """The JSON-LD of a page as extruct reads it."""
    extruct = pytest.importorskip("extruct", reason="there is no extruct (pip install extruct)")
    (found,) = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    assert isinstance(found, dict)
    return found


def offline(address: str, _: object = None) -> Any:
    raise AssertionError(f"{address} is outside the page")


@pytest.mark.parametrize("thing", THINGS)
def test_extruct_and_pyld_read_triples_of_the_graph(pages: dict[str, str], published: set[str], thing: str) -> None:
    """What extruct finds in a page and PyLD makes of it, offline, are triples of the graph, as Oxigraph reads them."""
    jsonld = pytest.importorskip("pyld.jsonld", reason="there is no PyLD (pip install PyLD)")
    found = extracted(pages[thing])
    nquads = jsonld.to_rdf(found, {"format": "application/n-quads", "documentLoader": offline})
    read = triples(nquads, ox.RdfFormat.N_QUADS)
    assert read == triples(json.dumps(found), ox.RdfFormat.JSON_LD)
    assert read <= published
    # Every value came through: PyLD drops what it does not understand, and says nothing.
    assert len(read) == sum(values(piece) for piece in found["@graph"])


def values(piece: dict[str, Any]) -> int:
    """How many triples a piece should become."""
    members = (value for key, value in piece.items() if key != "@id")
    return sum(len(value) if isinstance(value, list) else 1 for value in members)


@pytest.fixture(scope="session")
def node() -> dict[str, str]:
    """The environment in which Node.js finds the packages of `webtools/`; skips where they are not installed."""
    if not WEBTOOLS.is_dir():
        pytest.skip(f"no packages of tests/webtools/package.json in {WEBTOOLS}; .ci/run installs them with npm")
    return {**os.environ, "NODE_PATH": str(WEBTOOLS)}


def ask(node: dict[str, str], **question: dict[str, str]) -> dict[str, Any]:
    """What the packages answer to `read.cjs`."""
    command = ["node", str(ROOT / "tests" / "webtools" / "read.cjs")]
    data = json.dumps({"graphs": {}, "pages": {}, **question})
    done = subprocess.run(
        command, input=data, env=node, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_jsonld_package_reads_the_same_triples(
    pages: dict[str, str], published: set[str], node: dict[str, str]
) -> None:
    """npm's jsonld, which fails on what it would drop (its safe mode), reads the same triples of the graph."""
    graphs = {thing: json.dumps(extracted(page)) for thing, page in pages.items()}
    found = ask(node, graphs=graphs)["triples"]
    assert found.keys() == graphs.keys()
    for thing, nquads in found.items():
        read = triples(nquads, ox.RdfFormat.N_QUADS)
        assert read == triples(graphs[thing], ox.RdfFormat.JSON_LD)
        assert read <= published


# What the tool asks of an article of one's own; of somebody else's we say none of it (web-pages.md).
NOT_OURS_TO_SAY = {"author", "datePublished", "image", "publisher", "mainEntityOfPage", "dateModified"}


def test_the_structured_data_testing_tool_finds_nothing_wrong(pages: dict[str, str], node: dict[str, str]) -> None:
    """structured-data-testing-tool, with its Google preset, knows every type and misses nothing that is ours to say.

    It passes over `@graph` and does not follow references. So each piece is put to it as a page of its own, with the
    context, and with the pieces that it refers to inside it. Of the original work it asks for author, date, image and
    publisher, which we do not know; a piece without headline shows that it would miss others.
    """
    asked = {
        f"{thing} {piece['@type']} {piece['@id']}": standing_alone(found, piece)
        for thing, page in pages.items()
        for found in [extracted(page)]
        for piece in found["@graph"]
    }
    bare = {"@id": "https://example.org/", "@type": "NewsArticle"}
    asked["bare NewsArticle"] = standing_alone({"@context": "https://schema.org/", "@graph": [bare]}, bare)
    tests = ask(node, pages=asked)["tests"]
    for name, told in tests.items():
        type_ = name.split()[1]
        assert f"{type_}[0]" in told["passed"], name
        missing = {test.removeprefix(f"{type_}[0].").partition(".")[0].strip('"') for test in told["failed"]}
        if name == "bare NewsArticle":
            assert "headline" in missing
        elif type_ in ("Article", "NewsArticle"):
            assert missing <= NOT_OURS_TO_SAY, name
        else:
            assert missing == set(), name
    assert {name.split()[1] for name in tests} >= {"WebPage", "NewsArticle", "BreadcrumbList", "Person", "ProfilePage"}


def standing_alone(found: dict[str, Any], piece: dict[str, Any]) -> str:
    """A page that holds one piece, and inside it those that it refers to."""
    pieces = {each["@id"]: each for each in found["@graph"]}

    def nested(value: Any, within: tuple[str, ...]) -> Any:
        if isinstance(value, list):
            return [nested(each, within) for each in value]
        if isinstance(value, str) and value in pieces and value not in within:
            return whole(pieces[value], (*within, value))
        return value

    def whole(each: dict[str, Any], within: tuple[str, ...]) -> dict[str, Any]:
        return {key: value if key == "@id" else nested(value, within) for key, value in each.items()}

    text = json.dumps({"@context": found["@context"], **whole(piece, (piece["@id"],))}).replace("<", "\\u003c")
    return PLAIN.format(f'<script type="application/ld+json">{text}</script>\n', "")


# Hostile texts


FIRST = 1000


def hostile() -> list[tuple[str, str]]:
    """The names and texts of the corpus."""
    rows = json.loads((ROOT / "tests" / "hostile.json").read_text("utf-8"))
    return [(row["name"], row["text"] * row.get("times", 1)) for row in rows]


def is_legal(text: str) -> bool:
    """Whether every notation of RDF, XML among them, can carry a text (XML 1.0, production 2)."""
    return all(c in "\t\n\r" or " " <= c < "\ud800" or "\ue000" <= c not in "\ufffe\uffff" for c in text)


def as_held(text: str) -> str:
    """A text as the graph holds it: in normal form C, with LF line ends and without white space around it."""
    return unicodedata.normalize("NFC", text.strip().replace("\r\n", "\n").replace("\r", "\n"))


def on_one_line(text: str) -> str:
    """A text as the graph holds it where it may have no lines: with one space for each run of white space."""
    return " ".join(as_held(text).split())


# What becomes of the texts of keys where it is not `as_held`.
HELD = {"description": on_one_line, "(body)": on_one_line}


# A project has one publisher; its name may hold what can be printed.
PUBLISHER = " ".join(text for _, text in hostile() if is_legal(text) and text.isprintable() and len(text) < FIRST)

Keys = dict[str, Any]


def words(keys: Keys, name: str, text: str) -> dict[str, str]:
    """Put a text into every key that holds words; what each is to say in the page, by the key in the file."""
    named_text = f"{name} {text}"
    topics = [f"Medigy: {named_text}", f"{named_text}: Care"]
    keys |= {"title": text, "description": text, "author": [named_text], "communityTopics": topics, "sub": named_text}
    keys["openProjectCustomFields"]["medigyTopics"] = json.dumps(topics)
    keys["featuredImage"]["alt"] = f"Alt {text}"
    keys["aliases"] = f"/news/{text}"
    shared = dict.fromkeys(("author[0]", "communityTopics[0]", "communityTopics[1]", "sub"), named_text)
    # Half of a character is not to be had in UTF-8, nor NUL in a file; both can be written in the JSON above the body.
    body = text if is_legal(text) else "A short text."
    return {"title": text, "description": text, "featuredImage.alt": f"Alt {text}", "(body)": body, **shared}


def names(keys: Keys, name: str, text: str) -> dict[str, str]:
    """Put a text into the names of community, section and brand, in a section of the item's own."""
    wanted = dict.fromkeys(("identifier", "openProjectWorkPackageType"), f"{name} {text}")
    keys |= wanted | {"basePath": f"/communities/{name}/news-{name}/"}
    keys["link"]["brand"] = text
    return wanted


def slug(keys: Keys, name: str, text: str) -> dict[str, str]:
    """Put a text into the slug, and so into the address of the page."""
    keys["slug"] = f"{name}-{text}"
    return {"slug": text}


def beside(keys: Keys, name: str, text: str) -> dict[str, str]:
    """As `words`, but for the title, without which there is no item."""
    wanted = words(keys, name, text)
    keys["title"] = wanted["title"] = f"Title of {name}"
    return wanted


@dataclass
class Hostile:
    """A built site of items with one hostile text each, and their pages after `curagraph embed`."""

    site: Site
    problems: tuple[Problem, ...]
    # By the number of the item: the name of its text and of the function that put it there, and what is to arrive.
    made: dict[int, tuple[str, str, dict[str, str]]]
    plain: dict[int, str] = field(default_factory=dict)
    embedded: dict[int, str] = field(default_factory=dict)

    @cached_property
    def graphs(self) -> dict[int, str]:
        """What the graph says of the page of each item that is published."""
        found = PageGraphs(self.site.snapshot())
        return {number: found.of(f"{BASE}item/{number}").text for number in map(int, self.site.titles())}

    def told(self, number: int) -> set[str]:
        """The keys of an item of which the build has told an error."""
        wanted = f"seeds/{number}.md"
        return {each.key for each in self.problems if each.file == wanted and each.severity == "error"}


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    """The corpus in items of JSON front matter, which can write every character, and half of one."""
    site = Site(tmp_path_factory.mktemp("hostile") / "site")
    site.settings(more=f"[publisher]\nname = {json.dumps(PUBLISHER, ensure_ascii=False)}")
    made: dict[int, tuple[str, str, dict[str, str]]] = {}
    for name, text in hostile():
        for put in (words, names, slug) if is_legal(text) else (words, names, slug, beside):
            number = FIRST + len(made)
            keys = front_matter(number)
            made[number] = (name, put.__name__, put(keys, name, text))
            body = made[number][2].get("(body)", "A short text.")
            (site.seeds / f"{number}.md").write_text(f"{json.dumps(keys)}\n\n<p>{html.escape(body)}</p>\n", "utf-8")
    return Hostile(site, tuple(site.build(jobs=0).problems), made)


@pytest.fixture(scope="session")
def hostile_pages(corpus: Hostile) -> Hostile:
    """The corpus after `curagraph embed` on one plain page for each item, which its canonical link names."""
    folder = corpus.site.folder / "html"
    folder.mkdir()
    places = Places.of(corpus.site.snapshot())
    for number in corpus.graphs:
        link = f'<link rel="canonical" href="{html.escape(places.pages[f"{BASE}item/{number}"])}">\n'
        corpus.plain[number] = PLAIN.format(link, BODY)
        (folder / f"{number}.html").write_text(corpus.plain[number], encoding="utf-8")
    done = corpus.site.run("embed", folder)
    assert (done.status, done.err) == (0, "")
    for number in corpus.graphs:
        corpus.embedded[number] = (folder / f"{number}.html").read_bytes().decode("utf-8")
    return corpus


def test_the_corpus_is_large_and_its_names_differ() -> None:
    """There are sixty hostile texts and more, each with a name of its own."""
    assert len(dict(hostile())) == len(hostile()) >= 60


def test_each_hostile_text_reaches_the_page_graph_or_is_told(corpus: Hostile) -> None:
    """What a notation of RDF can carry arrives in the page graph, whatever it looks like; the rest is told, by key."""
    texts = dict(hostile())
    for number, (name, kind, wanted) in corpus.made.items():
        where = f"{name} in {kind}"
        if not is_legal(texts[name]):
            assert corpus.told(number) >= {key for key, text in wanted.items() if not is_legal(text)}, where
            # Without title, slug, kind and brand there is no item.
            assert (number in corpus.graphs) == (kind == "beside"), where
        elif kind == "slug":
            # A slug that no address can have is told of itself, or of the address that it was put into.
            assert (number in corpus.graphs) != bool(corpus.told(number) & {"slug", "basePath"}), where
        else:
            assert number in corpus.graphs, where
            said = strings(json.loads(corpus.graphs[number])["@graph"])
            assert {key for key, text in wanted.items() if HELD.get(key, as_held)(text) not in said} == set(), where
            assert as_held(PUBLISHER) in said, where


def strings(value: Any) -> set[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        return {value}
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(strings, inside))


def test_hostile_texts_are_the_same_triples(hostile_pages: Hostile) -> None:
    """Oxigraph's own reader of JSON-LD finds in each script triples of the graph, and nothing else."""
    published = {str(quad.triple) for quad in hostile_pages.site.snapshot().store}
    for number, text in hostile_pages.graphs.items():
        assert triples(text, ox.RdfFormat.JSON_LD) <= published, hostile_pages.made[number]


def test_html5lib_reads_hostile_texts_intact(hostile_pages: Hostile) -> None:
    """In the tree of html5lib the script holds the page graph, and without it the tree is that of the plain page."""
    for number, page in hostile_pages.embedded.items():
        name = hostile_pages.made[number]
        tree = html5lib.parse(page, namespaceHTMLElements=False)
        (head,) = tree.iter("head")
        (ours,) = [script for script in tree.iter("script") if "data-curagraph" in script.attrib]
        assert json.loads(ours.text or "") == json.loads(hostile_pages.graphs[number]), name
        head.remove(ours)
        assert shape(tree) == shape(html5lib.parse(hostile_pages.plain[number], namespaceHTMLElements=False)), name


def shape(tree: Any) -> list[tuple[Any, ...]]:
    """A tree without white space around texts."""
    return [(each.tag, each.attrib, (each.text or "").strip(), (each.tail or "").strip()) for each in tree.iter()]


# What a page is but for our script.
AROUND = """() => {
  const head = document.head.cloneNode(true);
  head.querySelectorAll("script[data-curagraph]").forEach(script => script.remove());
  return [document.title, head.innerHTML.trim(), document.body.innerHTML, document.querySelectorAll("*").length
    - document.querySelectorAll("script[data-curagraph]").length, typeof window.ran, document.compatMode];
}"""


def test_chromium_reads_hostile_texts_intact(hostile_pages: Hostile, browser: Browser) -> None:
    """`JSON.parse` of the script gives what the graph holds; no script ran, nothing was told, the page is as before."""
    browser.errors.clear()
    around: dict[str, Any] = {}
    for number, page in hostile_pages.embedded.items():
        name = hostile_pages.made[number]
        browser.show(page)
        (ours,) = browser.ours()
        assert json.loads(ours["written"]) == json.loads(hostile_pages.graphs[number]), name
        found = browser.ask(AROUND)
        # Pages differ in their canonical links alone, and many share one in all that the browser sees.
        plain = hostile_pages.plain[number]
        if plain not in around:
            browser.show(plain)
            around[plain] = browser.ask(AROUND)
        assert found == around[plain], name
        assert found[4] == "undefined", name
    assert browser.errors == []


# Encodings and forms of pages


HEADS = {
    "no-head": "<p>Text",
    "two-heads": "<head><title>One</title></head><head><title>Two</title></head><body><p>Text</body>",
    "foreign-script": '<html><head><script type="application/ld+json">{"@type": "Thing"}</script></head><body></html>',
    "minified": "<!doctype html><html lang=en><meta charset=utf-8><title>T</title><script>let a</script><body><p>A",
    "frameset": "<html><head><title>F</title></head><frameset><frame></frameset></html>",
}
ENCODINGS = {
    "utf-8": ('<meta charset="utf-8">', "utf-8", b""),
    "utf-8-mark": ("", "utf-8", b"\xef\xbb\xbf"),
    "latin-1": ('<meta charset="iso-8859-1">', "latin-1", b""),
    "utf-16-little": ("", "utf-16-le", b"\xff\xfe"),
    "utf-16-big": ("", "utf-16-be", b"\xfe\xff"),
    "shift-jis": ('<meta charset="shift_jis">', "shift_jis", b""),
}
TITLE = 'Café </script><!--<script> 😀 \u2028 "x" \\ &amp;'


@pytest.fixture(scope="session")
def forms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """Pages in every encoding and form, before and after `curagraph embed`; all show item 1, by their names."""
    folder = tmp_path_factory.mktemp("forms")
    site = Site(folder / "site", {"1.md": item(1, TITLE, mdName=None)})
    site.build()
    found = {}
    for name, data in form_pages():
        before, after = folder / "before" / name, folder / "after" / name
        for file in (before / "news-1.html", after / "news-1.html"):
            file.parent.mkdir(parents=True)
            file.write_bytes(data)
        done = site.run("embed", after, "--format", "json")
        assert (done.status, done.json()["changed"]) == (0, ["news-1.html"]), done.out
        found[name] = (before / "news-1.html", after / "news-1.html")
    return found


def form_pages() -> Iterator[tuple[str, bytes]]:
    for name, text in HEADS.items():
        yield name, text.encode()
    for name, (declared, encoding, mark) in ENCODINGS.items():
        letters = "ソ表 日本" if encoding == "shift_jis" else "Äöü ÿ"
        lines = f"<!DOCTYPE html>\n<html>\n<head>\n{declared}<title>{letters}</title>\n</head>\n<p>{letters}\n</html>\n"
        yield name, mark + lines.encode(encoding)
        yield f"{name}-windows", mark + lines.replace("\n", "\r\n").encode(encoding)


@pytest.mark.parametrize("name", [name for name, _ in form_pages()])
def test_chromium_reads_every_form_of_page(forms: dict[str, tuple[Path, Path]], browser: Browser, name: str) -> None:
    """In every encoding and form of page, Chromium reads our script right, and all else as before."""
    before, after = forms[name]
    browser.errors.clear()
    browser.open(address(after))
    (ours,) = browser.ours()
    said = json.loads(ours["written"])
    (held,) = [piece["name"] for piece in said["@graph"] if piece["@id"] == f"{BASE}item/1"]
    assert held == TITLE
    found, encoding = browser.ask(AROUND), browser.ask("document.characterSet")
    browser.open(address(before))
    assert (browser.ask(AROUND), browser.ask("document.characterSet")) == (found, encoding)
    assert browser.errors == []
