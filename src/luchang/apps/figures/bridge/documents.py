"""The text of a document handed in: plain text in any usual encoding, Word, PDF.

Nothing in a file is believed: its kind is told by its content, a Word file is measured before it
is unzipped, macros are refused, and a PDF without text is called a scan.
"""

from __future__ import annotations

import codecs
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

import pypdfium2
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.apps.figures.states import FileKind
from luchang.kernel.records.attachments import office
from luchang.kernel.records.attachments.states import Fault
from luchang.kernel.records.attachments.states import FileKind as PackageKind
from luchang.kernel.records.attachments.states import Refused as PackageRefused

MEGABYTE = 1024 * 1024
FILE_LIMIT = 20 * MEGABYTE
TEXT_LIMIT = 300_000
PAGE_LIMIT = 500
LEAST_READABLE = 0.8
"""Share of letters, digits and marks below which bytes are no text of that encoding."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OLD_WORD = b"\xd0\xcf\x11\xe0"
NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
BODY = "word/document.xml"

REASONS: Mapping[str, str | Promise] = {
    "empty": _("文件里没有文字"),
    "too_large": _("文件超过20 MB，请只上传报告正文"),
    "too_long": _("文字超过30万字，请分成几份检查"),
    "encoding": _("无法识别文字编码；请另存为UTF-8、UTF-16或GB18030文本"),
    "old_word": _("这是旧版.doc文件；请另存为.docx后再检查"),
    "macros": _("文档含有宏或嵌入对象，不予打开；请另存为不含宏的.docx"),
    "bomb": _("文档解压后过大，不予打开"),
    "encrypted": _("文档有密码，请去掉密码后再检查"),
    "broken": _("文件已损坏或不是所称的格式"),
    "scanned": _("这份PDF只有图像没有文字（扫描件）；请提供可复制文字的版本"),
    "too_many_pages": _("PDF超过500页，请分成几份检查"),
}
_FAULTS = {
    Fault.ACTIVE: "macros",
    Fault.BOMB: "bomb",
    Fault.ENCRYPTED: "encrypted",
}


class Unreadable(Exception):
    """The file cannot be read; the text says why and what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return str(REASONS[self.code])


@dataclass(frozen=True)
class Document:
    """A file's text and what sort of file it was."""

    text: str
    kind: FileKind


def read_document(content: bytes) -> Document:
    """The text of a file.

    Raises:
        Unreadable: with the reason.
    """
    if len(content) > FILE_LIMIT:
        raise Unreadable("too_large")
    if content.startswith(b"%PDF-"):
        document = Document(_pdf(content), FileKind.PDF)
    elif content.startswith(b"PK"):
        document = Document(_word(content), FileKind.WORD)
    elif content.startswith(OLD_WORD):
        raise Unreadable("old_word")
    else:
        document = Document(_decoded(content), FileKind.TEXT)
    if not document.text.strip():
        raise Unreadable("empty")
    if len(document.text) > TEXT_LIMIT:
        raise Unreadable("too_long")
    return document


def _decoded(content: bytes) -> str:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = _strictly(content, "gb18030")
    if not _is_text(text):
        raise Unreadable("encoding")
    return text


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise Unreadable("encoding") from wrong


def _is_text(text: str) -> bool:
    """Whether the characters are those of a text: GB18030 gives some for almost any bytes."""
    if "\0" in text:
        return False
    known = sum(
        1
        for character in text
        if character.isspace()
        or "\u4e00" <= character <= "\u9fff"
        or " " <= character <= "~"
        or "\u2010" <= character <= "\u303f"
        or "\uff00" <= character <= "\uffef"
    )
    return known >= LEAST_READABLE * len(text)


def _pdf(content: bytes) -> str:
    try:
        pdf = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as wrong:
        code = "encrypted" if "password" in str(wrong).lower() else "broken"
        raise Unreadable(code) from wrong
    try:
        if len(pdf) > PAGE_LIMIT:
            raise Unreadable("too_many_pages")
        text = "\n".join(_page(pdf, number) for number in range(len(pdf)))
    finally:
        pdf.close()
    if not text.strip():
        raise Unreadable("scanned")
    return text


def _page(pdf: pypdfium2.PdfDocument, number: int) -> str:
    """The text of one page; a page that cannot be loaded has none."""
    try:
        page = pdf[number]
        words = page.get_textpage()
    except pypdfium2.PdfiumError:
        return ""
    text = str(words.get_text_range())
    words.close()
    page.close()
    return text.replace("\r\n", "\n").replace("\ufffe", "")


def _word(content: bytes) -> str:
    try:
        office.check_office(content, PackageKind.DOCX)
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            body = package.read(BODY)
    except PackageRefused as refused:
        raise Unreadable(_FAULTS.get(refused.fault, "broken")) from refused
    except KeyError as missing:
        raise Unreadable("broken") from missing
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Unreadable("broken")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  no DTD, measured before
    except ElementTree.ParseError as wrong:
        raise Unreadable("broken") from wrong
    return "\n".join(_blocks(root))


def _blocks(element: ElementTree.Element) -> Iterator[str]:
    """Paragraphs and tables in the order of the document."""
    for child in element:
        if child.tag == f"{NAMESPACE}p":
            yield _words(child)
        elif child.tag == f"{NAMESPACE}tbl":
            yield from _table(child)
        elif child.tag != FALLBACK:
            yield from _blocks(child)


def _words(paragraph: ElementTree.Element) -> str:
    pieces = []
    for part in paragraph.iter():
        if part.tag == f"{NAMESPACE}t":
            pieces.append(part.text or "")
        elif part.tag in {f"{NAMESPACE}tab", f"{NAMESPACE}br"}:
            pieces.append(" ")
    return "".join(pieces)


def _table(table: ElementTree.Element) -> Iterator[str]:
    """A table as prose, so that each number stands beside the head of its column."""
    rows = [_row(row) for row in table.iter(f"{NAMESPACE}tr")]
    if len(rows) < 2:  # noqa: PLR2004  without a head there is no row
        yield from (" ".join(row) for row in rows)
        return
    head = rows[0]
    for row in rows[1:]:
        yield _sentence(head, row)


def _row(row: ElementTree.Element) -> list[str]:
    return [
        " ".join(_words(paragraph) for paragraph in cell.iter(f"{NAMESPACE}p")).strip()
        for cell in row.iter(f"{NAMESPACE}tc")
    ]


def _sentence(head: Sequence[str], row: Sequence[str]) -> str:
    """One row with the heads of its columns: 城东大队:酒驾(起):41;醉驾(起):9."""
    named = list(zip(head, row, strict=False))
    first, rest = named[:1], named[1:]
    lead = "".join(value for _, value in first)
    return f"{lead}:" + ";".join(f"{name}:{value}" for name, value in rest if value) + "。"
