"""The section: one kind of content of one community, written `medigy-{community}-{section}`."""

from curagraph.converter import Agree, Converter, Rule, ref
from curagraph.keypath import Node
from curagraph.problem import Unfit, shown
from curagraph.values import named
from curagraph.vocabulary import CU

SITE = "medigy-"
KINDS = ("curated-content", "curated-news")


def community_and_kind(value: str) -> dict[str, Node]:
    """`medigy-chronic-care-management-curated-news` is the news of chronic care management."""
    for kind in KINDS:
        community = value.removeprefix(SITE).removesuffix(f"-{kind}")
        if value.startswith(SITE) and value.endswith(f"-{kind}") and community:
            return {"community": community, "kind": kind}
    wanted = " or ".join(f"{SITE}COMMUNITY-{kind}" for kind in KINDS)
    raise Unfit("bad-section", f"found {shown(value)}, wanted {wanted}")


def community_of_section(value: str) -> str:
    """The community that a section's name holds."""
    return str(community_and_kind(value)["community"])


def community_of_type(value: str) -> str:
    """The community that Hugo's content type holds: `communities/medigy-chronic-care-management`."""
    return value.removeprefix("communities/").removeprefix(SITE)


section = Converter(
    of="contentCategories",
    iri="section/{community}/{kind}",
    types=[CU.Section],
    reads=community_and_kind,
    shared=True,
    rules=[
        Rule("community", CU.sectionOf, ref("community")),
        Rule("kind", CU.sectionKind, named(CU.ContentKind)),
        Rule("/basePath", CU.page, ref("section_page")),
        Agree("/type", "/contentCategories", by=community_of_type, other_by=community_of_section),
    ],
)
