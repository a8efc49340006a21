"""Issued reports reach inboxes once, and who opened them is kept."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from luchang.apps.reports import selectors, services
from luchang.apps.reports.bridge.checking import Checked
from luchang.apps.reports.models import Delivery, Report, ReportTemplate, Schedule
from luchang.apps.reports.services import ReportRefused, TemplateRefused
from luchang.apps.reports.states import ReportStatus, Rhythm
from luchang.kernel.identity.actors import Forbidden
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.models import Notification, Todo
from tests.factories import reports as make
from tests.factories.identity import actor_with, browser_of, organisation, user_with

pytestmark = pytest.mark.django_db


def test_an_issued_report_is_brought_to_the_people_of_the_chosen_organisations() -> None:
    city = organisation()
    brigade, other = organisation(parent=city), organisation(parent=city)
    reader = user_with("reports.see_reports", at=brigade)
    bystander = user_with("reports.see_reports", at=other)
    blind = user_with("force.see_force", at=brigade)

    report = make.issued(at=city, recipients=[brigade])

    reached = set(Delivery.objects.filter(report=report).values_list("user_id", flat=True))
    assert reached == {reader.pk}
    notice = Notification.objects.get(user=reader, kind="reports.delivered")
    assert notice.url == f"/reports/{report.pk}/"
    assert not Notification.objects.filter(user__in=[bystander, blind]).exists()


def test_who_was_brought_a_report_from_above_may_open_it_and_only_it() -> None:
    """A brigade's reach does not include the city; what was sent to it must still open."""
    city = organisation()
    brigade = organisation(parent=city)
    reader = user_with("reports.see_reports", at=brigade)
    sent = make.issued(at=city, recipients=[brigade])
    kept = make.issued(at=city)
    browser = browser_of(reader)

    assert browser.get(f"/reports/{sent.pk}/").status_code == 200
    assert browser.get(f"/reports/{kept.pk}/").status_code == 404
    delivery = Delivery.objects.get(report=sent, user=reader)
    assert delivery.read_at is not None
    assert selectors.deliveries(sent).read == 1


def test_distributing_twice_tells_nobody_twice() -> None:
    city = organisation()
    brigade = organisation(parent=city)
    reader = user_with("reports.see_reports", at=brigade)
    report = make.issued(at=city, recipients=[brigade])

    again = services.distribute_report(
        report_id=report.pk, organisations=[brigade], by=make.writer(city), at=make.AT
    )

    assert again == []
    assert Notification.objects.filter(user=reader, kind="reports.delivered").count() == 1


def test_a_draft_is_not_distributed() -> None:
    place = organisation()
    report = make.checked(at=place)

    with pytest.raises(ReportRefused) as refusal:
        services.distribute_report(
            report_id=report.pk, organisations=[place], by=make.writer(place), at=make.AT
        )

    assert refusal.value.code == "not_printed"


def test_drafts_are_seen_by_writers_and_approvers_alone() -> None:
    place = organisation()
    report = make.draft(at=place)

    assert not selectors.may_see(actor_with("reports.see_reports", at=place), report.pk)
    assert selectors.may_see(make.writer(place), report.pk)
    assert selectors.may_see(make.approver(place), report.pk)


# Reports that come by themselves

MORNING = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # 8 o'clock in Shanghai


@pytest.fixture
def place() -> Organisation:
    made = organisation()
    make.approver(made)
    return made


def schedule(at: Organisation, template: ReportTemplate, **more: object) -> Schedule:
    said = {"days_later": 0, "at_time": time(7, 30), "recipients": [], "approves_itself": False}
    return services.set_schedule(
        template=template,
        organisation=at,
        by=actor_with("reports.manage_templates", "reports.see_reports", at=at),
        at=MORNING,
        **(said | more),  # type: ignore[arg-type]
    )


def daily(source: str = make.SOURCE) -> ReportTemplate:
    return make.template(source, rhythm=Rhythm.DAY)


def run(at: datetime = MORNING, check: object = make.sound) -> list[Report]:
    with make.checked_by(check):
        keys = services.draft_due(at=at)
    return list(Report.objects.filter(pk__in=keys))


def test_the_bulletin_of_yesterday_waits_for_approval_in_the_morning(place: Organisation) -> None:
    schedule(place, daily())
    make.incidents(4, at=place, day=date(2026, 3, 1))

    (report,) = run()

    assert report.span.start == date(2026, 3, 1)
    assert report.status == ReportStatus.APPROVAL
    assert report.placed.notes[0].text == "4"
    assert Todo.objects.filter(kind="reports.approve", subject_id=report.pk).exists()


def test_a_period_is_drafted_once_however_often_the_clock_strikes(place: Organisation) -> None:
    """The task comes every five minutes; every second draft would be a second bulletin."""
    schedule(place, daily())

    assert len(run()) == 1
    assert run() == run(MORNING + timedelta(minutes=5)) == []
    assert len(run(MORNING + timedelta(days=1))) == 1


def test_a_fault_in_one_draft_is_seen_and_keeps_no_other_back(place: Organisation) -> None:
    """A run that swallowed the fault would look well while a bulletin is missing every morning."""
    other = organisation()
    make.approver(other)
    broken, sound = (schedule(each, daily()) for each in (place, other))
    asked: list[object] = []

    def check(*said: Any, **more: Any) -> object:
        asked.append(said)
        if len(asked) == 1:
            raise ZeroDivisionError("the check itself is broken")
        return make.sound(*said, **more)

    with pytest.raises(ExceptionGroup, match="not drafted") as told:
        run(check=check)

    assert [str(each) for each in told.value.exceptions] == ["the check itself is broken"]
    drafted = Report.objects.get()
    assert drafted.organisation_id in {place.pk, other.pk}
    assert {broken.pk, sound.pk} == set(Schedule.objects.values_list("pk", flat=True))


def test_before_its_hour_nothing_is_drafted(place: Organisation) -> None:
    schedule(place, daily(), at_time=time(8, 30))

    assert run() == []
    assert len(run(MORNING + timedelta(minutes=30))) == 1


def test_a_monthly_report_waits_its_days(place: Organisation) -> None:
    schedule(place, make.template(rhythm=Rhythm.MONTH), days_later=4)

    assert run() == []
    (report,) = run(datetime(2026, 3, 5, 0, 0, tzinfo=UTC))
    assert (report.span.start, report.span.last) == (date(2026, 2, 1), date(2026, 2, 28))


def test_contradictions_keep_a_scheduled_report_a_draft_and_tell_its_writers(
    place: Organisation,
) -> None:
    writer = user_with(*make.WRITE, at=place)
    kept = schedule(place, daily(), approves_itself=True)

    (report,) = run(check=lambda document, **_: Checked(1, (make.finding(),)))

    assert report.status == ReportStatus.DRAFT
    assert Notification.objects.filter(user=writer, title__startswith="修改").exists()
    kept.refresh_from_db()
    assert "1处矛盾" in kept.last_problem


def test_an_unknown_code_in_a_scheduled_template_is_told_and_the_others_still_come(
    place: Organisation,
) -> None:
    schedule(place, daily("{{ kpi:dispatch.gone }}\n"))
    schedule(place, make.template(rhythm=Rhythm.MONTH))

    found = {report.status for report in run()}

    assert found == {ReportStatus.DRAFT, ReportStatus.APPROVAL}


def test_a_report_signs_itself_only_where_that_was_configured(
    place: Organisation, tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    schedule(place, daily(), approves_itself=True)

    (report,) = run()

    assert report.status == ReportStatus.ISSUED
    assert (report.approved_by_id, report.approved_by_name) == (None, "系统")


def test_a_template_without_a_rhythm_and_a_second_schedule_are_refused(
    place: Organisation,
) -> None:
    template = daily()
    schedule(place, template)

    with pytest.raises(TemplateRefused):
        schedule(place, template)
    with pytest.raises(TemplateRefused):
        schedule(place, make.template(rhythm=Rhythm.FREE))
    with pytest.raises(Forbidden):
        services.set_schedule(
            template=template,
            organisation=organisation(),
            days_later=0,
            at_time=time(7),
            recipients=[],
            approves_itself=True,
            by=actor_with("reports.manage_templates", at=place),
            at=MORNING,
        )
