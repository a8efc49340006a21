"""Files of every kind and every disguise become text or are refused with a reason."""

import io

import pypdfium2
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.apps.figures.bridge import outputs
from luchang.apps.figures.bridge.documents import (
    FILE_LIMIT,
    REASONS,
    TEXT_LIMIT,
    Document,
    Unreadable,
    read_document,
)
from luchang.apps.figures.states import FileKind
from luchang.core.reading import read
from tests.factories.figures import paragraph, table, word_file

TEXT = "上半年,全市查处酒驾120起。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert read_document(TEXT.encode(encoding)) == Document(TEXT, FileKind.TEXT)


def test_a_text_with_the_other_byte_order_is_read() -> None:
    content = b"\xfe\xff" + TEXT.encode("utf-16-be")

    assert read_document(content).text == TEXT


def test_a_word_file_gives_paragraphs_and_tables_with_their_heads() -> None:
    body = paragraph(TEXT) + table(("单位", "酒驾(起)"), ("城东大队", "41"))

    document = read_document(word_file(body))

    assert document == Document(f"{TEXT}\n城东大队:酒驾(起):41。", FileKind.WORD)
    assert [(int(s.value), s.unit) for s in read(document.text).statistics] == [
        (120, "起"),
        (41, "起"),
    ]


def test_a_table_of_one_row_is_a_line_and_breaks_are_spaces() -> None:
    line = "<w:p><w:r><w:t>酒驾</w:t><w:br/><w:t>5起</w:t></w:r></w:p>"

    assert read_document(word_file(table(("甲", "乙")) + line)).text == "甲 乙\n酒驾 5起"


def pdf_of(text: str) -> bytes:
    return outputs.as_pdf(read(text))


def test_a_pdf_is_read_back() -> None:
    document = read_document(pdf_of(TEXT))

    assert document.kind is FileKind.PDF
    assert "120" in document.text


def test_a_scan_says_that_it_is_one() -> None:
    """A PDF page that holds a picture and no text would else be told to be without figures."""
    empty = pypdfium2.PdfDocument.new()
    empty.new_page(200, 200)
    buffer = io.BytesIO()
    empty.save(buffer)

    with pytest.raises(Unreadable) as refused:
        read_document(buffer.getvalue())

    assert refused.value.code == "scanned"


def test_more_pages_than_a_report_has_are_refused() -> None:
    long = pypdfium2.PdfDocument.new()
    for _ in range(501):
        long.new_page(10, 10)
    buffer = io.BytesIO()
    long.save(buffer)

    with pytest.raises(Unreadable, match="500"):
        read_document(buffer.getvalue())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        ("  \n\u3000".encode(), "empty"),
        (b"0" * (FILE_LIMIT + 1), "too_large"),
        (b"7" * (TEXT_LIMIT + 1), "too_long"),
        (b"\xd0\xcf\x11\xe0rest", "old_word"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "encoding"),
        (b"\xff\xfe\x00", "encoding"),
        (bytes(range(128, 255)) * 40, "encoding"),
        (b"\x80\x81\x82\x83" * 9 + b"\xff", "encoding"),
        (b"%PDF-1.7 nothing else", "broken"),
        (b"PK\x03\x04 nothing else", "broken"),
        (word_file("<w:p>"), "broken"),
        (word_file("<!DOCTYPE x>"), "broken"),
        (word_file(paragraph(TEXT), parts={"word/vbaProject.bin": b"x"}), "macros"),
        (word_file(paragraph(" ")), "empty"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_document(content)

    assert refused.value.code == code
    assert str(refused.value)


def test_a_package_without_a_document_is_broken() -> None:
    content = word_file("").replace(b"word/document.xml", b"word/documant.xml")

    with pytest.raises(Unreadable):
        read_document(content)


def test_every_reason_has_english_words() -> None:
    with translation.override("en"):
        assert all(str(words).isascii() for words in REASONS.values())


def text_or_reason(content: bytes) -> str:
    """What a file says, or the words of its refusal; anything else is a crash."""
    try:
        document = read_document(content)
    except Unreadable as refused:
        return str(refused)
    read(document.text)
    return document.text


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"]),
)
def test_any_bytes_are_read_or_refused(content: bytes, head: bytes) -> None:
    assert text_or_reason(head + content)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_word_or_pdf_file_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from(WHOLE)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(whole) // 2, len(whole)))

    assert text_or_reason(bytes(whole[:cut]))


WHOLE = (word_file(paragraph(TEXT) + table(("a", "b"), ("c", "1"))), pdf_of(TEXT))
