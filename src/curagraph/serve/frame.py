"""What all pages share: the frame around them, and the page of a refusal."""

from __future__ import annotations

from typing import Any

from curagraph.serve import templates
from curagraph.serve.edition import Edition
from curagraph.serve.page import Page, Refusal
from curagraph.serve.worker import Out


def page(edition: Edition, template: str, root: str, *, status: int = 200, **values: Any) -> Page:
    """A page of HTML within the frame of this edition."""
    name = edition.project.publisher.name or edition.project.base
    return templates.render(template, root, status=status, site_name=name, snapshot=edition.number, **values)


def refusal(edition: Edition, out: Out, root: str, refusal: Refusal) -> Page:
    """The page that tells people why there is no answer."""
    return page(edition, "refusal.html", root, status=refusal.status, refusal=refusal)
