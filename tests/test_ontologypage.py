"""The page about the ontology: complete, true to the ontology, one file that asks for nothing, safe and stable."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest

from curagraph import Project
from curagraph.building.schemes import schemes
from curagraph.ontologypage import plan
from curagraph.ontologypage.glossary import Glossary
from curagraph.ontologypage.overview import Overview
from curagraph.ontologypage.page import page
from curagraph.problem import ProjectError
from curagraph.reasoning import axioms
from curagraph.reasoning.expressions import Named, Property
from tests.project import CU, ROOT, SKOS

CM = "https://data.medigy.com/care-models/"
VOID = {"br", "link", "meta"}
# Attributes and elements by which a page has its reader fetch something.
FETCHING = {"src", "srcset", "poster", "data", "background", "action", "formaction", "ping", "manifest", "cite"}
FETCHERS = {"script", "link", "img", "iframe", "object", "embed", "image", "use", "base", "form", "audio", "video"}


class Page(HTMLParser):
    """A page as a reader meets it; every element must end where it may."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[tuple[str, str]] = []
        self.inside: dict[str, str] = {}
        self.ids: list[str] = []
        self.feed(data.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice"
        found = {name: value or "" for name, value in attrs}
        self.elements.append((tag, found))
        if "id" in found:
            self.ids.append(found["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> ends another element"

    def handle_data(self, data: str) -> None:
        self.words.append((self.open[-1] if self.open else "", data))

    @property
    def text(self) -> str:
        return "".join(data for tag, data in self.words if tag != "style")

    def values(self, attribute: str) -> list[str]:
        return [found[attribute] for _, found in self.elements if attribute in found]


@pytest.fixture(scope="module")
def made(project: Project) -> bytes:
    return page(project)


@pytest.fixture(scope="module")
def read(made: bytes) -> Page:
    return Page(made)


@pytest.fixture
def glossary(project: Project) -> Glossary:
    return Glossary(project)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A project folder with an ontology of its own to spoil."""
    shutil.copytree(ROOT / "ontology", tmp_path / "ontology")
    return tmp_path


def entry(made: bytes, anchor: str) -> str:
    """The entry at an anchor, as words."""
    found = re.search(rf'<section id="{re.escape(anchor)}" class="entry">(.*?)</section>', made.decode(), re.DOTALL)
    assert found, f"{anchor} has no entry"
    return " ".join(re.sub("<[^>]+>", " ", found[1]).replace(" ,", ",").split())


def objects(project: Project, predicate: str) -> Iterator[tuple[str, str]]:
    for triple in [*project.vocabulary.triples, *schemes(project).triples]:
        if triple.predicate.value == predicate and isinstance(triple.object, ox.Literal):
            yield str(triple.subject), triple.object.value


# Complete


def test_each_term_stands_at_its_anchor(project: Project, read: Page) -> None:
    """Each of our terms stands at the end of its IRI, each of another vocabulary at its prefixed name."""
    declared = project.vocabulary.declared
    own = {iri.removeprefix(space) for iri in declared for space in (CU, CM) if iri.startswith(space)}
    assert {"about", "CuratedItem", "exposesTo", "ontology", "skos:broader", "rdf:type"} <= set(read.ids)
    assert own <= set(read.ids)
    glossary = Glossary(project)
    assert {glossary.name(iri) for iri in declared if not glossary.is_own(iri)} <= set(read.ids)


def test_each_concept_stands_at_its_anchor(project: Project, read: Page) -> None:
    """Each concept of a scheme stands at the end of its IRI."""
    concepts = {iri.removeprefix(CM) for iri in schemes(project).declared if iri != CM}
    assert "fee-for-service" in concepts
    assert concepts <= set(read.ids)


def test_no_anchor_stands_twice(read: Page) -> None:
    """An anchor names one place."""
    assert [anchor for anchor, times in Counter(read.ids).items() if times > 1] == []


@pytest.mark.parametrize("name", ["definition", "note", "scopeNote", "editorialNote", "altLabel", "prefLabel"])
def test_each_text_is_on_the_page(name: str, project: Project, read: Page) -> None:
    """No definition, note or label of a term or concept is left out."""
    texts = list(objects(project, SKOS + name))
    assert texts
    assert [pair for pair in texts if pair[1] not in read.text] == []


def test_each_axiom_is_told_of_its_term(project: Project, made: bytes) -> None:
    """The entry of a term names every other term of an axiom about it."""
    glossary = Glossary(project)
    for axiom in axioms.read(project.vocabulary.triples):
        named = [each.iri for each in axiom.arguments if isinstance(each, Named | Property)]
        if axiom.subject in named and glossary.is_own(axiom.subject):
            words = entry(made, glossary.anchors[axiom.subject]).split()
            for iri in named:
                assert glossary.name(iri) in [word.strip("(),") for word in words], axiom


def test_what_is_inferred_is_told_in_words(made: bytes) -> None:
    """Chains, inverses, characteristics and definitions of classes are rows of an entry."""
    assert "Inferred from cu:curatedFrom, then cu:hostedOn" in entry(made, "viaSite")
    assert "Leads on cu:curatedFrom, then cu:hostedOn gives cu:viaSite" in entry(made, "hostedOn")
    assert "Inverse cu:curatedBy" in entry(made, "curates")
    assert "Always is transitive" in entry(made, "higherRiskThan")
    assert "Never also cu:CuratedItem, cu:OriginalWork" in entry(made, "Topic")
    wanted = "Defined as ( cu:CuratedItem and ( cu:contentKind value cu:CuratedNewsKind ))"
    assert wanted in entry(made, "CuratedNewsItem")


def test_an_entry_of_a_concept_has_both_directions_and_its_matches(made: bytes) -> None:
    """A concept tells what is narrower, who uses it, what it is matched with outside, and which topics mean it."""
    words = entry(made, "value-based-care")
    assert "Has narrower accountable care organization, patient-centered medical home, value-based payment" in words
    assert (
        "Has exact match, said of Value Based Healthcare topic:symplur/value-based-healthcare Value-Based Care topic:"
        in words
    )
    assert "Uses payment model, said of accountable care organization" in entry(made, "shared-savings")
    assert "Lower risk than two-sided risk" in entry(made, "shared-savings")
    assert 'href="http://id.nlm.nih.gov/mesh/D060866"' in made.decode()
    assert "Evidence: lines 21 to 24 and 45 of the reference text." in entry(made, "accountable-care-organization")


# One file


def test_each_link_inside_the_page_leads_somewhere(read: Page) -> None:
    """A link, a marker or a label of the page names an anchor that is there."""
    inside = [unquote(href[1:]) for href in read.values("href") if href.startswith("#")]
    inside += [name for value in read.values("aria-labelledby") for name in value.split()]
    inside += [name for value in read.values("aria-describedby") for name in value.split()]
    inside += [value.removeprefix("url(#").removesuffix(")") for value in read.values("marker-end")]
    assert len(inside) > 300
    assert set(inside) - set(read.ids) == set()


def test_the_page_asks_for_nothing(made: bytes, read: Page) -> None:
    """Nothing is fetched to show the page: no script, style, font or image from anywhere, itself included."""
    assert {tag for tag, _ in read.elements} & FETCHERS == set()
    assert {name for _, found in read.elements for name in found} & FETCHING == set()
    assert not any(name.startswith("on") for _, found in read.elements for name in found)
    style = made.decode().partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_the_page_says_what_it_is_to_programs(read: Page) -> None:
    """Language, encoding and title stand where browsers and screen readers look for them; headings are in order."""
    assert ("html", {"lang": "en"}) in read.elements
    assert ("meta", {"charset": "utf-8"}) in read.elements
    assert ("title", "The curagraph ontology") in read.words
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    pictures = [found for tag, found in read.elements if tag == "svg"]
    assert len(pictures) == 2
    assert all({"aria-labelledby", "aria-describedby"} <= found.keys() for found in pictures)


def test_the_page_is_the_same_each_time(made: bytes) -> None:
    """The page does not depend on the order of hashes."""
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")}
        command = [sys.executable, "-m", "curagraph", "ontology", "--project", str(ROOT)]
        assert subprocess.run(command, capture_output=True, check=True, env=environment).stdout == made


def test_the_command_writes_a_file(made: bytes, tmp_path: Path) -> None:
    """`curagraph ontology -o PATH` writes the page into folders that it makes."""
    target = tmp_path / "out" / "ontology.html"
    command = [sys.executable, "-m", "curagraph", "ontology", "--project", str(ROOT), "-o", str(target)]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b""
    assert target.read_bytes() == made


def test_no_text_of_the_ontology_becomes_markup(copy: Path) -> None:
    """Hostile labels and definitions are text, and an IRI that would run something is no link."""
    hostile = '"</style></svg><script>alert(1)</script> & \\" onload=\\"x"@en'
    with (copy / "ontology" / "core.ttl").open("a") as file:
        file.write(f"cu:Bad a owl:Class ; rdfs:label {hostile} ; skos:definition {hostile} .\n")
    with (copy / "ontology" / "schemes" / "care-models.ttl").open("a") as file:
        file.write(f"cm:capitation dcterms:source <javascript:alert(1)> ; skos:scopeNote {hostile} .\n")
    read = Page(page(Project.load(copy)))
    assert {tag for tag, _ in read.elements} & FETCHERS == set()
    assert not [href for href in read.values("href") if not href.startswith(("#", "http://", "https://"))]
    assert "<script>alert(1)</script>" in read.text
    assert "javascript:alert(1)" in read.text


# True to the ontology


def test_the_picture_names_only_what_the_ontology_declares(glossary: Glossary) -> None:
    """Each class and property of the plan is a term of the ontology, each facet a concept or a property."""
    found = plan.Plan.load()
    names = [node.class_ for node in found.nodes] + [name for node in found.nodes for name in node.also]
    names += [name for arrow in found.arrows for name in (arrow.property, arrow.start, arrow.end) if name]
    assert [name for name in (*names, *found.facets.values()) if not glossary.iri(name)] == []
    assert len(Overview(glossary, found).arrows) == len(found.arrows)


def test_the_picture_shows_each_main_class(project: Project, glossary: Glossary) -> None:
    """Each class that the ontology keeps apart from the others has a box, and each of our classes is named in one."""
    nodes = plan.Plan.load().nodes
    boxes = {glossary.iri(node.class_) for node in nodes}
    named = boxes | {glossary.iri(name) for node in nodes for name in node.also}
    apart = [axiom for axiom in axioms.read(project.vocabulary.triples) if axiom.kind == "AllDisjointClasses"]
    assert apart
    assert {each.iri for axiom in apart for each in axiom.arguments if isinstance(each, Named)} - boxes == set()
    classes = axioms.declared(project.vocabulary.triples, "Class")
    assert {iri for iri in classes if iri.startswith(CU)} - named == set()


def test_the_picture_shows_each_property_between_classes(project: Project, glossary: Glossary) -> None:
    """Each of our object properties whose ends are classes with boxes is an arrow."""
    found = plan.Plan.load()
    drawn = {glossary.iri(arrow.property) for arrow in found.arrows}
    # The addresses of a page and of a record lead to nothing that is described.
    bare = {CU + "page", CU + "sourceRecord"}
    properties = axioms.declared(project.vocabulary.triples, "ObjectProperty")
    assert {iri for iri in properties if iri.startswith(CU)} - drawn == bare


def test_the_picture_agrees_with_domains_and_ranges(project: Project, glossary: Glossary) -> None:
    """Where an arrow of the plan names its ends, the ontology names no others."""
    said = {
        (axiom.kind, axiom.subject): axiom.ends[0].value
        for axiom in axioms.read(project.vocabulary.triples)
        if axiom.kind in ("domain", "range") and axiom.stated[2].startswith("<")
    }
    for arrow in plan.Plan.load().arrows:
        for kind, end in (("domain", arrow.start), ("range", arrow.end)):
            iri = glossary.iri(arrow.property)
            assert not end or said.get((kind, iri), glossary.iri(end)) == glossary.iri(end), arrow


def test_what_the_axioms_lead_to_is_dashed(project: Project, glossary: Glossary) -> None:
    """A property that a chain leads to is dashed; one that nothing leads to is not."""
    found = axioms.read(project.vocabulary.triples)
    chained = {axiom.subject for axiom in found if axiom.kind == "propertyChainAxiom"}
    inverse = {axiom.subject for axiom in found if axiom.kind == "inverseOf"}
    for arrow in plan.Plan.load().arrows:
        iri = glossary.iri(arrow.property)
        assert arrow.inferred or iri not in chained, arrow
        assert not arrow.inferred or iri in chained | inverse, arrow


def test_the_order_of_risk_is_drawn_from_low_to_high(made: bytes) -> None:
    """The picture of the care models tells the whole order, and which model of care uses which payment model."""
    words = made.decode()
    order = "fee-for-service, pay-for-performance, shared savings, two-sided risk, capitation"
    assert f"Payment models from low to high risk: {order}." in words
    assert "accountable care organization uses payment model shared savings" in words
    assert "patient-centered medical home uses payment model care coordination fee" in words


def test_a_circle_in_the_order_of_risk_is_an_error(copy: Path) -> None:
    """An order that leads back to where it began cannot be drawn, and the message says where to look."""
    with (copy / "ontology" / "schemes" / "care-models.ttl").open("a") as file:
        file.write("cm:fee-for-service cm:higherRiskThan cm:capitation .\n")
    with pytest.raises(ProjectError, match=r"care-models\.ttl:\d+: cm:higherRiskThan leads in a circle"):
        page(Project.load(copy))


def test_another_ontology_has_its_page_without_our_pictures() -> None:
    """A project whose ontology lacks classes of the picture has a page of its terms, and no picture with holes."""
    read = Page(page(Project.load(ROOT / "examples" / "hpcsocial")))
    assert {"Blog", "writtenBy", "cu:CuratedItem"} <= set(read.ids)
    assert not [tag for tag, _ in read.elements if tag == "svg"]


# Fit to look at


def colours(style: str) -> list[dict[str, str]]:
    """The colours of the light and of the dark theme."""
    found = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    # Each file has its light colours and then its dark ones.
    themes = (" ".join(found[0::2]), " ".join(found[1::2]))
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", theme)) for theme in themes]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_have_enough_contrast(theme: int, made: bytes) -> None:
    """Texts have a contrast of 4.5, lines and edges one of 3 (WCAG 2.2, 1.4.3 and 1.4.11), in both themes."""
    found = colours(made.decode())[theme]
    tones = ("place", "source", "subject", "shown")
    texts = [(text, ground) for text in ("ink", "muted", "link") for ground in ("page", "raised")]
    texts += [(text, tone) for text in ("ink", "muted") for tone in tones]
    texts += [("inferred", "raised"), ("item-ink", "item"), ("mark-ink", "gain"), ("mark-ink", "loss")]
    edges = [(line, "raised") for line in ("stated", "inferred", "uses", "risk", *(f"{tone}-edge" for tone in tones))]
    for least, pairs in ((4.5, texts), (3, edges)):
        for one, other in pairs:
            assert contrast(found[one], found[other]) >= least, (one, other)


def test_no_boxes_overlap(read: Page) -> None:
    """In each picture the boxes stand apart, inside the picture."""
    views: list[list[tuple[float, float, float, float]]] = []
    sizes: list[tuple[float, float]] = []
    for tag, found in read.elements:
        if tag == "svg":
            _, _, width, height = map(float, found["viewbox"].split())
            sizes.append((width, height))
            views.append([])
        elif tag == "rect" and found["class"] == "box":
            x, y, width, height = (float(found[name]) for name in ("x", "y", "width", "height"))
            views[-1].append((x, y, x + width, y + height))
    for (width, height), boxes in zip(sizes, views, strict=True):
        assert boxes
        for number, (left, top, right, bottom) in enumerate(boxes):
            assert left >= 0
            assert top >= 0
            assert right <= width
            assert bottom <= height
            for other in boxes[number + 1 :]:
                assert right < other[0] or other[2] < left or bottom < other[1] or other[3] < top
