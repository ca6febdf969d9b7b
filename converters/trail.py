"""The trail of an item's page: the way down to it from the start page, rebuilt from the page's path."""

from curagraph.address import on_site
from curagraph.converter import Converter, Rule, ref
from curagraph.keypath import Node
from curagraph.values import positive_integer, text
from curagraph.vocabulary import SCHEMA


def folders(page: str) -> dict[str, Node]:
    """What a page stands in: the last folder is its section's, the one before that its community's.

    `/circles/care/news/a-title/` stands in `/`, `/circles/`, `/circles/care/` and `/circles/care/news/`.
    """
    names = page.strip("/").split("/")
    above: list[Node] = ["/" + "".join(f"{name}/" for name in names[:depth]) for depth in range(len(names))]
    section = above.pop() if len(above) > 1 else ""
    community = above.pop() if section and len(above) > 1 else ""
    return {"folders": above, "community": community, "section": section, "page": page}


def depth_and_name(path: str) -> dict[str, Node]:
    """How far a folder is from the start page, counted from 1, and a name for it where nothing names it better."""
    names = path.strip("/").split("/") if path.strip("/") else []
    words = names[-1].replace("-", " ") if names else "home"
    return {"path": f"/{path.lstrip('/')}", "position": str(len(names) + 1), "name": words[:1].upper() + words[1:]}


trail = Converter(
    of="basePath",
    iri="trail/{/id}",
    types=[SCHEMA.BreadcrumbList],
    reads=folders,
    rules=[
        Rule("folders[]", SCHEMA.itemListElement, ref("folder_step")),
        Rule("community", SCHEMA.itemListElement, ref("community_step")),
        Rule("section", SCHEMA.itemListElement, ref("section_step")),
        Rule("page", SCHEMA.itemListElement, ref("page_step")),
    ],
)


REACHED = [
    Rule("position", SCHEMA.position, positive_integer),
    Rule("path", SCHEMA.item, on_site),
]

folder_step = Converter(
    of="basePath",
    iri="step{+path}",
    types=[SCHEMA.ListItem],
    reads=depth_and_name,
    shared=True,
    rules=[*REACHED, Rule("name", SCHEMA.name, text)],
)

community_step = Converter(
    of="basePath",
    iri="step{+path}",
    types=[SCHEMA.ListItem],
    reads=depth_and_name,
    shared=True,
    rules=[*REACHED, Rule("/identifier", SCHEMA.name, text, variants=SCHEMA.alternateName)],
)

section_step = Converter(
    of="basePath",
    iri="step{+path}",
    types=[SCHEMA.ListItem],
    reads=depth_and_name,
    shared=True,
    rules=[*REACHED, Rule("/openProjectWorkPackageType", SCHEMA.name, text, variants=SCHEMA.alternateName)],
)

page_step = Converter(
    of="basePath",
    iri="step{+path}",
    types=[SCHEMA.ListItem],
    reads=depth_and_name,
    rules=[*REACHED, Rule("/title", SCHEMA.name, text)],
)
