"""Word documents that can be worked on: a base document, filled by docxtpl.

Charts are put in as SVG, with a picture beside it for programs that know no SVG. Chinese letters
take the East Asian font of the base's styles; without one they would fall to the theme's.
"""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from luchang.kernel.papers import charts
from luchang.kernel.papers.printing import PrintedBlock, PrintedRun

CHART_MM = 155
MARK_COLOUR = "1F5FA8"
SVG_TYPE = "image/svg+xml"
SVG_SPACE = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
SVG_EXTENSION = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}"
"""The extension by which Word looks for a vector beside a picture."""


def filled(
    base: Path,
    *,
    title: str,
    author: str,
    blocks: Sequence[PrintedBlock],
    values: Mapping[str, Any],
) -> bytes:
    """A base document as a .docx, with `blocks` and `values` where its tags stand."""
    from docxtpl import DocxTemplate  # noqa: PLC0415 - only where Word is made

    document = DocxTemplate(base)
    document.init_docx()
    drawn = [_block(document, block) for block in blocks]
    document.render({**values, "blocks": drawn}, autoescape=True)
    _add_vectors(document.docx, [block.svg for block in blocks if block.svg])
    document.docx.core_properties.title = title
    document.docx.core_properties.author = author
    document.docx.core_properties.comments = ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _block(document: Any, block: PrintedBlock) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "title": block.title,
        "runs": _rich(block.runs),
        "head": list(block.head),
        "rows": [[_rich([cell]) for cell in row] for row in block.rows],
        "chart": _picture(document, block),
        "sources": block.sources,
    }


def _rich(runs: Sequence[PrintedRun]) -> Any:
    """Words and numbers, each number followed by its footnote codes."""
    from docxtpl import RichText  # noqa: PLC0415 - as above

    rich = RichText()
    for run in runs:
        rich.add(run.text)
        for mark in run.marks:
            rich.add(f"[{mark.number}]", superscript=True, color=MARK_COLOUR)
    return rich


def _picture(document: Any, block: PrintedBlock) -> Any:
    if block.block.plot is None:
        return ""
    from docx.shared import Mm  # noqa: PLC0415 - as above
    from docxtpl import InlineImage  # noqa: PLC0415 - as above

    picture = io.BytesIO(charts.png(block.block.plot))
    return InlineImage(document, picture, width=Mm(CHART_MM))


def _add_vectors(docx: Any, vectors: Sequence[str]) -> None:
    """Give each picture of the body its vector, in order."""
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415 - as above
    from docx.opc.packuri import PackURI  # noqa: PLC0415 - as above
    from docx.opc.part import Part  # noqa: PLC0415 - as above
    from lxml import etree  # noqa: PLC0415 - as above

    space = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    found = docx.element.body.findall(".//a:blip", space)
    for index, (blip, vector) in enumerate(zip(found, vectors, strict=True), start=1):
        name = PackURI(f"/word/media/chart{index}.svg")
        part = Part(name, SVG_TYPE, vector.encode(), docx.part.package)
        relation = docx.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
        extensions = etree.SubElement(blip, f"{{{space['a']}}}extLst")
        extension = etree.SubElement(extensions, f"{{{space['a']}}}ext", uri=SVG_EXTENSION)
        svg = etree.SubElement(extension, f"{{{SVG_SPACE}}}svgBlip", nsmap={"asvg": SVG_SPACE})
        svg.set(
            "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed", relation
        )
