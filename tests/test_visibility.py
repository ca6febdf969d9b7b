"""What a partner receives: never more than the profile says, and nothing that leads to what is left out."""

from __future__ import annotations

import itertools
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from curagraph import ProjectError, Snapshot
from curagraph.delivery import portion
from curagraph.delivery.partner import Partner
from curagraph.delivery.visibility import Visibility
from curagraph.exporting.description import UNPUBLISHED
from tests.project import BASE, CU, PAGES, SCHEMA, Site, front_matter, item, items

QUERIES = ("full", "schema-org", "topics", "catalogue")
# What stands in some place of one item alone: of `alpha`, and of `beta`.
PLACES = {
    "title": ("Title of alpha", "Title of beta"),
    "trail text": ("Trail of alpha", "Trail of beta"),
    "excerpt": ("Excerpt of alpha", "Excerpt of beta"),
    "name": ("Alpha Curator", "Beta Curator"),
    "name's page": ("alpha-curator", "beta-curator"),
    "image": ("alphapic-featuredImage", "betapic-featuredImage"),
    "alt": ("Alt of alpha", "Alt of beta"),
    "topic": ("Alpha Topic", "Beta Topic"),
    "topic's page": ("alpha-topic", "beta-topic"),
    "work": ("news.alpha.example/stories", "news.beta.example/stories"),
    "brand": ("news.alpha.example", "news.beta.example"),
    "slug": ("slug-of-alpha", "slug-of-beta"),
    "former path": ("/former/alpha", "/former/beta"),
    "community": ("Alphacare", "Betacare"),
}
# Whether excerpts, images and curators are sent: nothing, two of them, everything; what lies between is slow.
SETTINGS = [
    pytest.param(*sent, marks=() if sent in ((False,) * 3, (True, True, False), (True,) * 3) else pytest.mark.slow)
    for sent in itertools.product((False, True), repeat=3)
]
# What nobody is ever sent: paths inside OpenProject, names of files there, domains of e-mail addresses.
NEVER = ("/api/v3/attachments", "attached-", "mail.example", "open-project-curations", "openproject-exporter")
EXCERPTS, NAMES, PICTURES = ({"excerpt"}, {"name", "name's page"}, {"image", "alt"})


def named(which: str, number: int, **changes: Any) -> str:
    """An item that bears the name of one of the two in every place."""
    slug = f"{which}care"
    picture = front_matter(number)["featuredImage"] | {
        "alt": f"Alt of {which}",
        "href": f"{which}pic-featuredImage.jpeg",
        "size": [400 + number, 200 + number],
        "wpAttachment": {"fileName": f"attached-{which}.jpg", "link": f"/api/v3/attachments/{number}/content"},
    }
    given = {
        "aliases": f"/former/{which}",
        "author": [f"{which.title()} Curator @mail.example", "Ann Lee"],
        "basePath": f"/communities/{slug}/curated-news/",
        "communityTopics": [f"Medigy: {which.title()} Topic", "Medigy: Care Model"],
        "contentCategories": f"medigy-{slug}-curated-news",
        "date": f"202{number}-05-05T05:05:05Z",
        "description": f"Trail of {which}.",
        "featuredImage": picture,
        "identifier": f"{slug.title()} (XC)",
        "link": {"brand": f"news.{which}.example", "href": f"https://news.{which}.example/stories/1"},
        "mastHead": f"{slug.title()} (XC) CoP",
        "openProjectCustomFields": None,
        "slug": f"slug-of-{which}",
        "type": f"communities/medigy-{slug}",
    }
    return item(number, f"Title of {which}", body=f"<p>Excerpt of {which}.</p>", **(given | changes))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Two items that share a topic and a curator, one that is like many, and a plain article."""
    files = {"1.md": named("alpha", 1), "2.md": named("beta", 2), "words.md": "# Words\n\nOn care models.\n"}
    made = Site(tmp_path_factory.mktemp("visibility") / "site", files | items([3]))
    assert not {each.code for each in made.build().problems if each.severity == "error"}
    return made


def partner(**settings: Any) -> Partner:
    return Partner.of("some", {name.replace("_", "-"): value for name, value in settings.items()}, "curagraph.toml")


def received(site: Site, folder: Path, **settings: Any) -> list[bytes]:
    """The lines of the portion of a partner, which are sorted, distinct, and free of blank nodes."""
    with portion.write(site.snapshot(), partner(**settings), folder).open("rb") as file:
        found = list(file)
    assert found == sorted(set(found))
    terms = (term for quad in ox.parse(b"".join(found), ox.RdfFormat.N_QUADS) for term in (quad.subject, quad.object))
    assert not [term for term in terms if isinstance(term, ox.BlankNode)]
    assert [path.name for path in folder.iterdir()] == ["portion.nq"]
    return found


def places(lines: list[bytes]) -> dict[str, set[str]]:
    """The places of each item from which something has come: those of `alpha`, and those of `beta`."""
    text = b"".join(lines).decode()
    assert not [word for word in NEVER if word in text]
    return {
        which: {place for place, words in PLACES.items() if words[number] in text}
        for number, which in enumerate(("alpha", "beta"))
    }


EVERYWHERE = set(PLACES)


@pytest.mark.parametrize(("excerpts", "images", "curators"), SETTINGS)
@pytest.mark.parametrize("query", QUERIES)
def test_a_profile_leaves_out_what_it_says(
    site: Site, tmp_path: Path, query: str, excerpts: bool, images: bool, curators: bool
) -> None:
    """Excerpts, images and curators are in no byte unless the profile says so, whatever the query asks."""
    given = {"excerpts": excerpts, "images": images, "curators": curators}
    lines = received(site, tmp_path, query=query, **given)
    assert lines
    hidden = set[str]().union(
        *(names for names, sent in zip((EXCERPTS, PICTURES, NAMES), given.values(), strict=True) if not sent)
    )
    found = places(lines)
    assert not (found["alpha"] | found["beta"]) & hidden
    assert found["alpha"] == found["beta"]
    if query == "full":
        assert found["alpha"] == EVERYWHERE - hidden
    if query == "schema-org":
        assert found["alpha"] >= {"title", "work", "brand", "topic"} | ((EXCERPTS | NAMES | PICTURES) - hidden)
    if not curators:
        assert b"Ann Lee" not in b"".join(lines)
        assert b"ann-lee" not in b"".join(lines)
    if not images:
        assert not [line for line in lines if b"/image/" in line or b"/pixels/" in line or b"ImageObject" in line]


CHOICES: list[dict[str, Any]] = [
    {"topics": ["medigy/alpha-topic"]},
    {"topics": [f"{BASE}topic/medigy/alpha-topic"]},
    {"brands": ["news.alpha.example"]},
    {"communities": ["alphacare"]},
    {"topics": ["medigy/care-model"], "brands": ["news.alpha.example", "none.example"]},
    {"topics": ["medigy/alpha-topic", "medigy/none"], "communities": ["alphacare", "betacare"]},
    {"since": "2021-01-01", "until": "2022-01-01"},
    {"since": "2021-05-05", "until": "2022-05-05"},
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_of_items_that_were_not_chosen_nothing_is_sent(
    site: Site, tmp_path: Path, query: str, choice: dict[str, Any]
) -> None:
    """By topic, site, community or date: what only the others name is in no byte."""
    choice = {name: day(value) for name, value in choice.items()}
    lines = received(site, tmp_path, query=query, excerpts=True, images=True, **choice)
    found = places(lines)
    assert found["beta"] == set()
    text = b"".join(lines).decode()
    for words in (
        "item/2",
        "item/3",
        "stories/3",
        "Item 3",
        "telehealth",
        "text/words",
        "payment-reform",
        "402",
        "202>",
    ):
        assert words not in text, words
    if query == "full":
        assert found["alpha"] == EVERYWHERE
        for name in ("author/ann-lee", "topic/medigy/care-model", "item/1", "graph/item/1"):
            assert f"<{BASE}{name}>" in text
    if query in ("catalogue", "schema-org"):
        assert {"title", "work", "topic"} <= found["alpha"]


def day(value: Any) -> Any:
    """A setting as TOML reads it: a date is a date."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def test_a_partner_to_whom_no_item_goes_receives_the_schemes(site: Site, tmp_path: Path) -> None:
    """What no item needs to name, the concept schemes and our site, is there; no topic, no person, no item."""
    lines = received(site, tmp_path, since=day("2031-01-01"))
    assert lines
    graphs = {line[line.rindex(b" <") + 2 : -4].decode().removeprefix(f"{BASE}graph/") for line in lines}
    assert graphs <= {"shared/schemes", "shared/site", "shared/matches", "inferred"}
    text = b"".join(lines).decode()
    for words in ("item/", "author/", "topic/", "brand/", "community/", "Ann Lee"):
        assert f"{BASE}{words}" not in text, words


def test_a_choice_by_a_topic_takes_what_is_about_a_narrower_one(tmp_path: Path) -> None:
    """Items are chosen by what follows too: who chooses a concept receives what is about those below it."""
    site = Site(tmp_path / "site", items([1, 2], communityTopics=["Symplur: Payment Reform"]))
    site.build()
    about = site.ask("SELECT DISTINCT ?topic { ?item a cu:CuratedItem ; cu:about ?topic }")
    (tmp_path / "out").mkdir()
    for (topic,) in about:
        assert f"{BASE}item/1".encode() in b"".join(received(site, tmp_path / "out", topics=[topic]))


PROFILES: list[dict[str, Any]] = [
    *({"images": images, "curators": curators} for images in (False, True) for curators in (False, True)),
    *({"images": False, "curators": False} | choice for choice in CHOICES),
    *({"images": True, "curators": True, "excerpts": True} | choice for choice in CHOICES),
]


@pytest.mark.parametrize("profile", PROFILES, ids=str)
def test_nothing_leads_to_what_is_hidden(site: Site, tmp_path: Path, profile: dict[str, Any]) -> None:
    """Whatever a portion names and the graph describes, the portion describes too; each graph that it has is chosen."""
    settings = {name: day(value) for name, value in profile.items()}
    quads = list(ox.parse(b"".join(received(site, tmp_path, **settings)), ox.RdfFormat.N_QUADS))
    unpublished = {f"{BASE}graph/{name}" for name in UNPUBLISHED}
    described = {quad.subject for quad in site.snapshot().store if str(quad.graph_name)[1:-1] not in unpublished}
    seen = {quad.subject for quad in quads}
    assert not {quad.object for quad in quads} & (described - seen)
    own = {str(quad.graph_name)[1:-1].replace("graph/", "") for quad in quads if "graph/item/" in str(quad.graph_name)}
    assert own <= {str(subject)[1:-1] for subject in seen}


@pytest.mark.parametrize(("excerpts", "images", "curators"), SETTINGS)
def test_the_statements_about_one_thing_are_those_of_the_whole(
    site: Site, tmp_path: Path, excerpts: bool, images: bool, curators: bool
) -> None:
    """What is asked for each thing alone, hidden or not, is what the pass over everything gives."""
    snapshot = site.snapshot()
    settings = {"excerpts": excerpts, "images": images, "curators": curators}
    whole: dict[bytes, list[bytes]] = defaultdict(list)
    for line in received(site, tmp_path, **settings):
        whole[line.split(b" ", 1)[0]].append(line)
    visibility = Visibility(snapshot, partner(**settings))
    subjects = {quad.subject for quad in snapshot.store if isinstance(quad.subject, ox.NamedNode)}
    assert len(subjects) > 100
    for subject in subjects:
        assert visibility.of(subject) == whole.pop(str(subject).encode(), []), subject
    assert not whole


def test_full_leaves_statements_in_their_graphs_and_no_other_does(site: Site, tmp_path: Path) -> None:
    """A query that constructs all that it finds keeps named graphs; any other gives triples."""
    graphs = {quad.graph_name for quad in ox.parse(b"".join(received(site, tmp_path)), ox.RdfFormat.N_QUADS)}
    assert ox.NamedNode(f"{BASE}graph/item/1") in graphs
    assert ox.DefaultGraph() not in graphs
    for query in QUERIES[1:]:
        found = ox.parse(b"".join(received(site, tmp_path, query=query)), ox.RdfFormat.N_QUADS)
        assert {quad.graph_name for quad in found} == {ox.DefaultGraph()}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('title = "x"\ncurator = false', "[partners.some] knows no curator; known are title"),
        ("curators = 1", "[partners.some]: curators wants true or false"),
        ("curators = []", "[partners.some]: curators wants true or false"),
        ('images = "no"', "[partners.some]: images wants true or false"),
        ('topics = "a"', "[partners.some]: topics wants a list of texts"),
        ("topics = [1]", "[partners.some]: topics wants a list of texts"),
        ('since = "2020"', "[partners.some]: since wants a date"),
        ("until = 2020-01-01T00:00:00Z", "[partners.some]: until wants a date"),
        ("keep = -1", "[partners.some]: keep wants a whole number"),
        ("keep = true", "[partners.some]: keep wants a whole number"),
        ("keep = 1.5", "[partners.some]: keep wants a whole number"),
        ("part-megabytes = 0", "part-megabytes wants a whole number from 1"),
        ("formats = []", "formats wants a list with some of"),
        ('formats = "turtle"', "formats wants a list with some of"),
        ('formats = ["pdf"]', "formats wants a list with some of"),
        ('query = "../../etc/passwd"', "query wants the name of a file"),
        ('licence = "javascript:alert(1)"', "licence wants the address"),
        ('licence = "https://x/> <y"', "licence wants the address"),
        ('licence = "http://[x"', "licence wants the address"),
        ("keep-days = 9999999999", "keep-days wants a number of days from 0 to 36500"),
        ("feed-days = -1", "feed-days wants a number of days from 0 to 36500"),
        ("part-megabytes = 9999999999", "part-megabytes wants a whole number from 1 to 1000000000"),
        ("part_megabytes = 1", "knows no part_megabytes"),
    ],
)
def test_a_setting_that_does_not_fit_is_told_with_file_and_key(tmp_path: Path, settings: str, words: str) -> None:
    """A partner who would receive something other than was meant receives nothing."""
    site = Site(tmp_path / "site")
    site.settings(more=f"[partners.some]\n{settings}")
    with pytest.raises(ProjectError) as told:
        site.load()
    assert f"{site.folder / 'curagraph.toml'}: " in str(told.value)
    assert words in str(told.value)


@pytest.mark.parametrize("name", ["Some", "../some", "so me", "-some", "some_", ".", ""])
def test_a_partners_name_is_that_of_a_folder(tmp_path: Path, name: str) -> None:
    """Small letters, digits and hyphens: nothing else can become a path."""
    site = Site(tmp_path / "site")
    site.settings(more=f'[partners."{name}"]\n')
    with pytest.raises(ProjectError, match="wants a name of small letters"):
        site.load()


@pytest.mark.parametrize("text", ["partners = 1", "[partners]\nsome = 1", 'partners = ["a"]'])
def test_partners_are_tables(tmp_path: Path, text: str) -> None:
    """Anything else is told."""
    site = Site(tmp_path / "site")
    site.settings(more=text)
    with pytest.raises(ProjectError, match="partners"):
        site.load()


@pytest.mark.parametrize("setting", ["topics", "brands", "communities"])
@pytest.mark.parametrize(
    "value", ["a/> } } INSERT DATA { <x> <y> <z>", "http://x/ a", "a/\n", "<a>/", "a/{", "\0", "..", ""]
)
def test_a_condition_that_is_no_iri_is_refused(site: Site, tmp_path: Path, setting: str, value: str) -> None:
    """What cannot be made one is told with the file and the key."""
    with pytest.raises(ProjectError) as told:
        received(site, tmp_path, **{setting: [value]})
    assert f"{site.folder / 'curagraph.toml'}: [partners.some]: {setting}: " in str(told.value)


@pytest.mark.parametrize(
    "topic", ["a> } } INSERT DATA { <x> <y> <z>", 'x" }', "{", "a}\n?item ?p ?o . {", "?item", "_:b"]
)
def test_a_condition_never_becomes_part_of_the_query(site: Site, tmp_path: Path, topic: str) -> None:
    """Words that can be made the end of an IRI are a term, and choose nothing that does not have it."""
    lines = received(site, tmp_path, topics=[topic])
    assert f"{BASE}item/".encode() not in b"".join(lines)


OWN = {
    "blank": ("CONSTRUCT { _:b ?p ?o } WHERE { ?s ?p ?o }", "blank node"),
    "select": ("SELECT ?s { ?s ?p ?o }", "no CONSTRUCT"),
    "update": ("DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", ""),
    "none": (None, "there is no queries/partners/none.rq"),
    "service": ("CONSTRUCT { ?s ?p ?o } { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
    "volatile": ("CONSTRUCT { ?s ?p ?n } { ?s ?p ?o BIND(RAND() AS ?n) }", "RAND"),
}


@pytest.mark.parametrize("name", OWN)
def test_a_query_of_ones_own_that_cannot_be_used_is_refused(tmp_path: Path, name: str) -> None:
    """Without a CONSTRUCT, or with blank nodes, nothing is sent."""
    site = Site(tmp_path / "site", items([1]))
    folder = site.own("queries") / "partners"
    text, words = OWN[name]
    if text is not None:
        (folder / f"{name}.rq").write_text(f"#+ summary: Mine\n{text}\n", encoding="utf-8")
    site.build()
    with pytest.raises(ProjectError) as told:
        received(site, tmp_path, query=name)
    assert words in str(told.value)


GREEDY = f"""#+ summary: All of everything
PREFIX cu: <{CU}>
CONSTRUCT {{ ?s ?p ?o . ?x cu:seen ?y }} WHERE {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?x ?q ?y }} }} }}"""


def test_a_greedy_query_tells_no_more_than_the_profile(site: Site, tmp_path: Path) -> None:
    """Whatever a query looks for, and however, what the profile hides is not there to be found."""
    own = site.copy(tmp_path / "copy")
    (own.own("queries") / "partners/greedy.rq").write_text(GREEDY, encoding="utf-8")
    own.build()
    (tmp_path / "out").mkdir()
    lines = received(own, tmp_path / "out", query="greedy", curators=False, topics=["medigy/alpha-topic"])
    found = places(lines)
    assert found == {"alpha": EVERYWHERE - EXCERPTS - NAMES - PICTURES, "beta": set()}
    assert any(b"ontology#seen" in line for line in lines)


def test_two_partners_of_one_project_have_each_their_own(site: Site, tmp_path: Path) -> None:
    """Partners are read from the settings by name; without any there is one who receives what is published."""
    own = site.copy(tmp_path / "copy")
    assert list(own.load().partners) == ["public"]
    own.settings(more='[partners.a]\ncurators = false\n[partners.b]\nbrands = ["news.beta.example"]')
    own.build()
    snapshot = Snapshot.current(own.load())
    texts = {}
    for name, each in own.load().partners.items():
        (tmp_path / name).mkdir()
        texts[name] = portion.write(snapshot, each, tmp_path / name).read_text("utf-8")
    assert "Curator" not in texts["a"].replace("Curators", "")
    assert "Title of beta" in texts["b"]
    assert "Title of alpha" not in texts["b"]
    assert PAGES in texts["a"]
    assert SCHEMA in texts["a"]


def test_a_curator_that_only_a_match_names_is_hidden_too(tmp_path: Path) -> None:
    """A decision about a person who has no item left names the person all the same."""
    site = Site(tmp_path / "site", items([1]))
    people = site.own("ontology") / "matches/people.sssom.tsv"
    header = people.read_text("utf-8").splitlines()
    row = {
        "subject_id": "author:ghost-curator",
        "subject_label": "Curator One",
        "object_label": "Ann Lee",
        "predicate_id": "dcterms:isReplacedBy",
        "object_id": "author:ann-lee",
        "mapping_justification": "semapv:ManualMappingCuration",
        "reviewer_label": "Curator One",
        "mapping_date": "2026-11-01",
    }
    columns = next(line for line in header if line.startswith("subject_id")).split("\t")
    people.write_text("\n".join([*header, "\t".join(row.get(name, "") for name in columns), ""]), encoding="utf-8")
    site.build()
    snapshot = site.snapshot()
    ghost = ox.NamedNode(f"{BASE}author/ghost-curator")
    for curators in (True, False):
        folder = tmp_path / str(curators)
        folder.mkdir()
        sent = received(site, folder, curators=curators)
        assert any(b"ghost-curator" in line for line in sent) == curators
        partner = Partner.of("some", {"curators": curators}, "curagraph.toml")
        assert bool(Visibility(snapshot, partner).of(ghost)) == curators
