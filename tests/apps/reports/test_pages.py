"""What the pages of reports show and do."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luchang.apps.reports import services
from luchang.apps.reports.models import Report
from luchang.apps.reports.states import ReportStatus
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.models import Organisation
from luchang.kernel.jobs.models import Job
from tests.factories import reports as make
from tests.factories.identity import browser_of, organisation, user_with

pytestmark = pytest.mark.django_db

PAGE = 19
"""Queries of a draft's page with kept values: one of them finds all the values."""


@pytest.fixture
def place() -> Organisation:
    return organisation()


@pytest.fixture
def writer(place: Organisation) -> Client:
    return browser_of(user_with(*make.WRITE, at=place))


def test_a_report_is_drafted_from_a_form_with_any_day_of_its_period(
    place: Organisation, writer: Client
) -> None:
    template = make.template()
    answer = writer.post(
        "/reports/new",
        {
            "template": template.pk,
            "organisation": place.pk,
            "first_day": "2026-02-17",
            "recipients": [place.pk],
        },
    )

    report = Report.objects.get()
    assert answer.status_code == 302
    assert report.span == make.FEBRUARY
    assert report.title == f"{place.short_name}2026年2月试验月报"
    assert list(report.recipients.all()) == [place]


def test_a_report_for_a_foreign_organisation_is_refused_as_a_value_that_cannot_be(
    writer: Client,
) -> None:
    other = organisation()
    answer = writer.post(
        "/reports/new",
        {"template": make.template().pk, "organisation": other.pk, "first_day": "2026-02-17"},
    )

    assert answer.status_code == 422
    assert not Report.objects.exists()


def test_every_number_of_an_issued_report_links_to_its_rows(
    place: Organisation, writer: Client
) -> None:
    make.incidents(3, at=place)
    report = make.issued(at=place)

    page = writer.get(f"/reports/{report.pk}/").content.decode()

    href = report.placed.notes[0].href
    assert f'href="{href.replace("&", "&amp;")}"' in page
    rows = writer.get(href)
    assert rows.status_code == 200
    assert rows.content.decode().count("JQ") >= 3


def test_a_refusal_shows_the_finding_with_its_arithmetic(
    place: Organisation, writer: Client
) -> None:
    report = make.draft(
        at=place,
        source="今年以来，全市查处重点交通违法行为132万起。其中，查处野蛮驾驶违法行为2751万起。\n",
    )

    answer = writer.post(f"/reports/{report.pk}/check", follow=True)
    page = answer.content.decode()

    assert "核对发现" in page
    assert "2751万起" in page
    assert "27,510,000 ÷ 1,320,000 = 20.8" in page
    assert f"/reports/{report.pk}/submit" not in page
    assert writer.post(f"/reports/{report.pk}/submit", follow=True).status_code == 200
    report.refresh_from_db()
    assert report.status == ReportStatus.DRAFT


def test_a_draft_with_an_unknown_code_opens_and_names_it(
    place: Organisation, writer: Client
) -> None:
    """An error page here would leave the clerk no way to mend the line."""
    report = make.draft(at=place, source="{{ kpi:dispatch.nonsense }}\n")

    page = writer.get(f"/reports/{report.pk}/")

    assert page.status_code == 200
    assert "dispatch.nonsense" in page.content.decode()
    assert writer.post(f"/reports/{report.pk}/check").status_code == 302


def test_who_wrote_it_sees_no_button_to_sign_it(place: Organisation) -> None:
    author = user_with(*make.WRITE, "reports.approve_reports", at=place)
    from luchang.kernel.identity.selectors import actor_for  # noqa: PLC0415 - one test's need

    report = make.submitted(at=place, by=actor_for(author, at=make.AT))
    address = f"/reports/{report.pk}/approve"

    page = browser_of(author).get(f"/reports/{report.pk}/").content.decode()
    browser_of(author).post(address)

    assert address not in page
    assert "须由他人审批" in page
    report.refresh_from_db()
    assert report.status == ReportStatus.APPROVAL


def test_verification_and_comparison_with_today_are_told_on_the_page(
    place: Organisation, writer: Client
) -> None:
    make.incidents(3, at=place)
    report = make.issued(at=place)
    make.incidents(1, at=place)

    told = writer.post(f"/reports/{report.pk}/verify", follow=True).content.decode()
    moved = writer.get(f"/reports/{report.pk}/moved").content.decode()

    assert "校验通过" in told
    assert ">3<" in moved
    assert ">4<" in moved


def test_reading_the_document_alone_is_audited_as_a_print(
    place: Organisation, writer: Client
) -> None:
    report = make.issued(at=place)

    writer.get(f"/reports/{report.pk}/document")

    assert AuditEntry.objects.filter(action="PRINT", subject_id=str(report.pk)).exists()


def test_files_are_ordered_as_a_job_of_whoever_asks(place: Organisation, writer: Client) -> None:
    report = make.checked(at=place)

    writer.post(f"/reports/{report.pk}/files")

    job = Job.objects.get(kind="reports.render")
    assert job.arguments == {"report_id": report.pk}
    assert job.asked_by_id is not None


def test_an_edit_over_a_newer_text_is_refused_and_the_typed_text_is_kept(
    place: Organisation, writer: Client
) -> None:
    report = make.draft(at=place)
    form = {
        "title": "甲",
        "first_day": "2026-02-01",
        "last_day": "2026-02-28",
        "source": "甲的正文。",
        "version": report.version,
    }
    assert writer.post(f"/reports/{report.pk}/edit", form).status_code == 302

    late = writer.post(f"/reports/{report.pk}/edit", form | {"source": "乙的正文。"})

    assert late.status_code == 422
    assert "乙的正文。" in late.content.decode()
    assert "有人改过" in late.content.decode()


def test_a_template_page_names_what_is_no_longer_understood(place: Organisation) -> None:
    template = make.template("{{ kpi:dispatch.gone }}\n", at=place)
    manager = browser_of(user_with("reports.manage_templates", "reports.see_reports", at=place))

    page = manager.get(f"/reports/templates/{template.pk}/").content.decode()
    answer = manager.post(
        f"/reports/templates/{template.pk}/rewrite",
        {"source": "{{ kpi:dispatch.none }}", "edition": 1},
    )

    assert "dispatch.gone" in page
    assert answer.status_code == 422
    assert "dispatch.none" in answer.content.decode()


def test_pages_speak_english_while_the_report_stays_chinese(
    place: Organisation, writer: Client
) -> None:
    make.incidents(3, at=place)
    report = make.issued(at=place)
    services.sync_shipped(at=make.AT)
    writer.cookies["django_language"] = "en"

    page = writer.get(f"/reports/{report.pk}/").content.decode()

    assert "Report status" in page
    assert "本月受理警情" in page
    assert "Work report" in writer.get("/reports/templates/").content.decode()


MANY = """## 一、接处警
接警{{ kpi:dispatch.calls }}次，警情{{ kpi:dispatch.incidents }}起。
同比{{ kpi:dispatch.incidents show=change }}。
按时签收率{{ kpi:dispatch.signed_in_time }}，城区{{ kpi:dispatch.incidents scope=城区 }}起。

@chart kpi=dispatch.incidents,dispatch.effective_incidents by=day kind=line title=逐日警情
@table kpi=dispatch.incidents,dispatch.arrived_in_time by=organisation title=各单位
"""


def queries_of(report: Report, browser: Client) -> int:
    """Of its page, once its values are kept."""
    browser.get(f"/reports/{report.pk}/")
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(f"/reports/{report.pk}/")
    assert not page.context["problems"]
    return len(asked)


@pytest.mark.django_db(transaction=True)
def test_a_draft_of_eighty_kept_figures_takes_the_queries_of_one(
    place: Organisation, writer: Client
) -> None:
    """A round trip for each figure, and two for each unit, would be the page's whole wait."""
    for _ in range(3):
        make.incidents(2, at=organisation(parent=place))

    one = queries_of(make.draft(at=place), writer)
    many = queries_of(make.draft(at=place, source=MANY), writer)

    assert (one, many) == (PAGE, PAGE)
