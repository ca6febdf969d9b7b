"""The curated item: our editorial record that points to a piece of somebody else's work."""

import uuid

from curagraph.address import former_path, key, on_site, slug
from curagraph.body import excerpt, words
from curagraph.converter import Agree, Check, Converter, Ignore, Mentions, Rule, ref
from curagraph.values import (
    clean,
    date_time,
    english,
    english_line,
    json_list,
    named,
    owl_type,
    record_number,
    text,
    urn,
    uuid_text,
)
from curagraph.vocabulary import CU, DCTERMS, PROV, RDF, SCHEMA


def recomputed_uuid(found: str | None, number: str | None, title: str | None) -> str | None:
    """The exporter makes `mdName` of number and title (RFC 9562, version 5 in the URL namespace)."""
    if found is None or number is None or title is None:
        return None
    # Half of a character has no UTF-8; it is told where the title is read.
    name = f"{number}-{title}".encode(errors="replace").decode()
    wanted = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    return None if found.strip().lower() == wanted else f"found {found}, but number and title give {wanted}"


def same_kind(section: str | None, kind: str | None) -> str | None:
    """A section holds one kind of content, and its name ends in that."""
    if not section or not kind or section.endswith(f"-{key(kind)}"):
        return None
    return f"found {section}, but the kind of content is {kind}; one of them is wrong"


def closed(path: str | None) -> str | None:
    """A section's path ends in a slash, so that a slug can stand behind it."""
    return f"found {path}, wanted a slash at its end" if path and not path.strip().endswith("/") else None


def equally_long(labels: list[str], links: list[str]) -> str | None:
    """A trail has one link for each label."""
    same = len(labels) == len(links)
    return None if same else f"found {len(labels)} labels and {len(links)} links; the trail wants one for each"


item = Converter(
    of=".",
    iri="item/{id}",
    types=[CU.CuratedItem],
    rules=[
        # Identity
        Rule("id", DCTERMS.identifier, record_number, required=True),
        Rule("id", SCHEMA.identifier, record_number),
        Rule("id", CU.sourceRecord, urn("urn:openproject:work-package:")),
        Rule("mdName", CU.recordUuid, uuid_text),
        Check(["mdName", "id", "title"], recomputed_uuid, code="uuid-differs"),
        Rule("owlType", RDF.type, owl_type),
        # Words
        Rule("title", DCTERMS.title, english),
        Rule("title", SCHEMA.name, text),
        Rule("description", CU.trailText, english_line),
        Rule("(body)", CU.excerpt, excerpt, graph="excerpts"),
        Rule("(body)", SCHEMA.abstract, excerpt, graph="excerpts"),
        # People and dates
        Rule("author[]", CU.curatedBy, ref("author")),
        Rule("date", DCTERMS.created, date_time),
        Rule("lastMod", DCTERMS.modified, date_time),
        # The original work
        Rule("link", CU.curatedFrom, ref("work"), required=True),
        Agree("openProjectCustomFields.cleanUrl", "link.href"),
        Agree("openProjectCustomFields.sourceUrl", "link.href"),
        # Subjects
        Rule("communityTopics[]", CU.hasTopic, ref("topic")),
        Rule("categories[]", CU.hasTopic, ref("topic")),
        Agree(
            "openProjectCustomFields.medigyTopics",
            "communityTopics[]",
            members=json_list,
            otherwise=(CU.hasTopic, ref("topic")),
        ),
        Mentions("title", SCHEMA.mentions, clean, published=DCTERMS.title),
        Mentions("(body)", SCHEMA.mentions, words, published=CU.excerpt),
        # Kind and place
        Rule("openProjectWorkPackageType", CU.contentKind, named(CU.ContentKind)),
        Agree("archetype", "openProjectWorkPackageType", by=named(CU.ContentKind)),
        Rule("contentCategories", CU.inSection, ref("section")),
        Check(["contentCategories", "openProjectWorkPackageType"], same_kind, code="kind-differs"),
        Rule("sub", CU.form, ref("form")),
        Rule("sub", SCHEMA.genre, text),
        Rule("status", CU.status, text),
        # Our page
        Rule("slug", CU.slug, slug, required=True),
        Rule("{basePath}{slug}/", CU.page, ref("page"), required=True),
        Rule("{basePath}{slug}/", SCHEMA.url, on_site),
        Check(["basePath"], closed, code="path-without-slash"),
        Rule("aliases[]", CU.formerPath, former_path),
        Rule("featuredImage", CU.image, ref("image")),
        Check(["breadcrumbs[]", "breadcrumbLinks[]"], equally_long, code="uneven-trail"),
        Ignore("breadcrumbs[]", because="the trail is rebuilt from the section and its community"),
        Ignore("breadcrumbLinks[]", because="the trail is rebuilt from the section and its community"),
        # Where the record came from
        Rule("source", PROV.wasGeneratedBy, ref("exporter"), about="graph", graph="provenance"),
        Ignore("searchCategory", because="a search facet of the site, the same on every item"),
        Ignore("tags[]", because="a search facet of the site, the same on every item"),
    ],
)
