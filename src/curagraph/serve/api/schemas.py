"""The parts of the OpenAPI document: JSON Schemas (draft 2020-12) of parameters, answers and problems."""

from __future__ import annotations

from typing import Any

from curagraph.asking.queryfile import Parameter
from curagraph.serve.api.asking import FARTHEST, MOST

Schema = dict[str, Any]

_CONTROL = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff"
_TEXT = rf"^[^{_CONTROL}]+$"
# An IRI, or words that do not begin like one.
_THING = (
    r"^([A-Za-z][A-Za-z0-9+.-]*:(//[A-Za-z0-9.-]+)?[A-Za-z0-9._~/?&=;,+-]+(#[A-Za-z0-9._~/?&=;,+-]*)?"
    rf"|(?![A-Za-z][A-Za-z0-9+.-]*:[^ ])(?!\s*\.*\s*$)[^{_CONTROL}]+)$"
)
_INTEGER = 10**18 - 1
_TYPES: dict[str, Schema] = {
    "iri": {"type": "string", "pattern": _THING},
    "string": {"type": "string", "pattern": _TEXT},
    "date": {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time", "pattern": "Z$"}]},
    "integer": {"type": "integer", "minimum": -_INTEGER, "maximum": _INTEGER},
    "boolean": {"type": "boolean"},
}
_TYPES["dateTime"] = _TYPES["date"]

_TERM: Schema = {
    "type": "object",
    "description": "An RDF term.",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["uri", "literal", "bnode", "triple"]},
        "value": {},
        "xml:lang": {"type": "string"},
        "datatype": {"type": "string"},
    },
}
_ROWS: Schema = {
    "type": "object",
    "description": "SPARQL 1.1 Query Results JSON Format.",
    "required": ["head", "results"],
    "properties": {
        "head": {
            "type": "object",
            "required": ["vars"],
            "properties": {"vars": {"type": "array", "items": {"type": "string"}}},
        },
        "results": {
            "type": "object",
            "required": ["bindings"],
            "properties": {
                "bindings": {
                    "type": "array",
                    "items": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Term"}},
                }
            },
        },
    },
}
_TRUTH: Schema = {
    "type": "object",
    "description": "SPARQL 1.1 Query Results JSON Format.",
    "required": ["head", "boolean"],
    "properties": {"head": {"type": "object"}, "boolean": {"type": "boolean"}},
}
_PROBLEM: Schema = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What to do about it."},
    },
}
_QUERY: Schema = {
    "type": "object",
    "required": ["name", "summary", "description", "parameters"],
    "properties": {
        "name": {"type": "string"},
        "summary": {"type": "string"},
        "description": {"type": "string"},
        "parameters": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "type", "default", "description", "within"],
                "additionalProperties": {"type": "string"},
            },
        },
    },
}
COMPONENTS: dict[str, Schema] = {
    "Problem": _PROBLEM,
    "Query": _QUERY,
    "Rows": _ROWS,
    "Term": _TERM,
    "Truth": _TRUTH,
}


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def rows(columns: list[str]) -> Schema:
    """Rows of these columns."""
    cells = {"type": "object", "properties": {column: reference("Term") for column in columns}}
    bindings = {"bindings": {"items": cells | {"additionalProperties": False}}}
    head = {"properties": {"vars": {"const": columns}}}
    return {"allOf": [reference("Rows"), {"properties": {"head": head, "results": {"properties": bindings}}}]}


def parameter(found: Parameter) -> Schema:
    """A parameter of a query."""
    schema = _TYPES[found.type] | ({"default": _typed(found)} if found.default else {})
    return {
        "name": found.name,
        "in": "query",
        "required": not found.default,
        "description": found.description,
        "schema": schema,
    }


def _typed(found: Parameter) -> str | int | bool:
    if found.type == "integer":
        return int(found.default)
    return found.default == "true" if found.type == "boolean" else found.default


LIMIT: Schema = {
    "name": "limit",
    "in": "query",
    "description": "Rows of a page at most. Without it a program has the whole answer.",
    "schema": {"type": "integer", "minimum": 1, "maximum": MOST},
}
OFFSET: Schema = {
    "name": "offset",
    "in": "query",
    "description": f"Rows to pass over. Without limit, a page has at most {MOST:,} rows.",
    "schema": {"type": "integer", "minimum": 0, "maximum": FARTHEST},
}
