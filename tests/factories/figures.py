"""Reports handed in for checking, for every test."""

import io
import zipfile
from datetime import UTC, datetime
from itertools import count

from luchang.apps.figures import services
from luchang.apps.figures.models import ReportedFigure, SourceDocument
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from tests.factories.identity import organisation

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
CONTRADICTORY = "今年以来,全市查处酒驾120起,其中醉驾150起。发放资料近2000余份。"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

_number = count(1)


def document(
    *, at: Organisation | None = None, text: str = CONTRADICTORY, year: int | None = 2026
) -> SourceDocument:
    """A checked report with one contradiction of figures and one of words around them."""
    taken = services.Taken(
        title=f"工作报告{next(_number)}", organisation=at or organisation(), year=year
    )
    return services.take_text(taken=taken, text=text, by=SYSTEM, at=NOON)


def figure(*, at: Organisation | None = None) -> ReportedFigure:
    """The first figure of a report of its own."""
    return document(at=at).figures.get(ordinal=1)


def word_file(body: str, *, parts: dict[str, bytes] | None = None) -> bytes:
    """A Word file with this body, as XML within `w:body`."""
    types = (
        b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        b'content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.'
        b'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", types)
        page = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        package.writestr("word/document.xml", page)
        for name, content in (parts or {}).items():
            package.writestr(name, content)
    return buffer.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def table(*rows: tuple[str, ...]) -> str:
    cells = ["".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"
