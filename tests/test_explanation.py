"""Explanations: every triple leads back to a file, a line, a key and a rule."""

from __future__ import annotations

import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
import yaml

import curagraph
from curagraph import Project, UsageError
from curagraph.explaining.explainer import MOST_FILES, Explainer
from curagraph.explaining.explanation import Explanation, Origin
from curagraph.state.state import State
from tests.project import BASE, CU, ROOT, Site, front_matter, item, items

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
CM = "https://data.medigy.com/care-models/"
# The graphs of what stands in `ontology/` or follows.
WITHOUT_DOCUMENT = {
    f"<{BASE}graph/{name}>"
    for name in ("ontology", "shared/schemes", "shared/matches", "shared/site", "inferred", "inferred-ontology")
}
INFERRED = f"<{BASE}graph/inferred>"
MENTIONS = f"<{BASE}graph/mentions>"


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The project that the package ships, built."""
    site = Site(tmp_path_factory.mktemp("seeds") / "site")
    for file in (ROOT / "seeds").iterdir():
        (site.seeds / file.name).write_bytes(file.read_bytes())
    site.build()
    return site


def explained(site: Site, thing: str, property_: str = "", value: str = "") -> list[Explanation]:
    return curagraph.explain(site.snapshot(), thing, property_, value)


def origins(site: Site, thing: str, property_: str = "", value: str = "") -> list[tuple[str, int, str]]:
    """(file, line, key) of every origin of the triples that are meant."""
    found = explained(site, thing, property_, value)
    return [(origin.file, origin.line, origin.key) for each in found for origin in each.origins]


# An independent reader: what PyYAML says stands at a key, and on which lines.


def squeezed(text: str) -> str:
    """A text by its letters and digits alone, so that an IRI and the words it was made of can be compared."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", unquote(text)).casefold()))


def scalars(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.ScalarNode):
        yield node.value
    elif isinstance(node, yaml.SequenceNode):
        for member in node.value:
            yield from scalars(member)
    elif isinstance(node, yaml.MappingNode):
        for _, member in node.value:
            yield from scalars(member)


def standing_at(text: str, key: str) -> tuple[str, set[int]]:
    """The text of the value at a key of a file, and the lines on which it may be said to stand."""
    if key == "(body)" or not text.startswith("---\n"):
        body = text.split("\n---\n", 1)[-1]
        first = text[: len(text) - len(body)].count("\n") + 1
        return body, {first}
    node = yaml.compose(text.split("---\n")[1], yaml.CSafeLoader)
    assert isinstance(node, yaml.MappingNode)
    lines = {2}
    for name, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", key):
        if name:
            assert isinstance(node, yaml.MappingNode)
            [(named, node)] = [pair for pair in node.value if pair[0].value == name]
            lines = {named.start_mark.line + 2, node.start_mark.line + 2}
        else:
            assert isinstance(node, yaml.SequenceNode)
            node = node.value[int(number)]
            lines = {node.start_mark.line + 2}
    return " ".join(scalars(node)), lines


def forms(term: str) -> set[str]:
    """What a term may be recognised by: its text, its path, its last part."""
    if not term.startswith("<"):
        literal = next(iter(ox.parse(f"<a:a> <a:a> {term} .", ox.RdfFormat.N_TRIPLES))).object
        assert isinstance(literal, ox.Literal)
        return {literal.value}
    iri = term[1:-1]
    path = iri.removeprefix(BASE).removesuffix(".html")
    return {iri, path, path.partition("/")[2], re.split(r"[/#:]", path.rstrip("/"))[-1]} - {""}


# What some rules say whatever the value.
CONSTANT = {f"<{BASE}website>", '"E37"'}


def holds(text: str, each: Explanation, site: Site) -> bool:
    """Whether a text at a key is what a triple was made of."""
    whole = squeezed(text)
    terms = {each.subject, each.object} if each.predicate == RDF_TYPE else {each.object}
    labels = site.ask(f"SELECT ?label {{ {each.object} ?p ?label FILTER isLiteral(?label) }}") if _is_ours(each) else []
    known = {squeezed(form) for term in terms for form in forms(term)} | {squeezed(label) for (label,) in labels}
    return any(form and (form in whole or whole in form) for form in known)


def is_worked_out(each: Explanation) -> bool:
    """Whether a triple says what follows from a value and does not show it, such as how deep a page lies."""
    return "/step/" in each.subject + each.object or "/trail/" in each.subject + each.object or each.object in CONSTANT


def _is_ours(each: Explanation) -> bool:
    return each.object.startswith((f"<{CU}", f"<{CM}"))


def body_holds(text: str, each: Explanation, site: Site) -> bool:
    """Whether a body is what a triple about it was made of."""
    words = set(re.findall(r"\w+", html.unescape(re.sub(r"<[^>]+>", " ", text)).casefold()))
    match each.predicate.rpartition("#")[2].rpartition("/")[2].rstrip(">"):
        case "contentHash":
            return hashlib.sha256(text.encode()).hexdigest() in each.object
        case "wordCount" | "titleSource" | "type":
            return True
        case "mentions":
            return holds(text, each, site)
        case _:
            [said] = forms(each.object)
            return set(re.findall(r"\w+", said.casefold())) <= words


def test_every_triple_of_the_seeds_is_explained(seeds: Site) -> None:
    """For each statement that a file makes, an origin names a line and a key that hold the value, and the rule."""
    rights = f"<{BASE}graph/excerpts>"
    quads = {tuple(map(str, quad)) for quad in seeds.snapshot().store if str(quad.subject) != rights}
    quads = {quad for quad in quads if quad[3] not in WITHOUT_DOCUMENT and quad[3] != MENTIONS}
    converters = seeds.load().content("converters")
    done = set()
    for each in every_explanation(seeds, {quad[0] for quad in quads}):
        if (terms := (each.subject, each.predicate, each.object, each.graph)) in quads:
            done.add(terms)
            assert each.origins
            assert each.step is None
            assert each.files >= len({origin.file for origin in each.origins}) >= 1
            for origin in each.origins:
                assert_origin(origin, each, seeds, converters)
    assert done == quads


def every_explanation(site: Site, subjects: set[str]) -> Iterator[Explanation]:
    with State.readable(site.snapshot().state_path) as state:
        explainer = Explainer(site.snapshot(), state)
        for quad in site.snapshot().store:
            if str(quad.subject) in subjects:
                yield explainer.explain(quad)


def assert_origin(origin: Origin, each: Explanation, site: Site, converters: Path) -> None:
    text = (site.folder / origin.file).read_text("utf-8")
    value, lines = standing_at(text, origin.key)
    assert origin.line in lines, (origin, each)
    assert text.splitlines()[origin.line - 1].strip()[:50] == origin.text[:50]
    if origin.key == "(body)" or not text.startswith("---"):
        assert body_holds(value, each, site), (origin, each)
    elif origin.key:
        assert is_worked_out(each) or holds(value, each, site), (origin, each)
    else:
        assert each.predicate == RDF_TYPE
    folder, _, place = origin.place.partition("/")
    name, _, line = place.partition(":")
    rule = (converters / name).read_text("utf-8").splitlines()[int(line) - 1].strip()
    assert folder == "converters"
    assert origin.rule == rule
    local = re.split(r"[/#]", each.predicate.rstrip(">"))[-1]
    assert re.search(rf"\b{local}\b", rule) or (each.predicate == RDF_TYPE and "Converter(" in rule), (origin, each)


def test_a_triple_of_the_ontology_says_so(seeds: Site) -> None:
    """What the ontology declares comes from no document."""
    for each in explained(seeds, "cu:CuratedItem"):
        [origin] = each.origins
        assert (origin.file, origin.line, each.files) == ("", 0, 0)
        assert origin.place.startswith("ontology/")


def test_the_rights_in_excerpts_come_from_the_settings(seeds: Site) -> None:
    """The statement on the rights in excerpts is explained by the setting that made it."""
    [each] = explained(seeds, f"{BASE}graph/excerpts")
    assert "curagraph.toml" in each.origins[0].place


def test_one_property_and_one_value_can_be_asked_for(seeds: Site) -> None:
    """A property and a value narrow what is explained; a value is an IRI, a path or the text of a literal."""
    assert {each.predicate for each in explained(seeds, "3527", "cu:hasTopic")} == {f"<{CU}hasTopic>"}
    topics = [each.object for each in explained(seeds, "3527", "cu:hasTopic")]
    assert len(topics) == 3
    path = topics[0][1:-1].removeprefix(BASE)
    for value in (path, f"{BASE}{path}", topics[0]):
        assert [each.object for each in explained(seeds, "3527", "cu:hasTopic", value)] == topics[:1]
    assert len(explained(seeds, "3527", "dcterms:identifier", "3527")) == 1


@pytest.mark.parametrize(
    ("thing", "property_", "value"),
    [
        ("99999", "", ""),
        ("3527", "cu:nothing", ""),
        ("3527", "dcterms:identifier", "3528"),
        ("3527", "", "no such text"),
        ("two words", "", ""),
    ],
)
def test_what_is_not_in_the_graph_cannot_be_explained(seeds: Site, thing: str, property_: str, value: str) -> None:
    """A triple that is not there is the caller's mistake."""
    with pytest.raises(UsageError):
        explained(seeds, thing, property_, value)


# Where a triple has more than one origin, or an unusual one


def test_a_shared_thing_names_a_few_of_its_files(tmp_path: Path) -> None:
    """What many files say is shown for a few of them, and all are counted."""
    site = Site(tmp_path / "site", items(range(10, 30)))
    site.build()
    [each] = explained(site, "author/ann-lee", "schema:name")
    assert each.files == 20
    assert [origin.file for origin in each.origins] == [f"seeds/{number}.md" for number in range(10, 10 + MOST_FILES)]


def test_another_spelling_leads_to_its_own_file(tmp_path: Path) -> None:
    """The alternative name of an author is explained by the file that spells it so."""
    site = Site(tmp_path / "site", items(range(1, 4)))
    site.write("4.md", item(4, author=["Bob", "ann LEE"]))
    site.build()
    [(file, line, key)] = origins(site, "author/ann-lee", "schema:alternateName")
    assert (file, key) == ("seeds/4.md", "author[1]")
    assert site.folder.joinpath(file).read_text("utf-8").splitlines()[line - 1] == "- ann LEE"
    assert {file for file, _, _ in origins(site, "author/ann-lee", "schema:name")} == {
        f"seeds/{number}.md" for number in (1, 2, 3)
    }


def test_one_value_at_two_keys_has_two_origins(tmp_path: Path) -> None:
    """A topic that stands twice in a file is explained by both places."""
    topic = "Symplur: Payment Reform"
    site = Site(tmp_path / "site", {"1.md": item(1, communityTopics=[topic, "Medigy: Care Model", topic])})
    site.build()
    found = origins(site, "1", "cu:hasTopic", "topic/symplur/payment-reform")
    assert [key for _, _, key in found] == ["communityTopics[0]", "communityTopics[2]"]


def test_what_a_comparison_adds_is_explained(tmp_path: Path) -> None:
    """A value that is published because two keys disagree leads to the key that it came from."""
    keys = front_matter(1)
    keys["link"]["original"] = "https://feed.example.com/redirect/1"
    keys["openProjectCustomFields"]["medigyTopics"] = json.dumps([*keys["communityTopics"], "Medigy: Added"])
    site = Site(tmp_path / "site", {"1.md": item(1, **keys)})
    site.build()
    captured = origins(site, "https://news.example.com/stories/1", "cu:capturedUrl")
    assert [key for _, _, key in captured] == ["link.original"]
    [(file, line, key)] = origins(site, "1", "cu:hasTopic", "topic/medigy/added")
    assert key == "openProjectCustomFields.medigyTopics"
    assert "medigyTopics" in site.folder.joinpath(file).read_text("utf-8").splitlines()[line - 1]


@pytest.mark.parametrize("notation", ["json", "toml"])
def test_other_notations_keep_their_lines(tmp_path: Path, notation: str) -> None:
    """In JSON and TOML front matter too a triple leads to the line that names its key."""
    keys = front_matter(1)
    if notation == "json":
        text = json.dumps(keys, indent=1) + "\nA body.\n"
    else:
        plain = {key: value for key, value in keys.items() if not isinstance(value, dict)}
        lines = [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
        for table in ("link", "openProjectCustomFields"):
            lines += [f"[{table}]", *(f"{key} = {json.dumps(value)}" for key, value in keys[table].items())]
        text = "\n".join(["+++", *lines, "+++", "A body.", ""])
    site = Site(tmp_path / "site", {"1.md": text})
    site.build()
    told = text.splitlines()
    for property_, key in (("dcterms:title", "title"), ("cu:slug", "slug"), ("dcterms:modified", "lastMod")):
        [(_, line, found)] = origins(site, "1", property_)
        assert found == key
        assert re.match(rf'\s*"?{key}"?\s*[:=]', told[line - 1])
    [(_, line, found)] = origins(site, "1", "cu:curatedFrom")
    assert found == "link"
    assert "link" in told[line - 1]


def test_a_file_with_a_byte_order_mark_and_blank_lines_keeps_its_lines(tmp_path: Path) -> None:
    """What stands before the front matter counts as lines of the file."""
    site = Site(tmp_path / "site", {"1.md": "\ufeff\n\n" + item(1).replace("\n", "\r\n")})
    site.build()
    [(file, line, _)] = origins(site, "1", "dcterms:title")
    assert site.folder.joinpath(file).read_bytes().decode().splitlines()[line - 1].startswith("title:")


# What follows, and what stands in the ontology


def every_step(each: Explanation) -> Iterator[Explanation]:
    if each.step:
        yield each
        for premise in each.step.premises:
            yield from every_step(premise)


def line_at(place: str) -> str:
    """The line of the checkout at a place such as `ontology/core.ttl:12`."""
    file, _, line = place.rpartition(":")
    return (ROOT / file).read_text("utf-8").splitlines()[int(line) - 1]


def test_every_inferred_triple_of_the_seeds_is_explained(seeds: Site) -> None:
    """Each step names a rule, an axiom in words and the line on which it stands; each end is where it is stated."""
    quads = {quad for quad in seeds.snapshot().store if str(quad.graph_name) == INFERRED}
    prefixes = seeds.load().vocabulary.prefixes
    explained = [
        each for each in every_explanation(seeds, {str(quad.subject) for quad in quads}) if each.graph == INFERRED
    ]
    assert len(explained) == len(quads) > 300
    places = {(step.step.place, step.step.axiom) for each in explained for step in every_step(each) if step.step}
    for place, axiom in places:
        names = [name for name in re.findall(r"\S+:[\w-]+", axiom) if name.partition(":")[0] in prefixes]
        assert names, axiom
        # Its subject stands above; an expression may go over several lines, and begins where its predicate stands.
        assert "(" in axiom or len([name for name in names if name not in line_at(place)]) <= 1, (place, axiom)
        assert len(names) > 1 + axiom.count("(") or "owl:" in line_at(place), (place, axiom)
    for each in explained:
        assert each.origins == ()
        assert each.files == 0
        assert all(leaf.origins and leaf.graph != INFERRED for leaf in leaves(each))


def leaves(each: Explanation) -> Iterator[Explanation]:
    if each.step is None:
        yield each
    for premise in each.step.premises if each.step else ():
        yield from leaves(premise)


@pytest.mark.parametrize(
    ("thing", "property_", "value", "rule", "line"),
    [
        ("3527", "cu:about", "topic/medigy/global-budgets", "prp-spo1", "rdfs:subPropertyOf cu:about"),
        ("3932", "cu:viaSite", "", "prp-spo2", "owl:propertyChainAxiom ( cu:curatedFrom cu:hostedOn )"),
        ("cm:capitation", "skos:broaderTransitive", "cm:reimbursement-model", "prp-trp", "owl:TransitiveProperty"),
        ("cm:fee-for-service", "cm:lowerRiskThan", "cm:pay-for-performance", "prp-inv1", "owl:inverseOf"),
        ("4060", "schema:isBasedOn", "", "prp-spo1", "rdfs:subPropertyOf schema:isBasedOn"),
        ("3932", "rdf:type", "sioc:Item", "cax-sco", "rdfs:subClassOf"),
    ],
)
def test_an_axiom_is_found_on_its_line(
    seeds: Site, thing: str, property_: str, value: str, rule: str, line: str
) -> None:
    """The place of an axiom is the line on which it stands, also where other files describe the term too."""
    each = explained(seeds, thing, property_.replace("rdf:type", RDF_TYPE), value)[0]
    assert each.step
    assert each.step.rule == rule
    assert line in " ".join(line_at(each.step.place).split())


def test_what_the_ontology_implies_says_so(seeds: Site) -> None:
    """What follows from the ontology alone leads to the term that it is about."""
    [each] = explained(
        seeds, "cu:CommunityItem", "http://www.w3.org/2000/01/rdf-schema#subClassOf", "schema:CreativeWork"
    )
    [origin] = each.origins
    assert origin.place.startswith("ontology/core.ttl:")
    assert line_at(origin.place.partition(",")[0]) == "cu:CommunityItem"


@pytest.mark.parametrize(
    ("thing", "property_", "value", "line"),
    [
        ("cm:capitation", "skos:prefLabel", "capitation", 'skos:prefLabel +"capitation"@en'),
        ("cm:capitation", "skos:broader", "cm:risk-sharing-contract", "skos:broader .*cm:risk-sharing-contract"),
        ("cm:capitation", "skos:closeMatch", "", "skos:closeMatch +mesh:D002204"),
    ],
)
def test_a_triple_of_a_scheme_leads_to_its_line(seeds: Site, thing: str, property_: str, value: str, line: str) -> None:
    """What a concept scheme says leads to the line of its Turtle file that says it."""
    [origin] = next(each for each in explained(seeds, thing, property_, value) if each.step is None).origins
    assert origin.place.startswith("ontology/schemes/care-models.ttl:")
    assert re.search(line, line_at(origin.place))


def test_a_match_leads_to_its_row(tmp_path: Path) -> None:
    """A match that a person has decided leads to the row of its file."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    [header, *_] = [line for line in match_rows(site) if line.startswith("subject_id")]
    for number, line in enumerate(match_rows(site), 1):
        row = dict(zip(header.split("\t"), line.split("\t"), strict=False))
        if row.get("predicate_id") == "skos:exactMatch" and "Not" not in row.values():
            site.build()
            subject, value = row["subject_id"].replace("topic:", "topic/"), row["object_id"]
            [each] = [each for each in explained(site, subject, "skos:exactMatch", value) if each.step is None]
            assert each.origins[0].place == f"ontology/matches/topics.sssom.tsv:{number}"
            return
    pytest.fail("there is no exact match in the file")


def match_rows(site: Site) -> list[str]:
    file = site.load().content("ontology") / "matches" / "topics.sssom.tsv"
    return file.read_text("utf-8").splitlines()


def test_a_mention_and_its_annotation_lead_to_the_words(tmp_path: Path) -> None:
    """That an item mentions a concept, and each triple of the annotation, lead to file, line and key of the words."""
    text = item(1, title="What an ACO is", body="<p>Of capitation.</p>")
    site = Site(tmp_path / "site", {"1.md": text})
    site.build()
    line = 1 + text.splitlines().index("title: What an ACO is")
    assert origins(site, "1", "schema:mentions", "cm:accountable-care-organization") == [("seeds/1.md", line, "title")]
    assert [key for _, _, key in origins(site, "1", "schema:mentions", "cm:capitation")] == ["(body)"]
    annotations = {quad.subject for quad in site.snapshot().store if str(quad.graph_name) == MENTIONS}
    assert len(annotations) == 8
    for subject in annotations:
        assert isinstance(subject, ox.NamedNode)
        key = "title" if "/title/" in subject.value else "(body)"
        for each in explained(site, subject.value):
            assert {(origin.file, origin.key) for origin in each.origins} == {("seeds/1.md", key)}
            assert all("Mentions(" in origin.rule for origin in each.origins)


def test_the_command_shows_a_tree(seeds: Site) -> None:
    """`explain` sets what a step needs in below it, down to files and lines."""
    ended = seeds.run("explain", "3932", "cu:viaSite")
    head, step, first, *rest = ended.out.splitlines()
    assert re.fullmatch(r"item/3932 cu:viaSite \S+", head)
    axiom = "cu:curatedFrom, then cu:hostedOn gives cu:viaSite"
    assert re.fullmatch(rf"    follows by prp-spo2: {axiom}    ontology/core\.ttl:\d+", step)
    assert first.startswith("    item/3932 cu:curatedFrom ")
    assert rest[0].startswith("        seeds/3932-")
    assert rest[1].startswith("        converters/item.py:")
    assert rest[2].endswith(head.rpartition(" ")[2])


def test_the_command_answers_programs_with_the_tree(seeds: Site) -> None:
    """In JSON a step has its rule, axiom, place and premises; a premise has the shape of any explanation."""
    [each] = seeds.run("explain", "3932", "cu:viaSite", "--format", "json").json()
    assert each.keys() == {"subject", "predicate", "object", "graph", "files", "step"}
    assert (each["graph"], each["files"]) == (INFERRED, 0)
    assert each["step"].keys() == {"rule", "axiom", "place", "premises"}
    one, other = each["step"]["premises"]
    assert one["predicate"] == f"<{CU}curatedFrom>"
    assert one["object"] == other["subject"]
    assert one.keys() == {"subject", "predicate", "object", "graph", "files", "origins"}
    assert other["origins"][0].keys() == {"file", "line", "key", "text", "place", "rule"}


def test_what_comes_to_be_stated_is_explained_by_its_document(tmp_path: Path) -> None:
    """A triple that was inferred until a document stated it is there once, and is explained by the document."""
    site = Site(tmp_path / "site", {"1.md": item(1, openProjectWorkPackageType=None)})
    site.build()
    [before] = explained(site, "1", "cu:contentKind")
    assert before.step
    assert before.step.rule == "prp-spo2"
    site.write("1.md", item(1))
    site.build()
    [after] = explained(site, "1", "cu:contentKind")
    assert after.object == before.object
    assert [origin.key for origin in after.origins] == ["openProjectWorkPackageType"]


# Files that have changed since the build


def test_a_file_that_has_changed_since_is_not_made_responsible(tmp_path: Path) -> None:
    """Where a file no longer says what was published the explanation says so instead of naming a wrong line."""
    site = Site(tmp_path / "site", {"1.md": item(1)})
    site.build()
    site.write("1.md", item(1, title="Other"))
    [each] = explained(site, "1", "dcterms:title")
    [origin] = each.origins
    assert origin.file == ""
    assert "changed since the build" in origin.place
    site.build()
    assert [key for _, _, key in origins(site, "1", "dcterms:title")] == ["title"]


@pytest.mark.parametrize("now", [None, "---\nunclosed\n"], ids=["removed", "broken"])
def test_a_file_that_is_gone_since_is_told(tmp_path: Path, now: str | None) -> None:
    """Where a file is gone or no longer readable the command says so in one line."""
    site = Site(tmp_path / "site", {"1.md": item(1), "2.md": item(2)})
    site.build()
    if now is None:
        site.remove("1.md")
    else:
        site.write("1.md", now)
    ended = site.run("explain", "1", "dcterms:title")
    assert ended.status == 2
    assert "seeds/1.md" in ended.sentence
    assert site.run("explain", "2").status == 0


def test_explaining_needs_no_source_folder_to_be_named(tmp_path: Path) -> None:
    """What was built from a folder outside the project is explained from there."""
    site = Site(tmp_path / "site")
    outside = tmp_path / "outside" / "1.md"
    outside.parent.mkdir()
    outside.write_text(item(1), encoding="utf-8")
    site.build(outside.parent)
    [(file, _, key)] = origins(site, "1", "dcterms:title")
    assert (file, key) == ("../outside/1.md", "title")


# The command


def test_the_command_names_file_line_key_and_rule(seeds: Site) -> None:
    """`explain` prints each triple with where it comes from."""
    ended = seeds.run("explain", "3527", "dcterms:title")
    assert ended.status == 0
    file = next(path.name for path in seeds.seeds.iterdir() if path.name.startswith("3527"))
    [line] = [
        number
        for number, text in enumerate((seeds.seeds / file).read_text("utf-8").splitlines(), 1)
        if text.startswith("title:")
    ]
    assert f"seeds/{file}:{line}" in ended.out
    assert re.search(r"converters/item\.py:\d+ +Rule\(\"title\"", ended.out)


def test_the_command_answers_programs(seeds: Site) -> None:
    """`explain --format json` gives every part of the explanation."""
    [each] = seeds.run("explain", "3527", "dcterms:title", "--format", "json").json()
    assert each["predicate"] == "<http://purl.org/dc/terms/title>"
    [origin] = each["origins"]
    assert origin["key"] == "title"
    assert origin["place"].startswith("converters/item.py:")
    assert origin["line"] > 1


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    """What is printed of a file is no markup and no control code."""
    title = "[bold]x[/bold] \x9b2J \u202eevil :smile: </b>"
    site = Site(tmp_path / "site", {"1.md": item(1, title=title)})
    site.build()
    ended = site.run("explain", "1", "dcterms:title")
    assert ended.status == 0
    assert "[bold]x[/bold]" in ended.out
    assert ":smile:" in ended.out
    assert not any(char in ended.out for char in "\x9b\u202e\x1b")


def test_the_project_of_the_checkout_is_explained_in_its_own_words() -> None:
    """The rules of the checkout's own converters are found where they stand."""
    converters = Project.load(ROOT).content("converters")
    assert converters == ROOT / "converters"
