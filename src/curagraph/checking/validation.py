"""Running the shapes: SHACL by pySHACL, on the triples that it is handed."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import pyoxigraph as ox
from pyshacl import validate
from pyshacl.errors import ReportableRuntimeError
from rdflib import SH, BNode, Graph, Literal, URIRef, Variable
from rdflib.query import Result as Answer

from curagraph.checking.shapes import Shapes
from curagraph.problem import ProjectError

if TYPE_CHECKING:
    from rdflib.term import Identifier, Node

_STRING = ox.NamedNode("http://www.w3.org/2001/XMLSchema#string")
_UNUSABLE = "ontology/shapes: pySHACL cannot use the shapes"
# What it logs it also raises, and an error is told once.
logging.getLogger("pyshacl-validate").disabled = True


class Result(NamedTuple):
    """One result of a validation (SHACL, section 3.6): the shape's IRI, the focus node, the value if there is one."""

    shape: str
    focus: ox.NamedNode | ox.Literal | ox.BlankNode
    value: ox.NamedNode | ox.Literal | ox.BlankNode | None


class Validator:
    """The shapes of a project, made ready once for any number of validations."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self.graph = Graph()
        for file in shapes.files:
            self.graph.parse(file, format="turtle")

    def results(self, triples: Iterable[ox.Triple]) -> list[Result]:
        """What the shapes find in some triples, in order; nothing is inferred.

        Raises `ProjectError` where pySHACL cannot use the shapes.
        """
        try:
            _, report, text = validate(DataGraph(triples), shacl_graph=self.graph, inplace=True)
        except ReportableRuntimeError as error:
            raise ProjectError(f"{_UNUSABLE}: {' '.join(str(error).split())}") from None
        if not isinstance(report, Graph):
            raise ProjectError(f"{_UNUSABLE}: {' '.join(text.split())}")
        return sorted((self._result(report, node) for node in report.objects(None, SH.result)), key=str)

    def _result(self, report: Graph, node: Node) -> Result:
        focus, value = report.value(node, SH.focusNode), report.value(node, SH.value)
        found = None if value is None else to_ox(value)
        return Result(str(report.value(node, SH.sourceShape)), to_ox(cast("Node", focus)), found)


class DataGraph(Graph):
    """Triples for pySHACL, which asks a query of a shape once for each node.

    rdflib would parse its text each time, which takes 50 ms; here the store answers, in a thousandth of that.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        super().__init__(bind_namespaces="none")
        self.answering = ox.Store()
        known: dict[ox.NamedNode | ox.Literal | ox.BlankNode, Any] = {}
        for triple in triples:
            self.answering.add(ox.Quad(*triple))
            self.add(tuple(known.get(term) or known.setdefault(term, from_ox(term)) for term in triple))

    def query(  # the signature is rdflib's
        self,
        query_object: Any,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Any = None,  # noqa: N803  # rdflib's name
        initBindings: Any = None,  # noqa: N803  # rdflib's name
        use_store_provided: bool = True,
        **options: Any,
    ) -> Answer:
        """The rows of a SELECT with some variables bound, which is all that SHACL-SPARQL asks."""
        bound: dict[ox.Variable, ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple] = {}
        bound |= {ox.Variable(str(name)): to_ox(term) for name, term in (initBindings or {}).items()}
        rows = self.answering.query(query_object, substitutions=bound)
        if not isinstance(rows, ox.QuerySolutions):
            raise ReportableRuntimeError("a query of a shape wants SELECT")
        answer = Answer("SELECT")
        names = [variable.value for variable in rows.variables]
        answer.vars = [Variable(name) for name in names]
        answer.bindings = [
            {Variable(name): from_ox(row[name]) for name in names if row[name] is not None} for row in rows
        ]
        return answer


def from_ox(term: ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple) -> Identifier:
    """A term of the store as rdflib has it, in the very spelling that the store holds."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if not isinstance(term, ox.Literal):
        raise TypeError(f"{term} is no term of RDF 1.1")
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = None if term.datatype == _STRING else URIRef(term.datatype.value)
    return Literal(term.value, datatype=datatype, normalize=False)


def to_ox(term: Node) -> ox.NamedNode | ox.Literal | ox.BlankNode:
    """A term of rdflib as the store has it."""
    if isinstance(term, Literal):
        datatype = ox.NamedNode(term.datatype) if term.datatype else None
        return (
            ox.Literal(str(term), language=term.language) if term.language else ox.Literal(str(term), datatype=datatype)
        )
    return ox.BlankNode(str(term)) if isinstance(term, BNode) else ox.NamedNode(str(term))
