"""The image that an item shows."""

from curagraph.address import media_type, media_type_of_file, on_site
from curagraph.converter import Agree, Check, Converter, Guard, Rule, ref
from curagraph.problem import Severity
from curagraph.values import always, english, is_true, positive_integer, text
from curagraph.vocabulary import CU, DCTERMS, SCHEMA


def says_more(alt: str | None, title: str | None) -> str | None:
    """A text for those who do not see the image should say what the title does not."""
    same = alt is not None and title is not None and alt.strip() == title.strip()
    return "the text for the image repeats the title; say what the image shows" if same else None


def same_format(format_: str | None, *files: str | None) -> str | None:
    """A file's name should promise the format that it has."""
    wanted = format_ and media_type_of_file(f"x.{format_}")
    odd = [name for name in files if name and wanted and media_type_of_file(name) not in (wanted, None)]
    return f"found the format {format_}, but the file {odd[0]}; one of them is wrong" if odd else None


image = Converter(
    of="featuredImage",
    iri="image/{/id}",
    types=[CU.Image],
    rules=[
        Guard("valid", is_true, because="the exporter found no usable image"),
        Rule("href", SCHEMA.contentUrl, on_site, required=True),
        Rule("alt", CU.altText, english),
        Rule("alt", SCHEMA.caption, text),
        Check(["alt", "/title"], says_more, code="alt-repeats-title", severity=Severity.NOTE),
        Rule("format", DCTERMS.format, media_type),
        Rule("format", SCHEMA.encodingFormat, media_type),
        Check(["format", "href", "wpAttachment.fileName"], same_format, code="format-differs", severity=Severity.NOTE),
        Rule("size[0]", CU.width, positive_integer),
        Rule("size[1]", CU.height, positive_integer),
        Rule("size[0]", SCHEMA.width, ref("pixels")),
        Rule("size[1]", SCHEMA.height, ref("pixels")),
        Agree("workPackage", "/id"),
        Rule("wpAttachment.fileName", CU.attachmentName, text, graph="provenance"),
        Rule("wpAttachment.link", CU.attachmentPath, text, graph="provenance"),
    ],
)

pixels = Converter(
    of="featuredImage.size[0]",
    iri="pixels/{.}",
    types=[SCHEMA.QuantitativeValue],
    shared=True,
    rules=[
        Rule(".", SCHEMA.value, positive_integer, required=True),
        Rule(".", SCHEMA.unitCode, always(text("E37"))),  # UN/CEFACT Recommendation 20: a pixel
    ],
)
