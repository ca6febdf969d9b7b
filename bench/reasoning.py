"""Reasoning: the compiled rules against owlrl, how their time grows, and what they add to a build."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median

import owlrl
import pyoxigraph as ox
import rdflib

from bench import measure
from bench.measure import Cost
from bench.results import Bar, Section, number
from bench.site import CHECKOUT, Site, tool
from curagraph import processors
from curagraph.building.store import Writer
from curagraph.converting.compiler import compile_project
from curagraph.reasoning.theory import Theory
from curagraph.vocabulary import Vocabulary

_AGAINST_OWLRL, _GROWTH, _SHARE = 100, 1.2, 1.6
# owlrl takes minutes where there are more items.
_MOST = 1000
_ROUNDS = 3
_AXIOMS = {"subClassOf", "subPropertyOf", "equivalentClass", "equivalentProperty", "domain", "range", "inverseOf"} | {
    "propertyChainAxiom",
    "disjointWith",
    "members",
}
_DECLARED = {"Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology"}
_OWL = "http://www.w3.org/2002/07/owl#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def measured(sites: Sequence[Site]) -> Section:
    """The rules on the store of each site, in this process; owlrl on the smallest, on the same triples."""
    rows, bars, each = [], [], {}
    for site in sites:
        seconds, inferred = _rules(site)
        each[site.size] = seconds / site.size
        judged = _owlrl(site) if site.size <= _MOST else 0.0
        if judged:
            what = f"owlrl on the graph of {site.items} items against the compiled rules"
            both = f"{number(judged)} / {number(seconds)}"
            bars.append(Bar(what, both, judged / seconds, _AGAINST_OWLRL, at_least=True))
        rows.append([site.items, f"{inferred:,}", number(seconds), f"{number(1e6 * each[site.size])} µs",
                     number(judged) if judged else "not run"])  # fmt: skip
    for size in sorted(each)[1:]:
        first = min(each)
        what = f"seconds an item of reasoning at {size:,} items against {first:,}"
        bars.append(Bar(what, "", each[size] / each[first], _GROWTH))
    text = (
        "All rules run over a copy of the built store, less what was inferred, to the fixpoint, and loaded; then every"
        f" contradiction is looked for. Medians of {_ROUNDS}. owlrl gets the same triples, without the graphs that"
        " are not reasoned over, and is timed once, without reading them."
    )
    header = ["items", "inferred", "seconds, rules", "an item", "seconds, owlrl"]
    return Section("Reasoning", text, header, rows, bars)


def in_builds(sites: Sequence[Site]) -> Section:
    """A build of the real command with the ontology, and with the same terms without axioms, in turn."""
    rows, bars = [], []
    for site in sites:
        plain = _without_axioms(site)
        pairs = measure.interleaved(site.build, partial(_build, plain), site.rounds)
        ratio = measure.median_ratio([(with_.wall, without.wall) for with_, without in pairs])
        cpu = measure.median_ratio([(with_.cpu, without.cpu) for with_, without in pairs])
        seconds = " / ".join(number(median(cost.wall for cost in costs)) for costs in zip(*pairs, strict=True))
        rows.append([site.items, seconds, number(ratio), number(cpu)])
        if site.size >= 10_000:
            bars.append(Bar(f"build of {site.items} items with reasoning against one without", seconds, ratio, _SHARE))
        shutil.rmtree(plain)
    text = (
        "`curagraph build` from nothing; without reasoning is the same project with an ontology that declares the same"
        " terms and says nothing of how they hang together. Mentions and questions for faults are in both."
    )
    header = ["items", "seconds, with / without", "ratio", "ratio of processor seconds"]
    return Section("A build with and without reasoning", text, header, rows, bars)


def _rules(site: Site) -> tuple[float, int]:
    """Seconds of a full run of the rules, and how many triples they infer."""
    theory = Theory(compile_project(site.snapshot().project))
    with tempfile.TemporaryDirectory(dir=site.folder) as name:
        stores = [_uninferred(site, theory, Path(name) / f"{turn}") for turn in range(_ROUNDS)]
        seconds = median(measure.call(partial(_run, theory, store)) for store in stores)
        inferred = sum(1 for _ in stores[0].quads_for_pattern(None, None, None, theory.reasoner.inferred))
        del stores
    return seconds, inferred


def _uninferred(site: Site, theory: Theory, place: Path) -> ox.Store:
    site.snapshot().store.backup(str(place))
    store = ox.Store(str(place))
    store.clear_graph(theory.reasoner.inferred)
    store.optimize()
    return store


def _run(theory: Theory, store: ox.Store) -> None:
    jobs = processors.available()
    theory.reasoner.close(store, Writer(theory.program.project, store).infer, jobs)
    theory.contradictions.all(store, jobs)


def _owlrl(site: Site) -> float:
    """Seconds that owlrl takes to close the same graph."""
    theory = Theory(compile_project(site.snapshot().project))
    unread = theory.reasoner.unstated | {theory.schema_graph}
    triples = {quad.triple for quad in site.snapshot().store if quad.graph_name not in unread}
    graph = rdflib.Graph().parse(data="".join(f"{triple} .\n" for triple in triples), format="nt")
    closure = owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False)
    return measure.call(partial(closure.expand, graph))


def _without_axioms(site: Site) -> Path:
    """A project beside a site, with the same items and an ontology without axioms."""
    folder = site.folder.with_name(f"{site.size}-plain")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(CHECKOUT / "ontology", folder / "ontology")
    shutil.copy(site.folder / "curagraph.toml", folder)
    (folder / "seeds").symlink_to(site.sources, target_is_directory=True)
    for file in (folder / "ontology").glob("*.ttl"):
        found = Vocabulary.load([file])
        kept = (triple for triple in found.triples if _is_no_axiom(triple))
        ox.serialize(kept, file, ox.RdfFormat.TURTLE, prefixes=found.prefixes)
    return folder


def _is_no_axiom(triple: ox.Triple) -> bool:
    predicate = triple.predicate.value
    if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
        return False
    if predicate == _TYPE and str(triple.object)[1:].startswith(_OWL):
        return str(triple.object)[1:-1].removeprefix(_OWL) in _DECLARED
    return predicate.rpartition("#")[2] not in _AXIOMS


def _build(folder: Path) -> Cost:
    shutil.rmtree(folder / ".curagraph", ignore_errors=True)
    return measure.command([tool("curagraph"), "build", "--project", folder])
