"""HTML, PDF and Word say the same, carry the same footnote codes, and fetch nothing."""

import io
import re
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest
from django.conf import LazySettings
from docx.oxml.ns import qn

from luchang.apps.reports import services
from luchang.apps.reports.bridge import paper, word
from luchang.apps.reports.bridge.printing import edition_of
from luchang.apps.reports.models import Report
from luchang.apps.reports.states import FileKind
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.models import Organisation
from luchang.kernel.papers import fonts
from luchang.kernel.papers.paper import PaperUnavailable
from tests.factories import reports as make
from tests.factories.identity import browser_of, organisation, user_with
from tests.papers import listener, needs_paper, pdf_text

pytestmark = pytest.mark.django_db
TEXT = pypdfium2.raw.FPDF_PAGEOBJ_TEXT
SOURCE = """## 一、接处警
{{ organisation }}{{ period }}受理警情{{ kpi:dispatch.incidents }}起，
与上月相比{{ kpi:dispatch.incidents show=change against=上期 }}。

@table kpi=dispatch.incidents,dispatch.calls by=organisation title=各单位警情
@chart kpi=dispatch.incidents by=day kind=bar title=每日警情
@missing module=accidents title=交通事故
- 按时签收率{{ kpi:dispatch.signed_in_time }}
"""


@pytest.fixture
def city(tmp_path: Path, settings: LazySettings) -> Organisation:
    settings.MEDIA_ROOT = str(tmp_path)
    made = organisation(name="株洲支队")
    brigade = organisation(parent=made, name="天元大队")
    make.incidents(137, at=brigade)
    make.orders(8, at=made, signed=6)
    return made


def is_embedded(text: pypdfium2.PdfObject) -> bool:
    font = pypdfium2.raw.FPDFTextObj_GetFont(text.raw)
    return bool(pypdfium2.raw.FPDFFont_GetIsEmbedded(font) == 1)


@pytest.fixture
def report(city: Organisation) -> Report:
    return make.issued(at=city, source=SOURCE)


@needs_paper
def test_a_pdf_holds_the_numbers_with_their_footnote_codes(report: Report) -> None:
    text = pdf_text(paper.pdf(edition_of(report, report.placed)))

    assert "受理警情145[1]起" in text.replace("\n", "").replace("\r", "")
    assert "[1] 警情数 dispatch.incidents，2026-02-01..2026-02-28" in text.replace("\r\n", " ")
    assert re.search(r"137\[\d+\]", text)
    assert "75.0%" in text
    assert "第 1 页 / 共" in text
    assert report.number in text
    assert "该模块尚未建成" in text
    assert report.sm3 in text.replace("\r\n", "")


@needs_paper
def test_a_pdf_carries_its_fonts_and_is_a4(report: Report) -> None:
    """Without them a machine that has no Chinese font prints boxes."""
    content = paper.pdf(edition_of(report, report.placed))
    document = pypdfium2.PdfDocument(content)
    width, height = document[0].get_size()
    embedded = [is_embedded(each) for each in document[0].get_objects() if each.type == TEXT]
    document.close()
    assert embedded
    assert all(embedded)

    assert (round(width), round(height)) == (595, 842)


@needs_paper
def test_a_draft_says_so_on_every_page_and_an_issued_one_does_not(city: Organisation) -> None:
    draft = make.checked(at=city, source=SOURCE)
    issued = make.issued(at=city, source=SOURCE)

    for report, is_marked in ((draft, True), (issued, False)):
        content = paper.pdf(edition_of(report, report.placed))
        document = pypdfium2.PdfDocument(content)
        pages = [page.get_textpage().get_text_bounded() for page in document]
        document.close()
        assert all(("草稿" in page) is is_marked for page in pages)
        assert all("株洲支队" in page for page in pages)


def test_word_opens_and_holds_the_same_numbers_and_codes(report: Report) -> None:
    content = word.word(edition_of(report, report.placed))

    opened = docx.Document(io.BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in opened.paragraphs)
    assert "受理警情145[1]起" in text
    assert "{{" not in text
    assert "{%" not in text
    first, *_ = opened.tables
    assert [cell.text for cell in first.rows[0].cells] == ["单位", "警情数（起）", "接警数（次）"]
    assert re.fullmatch(r"137\[\d+\]", first.rows[1].cells[1].text)
    notes = [[cell.text for cell in row.cells] for row in opened.tables[-1].rows]
    assert notes[1][:3] == ["[1]", "警情数", "dispatch.incidents"]
    assert len(notes) == len(report.placed.notes) + 1


def test_word_names_an_east_asian_font_and_brings_charts_as_vectors(report: Report) -> None:
    """Without the font Chinese falls to the theme's; without the vector a chart blurs in print."""
    content = word.word(edition_of(report, report.placed))

    styles = docx.Document(io.BytesIO(content)).styles
    for name in ("Normal", "Heading 1", "Heading 2", "Title"):
        fonts_of = styles[name].element.rPr.find(qn("w:rFonts"))
        assert fonts_of.get(qn("w:eastAsia")) in {"宋体", "黑体"}
        assert fonts_of.get(qn("w:eastAsiaTheme")) is None
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        body = package.read("word/document.xml").decode()
        vector = package.read("word/media/chart1.svg").decode()
    assert any(name.endswith(".png") for name in names)
    assert body.count("svgBlip") == 1
    assert vector.startswith("<svg")


def test_files_are_kept_as_attachments_and_every_download_is_audited(report: Report) -> None:
    made = services.make_file(
        report=report, kind=FileKind.WORD, document=report.placed, at=make.AT
    )
    reader = user_with("reports.see_reports", at=report.organisation)
    stranger = user_with("reports.see_reports", at=organisation())

    page = browser_of(reader).get(f"/reports/{report.pk}/").content.decode()
    answer = browser_of(reader).get(f"/attachments/{made.attachment.key}")
    refused = browser_of(stranger).get(f"/attachments/{made.attachment.key}")

    assert f'href="/attachments/{made.attachment.key}"' in page
    assert answer.status_code == 200
    assert report.number in answer.headers["Content-Disposition"]
    assert refused.status_code == 404
    entry = AuditEntry.objects.filter(
        action="READ", subject="attachments.attachment", actor_id=reader.pk
    ).get()
    assert entry.detail["digest"] == made.sha256


# What somebody may try to smuggle in

EVIL = '<script>alert(1)</script> & <b>粗</b> "引号" {{ organisation }}'


def test_html_escapes_whatever_a_clerk_types(city: Organisation) -> None:
    by = make.writer(city)
    report = make.draft(at=city, by=by, source=f"## {EVIL}\n{EVIL}\n")
    services.edit_report(report_id=report.pk, title=EVIL, source=report.source, by=by, at=make.AT)
    with make.checked_by(make.sound):
        services.check_report(report_id=report.pk, by=by, at=make.AT)
    browser = browser_of(user_with(*make.WRITE, at=city))

    for address in (f"/reports/{report.pk}/", f"/reports/{report.pk}/document"):
        page = browser.get(address).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_word_and_pdf_take_hostile_text_as_text(city: Organisation) -> None:
    report = make.checked(at=city, source=f"## {EVIL}\n{EVIL}\n")
    edition = edition_of(report, report.placed)

    opened = docx.Document(io.BytesIO(word.word(edition)))

    assert any("<script>alert(1)</script>" in each.text for each in opened.paragraphs)
    if not fonts.lacks():
        assert "alert(1)" in pdf_text(paper.pdf(edition))


def test_addresses_in_a_report_stay_words(city: Organisation) -> None:
    with listener() as (address, asked):
        source = f"见{address}/x.png 与file:///etc/passwd <img src='{address}/y.png'>\n"
        report = make.checked(at=city, source=source)
        edition = edition_of(report, report.placed)
        word.word(edition)
        if not fonts.lacks():
            paper.pdf(edition)

    assert asked == []


# What the machine may lack


def test_a_machine_without_font_or_library_names_each_and_how_to_install_it(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "chinese_font", lambda: None)
    monkeypatch.setattr(fonts, "_is_loadable", lambda name: name != "libpango-1.0.so.0")
    edition = edition_of(report, report.placed, with_charts=False)

    with pytest.raises(PaperUnavailable) as lacking:
        paper.pdf(edition)
    page = browser_of(user_with(*make.WRITE, at=report.organisation)).get(f"/reports/{report.pk}/")

    assert [lack.package for lack in lacking.value.lacks] == ["libpango-1.0-0", "fonts-noto-cjk"]
    text = page.content.decode()
    assert "libpango-1.0.so.0" in text
    assert "apt-get install" in text
    assert "libpango-1.0-0 fonts-noto-cjk" in text
