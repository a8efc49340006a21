"""The printed form: PDF on A4, with footnotes, page numbers and a watermark.

Nothing is fetched while it is made: charts stand in the page as SVG, the style sheet is part of
it, and every address, of this machine or another, is refused.
"""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from luchang.kernel.papers import fonts
from luchang.kernel.papers.printing import HOUSE_LANGUAGE


class PaperUnavailable(Exception):
    """The machine lacks something a PDF needs; `lacks` says what, the text how to mend it."""

    def __init__(self, lacks: list[fonts.Lack]) -> None:
        super().__init__(", ".join(lack.package for lack in lacks))
        self.lacks = lacks

    def __str__(self) -> str:
        what = "、".join(str(lack.what) for lack in self.lacks)
        told = _("本机不能生成PDF，缺少：%(what)s。请以管理员身份执行：%(command)s")
        return told % {"what": what, "command": fonts.install_command(self.lacks)}


class Closed(Exception):
    """A document asked for something outside itself."""


def pdf(template: str, values: Mapping[str, Any]) -> bytes:
    """A template of a whole page as a PDF with its fonts embedded.

    Raises:
        PaperUnavailable: a library or a Chinese font is missing here.
    """
    lacks = fonts.lacks()
    if lacks:
        raise PaperUnavailable(lacks)
    with translation.override(HOUSE_LANGUAGE):
        return printed(render_to_string(template, dict(values)))


def printed(page: str) -> bytes:
    """A page of HTML on paper, with nothing fetched."""
    from weasyprint import HTML  # noqa: PLC0415 - a second to load, and only where paper is made

    made = HTML(string=page, base_url=None, url_fetcher=_closed_fetcher())
    return bytes(made.write_pdf(pdf_tags=True))


def _closed_fetcher() -> Any:
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 - as above

    class Fetcher(URLFetcher):  # type: ignore[misc]  # the library has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            raise Closed(url)

    return Fetcher(allowed_protocols=())
