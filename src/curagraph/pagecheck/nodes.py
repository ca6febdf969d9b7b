"""The things that a JSON-LD value describes: nodes with types and properties by their names in schema.org.

Nested objects, lists, `@graph`, `@reverse` and several types are all brought to one form. Nothing here recurses, and
what is malformed is a fault, not an exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from curagraph.pagecheck.context import KEYWORDS, Context, Term, short
from curagraph.pagecheck.jsontext import Fault, step, written
from curagraph.problem import shown


class Value(NamedTuple):
    """A value of a property: its key, and a node or a scalar; whether a text is an IRI, as the context has it."""

    key: str
    content: Node | str | int | float | bool | None
    is_iri: bool = False
    datatype: str = ""

    @property
    def node(self) -> Node | None:
        return self.content if isinstance(self.content, Node) else None

    @property
    def text(self) -> str | None:
        return self.content if isinstance(self.content, str) else None


@dataclass(eq=False, slots=True)
class Node:
    """One object of a page, with the key where it stands; types and properties of schema.org stand by their names.

    `written` are the keys of the properties; `container` is the node that it stands in.
    """

    key: str
    id: str = ""
    types: tuple[str, ...] = ()
    values: dict[str, list[Value]] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    container: Node | None = None

    @property
    def is_reference(self) -> bool:
        """Whether it only names a thing that is described elsewhere."""
        return bool(self.id) and not self.types and not self.values

    def texts(self, property_: str) -> Iterator[tuple[str, str]]:
        """The texts of a property and their keys."""
        for value in self.values.get(property_, ()):
            if isinstance(value.content, str):
                yield value.key, value.content

    def addresses(self, property_: str) -> Iterator[tuple[str, str]]:
        """The identifiers that a property leads to, of nodes or as texts, and their keys."""
        for value in self.values.get(property_, ()):
            if value.node:
                yield value.key, value.node.id
            elif isinstance(value.content, str):
                yield value.key, value.content


class _Task(NamedTuple):
    """A JSON value to look at: where it stands, by which names, and whose property it is."""

    content: Any
    key: str
    context: Context
    owner: Node | None = None
    property: str = ""
    term: Term = Term("")


@dataclass
class Graph:
    """The nodes of one script, in the order of the text, its outermost contexts, and what is malformed in it.

    A bare type is one that no context says the meaning of.
    """

    nodes: list[Node] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    contexts: list[tuple[str, Any]] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    has_bare_types: bool = False

    def fault(self, name: str, key: str, message: str) -> None:
        self.faults.append(Fault(name, key, message))


def graph(value: Any) -> Graph:
    """The nodes of a JSON value.

    >>> [node.types for node in graph({"@context": "https://schema.org", "@type": "Person"}).nodes]
    [('Person',)]
    """
    found = Graph()
    if not isinstance(value, dict | list):
        found.fault("wrong-shape", "", f"found {written(value)}, wanted an object with @context; write one")
        return found
    todo = [_Task(value, "", Context())]
    while todo:
        task = todo.pop()
        todo += reversed(list(_looked_at(task, found)))
    return found


def _looked_at(task: _Task, found: Graph) -> Iterator[_Task]:
    """Note what one value says, and give what stands in it."""
    content = task.content
    if isinstance(content, list):
        for number, member in enumerate(content):
            yield task._replace(content=member, key=step(task.key, number))
    elif not isinstance(content, dict):
        yield from _scalar(task, found)
    elif "@value" in content:
        _literal(task, content)
    elif "@list" in content or "@set" in content:
        name = "@list" if "@list" in content else "@set"
        yield task._replace(content=content[name], key=step(task.key, name))
    elif task.owner and task.term.container in ("@language", "@index"):
        for name, member in content.items():
            yield task._replace(content=member, key=step(task.key, name), term=Term(""))
    else:
        yield from _object(task, content, found)


def _scalar(task: _Task, found: Graph) -> Iterator[_Task]:
    if task.owner is None:
        if task.content is not None:
            found.fault("wrong-shape", task.key, f"found {written(task.content)}, wanted an object; write or remove it")
        return iter(())
    if task.content is not None:
        is_iri = task.term.type in ("@id", "@vocab") and isinstance(task.content, str)
        content = task.context.resolved(task.content) if is_iri and task.term.type == "@id" else task.content
        value = Value(task.key, content, is_iri, task.term.type)
        task.owner.values.setdefault(task.property, []).append(value)
    return iter(())


def _literal(task: _Task, content: dict[str, Any]) -> None:
    value, type_ = content["@value"], content.get("@type", "")
    if task.owner is not None and isinstance(value, str | int | float | bool):
        datatype = task.context.iri(type_) if isinstance(type_, str) and type_ else ""
        task.owner.values.setdefault(task.property, []).append(Value(task.key, value, datatype=datatype))


def _object(task: _Task, content: dict[str, Any], found: Graph) -> Iterator[_Task]:
    context = task.context
    if "@context" in content:
        found.contexts.append((step(task.key, "@context"), content["@context"]))
        context = context.with_(content["@context"])
        for address in context.unread:
            found.unread.setdefault(address, step(task.key, "@context"))
    node = Node(task.key, container=task.owner)
    below = list(_members(node, content, context, task, found))
    if node.id or node.types or node.values or any(each.owner is node for each in below) or task.owner is not None:
        found.nodes.append(node)
    if task.owner is not None:
        _attach(task, node)
    yield from below


def _attach(task: _Task, node: Node) -> None:
    """Give the property that leads to a node to the node that has it, which with `@reverse` is the inner one."""
    assert task.owner is not None
    if task.term.reverse:
        node.values.setdefault(task.property, []).append(Value(task.key, task.owner))
        node.written.setdefault(task.property, task.key)
    else:
        task.owner.values.setdefault(task.property, []).append(Value(task.key, node))


def _members(node: Node, content: dict[str, Any], context: Context, task: _Task, found: Graph) -> Iterator[_Task]:
    for name, member in content.items():
        key = step(task.key, name)
        term = context.term(name)
        below = _Task(member, key, context)
        if not term.iri:
            if not context.unread:
                found.fault("unmapped-name", key, _unmapped(name, context))
        elif term.iri == "@id":
            _identify(node, member, key, context, found)
        elif term.iri == "@type":
            node.types = tuple(_types(member, key, context, found))
            node.written["@type"] = key
        elif term.iri in ("@graph", "@included"):
            yield below
        elif term.iri == "@reverse":
            yield from _reverse(node, member, below, found)
        elif not term.iri.startswith("@"):
            property_ = short(term.iri)
            node.written.setdefault(property_, key)
            yield below._replace(owner=node, property=property_, term=term)
        elif term.iri not in KEYWORDS:
            found.fault("wrong-shape", key, f"{shown(name)} is no keyword of JSON-LD; did you mean {shown(name[1:])}?")


def _unmapped(name: str, context: Context) -> str:
    if not context.terms and not context.vocab:
        return f'no @context says what {shown(name)} means; begin the object with "@context": "https://schema.org"'
    return f"the @context does not say what {shown(name)} means, so readers drop it; add it there or mend the name"


def _identify(node: Node, member: Any, key: str, context: Context, found: Graph) -> None:
    if isinstance(member, str):
        node.id = context.iri(member) if ":" in member else context.resolved(member)
    else:
        found.fault("wrong-shape", key, f"@id wants an address as a text, found {written(member)}; write one")


def _types(member: Any, key: str, context: Context, found: Graph) -> Iterator[str]:
    for number, each in enumerate(member if isinstance(member, list) else [member]):
        if isinstance(each, str):
            found.has_bare_types |= not context.iri(each)
            yield short(context.iri(each) or each)
        else:
            place = step(key, number) if isinstance(member, list) else key
            found.fault("wrong-shape", place, f"@type wants the name of a type, found {written(each)}; write one")


def _reverse(node: Node, member: Any, below: _Task, found: Graph) -> Iterator[_Task]:
    if not isinstance(member, dict):
        found.fault("wrong-shape", below.key, f"@reverse wants an object, found {written(member)}; write one")
        return
    for name, each in member.items():
        iri = below.context.iri(name)
        if iri:
            term = Term(iri, reverse=True)
            yield below._replace(content=each, key=step(below.key, name), owner=node, property=short(iri), term=term)
