"""Makes the base documents of Word files: fonts, headings, page numbers, and docxtpl's tags.

    python -m tools.word_bases

A clerk may change the results in Word; keep the tags in curly braces.
"""

from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

SOURCE = Path(__file__).resolve().parents[1] / "src" / "luchang"
REPORT = SOURCE / "apps/reports/templates/reports/base.docx"
PAPER = SOURCE / "kernel/papers/templates/papers/base.docx"
SONG, HEI = "宋体", "黑体"
GREY, RED = RGBColor(0x5C, 0x66, 0x70), RGBColor(0xB0, 0x30, 0x2C)
WIDTHS = (10, 34, 46, 40, 26, 22)
"""Millimetres of the columns of the appendix."""


def main() -> None:
    report = _dressed("edition")
    _head(report)
    _changes(report)
    _body(report)
    _appendix(report)
    report.save(str(REPORT))
    paper = _dressed("paper")
    _paper_head(paper)
    _body(paper)
    _paper_foot(paper)
    paper.save(str(PAPER))


def _dressed(what: str) -> Any:
    """An empty document with its styles, its head and its foot."""
    document = Document()
    _page(document, what)
    for name, font, size in (
        ("Normal", SONG, 12.0),
        ("Title", SONG, 20.0),
        ("Heading 1", HEI, 15.0),
        ("Heading 2", HEI, 13.0),
        ("Caption", HEI, 10.0),
        ("List Bullet", SONG, 12.0),
        ("Intense Quote", SONG, 11.0),
    ):
        _style(document, name, font, size)
    document.core_properties.author = ""
    return document


def _page(document: Any, what: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(26), Mm(24)
    section.top_margin, section.bottom_margin = Mm(28), Mm(26)
    head = section.header.paragraphs[0]
    _small(
        head.add_run(
            f"{{% if {what}.mark %}}【{{{{ {what}.mark }}}}】{{% endif %}}"
            f"{{{{ {what}.organisation }}}}　{{{{ {what}.number }}}}"
        )
    )
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第 ", "PAGE"), (" 页 / 共 ", "NUMPAGES"), (" 页", "")):
        _small(foot.add_run(text))
        if field:
            _field(foot, field)


def _small(run: Any) -> None:
    run.font.size, run.font.color.rgb = Pt(9), GREY
    _east_asian(run._element.get_or_add_rPr(), HEI)  # noqa: SLF001 - python-docx has no other door


def _field(paragraph: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001 - as above


def _east_asian(properties: Any, font: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    for name, value in (("w:ascii", "Times New Roman"), ("w:hAnsi", "Times New Roman")):
        fonts.set(qn(name), value)
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _style(document: Any, name: str, font: str, size: float) -> None:
    style = document.styles[name]
    style.font.size = Pt(size)
    style.font.color.rgb = RGBColor(0x1B, 0x23, 0x2C)
    style.font.bold = name in {"Title", "Heading 1", "Heading 2", "Caption"}
    _east_asian(style.element.get_or_add_rPr(), font)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.element.get_or_add_rPr().append(language)
    spacing = style.paragraph_format
    spacing.space_after = Pt(4)
    spacing.line_spacing = 1.5 if name in {"Normal", "List Bullet"} else 1.25


def _head(document: Any) -> None:
    _letterhead(document, "edition")
    imprint = document.add_paragraph()
    imprint.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _small(
        imprint.add_run(
            "编号 {{ edition.number }}{% if edition.edition > 1 %}（第{{ edition.edition }}版）"
            "{% endif %}　期间 {{ edition.period }}"
            "{% if edition.issued %}　签发 {{ edition.approver }} {{ edition.issued }}{% endif %}"
        )
    )


def _letterhead(document: Any, what: str) -> None:
    office = document.add_paragraph(f"{{{{ {what}.organisation }}}}")
    office.alignment = WD_ALIGN_PARAGRAPH.CENTER
    office.runs[0].font.color.rgb = RED
    title = document.add_paragraph(f"{{{{ {what}.title }}}}", style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    border = title._p.get_or_add_pPr().find(qn("w:pBdr"))  # noqa: SLF001 - as above
    if border is not None:
        border.getparent().remove(border)


def _paper_head(document: Any) -> None:
    _letterhead(document, "paper")
    imprint = document.add_paragraph()
    imprint.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _small(imprint.add_run("编号 {{ paper.number }}"))


def _paper_foot(document: Any) -> None:
    """Whose paper it is and of which day; below it which text it was made from."""
    for words in ("{{ paper.organisation }}", "{{ paper.date }}"):
        signed = document.add_paragraph(words)
        signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _small(document.add_paragraph().add_run("{{ paper.imprint }}"))


def _tag(document: Any, text: str) -> None:
    document.add_paragraph(text)


def _changes(document: Any) -> None:
    _tag(document, "{%p if edition.reason %}")
    document.add_paragraph("更正说明", style="Heading 2")
    document.add_paragraph("{{ edition.reason }}")
    _rows(
        document,
        ("指标", "期间", "单位范围", "原数", "现数"),
        "each in changes",
        tuple(
            f"{{{{ each.{name} }}}}" for name in ("title", "period", "organisation", "old", "new")
        ),
    )
    _tag(document, "{%p endif %}")


def _body(document: Any) -> None:
    _tag(document, "{%p for block in blocks %}")
    for kind, style in (
        ("chapter", "Heading 1"),
        ("section", "Heading 2"),
        ("item", "List Bullet"),
        ("missing", "Intense Quote"),
    ):
        _tag(document, f"{{%p if block.kind == '{kind}' %}}")
        document.add_paragraph("{{r block.runs }}", style=style)
        _tag(document, "{%p endif %}")
    _tag(document, "{%p if block.kind == 'paragraph' %}")
    paragraph = document.add_paragraph("{{r block.runs }}")
    paragraph.paragraph_format.first_line_indent = Pt(24)
    _tag(document, "{%p endif %}")
    _tag(document, "{%p if block.kind == 'table' %}")
    _caption(document)
    _wide_table(document)
    _tag(document, "{%p endif %}")
    _tag(document, "{%p if block.kind == 'chart' %}")
    _caption(document)
    chart = document.add_paragraph("{{ block.chart }}")
    chart.alignment = WD_ALIGN_PARAGRAPH.CENTER
    source = document.add_paragraph()
    _small(source.add_run("图中各数见附录{{ block.sources }}"))
    _tag(document, "{%p endif %}")
    _tag(document, "{%p endfor %}")


def _caption(document: Any) -> None:
    caption = document.add_paragraph("{{ block.title }}", style="Caption")
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _wide_table(document: Any) -> None:
    """As many columns as the block has: a loop in the row of heads and in the row of cells."""
    table = document.add_table(rows=4, cols=3, style="Table Grid")
    heads, begin, cells, end = table.rows
    heads.cells[0].text = "{%tc for name in block.head %}"
    heads.cells[1].text = "{{ name }}"
    heads.cells[2].text = "{%tc endfor %}"
    begin.cells[0].text = "{%tr for row in block.rows %}"
    cells.cells[0].text = "{%tc for cell in row %}"
    cells.cells[1].text = "{{r cell }}"
    cells.cells[2].text = "{%tc endfor %}"
    end.cells[0].text = "{%tr endfor %}"
    _repeat(heads)
    _shrink(table)


def _rows(document: Any, heads: tuple[str, ...], loop: str, cells: tuple[str, ...]) -> None:
    table = document.add_table(rows=4, cols=len(heads), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.text = text
    table.rows[1].cells[0].text = f"{{%tr for {loop} %}}"
    for cell, text in zip(table.rows[2].cells, cells, strict=True):
        cell.text = text
    table.rows[3].cells[0].text = "{%tr endfor %}"
    _repeat(table.rows[0])
    _shrink(table)


def _repeat(row: Any) -> None:
    """The row of heads stands again on the next page."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - as above
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    properties.append(head)


def _shrink(table: Any) -> None:
    for row in table.rows:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.line_spacing = 1.0
                for run in paragraph.runs:
                    run.font.size = Pt(9)


def _appendix(document: Any) -> None:
    heading = document.add_paragraph("附录　数字出处", style="Heading 1")
    heading.paragraph_format.page_break_before = True
    source = document.add_paragraph()
    _small(
        source.add_run(
            "每个数字按指标代码和期间由系统从记录中统计，取数时间 {{ edition.values }}。"
        )
    )
    _rows(
        document,
        ("注", "指标", "代码", "期间", "单位范围", "数值"),
        "note in notes",
        (
            "[{{ note.number }}]",
            "{{ note.title }}",
            "{{ note.code }}",
            "{{ note.period }}",
            "{{ note.organisation }}",
            "{{ note.text }}",
        ),
    )
    _tag(document, "{%p if edition.sm3 %}")
    _small(document.add_paragraph().add_run("SM3 {{ edition.sm3 }}"))
    _tag(document, "{%p endif %}")


if __name__ == "__main__":
    main()
