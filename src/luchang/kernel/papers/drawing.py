"""A paper as its two files draw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from luchang.core.documents import language
from luchang.core.documents.filling import fill
from luchang.core.documents.language import Template
from luchang.kernel.papers import paper, printing, word
from luchang.kernel.papers.kinds import PaperKind
from luchang.kernel.papers.models import Paper
from luchang.kernel.papers.printing import PrintedBlock
from luchang.kernel.papers.refusals import TextMisread
from luchang.kernel.papers.states import FileKind

BASE = Path(__file__).parent / "templates" / "papers" / "base.docx"
"""Fonts, margins, headings, page numbers; made by `tools/word_bases.py`."""

DIGITS_SHOWN = 16


@dataclass(frozen=True)
class PrintedPaper:
    """The whole paper; its words are Chinese because papers are."""

    title: str
    number: str
    organisation: str
    date: str
    imprint: str
    blocks: Sequence[PrintedBlock]
    mark: str = ""


def read_text(source: str, kind: PaperKind) -> Template:
    """The text as blocks.

    Raises:
        TextMisread: a field the kind does not have, or a slip of the pen; each with its line.
    """
    template = language.read(source, kind.dialect)
    if template.problems:
        raise TextMisread(sorted(template.problems, key=lambda each: each.line))
    return template


def blocks_of(source: str, kind: PaperKind, values: Mapping[str, str]) -> list[PrintedBlock]:
    """The text with these values in their places.

    Raises:
        TextMisread: the text is not understood.
    """
    return list(printing.blocks(fill(read_text(source, kind), values)))


def printed(made: Paper) -> PrintedPaper:
    """As it was ordered, whatever has become of its record since."""
    values: dict[str, str] = made.values
    blocks = blocks_of(made.text.source, made.text.declared, values)
    return PrintedPaper(
        title=made.title,
        number=made.number,
        organisation=values["organisation"],
        date=values["date"],
        imprint=f"模板 {made.kind} 第{made.text.edition}版　SM3 {made.sm3[:DIGITS_SHOWN]}",
        blocks=blocks,
    )


def drawn(made: Paper, kind: FileKind) -> bytes:
    """One of its files.

    Raises:
        PaperUnavailable: this machine cannot make PDFs; names what is missing.
    """
    shown = printed(made)
    if kind == FileKind.PDF:
        return paper.pdf("papers/paper.html", {"paper": shown})
    return word.filled(
        BASE,
        title=shown.title,
        author=shown.organisation,
        blocks=shown.blocks,
        values={"paper": shown},
    )
