"""What a search found, as JSON for programs."""

from __future__ import annotations

import json
from typing import Any

from curagraph.serve.browsing.catalogue import Item, Value
from curagraph.serve.browsing.question import PER_PAGE
from curagraph.serve.browsing.searching import Found, Side

# How many values of a facet are told.
_VALUES = 100


def found(found: Found, items: list[Item], sides: list[Side], root: str) -> bytes:
    """Items of one page, values that narrow, and the addresses of the pages around it."""
    question = found.question
    return as_json(
        {
            "q": question.q,
            "chosen": [{"facet": choice.facet.name, "value": choice.key} for choice in found.choices],
            "match": "any" if found.loose else "all",
            "total": found.total,
            "page": question.page,
            "pages": found.pages,
            "per_page": PER_PAGE,
            "previous": root + _address(found, -1) if question.page > 1 else None,
            "next": root + _address(found, 1) if question.page < found.pages else None,
            "items": [_item(item) for item in items],
            "things": [
                {
                    "iri": thing.iri,
                    "label": thing.label,
                    "kind": thing.kind,
                    "scheme": thing.note or None,
                    "items": thing.total,
                }
                for thing in found.things
            ],
            "facets": {side.facet.name: [_counted(*pair) for pair in side.counts[:_VALUES]] for side in sides},
        }
    )


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode(errors="replace") + b"\n"


def _address(found: Found, step: int) -> str:
    return found.question.turned(found.question.page + step).address("search", ("format", "json"))


def _item(item: Item) -> dict[str, Any]:
    having: dict[str, list[dict[str, str]]] = {}
    for value in item.values:
        if value.iri:
            having.setdefault(value.facet.name, []).append(_value(value))
    facts = {"iri": item.iri, "title": item.title, "created": item.created or None, "original": item.original or None}
    return facts | {"text": item.trail} | having


def _value(value: Value) -> dict[str, str]:
    return {"value": value.key, "label": value.label, "iri": value.iri}


def _counted(value: Value, count: int) -> dict[str, Any]:
    return (
        {**_value(value), "items": count} if value.iri else {"value": value.key, "label": value.label, "items": count}
    )
