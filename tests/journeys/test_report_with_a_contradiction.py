"""A half-year report with a contradiction in it: refused with the reason, mended, signed, read."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from django.conf import LazySettings

from luchang.apps.reports import selectors, services
from luchang.apps.reports.models import Delivery, Report
from luchang.apps.reports.services.templates import FOLDER
from luchang.apps.reports.states import FileKind, ReportStatus
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.attachments import store
from luchang.kernel.records.models import Todo
from tests.browser import PHONE, PICTURES, Visit
from tests.factories import reports as make
from tests.factories.identity import organisation, user_with
from tests.papers import needs_paper

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAIT_MS = 60_000
PLANTED = "今年以来，全市查处各类重点交通违法行为132万起。其中，查处“野蛮驾驶”违法行为2751万起。"
MENDED = PLANTED.replace("2751万起", "27510起")


@pytest.fixture
def city(tmp_path: Path, settings: LazySettings, transactional_db: None) -> Organisation:
    settings.MEDIA_ROOT = str(tmp_path)
    services.sync_shipped(at=make.AT)
    made = organisation(name="株洲支队")
    for number, name in enumerate(("天元大队", "荷塘大队", "芦淞大队"), start=2):
        brigade = organisation(parent=made, name=name)
        make.orders(3 * number, at=brigade, signed=3 * number - 1)
        for month in (1, 3, 4, 6):
            make.incidents(number + month, at=brigade, day=date(2026, month, 12))
    return made


def drafted(visit: Visit, page: "Page", city: Organisation) -> Report:
    """The form, filled in as a clerk does it."""
    page.locator("#id_first_day").fill("2026-05-03")
    page.locator(f"input[name=recipients][value='{city.pk}']").check()
    visit.shoot(page, "reports-draft")
    page.locator("form.lc-form button[type=submit]").click()
    page.locator(".rp-document").wait_for(timeout=WAIT_MS)
    return Report.objects.get()


def rewritten(page: "Page", text: str) -> None:
    """Another first paragraph, saved."""
    page.locator("a.btn[href$='/edit']").click()
    source = page.locator("#id_source")
    source.wait_for(timeout=WAIT_MS)
    rest = source.input_value().partition("## ")[2]
    source.fill(f"{text}\n\n## {rest}")
    page.locator("form.lc-form button[type=submit]").click()
    page.locator("form[action$='/check'] button").wait_for(timeout=WAIT_MS)


def checked(page: "Page") -> None:
    page.locator("form[action$='/check'] button").click()
    page.locator("text=取数时间").wait_for(timeout=WAIT_MS)


def refused(visit: Visit, desk: "Page", report: Report) -> None:
    """The finding stands there with its arithmetic, and there is no way on."""
    rewritten(desk, PLANTED)
    checked(desk)
    desk.locator(".rp-findings").wait_for(timeout=WAIT_MS)
    visit.shoot(desk, "reports-refused", whole=True)
    told = desk.locator(".rp-findings").inner_text()
    assert "2751万起" in told
    assert "27,510,000" in told
    assert desk.locator("form[action$='/submit']").count() == 0
    report.refresh_from_db()
    assert report.status == ReportStatus.DRAFT


def mended(desk: "Page") -> None:
    rewritten(desk, MENDED)
    checked(desk)
    desk.locator("form[action$='/submit'] button").click(timeout=WAIT_MS)
    desk.locator("form[action$='/recall'] button").wait_for(timeout=WAIT_MS)
    assert desk.locator("form[action$='/approve']").count() == 0


def signed(board: "Page") -> None:
    board.on("dialog", lambda dialog: dialog.accept())
    board.locator("form[action$='/approve'] button").click(timeout=WAIT_MS)
    board.locator("form[action$='/verify'] button").wait_for(timeout=WAIT_MS)
    board.locator("form[action$='/verify'] button").click()
    board.locator(".lc-toast").first.wait_for(timeout=WAIT_MS)


def test_a_contradiction_is_refused_mended_signed_and_read(
    visit: Visit, city: Organisation
) -> None:
    """The report the city once printed would not have left the house like this."""
    author = user_with(*make.WRITE, at=city)
    leader = user_with(*make.APPROVE, at=city)
    desk = visit.open("/reports/new?template=half_year_report", person=author)
    report = drafted(visit, desk, city)
    refused(visit, desk, report)
    mended(desk)
    board = visit.open(Todo.objects.get(kind="reports.approve").url, person=leader)
    signed(board)

    report.refresh_from_db()
    assert report.status == ReportStatus.ISSUED
    assert report.approved_by_id == leader.pk
    assert selectors.verify(report).is_sound
    assert Delivery.objects.filter(report=report, user=leader, read_at__isnull=False).exists()
    board.locator("a.rp-figure").first.click()
    board.wait_for_url("**/*figure=*", timeout=WAIT_MS)


@needs_paper
def test_the_printed_pages_are_drawn_and_hold_together(visit: Visit, city: Organisation) -> None:
    """Pictures of every page for whoever looks at them; blank or clipped pages fail here."""
    report = make.issued(at=city, source=_shipped("half_year_report"))
    made = services.make_file(
        report=report,
        kind=FileKind.PDF,
        document=report.placed,
        at=datetime(2026, 7, 1, tzinfo=UTC),
    )
    page = visit.open(f"/reports/{report.pk}/", person=user_with(*make.WRITE, at=city))
    assert page.locator(f"a[href$='{made.attachment.key}']").count() == 1

    document = pypdfium2.PdfDocument(store.place_of(made.sha256).read_bytes())
    PICTURES.mkdir(parents=True, exist_ok=True)
    for number, sheet in enumerate(document, start=1):
        picture = sheet.render(scale=1.2).to_pil().convert("L")
        picture.save(PICTURES / f"reports-page-{number}.png")
        width, _height = picture.size
        edges = picture.crop((0, 0, 12, picture.height)).getextrema()
        assert picture.getextrema()[0] < 80, "a blank page"
        assert edges[0] > 200, "something runs over the left edge"
        right = picture.crop((width - 12, 0, width, picture.height)).getextrema()
        assert right[0] > 200, "something runs over the right edge"
    document.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_of_reports_fit_desk_and_phone(
    visit: Visit, city: Organisation, language: str, theme: str
) -> None:
    person = user_with(*make.WRITE, "reports.approve_reports", "reports.manage_templates", at=city)
    report = make.issued(at=city, source=_shipped("monthly_bulletin"), recipients=[city])
    template = report.template_id
    pages = {
        "list": "/reports/",
        "report": f"/reports/{report.pk}/",
        "template": f"/reports/templates/{template}/",
        "new-template": "/reports/templates/new?from=daily_122_bulletin",
        "schedule": "/reports/schedules/new",
    }
    for size, where in (((1920, 1080), "desk"), (PHONE, "phone")):
        for name, address in pages.items():
            page = visit.open(address, person=person, size=size, language=language, theme=theme)
            visit.shoot(page, f"reports-{name}-{where}-{language}-{theme}", whole=True)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0], f"{name} scrolls sideways on the {where}"
            page.close()


def _shipped(code: str) -> str:
    return (FOLDER / f"{code}.txt").read_text(encoding="utf-8")
