"""The encoding of a page, found as browsers find it: byte order mark, declaration, else a guess.

HTML standard, section 13.2.3; labels are those of the Encoding standard (section 4.2) as far as Python has a codec.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from curagraph.markup import markup
from curagraph.markup.markup import Kind, Token
from curagraph.problem import Refused, shown

# Browsers take the first for UTF-16, followed by NUL.
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# How far a declaration is looked for, in bytes (section 13.2.3.2), and how far for signs that this is no text
# (MIME Sniffing standard, sections 5.1 and 7).
_PRESCAN = 1024
_SNIFFED = 1445
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_CHARSET = re.compile(
    r"""charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r ;"'][^\t\n\f\r ;]*))""", re.I
)
_XML = re.compile(r"""<\?xml[^>]*\sencoding\s*=\s*(?:"([^"]+)"|'([^']+)')""")

# Python's codecs, by what the Encoding standard makes of the labels that they answer to. A byte below 0x80 that is
# markup is that markup in all of them, also behind a lead byte, so a page can be taken apart as bytes.
_SINGLE = {
    *(f"cp125{number}" for number in range(9)),
    *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *("cp866", "cp874", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"),
}
_SEVERAL = {"utf-8", "gb18030", "big5hkscs", "cp932", "cp949", "euc_jp"}
_MEANT = {
    **dict.fromkeys(("ascii", "iso8859-1", "x-cp1252", "x-user-defined"), "cp1252"),
    **dict.fromkeys(("iso8859-11", "tis-620", "windows-874", "dos-874"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc_kr", "windows-949"), "cp949"),
    **dict.fromkeys(("utf-16", "utf-16-le", "utf-16-be"), "utf-8"),
    "iso8859-9": "cp1254",
    "iso-8859-8-i": "iso8859-8",
    "big5": "big5hkscs",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
}


@dataclass(frozen=True)
class Encoding:
    """The codec of a page as Python names it, and the byte order mark that the page begins with."""

    codec: str
    mark: bytes = b""

    @property
    def _carrier(self) -> str:
        """The codec that takes a page apart into markup and puts it together again without losing a byte."""
        return self.codec if self.codec.startswith("utf-16") else "latin-1"

    def markup(self, data: bytes) -> str:
        """A page as text in which markup is markup; other text is one character for each byte, mostly.

        `data(markup(x)) == x` for every page, whatever bytes its encoding leaves undefined.
        """
        return data.decode(self._carrier)

    def data(self, markup: str) -> bytes:
        """The inverse of `markup`."""
        return markup.encode(self._carrier)

    def text(self, markup: str) -> str:
        """What a piece of `markup` says.

        >>> Encoding("utf-8").text("caf\xc3\xa9")
        'café'
        """
        return self.data(markup).decode(self.codec, "replace")

    @property
    def start(self) -> int:
        """Where the page begins in its `markup`, behind the byte order mark."""
        return len(self.markup(self.mark))


def of(data: bytes) -> Encoding:
    """The encoding of a page.

    Raises `Refused` where the bytes are no text, declare an encoding that is not known, or are not what they declare.
    """
    if data.startswith(_UTF_32):
        raise Refused("unknown-charset", "the page is UTF-32, which browsers do not read; save it as UTF-8")
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _checked(data, Encoding(codec, mark))
    _refuse_binary(data)
    label = declared(data)
    if label:
        return _checked(data, Encoding(_codec(label)))
    try:
        return _checked(data, Encoding("utf-8"))
    except Refused:
        return Encoding("cp1252")


def decoded(data: bytes) -> str:
    """The text of a page, without its byte order mark; what its encoding leaves undefined is U+FFFD.

    Raises `Refused` as `of` does."""
    encoding = of(data)
    return data[len(encoding.mark) :].decode(encoding.codec, "replace")


def declared(data: bytes) -> str:
    """The label of the encoding that a page declares, or the empty text.

    The first `<meta>` counts that names one, then an XML declaration.
    """
    start = data[:_PRESCAN].decode("latin-1")
    for token in markup.tokens(start):
        if token.kind is Kind.START and token.name == "meta" and (label := _label(token)):
            return label
    found = _XML.match(start)
    return (found[1] or found[2]) if found else ""


def _label(meta: Token) -> str:
    attributes = meta.attributes
    if "charset" in attributes:
        return attributes["charset"].strip()
    if attributes.get("http-equiv", "").lower() == "content-type":
        found = _CHARSET.search(attributes.get("content", ""))
        return next(filter(None, found.groups()), "").strip() if found else ""
    return ""


def _codec(label: str) -> str:
    try:
        name = codecs.lookup(label.strip().lower()).name
    except (LookupError, ValueError):
        name = label.lower()
    name = _MEANT.get(name, name)
    if name not in _SINGLE and name not in _SEVERAL:
        wanted = "save the page as UTF-8 and declare that"
        raise Refused("unknown-charset", f"found the encoding {shown(label)}, which is not known; {wanted}")
    return name


def _checked(data: bytes, encoding: Encoding) -> Encoding:
    """An encoding that the bytes are in. Every byte has a meaning in those of single bytes, or none, and stays."""
    if encoding.codec in _SINGLE:
        return encoding
    try:
        data[len(encoding.mark) :].decode(encoding.codec)
    except UnicodeDecodeError as error:
        at = error.start + len(encoding.mark)
        line = 1 + data.count(b"\n", 0, at)
        message = f"the page says that it is {encoding.codec}, and byte {at} is not; save it as UTF-8"
        raise Refused("wrong-charset", message, line) from None
    return encoding


def _refuse_binary(data: bytes) -> None:
    found = _BINARY.search(data, 0, _SNIFFED)
    if found is None:
        return
    if data[:2] in (b"<\0", b"\0<"):
        message = "the page is UTF-16 without a byte order mark, which browsers do not read; save it as UTF-8"
        raise Refused("utf-16-without-mark", message)
    message = f"byte {found.start()} is 0x{found[0].hex()}, so this is no page of text; give the file its right name"
    raise Refused("binary-page", message)
