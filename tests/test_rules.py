"""Rules, one by one: each case of `tests/reasoning/` is an ontology, data, and what follows or cannot be.

A case is a Turtle file. Its first comment names the rules that give what follows, as explanations name them. After the
ontology come parts that begin with `### data`, `### inferred` (all that is), and `### contradiction` for each set of
triples that cannot all be true. Where owlrl is wrong, `### owlrl errs` says in what; the specification decides. Cases
that end with `### error` are those of `test_axioms.py`.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from curagraph.converting.program import SIDE_GRAPHS
from curagraph.reasoning.expressions import OWL, RDF, XSD
from curagraph.reasoning.proof import Prover
from tests import oracle
from tests.project import BASE, ROOT, Site
from tests.test_docs import blocks, rows
from tests.test_inference import INFERRED, PREFIXES, STATED, Graph, atoms, rule_names

FOLDER = ROOT / "tests" / "reasoning"

# OWL 2 Profiles, section 4.3, tables 4 to 9.
SPECIFIED = re.findall(
    r"\S+",
    """
eq-ref eq-sym eq-trans eq-rep-s eq-rep-p eq-rep-o eq-diff1 eq-diff2 eq-diff3
prp-ap prp-dom prp-rng prp-fp prp-ifp prp-irp prp-symp prp-asyp prp-trp prp-spo1 prp-spo2 prp-eqp1 prp-eqp2
prp-pdw prp-adp prp-inv1 prp-inv2 prp-key prp-npa1 prp-npa2
cls-thing cls-nothing1 cls-nothing2 cls-int1 cls-int2 cls-uni cls-com cls-svf1 cls-svf2 cls-avf cls-hv1 cls-hv2
cls-maxc1 cls-maxc2 cls-maxqc1 cls-maxqc2 cls-maxqc3 cls-maxqc4 cls-oo
cax-sco cax-eqc1 cax-eqc2 cax-dw cax-adc
dt-type1 dt-type2 dt-eq dt-diff dt-not-type
scm-cls scm-sco scm-eqc1 scm-eqc2 scm-op scm-dp scm-spo scm-eqp1 scm-eqp2 scm-dom1 scm-dom2 scm-rng1 scm-rng2
scm-hv scm-svf1 scm-svf2 scm-avf1 scm-avf2 scm-int scm-uni
""",
)
# What a row of docs/reasoning.md can say becomes of a rule.
FATES = {"compiled", "contradiction", "junk", "error", "elsewhere"}


@dataclass(frozen=True)
class Case:
    """A file of `tests/reasoning/`."""

    file: Path

    @cached_property
    def text(self) -> str:
        return self.file.read_text("utf-8")

    @property
    def rules(self) -> set[str]:
        """The rules that the first comment names."""
        return set(re.findall(r"\b[a-z]{2,3}-[a-z]+\d?\b", self.text.partition("\n")[0])) & set(SPECIFIED)

    @cached_property
    def parts(self) -> list[tuple[str, str]]:
        """The name and the text of each part; the ontology has no name."""
        found = re.split(r"^### (.+)\n", self.text, flags=re.MULTILINE)
        return [("", found[0]), *zip(found[1::2], found[2::2], strict=True)]

    def part(self, name: str) -> str:
        return next((text for found, text in self.parts if found == name), "")

    @property
    def contradictions(self) -> set[frozenset[str]]:
        return {frozenset(lines(text)) for name, text in self.parts if name == "contradiction"}


def lines(turtle: str) -> set[str]:
    """The triples of a part of a case, in N-Triples, as a store keeps them."""
    store = ox.Store()
    store.load((PREFIXES + turtle).encode(), ox.RdfFormat.TURTLE)
    return {str(quad.triple) for quad in store}


def cases(*, errors: bool) -> list[Case]:
    found = (Case(file) for file in sorted(FOLDER.glob("*.ttl")))
    return [case for case in found if bool(case.part("error")) == errors]


def name(case: Case) -> str:
    return case.file.stem


CASES = cases(errors=False)


def graph_of(case: Case) -> Graph:
    return Graph([case.part("")], [case.part("data")])


def found_in(graph: Graph) -> set[frozenset[str]]:
    found = graph.contradictions.all(graph.store)
    return {frozenset(" ".join(triple) for triple in each.premises) for each in found}


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_case_comes_out_as_it_says(case: Case) -> None:
    """What is inferred and what contradicts itself is what the case says, no triple more or less."""
    graph = graph_of(case)
    assert graph.lines(INFERRED) == lines(case.part("inferred"))
    assert found_in(graph) == case.contradictions


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_case_follows_by_the_rules_that_it_names(case: Case) -> None:
    """The explanations and contradictions of a case name the rules that its first line names."""
    graph = graph_of(case)
    prover = Prover(graph.reasoner, graph.store)
    proofs = [prover.prove(triple) for triple in atoms(graph.lines(INFERRED))]
    rules = [proof.rule for proof in proofs if proof and proof.rule]
    rules += [each.rule for each in graph.contradictions.all(graph.store)]
    assert rule_names(rules) == case.rules


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_case_comes_out_the_same_statement_by_statement(case: Case) -> None:
    """What is revised after each statement of a case, there and back, is what is inferred from all at once."""
    graph, whole = Graph([case.part("")], []), sorted(lines(case.part("data")))
    steps = [[f"{line} ." for line in whole[:count]] for count in range(len(whole) + 1)]
    for data in [*steps, *reversed(steps)]:
        graph.change(data)
        assert graph.lines(INFERRED) == Graph([case.part("")], data).lines(INFERRED)


@pytest.mark.parametrize("case", [case for case in CASES if not case.part("owlrl errs")], ids=name)
def test_owlrl_comes_to_the_same(case: Case) -> None:
    """owlrl infers the same about things, and finds a contradiction, or something to merge, only where we do."""
    graph = graph_of(case)
    wanted, is_inconsistent, same = oracle.closure(graph.turtle + case.part("data"))
    assert bool(found_in(graph)) == (is_inconsistent or bool(same))
    if not is_inconsistent and not same:
        ontology = lines(graph.turtle)
        found = graph.lines(STATED) | graph.lines(INFERRED)
        assert {line for line in wanted - ontology if is_about_things(line)} == found - ontology


@pytest.mark.parametrize("case", [case for case in CASES if case.part("owlrl errs")], ids=name)
def test_owlrl_still_errs(case: Case) -> None:
    """Where a case sets owlrl aside, owlrl does come to something else."""
    with pytest.raises(AssertionError):
        test_owlrl_comes_to_the_same(case)


def test_the_seeds_follow_as_owlrl_has_it(tmp_path: Path) -> None:
    """What owlrl infers from the seeds and the ontology, less junk, is what a build infers, to the triple."""
    site = Site(tmp_path / "site")
    shutil.copytree(ROOT / "seeds", site.seeds, dirs_exist_ok=True)
    site.build()
    inferred = {f"<{BASE}graph/{name}>" for name in ("inferred", "inferred-ontology")}
    sides = {f"<{BASE}graph/{name}>" for name in SIDE_GRAPHS}
    quads = list(site.snapshot().store)
    stated = {str(quad.triple) for quad in quads if str(quad.graph_name) not in inferred | sides}
    wanted, is_inconsistent, same = oracle.closure("".join(f"{line} .\n" for line in stated))
    assert not is_inconsistent
    assert not same
    of_datatypes = {line for line in wanted if line.startswith(f"<{XSD}") and f"<{OWL}disjointWith>" in line}
    found = {str(quad.triple) for quad in quads if str(quad.graph_name) in inferred}
    assert len(found) > 400
    assert wanted - rewritten(stated) - of_datatypes == rewritten(found)


def rewritten(lines: set[str]) -> set[str]:
    """Triples as owlrl's side writes them."""
    graph = rdflib.Graph().parse(data="".join(f"{line} .\n" for line in lines), format="nt")
    return {oracle.line(triple) for triple in graph}


def is_about_things(line: str) -> bool:
    """Whether a triple is one of a thing, not of a class or property."""
    _, predicate, object_ = line.split(" ", 2)
    return predicate.startswith("<urn:t:") or (predicate == f"<{RDF}type>" and object_.startswith("<urn:t:"))


# The table of docs/reasoning.md


def table() -> list[list[str]]:
    """The rows of the table of rules: rule, fate, what becomes of it, test."""
    found = ([cell.content for cell in row] for row in rows(blocks("reasoning.md")))
    return [row for row in found if row[0].strip("`") in SPECIFIED and len(row) == 4]


def named_in(row: list[str]) -> list[str]:
    return re.findall(r"`([^`]+)`", row[3])


def test_each_rule_has_one_line() -> None:
    """Each rule of OWL 2 RL stands once in docs/reasoning.md, in the order of the specification, with its fate."""
    assert [row[0].strip("`") for row in table()] == SPECIFIED
    assert {row[1] for row in table()} == FATES


@pytest.mark.parametrize("row", table(), ids=lambda row: row[0].strip("`"))
def test_each_rule_has_a_test(row: list[str]) -> None:
    """Each test that a line names is there: a case, or a function of a file of tests."""
    assert named_in(row)
    for test in named_in(row):
        file, _, function = test.partition("::")
        assert (ROOT / "tests" / file).is_file(), test
        assert not function or f"def {function}(" in (ROOT / "tests" / file).read_text("utf-8"), test


@pytest.mark.parametrize("row", table(), ids=lambda row: row[0].strip("`"))
def test_the_case_of_a_rule_is_as_its_line_says(row: list[str]) -> None:
    """A rule that is compiled gives something in its case, under the name that is shown; others do what they say."""
    rule, fate, shown = row[0].strip("`"), row[1], set(re.findall(r"shown as `([^`]+)`", row[2]))
    for test in named_in(row):
        case = Case(ROOT / "tests" / test)
        if fate in ("compiled", "contradiction"):
            assert (shown or {rule}) <= case.rules
            assert case.part("inferred" if fate == "compiled" else "contradiction")
        if fate == "error":
            assert case.part("error")


def test_each_name_that_a_rule_can_have_is_in_the_table() -> None:
    """The names in the source of the compiler are rules of the table that are compiled, and all of these."""
    folder = ROOT / "src" / "curagraph" / "reasoning"
    source = "".join((folder / name).read_text("utf-8") for name in ("compiling.py", "membership.py"))
    names = set(re.findall(r'"((?:eq|prp|cls|cax|dt|scm)-[a-z0-9]+)"', source))
    compiled = {
        row[0].strip("`") for row in table() if row[1] in ("compiled", "contradiction") and "shown as" not in row[2]
    }
    assert names == compiled
    assert {rule for case in CASES for rule in case.rules} == names
