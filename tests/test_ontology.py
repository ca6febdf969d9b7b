"""The ontology and the scheme of care models: each term described, each axiom inside OWL 2 RL and DL, all consistent.

Much of this is what OOPS! and FOOPS! look for, as far as it can be seen without a network.
"""

from __future__ import annotations

import gzip
import io
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import owlready2  # type: ignore[import-untyped]
import pyoxigraph as ox
import pytest

from curagraph import Project, Snapshot
from curagraph.building import building
from curagraph.exporting import jsonld

ROOT = Path(__file__).resolve().parent.parent
PROJECT = Project.load(ROOT)
PREFIXES = PROJECT.vocabulary.prefixes
ONTOLOGY = "https://data.medigy.com/ontology"
CU = ONTOLOGY + "#"
CM = "https://data.medigy.com/care-models/"
MESH = "http://id.nlm.nih.gov/mesh/"
OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"

CLASS = "owl:Class"
OBJECT, DATA, ANNOTATION = "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty"
CHARACTERISTICS = {
    f"owl:{name}Property"
    for name in ("Functional", "InverseFunctional", "Irreflexive", "Asymmetric", "Symmetric", "Transitive")
}
# OWL 2 Structural Specification, section 11.2: what may be said of simple properties alone.
OF_SIMPLE = CHARACTERISTICS - {"owl:SymmetricProperty", "owl:TransitiveProperty"}
# The axioms and class expressions that rules are made of, and what stands inside them.
AXIOMS = {
    "rdfs:subClassOf",
    "rdfs:subPropertyOf",
    "rdfs:domain",
    "rdfs:range",
    *(
        f"owl:{name}"
        for name in (
            *("equivalentClass", "equivalentProperty", "inverseOf", "propertyChainAxiom", "disjointWith", "members"),
            *("propertyDisjointWith", "intersectionOf", "unionOf", "onProperty", "hasValue"),
            *("someValuesFrom", "allValuesFrom"),
        )
    ),
}
SAID = {"rdf:type", "rdfs:label", "rdfs:isDefinedBy", "owl:versionIRI", "owl:versionInfo"}
TYPES = CHARACTERISTICS | {CLASS, OBJECT, DATA, ANNOTATION, "owl:Ontology", "owl:Restriction", "owl:AllDisjointClasses"}
# What has no domain or no range although no chain leads to it, and why.
OPEN = {
    ("cu:page", "rdfs:domain"): "things of every class have a page",
    ("cu:page", "rdfs:range"): "a page is only an address; nothing describes it",
    ("cu:sourceRecord", "rdfs:range"): "the record is a URN; nothing describes it",
}
# Names in vocabularies that are not among the files of ../shared: our own reading of their specifications.
NAMES = {
    "dcterms": "created creator description format identifier isReplacedBy license modified rights source title",
    "oa": "Annotation SpecificResource TextPositionSelector TextQuoteSelector end exact hasBody hasSelector hasSource "
    "hasTarget start",
    "owl": "versionInfo",
    "prov": "Activity Agent wasDerivedFrom wasGeneratedBy",
    "rdf": "type",
    "rdfs": "label",
    "sioc": "Community Container Item",
    "skos": "Concept ConceptScheme altLabel broadMatch broader broaderTransitive closeMatch definition editorialNote "
    "exactMatch hasTopConcept hiddenLabel inScheme mappingRelation narrowMatch narrower notation note prefLabel "
    "related relatedMatch scopeNote topConceptOf",
    "vann": "preferredNamespacePrefix preferredNamespaceUri",
}
FILES = {"cito": "cito.ttl", "pav": "pav.rdf", "schema": "schemaorg-30.0-current-https.ttl.gz"}
RUN_OF_WORDS = 7


def short(node: object) -> str:
    """A term by its prefix; a literal by its words."""
    assert isinstance(node, ox.NamedNode | ox.BlankNode | ox.Literal)
    if not isinstance(node, ox.NamedNode):
        return str(node) if isinstance(node, ox.BlankNode) else node.value
    fitting = [(prefix, namespace) for prefix, namespace in PREFIXES.items() if node.value.startswith(namespace)]
    prefix, namespace = max(fitting, key=lambda pair: len(pair[1]), default=("", ""))
    return f"{prefix}:{node.value[len(namespace) :]}" if prefix else node.value


class Said:
    """What triples say, by the short names of their terms."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = frozenset(triples)
        self.values: dict[tuple[str, str], set[str]] = defaultdict(set)
        for triple in self.triples:
            self.values[short(triple.subject), short(triple.predicate)].add(short(triple.object))

    def all(self, subject: str, predicate: str) -> set[str]:
        return self.values.get((subject, predicate), set())

    def pairs(self, predicate: str) -> set[tuple[str, str]]:
        """The subjects and objects of a predicate."""
        return {(subject, each) for (subject, p), found in self.values.items() if p == predicate for each in found}

    def of(self, *types: str) -> set[str]:
        return {subject for subject, type_ in self.pairs("rdf:type") if type_ in types}

    def texts(self, subject: str, predicate: str) -> list[ox.Literal]:
        rows = [t.object for t in self.triples if (short(t.subject), short(t.predicate)) == (subject, predicate)]
        return [each for each in rows if isinstance(each, ox.Literal)]

    def members(self, head: str) -> list[str]:
        """The members of an RDF list."""
        found = []
        while head != "rdf:nil":
            (first,), (head,) = self.all(head, "rdf:first"), self.all(head, "rdf:rest")
            found.append(first)
        return found


def turtle(files: Iterable[Path]) -> Iterator[ox.Triple]:
    for file in files:
        yield from (quad.triple for quad in ox.parse(path=str(file), format=ox.RdfFormat.TURTLE))


TERMS = Said(PROJECT.vocabulary.triples)
SCHEME = Said(turtle(PROJECT.ontology("schemes/care-models.ttl")))
PROPERTIES = TERMS.of(OBJECT, DATA, ANNOTATION)
DECLARED = sorted(name for name in map(short, map(ox.NamedNode, PROJECT.vocabulary.declared)) if name != ONTOLOGY)
OWN = [name for name in DECLARED if TERMS.all(name, "rdfs:isDefinedBy") == {ONTOLOGY}]
OUTSIDE = [name for name in DECLARED if name not in OWN]
CONCEPTS = sorted(SCHEME.of("skos:Concept"))
CHAINS = [
    (name, TERMS.members(head)) for name, head in sorted(TERMS.pairs("owl:propertyChainAxiom"), key=lambda row: row[0])
]


def reached(start: str, edges: Iterable[tuple[str, str]]) -> set[str]:
    """What edges lead to from a place, in one step or more."""
    following = defaultdict(set)
    for source, target in edges:
        following[source].add(target)
    found: set[str] = set()
    waiting = set(following[start])
    while waiting:
        found |= waiting
        waiting = {target for each in waiting for target in following[each]} - found
    return found


def in_cycles(edges: set[tuple[str, str]]) -> list[str]:
    return sorted({source for source, _ in edges if source in reached(source, edges)})


def not_simple() -> set[str]:
    """The properties that a chain or transitivity leads to, and all above them (section 11.1 of the same)."""
    inverse = TERMS.pairs("owl:inverseOf")
    above = TERMS.pairs("rdfs:subPropertyOf") | inverse | {(target, source) for source, target in inverse}
    lowest = TERMS.of("owl:TransitiveProperty") | {name for name, _ in CHAINS}
    return lowest | {each for name in lowest for each in reached(name, above)}


# The terms


def test_the_header_is_complete() -> None:
    """The ontology says its title, description, makers, licence, version, dates, prefix and namespace."""
    (header,) = TERMS.of("owl:Ontology")
    assert header == ONTOLOGY
    for key in ("title", "description", "creator", "license", "created", "modified"):
        assert TERMS.all(header, f"dcterms:{key}"), key
    (version,) = TERMS.all(header, "owl:versionInfo")
    assert TERMS.all(header, "owl:versionIRI") == {f"{ONTOLOGY}/{version}"}
    assert TERMS.all(header, "vann:preferredNamespacePrefix") == {"cu"}
    assert TERMS.all(header, "vann:preferredNamespaceUri") == {CU} == {PREFIXES["cu"]}
    assert TERMS.pairs("owl:imports") == set()


def test_our_own_terms_are_those_of_our_namespaces() -> None:
    """Each term below one of our prefixes, and no other, says that our ontology defines it."""
    assert {name for name in DECLARED if name.startswith(("cu:", "cm:"))} == set(OWN)
    assert {name.partition(":")[0] for name in OUTSIDE} == {*NAMES, *FILES}


@pytest.mark.parametrize("name", DECLARED)
def test_each_term_is_described(name: str) -> None:
    """Each term has one label and one definition, in English, says who defines it, and is of one kind."""
    for predicate in ("rdfs:label", "skos:definition"):
        assert [each.language for each in TERMS.texts(name, predicate)] == ["en"], predicate
    (definition,) = TERMS.texts(name, "skos:definition")
    assert re.fullmatch(r"[A-Z].*\.", definition.value)
    assert len(TERMS.all(name, "rdfs:isDefinedBy")) == 1
    kinds = TERMS.all(name, "rdf:type") - CHARACTERISTICS
    assert len(kinds) == 1, kinds


def test_no_two_terms_share_a_label() -> None:
    """A label names one term, whatever its case."""
    labels = Counter(label.casefold() for _, label in TERMS.pairs("rdfs:label"))
    assert [label for label, times in labels.items() if times > 1] == []


@pytest.mark.parametrize("predicate", ["rdfs:subClassOf", "owl:equivalentClass", "rdfs:subPropertyOf"])
def test_no_class_or_property_stands_below_itself(predicate: str) -> None:
    """There is no cycle of classes, nor of properties."""
    assert TERMS.pairs(predicate)
    assert in_cycles(TERMS.pairs(predicate)) == []


@pytest.mark.parametrize("name", [name for name in OWN if name in TERMS.of(OBJECT, DATA)])
def test_each_property_has_domain_and_range(name: str) -> None:
    """Each property of ours says what it leads from and to, unless a chain says so or there is a reason."""
    chained = name in {chained for chained, _ in CHAINS}
    for predicate in ("rdfs:domain", "rdfs:range"):
        assert chained or (name, predicate) in OPEN or len(TERMS.all(name, predicate)) == 1, predicate


def test_inverses_are_declared_both_ways() -> None:
    """Where one property is the inverse of another, the other says so too."""
    inverses = TERMS.pairs("owl:inverseOf")
    assert ("cu:curates", "cu:curatedBy") in inverses
    assert ("cm:higherRiskThan", "cm:lowerRiskThan") in inverses
    assert inverses == {(target, source) for source, target in inverses}


def test_every_object_property_of_ours_holds_links_in_json_ld() -> None:
    """The JSON-LD context, which is made from the ontology, reads the values of object properties as IRIs."""
    context = jsonld.context(PROJECT.vocabulary)
    for name in TERMS.of(OBJECT) & set(OWN):
        assert context[name.partition(":")[2]]["@type"] == "@id", name


# Terms of others


@pytest.mark.parametrize("prefix", NAMES)
def test_terms_of_small_vocabularies_are_listed(prefix: str) -> None:
    """A term of a vocabulary that no file here holds is one of those that were looked up, and each of those is used."""
    found = {name.partition(":")[2] for name in OUTSIDE if name.startswith(f"{prefix}:")}
    assert found == set(NAMES[prefix].split())


@pytest.mark.parametrize("prefix", FILES)
def test_terms_of_others_exist(prefix: str, shared: Path) -> None:
    """A term of schema.org, PAV or CiTO is in that vocabulary, as a class or as a property as we have it."""
    file = shared / "vocabularies" / FILES[prefix]
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    format_ = ox.RdfFormat.RDF_XML if file.suffix == ".rdf" else ox.RdfFormat.TURTLE
    theirs = Said(quad.triple for quad in ox.parse(data, format=format_, base_iri=PREFIXES[prefix]))
    classes = theirs.of("rdfs:Class", "owl:Class")
    properties = theirs.of("rdf:Property", OBJECT, DATA, ANNOTATION)
    ours = {name for name in OUTSIDE if name.startswith(f"{prefix}:")}
    assert ours & TERMS.of(CLASS) - classes == set()
    assert ours & PROPERTIES - properties == set()


def test_schema_org_has_one_spelling() -> None:
    """No file of the ontology writes the names of schema.org with http."""
    for file in PROJECT.ontology("**/*.ttl"):
        assert "http://schema.org" not in file.read_text("utf-8"), file.name


def test_no_definition_is_copied(shared: Path) -> None:
    """No definition, ours of a term or of a concept, has seven words in a row with a vocabulary or the article."""
    texts = [file.read_text("utf-8") for file in sorted((shared / "vocabularies").glob("*.[tr][td][lf]"))]
    texts += [gzip.decompress(file.read_bytes()).decode() for file in (shared / "vocabularies").glob("*.gz")]
    texts += [article(shared).read_text("utf-8")]
    assert len(texts) == 7
    theirs = {run for text in texts for run in runs(text)}
    for said in (TERMS, SCHEME):
        for triple in said.triples:
            if isinstance(triple.object, ox.Literal) and triple.object.language:
                assert theirs.isdisjoint(runs(triple.object.value)), triple.object.value


def runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", re.sub(r"<[^>]*>|\{[^}]*\}", " ", text.lower()))
    return zip(*(words[start:] for start in range(RUN_OF_WORDS)), strict=False)


# Inside OWL 2 RL and OWL 2 DL


def test_only_axioms_that_become_rules_are_used() -> None:
    """Beside labels and the like, nothing is said in OWL or RDFS but what is compiled."""
    used = {predicate for _, predicate in TERMS.values if predicate.startswith(("owl:", "rdfs:"))}
    assert used <= AXIOMS | SAID
    types = {type_ for _, type_ in TERMS.pairs("rdf:type") if type_.startswith(("owl:", "rdfs:"))}
    assert types <= TYPES


def test_class_expressions_stand_where_rules_can_have_them() -> None:
    """An expression defines a class by `hasValue`, or stands above one (OWL 2 Profiles, sections 4.2.3 and 4.2.2)."""
    expressions = {name for name in TERMS.of(CLASS, "owl:Restriction") if name not in DECLARED}
    intersections = {name for name, _ in TERMS.pairs("owl:intersectionOf")}
    members = {each for _, head in TERMS.pairs("owl:intersectionOf") for each in TERMS.members(head)}
    assert {target for _, target in TERMS.pairs("owl:equivalentClass")} == intersections
    above = {high for _, high in TERMS.pairs("rdfs:subClassOf")} - set(DECLARED)
    assert expressions == intersections | members - set(DECLARED) | above
    assert members - set(DECLARED) <= {name for name, _ in TERMS.pairs("owl:hasValue")}
    assert above <= {name for kind in ("owl:hasValue", "owl:allValuesFrom") for name, _ in TERMS.pairs(kind)}
    assert {domain for _, domain in TERMS.pairs("rdfs:domain")} <= set(DECLARED) | {"owl:Class"}


def test_each_class_with_a_hint_is_told_to_schema_org() -> None:
    """An item of a class that front matter asks for has that class as its additional type."""
    hinted = {name for name, _ in TERMS.pairs("cu:owlTypeHint")} | {"cu:CuratedItem"}
    told = dict(TERMS.pairs("owl:hasValue"))
    for name in hinted:
        assert name in {told.get(high) for low, high in TERMS.pairs("rdfs:subClassOf") if low == name}


def test_what_wants_simple_properties_is_said_of_no_other() -> None:
    """A property that is transitive or chained, or above such, is not functional, irreflexive, asymmetric, disjoint."""
    assert {"cu:about", "schema:about", "skos:closeMatch", "skos:mappingRelation", "cm:lowerRiskThan"} <= not_simple()
    assert TERMS.of(*OF_SIMPLE) & not_simple() == set()
    assert {name for pair in TERMS.pairs("owl:propertyDisjointWith") for name in pair} & not_simple() == set()


def test_chains_are_regular() -> None:
    """Chains can be put into an order in which each property is made of earlier ones (section 11.2 of the same)."""
    same = {max(pair): min(pair) for pair in TERMS.pairs("owl:inverseOf")}
    weak = {(same.get(low, low), same.get(high, high)) for low, high in TERMS.pairs("rdfs:subPropertyOf")}
    strict = {
        (same.get(each, each), same.get(name, name))
        for name, parts in CHAINS
        for each in (parts[1:] if parts[0] == name else parts[:-1] if parts[-1] == name else parts)
    }
    assert len(CHAINS) == 8
    assert [(low, high) for low, high in strict if low in reached(high, weak | strict)] == []


def test_logic_is_about_things_and_not_texts() -> None:
    """Only object properties are inverted, chained, symmetric or transitive, so no text becomes a subject."""
    objects = TERMS.of(OBJECT)
    logical = TERMS.of(*CHARACTERISTICS - {"owl:FunctionalProperty"}) | {each for _, chain in CHAINS for each in chain}
    logical |= {name for name, _ in CHAINS} | {name for pair in TERMS.pairs("owl:inverseOf") for name in pair}
    assert logical - objects == set()
    assert TERMS.of("owl:FunctionalProperty") - objects - TERMS.of(DATA) == set()
    for low, high in TERMS.pairs("rdfs:subPropertyOf"):
        assert {low, high} <= objects or {low, high} <= TERMS.of(DATA), (low, high)


@pytest.mark.parametrize(
    "name", ["cu:excerpt", "cu:trailText", "cu:attachmentName", "cu:attachmentPath", "prov:wasGeneratedBy"]
)
def test_words_of_others_and_provenance_have_one_name(name: str) -> None:
    """Nothing follows from an excerpt or from provenance, so neither reaches what is published by another name."""
    said = {predicate for subject, predicate in TERMS.values if subject == name}
    assert said <= {"rdf:type", "rdfs:domain", "rdfs:range", "rdfs:label", "rdfs:isDefinedBy", "skos:definition"}
    used = {predicate for (_, predicate), found in TERMS.values.items() if name in found}
    assert used == set()


def test_the_main_classes_exclude_each_other() -> None:
    """Nothing is of two of our classes, unless one of them is below the other."""
    (group,) = TERMS.of("owl:AllDisjointClasses")
    (head,) = TERMS.all(group, "owl:members")
    below = {low for low, high in TERMS.pairs("rdfs:subClassOf") if high.startswith("cu:")}
    defined = {name for name, _ in TERMS.pairs("owl:equivalentClass")}
    ours = {name for name in OWN if name in TERMS.of(CLASS)}
    assert defined == {"cu:CuratedNewsItem"}
    assert set(TERMS.members(head)) == ours - below - defined


# The scheme of care models


FACETS = {"value-based-care", "reimbursement-model", "care-delivery-model"}
GROUPS = {"program", "risk-exposure", "payment-unit", "measure", "enabler"}
RISK = ["capitation", "two-sided-risk", "shared-savings", "pay-for-performance", "fee-for-service"]
MATCHES = {
    ("reimbursement-model", "closeMatch", "D012051"),
    ("fee-for-service", "closeMatch", "D018588"),
    ("value-based-payment", "closeMatch", "D062505"),
    ("pay-for-performance", "closeMatch", "D012052"),
    ("risk-sharing-contract", "closeMatch", "D020414"),
    ("bundled-payment", "relatedMatch", "D017050"),
    ("capitation", "closeMatch", "D002204"),
    ("global-budget", "broadMatch", "D002017"),
    ("accountable-care-organization", "exactMatch", "D060866"),
    ("patient-centered-medical-home", "broadMatch", "D018802"),
    ("clinically-integrated-network", "broadMatch", "D019033"),
    ("medicare-advantage", "closeMatch", "D020398"),
    ("readmission", "closeMatch", "D010359"),
    ("patient-experience", "broadMatch", "D017060"),
    ("quality-metric", "closeMatch", "D019984"),
    ("interoperable-ehr", "closeMatch", "D057286"),
    ("care-coordination", "closeMatch", "D003266"),
    ("primary-care", "closeMatch", "D011320"),
}
STREAM = "http://hl7.org/fhir/us/davinci-vbpr/CodeSystem/payment-stream"
FRAMEWORK = "http://terminology.hl7.org/CodeSystem/hcp-lan-apm-framework"
CODES = {
    "pay-for-performance": {"p4p", "2C"},
    "shared-savings": {"ssp", "3A"},
    "two-sided-risk": {"ssl", "3B"},
    "bundled-payment": {"eoc", "3B"},
    "capitation": {"4A", "4B"},
    "care-coordination-fee": {"ccf", "2A"},
    "global-budget": {"4B"},
}


def article(shared: Path) -> Path:
    """The plain article that the evidence names lines of."""
    (found,) = (shared / "seeds").glob("004_*")
    return found


def labels(concept: str) -> set[str]:
    kinds = ("skos:prefLabel", "skos:altLabel")
    return {text.value for kind in kinds for text in SCHEME.texts(concept, kind)}


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).casefold()


def asked(pattern: str) -> set[str]:
    """The concepts that a graph pattern finds in the scheme, with no reasoning."""
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in SCHEME.triples)
    rows = store.query(f"PREFIX cm: <{CM}> SELECT ?model {{ {pattern} }}")
    assert isinstance(rows, ox.QuerySolutions)
    return {short(row["model"]).removeprefix("cm:") for row in rows}


def test_the_scheme_says_what_it_is() -> None:
    """The scheme has a title, a description, makers, a licence, dates, a version, a prefix and a namespace."""
    (scheme,) = SCHEME.of("skos:ConceptScheme")
    assert scheme == "cm:"
    assert PREFIXES["cm"] == CM
    for key in ("title", "description", "creator", "license", "created", "modified"):
        assert SCHEME.all(scheme, f"dcterms:{key}"), key
    assert SCHEME.all(scheme, "owl:versionInfo")
    assert SCHEME.all(scheme, "vann:preferredNamespacePrefix") == {"cm"}
    assert SCHEME.all(scheme, "vann:preferredNamespaceUri") == {CM}


def test_the_scheme_uses_declared_terms_alone() -> None:
    """Each property and class in the scheme is declared in the ontology, and the scheme declares none."""
    used = {predicate for _, predicate in SCHEME.values} | {type_ for _, type_ in SCHEME.pairs("rdf:type")}
    assert used - set(DECLARED) == set()
    assert {t.subject.value for t in SCHEME.triples if isinstance(t.subject, ox.NamedNode)} & {
        PREFIXES["cm"] + name.removeprefix("cm:") for name in OWN
    } == set()


@pytest.mark.parametrize("concept", CONCEPTS)
def test_each_concept_is_described(concept: str) -> None:
    """Each concept has one English name, one definition, evidence, the scheme, and a place in its tree."""
    assert re.fullmatch(r"cm:[a-z]+(-[a-z]+)*", concept)
    for predicate in ("skos:prefLabel", "skos:definition"):
        assert [each.language for each in SCHEME.texts(concept, predicate)] == ["en"], predicate
    evidence = [each.value for each in SCHEME.texts(concept, "skos:note") if each.value.startswith("Evidence: ")]
    assert len(evidence) == 1
    assert SCHEME.all(concept, "skos:inScheme") == {"cm:"}
    top = SCHEME.all(concept, "skos:topConceptOf") == {"cm:"}
    assert top == (concept.removeprefix("cm:") in FACETS | GROUPS)
    assert top != bool(SCHEME.all(concept, "skos:broader"))


def test_a_label_names_one_concept() -> None:
    """No label, whatever its case and hyphens, is that of two concepts or stands twice with one."""
    found = Counter(plain(label) for concept in CONCEPTS for label in labels(concept))
    assert [label for label, times in found.items() if times > 1] == []


def test_top_concepts_are_told_from_both_sides() -> None:
    """The scheme names its top concepts, and they name the scheme."""
    assert {name for _, name in SCHEME.pairs("skos:hasTopConcept")} == {f"cm:{name}" for name in FACETS | GROUPS}
    assert {name for name, _ in SCHEME.pairs("skos:topConceptOf")} == {f"cm:{name}" for name in FACETS | GROUPS}


def test_groupings_are_not_looked_for() -> None:
    """The concepts that only group others are marked so that their names count as no mention."""
    assert SCHEME.pairs("cu:notMentioned") == {(f"cm:{name}", "true") for name in GROUPS}


def test_relations_stay_in_the_scheme_and_fit_together() -> None:
    """Relations lead to concepts; wider ones never lead back; what is related is so both ways, and not wider."""
    broader, related = SCHEME.pairs("skos:broader"), SCHEME.pairs("skos:related")
    inside = ("cm:usesPaymentModel", "cm:exposesTo", "cm:higherRiskThan")
    led_to = {target for pairs in (broader, related, *map(SCHEME.pairs, inside)) for _, target in pairs}
    assert led_to <= set(CONCEPTS)
    assert in_cycles(broader) == []
    assert related == {(target, source) for source, target in related}
    assert [pair for pair in related if pair[1] in reached(pair[0], broader)] == []


def test_the_two_facets_are_apart() -> None:
    """No concept is a way of paying and a way of organising, and only the second uses the first."""
    broader = SCHEME.pairs("skos:broader")
    paying = {name for name in CONCEPTS if "cm:reimbursement-model" in reached(name, broader)}
    organising = {name for name in CONCEPTS if "cm:care-delivery-model" in reached(name, broader)}
    assert (len(paying), len(organising)) == (11, 3)
    assert paying & organising == set()
    uses = SCHEME.pairs("cm:usesPaymentModel")
    assert {name for name, _ in uses} <= organising
    assert {name for _, name in uses} <= paying


def test_the_order_of_risk_is_stated_between_neighbours() -> None:
    """The order has four steps; one model is stated to be riskier than pay-for-performance, and three are."""
    steps = {(f"cm:{high}", f"cm:{low}") for high, low in pairwise(RISK)}
    assert SCHEME.pairs("cm:higherRiskThan") == steps
    assert SCHEME.pairs("cm:lowerRiskThan") == set()
    assert asked("?model cm:higherRiskThan cm:pay-for-performance") == {"shared-savings"}
    assert asked("?model cm:higherRiskThan+ cm:pay-for-performance") == set(RISK[:3])


def test_downside_risk_is_stated_of_three_models() -> None:
    """Three models are stated to expose to downside risk; by the payment models that it uses, one more does."""
    stated = {"bundled-payment", "two-sided-risk", "capitation"}
    assert asked("?model cm:exposesTo cm:downside-risk") == stated
    followed = asked("?model cm:usesPaymentModel*/cm:exposesTo cm:downside-risk")
    assert followed == stated | {"accountable-care-organization"}


def test_rows_of_the_comparison_are_whole() -> None:
    """Four models have all three columns of the comparison, and no other has any."""
    compared = {"accountable-care-organization", "bundled-payment", "patient-centered-medical-home"}
    for name in ("coreMechanism", "primaryGoal", "bestSuitedFor"):
        rows = [model for model, _ in SCHEME.pairs(f"cm:{name}")]
        assert sorted(rows) == sorted(f"cm:{model}" for model in compared | {"pay-for-performance"}), name


def test_matches_are_the_verified_ones() -> None:
    """The matches with MeSH are those that were compared, with the kind that was decided, and there are no others."""
    found = {
        (short(t.subject).removeprefix("cm:"), short(t.predicate).removeprefix("skos:"), t.object.value)
        for t in SCHEME.triples
        if short(t.predicate).endswith("Match") and isinstance(t.object, ox.NamedNode)
    }
    assert found == {(concept, kind, MESH + number) for concept, kind, number in MATCHES}


def test_codes_name_their_system() -> None:
    """A code is a notation, and each system that the codes of a concept come from is its source."""
    notations = defaultdict(set)
    for concept, code in SCHEME.pairs("skos:notation"):
        notations[concept.removeprefix("cm:")].add(code)
    assert notations == CODES
    for concept, codes in CODES.items():
        systems = {FRAMEWORK if re.fullmatch(r"\d[A-C]", code) else STREAM for code in codes}
        assert systems <= SCHEME.all(f"cm:{concept}", "dcterms:source"), concept
        (told,) = (t.value for t in SCHEME.texts(f"cm:{concept}", "skos:note") if t.value.startswith("Codes: "))
        assert all(re.search(rf"\b{code}\b", told) for code in codes), concept
    assert {source for _, source in SCHEME.pairs("dcterms:source")} == {STREAM, FRAMEWORK}


def test_evidence_is_where_it_is_said_to_be(shared: Path) -> None:
    """The lines given as evidence speak of the concept by one of its names; groupings and two concepts have none."""
    lines = article(shared).read_text("utf-8").split("\n")
    silent = set()
    for concept in CONCEPTS:
        (note,) = (t.value for t in SCHEME.texts(concept, "skos:note") if t.value.startswith("Evidence: "))
        cited = " ".join(plain(lines[number - 1]) for number in line_numbers(note))
        if not any(plain(label) in cited for label in labels(concept)):
            silent.add(concept.removeprefix("cm:"))
    assert silent == GROUPS - {"program"} | {"upside-reward", "global-budget"}


def line_numbers(note: str) -> set[int]:
    """The lines that a note names: `lines 1 and 46 to 51` are seven."""
    found = set()
    for first, last in re.findall(r"\b(\d{1,3})\b(?: to (\d+))?", note.partition("item")[0]):
        found |= set(range(int(first), int(last or first) + 1))
    return found


# Contradictions


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The ontology, the scheme and the graph of the seeds, as sorted N-Triples."""
    if shutil.which("java") is None:
        pytest.skip("HermiT needs Java (Debian: default-jre-headless)")
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "curagraph.toml", folder)
    project = Project.load(folder)
    assert building.build(project, [ROOT / "seeds"], jobs=1).published
    triples = {quad.triple for quad in Snapshot.current(project).store} | SCHEME.triples
    return "".join(sorted(f"{triple} .\n" for triple in triples)).encode()


def contradicts(triples: bytes) -> bool:
    """Whether HermiT finds that triples cannot all be true, or that a class can have no member."""
    world = owlready2.World()
    world.get_ontology(ONTOLOGY).load(fileobj=io.BytesIO(triples))
    try:
        owlready2.sync_reasoner_hermit(world, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return True
    return bool(list(world.inconsistent_classes()))


def test_nothing_contradicts_itself(whole: bytes) -> None:
    """HermiT finds the ontology, the scheme and the seeds consistent, and each class able to have members."""
    assert not contradicts(whole)


ITEM = "https://data.medigy.com/item/3527"
PLANTED = {
    "an item that is a site": f"<{ITEM}> <{RDF}type> <{CU}SourceSite> .",
    "a second slug": f'<{ITEM}> <{CU}slug> "another" .',
    "an author who curates a community": f"<{ITEM}> <{CU}curatedBy> <urn:a> .\n<urn:a> <{RDF}type> <{CU}Community> .",
    "an item that serves a community": f"<{ITEM}> <{CU}contributesTo> <urn:a> .",
    "a concept that is a scheme": f"<{CM}capitation> <{RDF}type> <{CU}TopicSource> .",
    "a width in words": f'<urn:a> <{CU}width> "wide" .',
    "a class without members": f"<{CU}Image> <{RDFS}subClassOf> <{CU}Author> .",
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_contradiction_is_found(fault: str, whole: bytes) -> None:
    """HermiT finds what contradicts an axiom, whichever kind the axiom is of."""
    assert contradicts(whole + PLANTED[fault].encode() + b"\n")
