"""The way of a report: draft, check, approval, issue; and who may do what on it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from luchang.apps.reports import services
from luchang.apps.reports.bridge.checking import Checked
from luchang.apps.reports.models import Report
from luchang.apps.reports.services import ReportRefused, TextRefused
from luchang.apps.reports.states import ReportStatus, Rhythm
from luchang.core.documents.placed import Placed
from luchang.core.documents.spans import Span
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.models import Notification, Todo
from luchang.kernel.states import IllegalTransition
from tests.factories import reports as make
from tests.factories.identity import actor_with, organisation, user_with

pytestmark = pytest.mark.django_db


def contradicting(document: Placed, **_: object) -> Checked:
    """A check that finds one contradiction while the text holds it."""
    found = (make.finding(),) if "132万起" in document.prose() else ()
    return Checked(statistics=2, findings=found)


def test_a_report_goes_from_draft_to_issue_with_its_figures() -> None:
    place = organisation()
    make.incidents(3, at=place)

    report = make.issued(at=place)

    assert report.status == ReportStatus.ISSUED
    assert "本月受理警情3起。" in report.placed.prose()
    assert len(report.sm3) == 64
    assert report.number.startswith("BG2026")


def test_figures_are_those_of_the_reports_organisation_and_period() -> None:
    """An author who sees the whole city would print the city's number in a brigade's report."""
    city = organisation()
    brigade, other = organisation(parent=city), organisation(parent=city)
    make.incidents(2, at=brigade)
    make.incidents(5, at=other)
    make.incidents(7, at=brigade, day=make.FEBRUARY.end)

    report = make.checked(at=brigade, by=actor_with(*make.WRITE, at=city))

    assert report.placed.notes[0].text == "2"
    assert f"branch={brigade.code}" in report.placed.notes[0].href


def test_an_author_who_reaches_only_part_of_the_records_is_refused() -> None:
    """A number from part of the records would be printed as the whole."""
    place = organisation()
    blind = actor_with("reports.see_reports", "reports.write_reports", at=place)
    report = make.draft(at=place, by=blind)

    with make.checked_by(make.sound), pytest.raises(ReportRefused) as refusal:
        services.check_report(report_id=report.pk, by=blind, at=make.AT)

    assert refusal.value.code == "figure_forbidden"
    assert "dispatch.incidents" in str(refusal.value)


def test_an_unknown_indicator_is_named_and_the_report_is_not_issued() -> None:
    place = organisation()
    by = make.writer(place)
    report = make.draft(at=place, by=by, source="甲{{ kpi:dispatch.nonsense }}起\n")

    with make.checked_by(make.sound), pytest.raises(TextRefused) as refusal:
        services.check_report(report_id=report.pk, by=by, at=make.AT)
    with pytest.raises(IllegalTransition):
        services.submit_report(report_id=report.pk, by=by, at=make.AT)

    assert "dispatch.nonsense" in str(refusal.value)
    assert [problem.line for problem in refusal.value.problems] == [1]


def test_the_reader_itself_finds_what_cannot_be() -> None:
    """Not a stand-in: the contradiction the printed half-year report carried."""
    place = organisation()
    by = make.writer(place)
    source = "今年以来，全市查处重点交通违法行为132万起。其中，查处野蛮驾驶违法行为2751万起。\n"
    report = make.draft(at=place, by=by, source=source)

    checked = services.check_report(report_id=report.pk, by=by, at=make.AT)

    assert checked.status == ReportStatus.DRAFT
    found = next(each for each in checked.open_findings if "2751万起" in each["quotes"])
    assert "132" in found["arithmetic"]
    assert found["title"]


def test_a_rate_placed_by_its_indicator_is_not_told_to_lack_its_base() -> None:
    """A hundred per cent of four orders is no slogan: its note names four of four."""
    place = organisation()
    by = make.writer(place)
    make.orders(4, at=place, signed=4)
    report = make.draft(
        at=place, by=by, source="派警按时签收率达{{ kpi:dispatch.signed_in_time }}。\n"
    )

    checked = services.check_report(report_id=report.pk, by=by, at=make.AT)

    assert "100.0%" in checked.placed.prose()
    assert checked.findings == []


def test_a_contradiction_stops_a_report_until_it_is_mended() -> None:
    place = organisation()
    by = make.writer(place)
    make.approver(place)
    report = make.draft(at=place, by=by, source="查处132万起，其中2751万起。\n")

    with make.checked_by(contradicting):
        found = services.check_report(report_id=report.pk, by=by, at=make.AT)
        with pytest.raises((ReportRefused, IllegalTransition)):
            services.submit_report(report_id=report.pk, by=by, at=make.AT)
        services.edit_report(
            report_id=report.pk, title=report.title, source="查处27510起。\n", by=by, at=make.AT
        )
        mended = services.check_report(report_id=report.pk, by=by, at=make.AT)

    assert found.status == ReportStatus.DRAFT
    assert found.open_findings[0]["arithmetic"] == "2751万 ÷ 132万 = 20.8"
    assert mended.status == ReportStatus.CHECKED
    assert mended.findings == []


def test_a_figure_that_counts_up_must_not_fall_below_the_last_report() -> None:
    """The mid-year report said more than the year's: one of the two was wrong."""
    place = organisation()
    by = make.writer(place)
    template = make.template(
        "今年以来，全市查处酒驾违法行为{{ days }}00起。\n", rhythm=Rhythm.FREE
    )
    for last, is_fallen in ((date(2026, 2, 20), False), (date(2026, 2, 27), True)):
        report = services.draft_report(
            template=template,
            organisation=place,
            span=Span(date(2026, 2, 1), last),
            by=by,
            at=make.AT,
        )
        if is_fallen:
            fewer = "今年以来，全市查处酒驾违法行为1200起。\n"
            services.edit_report(
                report_id=report.pk, title=report.title, source=fewer, by=by, at=make.AT
            )
        checked = services.check_report(report_id=report.pk, by=by, at=make.AT)
        fallen = [each for each in checked.findings if each["kind"] == "fell_since_earlier"]
        assert bool(fallen) is is_fallen
        if not is_fallen:
            leader = make.approver(place)
            services.submit_report(report_id=report.pk, by=by, at=make.AT)
            services.approve_report(report_id=report.pk, by=leader, at=make.AT)


def test_a_finding_that_is_none_is_explained_and_the_reason_stays_with_the_report() -> None:
    place = organisation()
    by = make.writer(place)
    report = make.draft(at=place, by=by, source="查处132万起，其中2751万起。\n")

    with make.checked_by(contradicting):
        services.check_report(report_id=report.pk, by=by, at=make.AT)
        with pytest.raises(ReportRefused):
            services.explain_finding(
                report_id=report.pk, key=make.finding().key, reason="  ", by=by, at=make.AT
            )
        explained = services.explain_finding(
            report_id=report.pk, key=make.finding().key, reason="引自外单位", by=by, at=make.AT
        )

    assert explained.status == ReportStatus.CHECKED
    assert explained.explanations[make.finding().key]["reason"] == "引自外单位"


def test_a_changed_text_must_be_checked_again() -> None:
    place = organisation()
    by = make.writer(place)
    report = make.checked(at=place, by=by)

    edited = services.edit_report(
        report_id=report.pk, title="新", source="另写。\n", by=by, at=make.AT
    )

    assert edited.status == ReportStatus.DRAFT
    assert edited.content == {}
    with pytest.raises(IllegalTransition):
        services.submit_report(report_id=report.pk, by=by, at=make.AT)


def test_a_text_somebody_else_changed_meanwhile_is_not_overwritten() -> None:
    place = organisation()
    by = make.writer(place)
    report = make.draft(at=place, by=by)
    seen = report.version
    services.edit_report(report_id=report.pk, title="甲", source="甲。\n", by=by, at=make.AT)

    with pytest.raises(ReportRefused) as refusal:
        services.edit_report(
            report_id=report.pk, title="乙", source="乙。\n", by=by, at=make.AT, version=seen
        )

    assert refusal.value.code == "changed_meanwhile"
    report.refresh_from_db()
    assert report.title == "甲"


def both(at: Organisation) -> Actor:
    """Somebody who may write and approve."""
    return actor_with(*make.WRITE, "reports.approve_reports", at=at)


def test_nobody_approves_what_he_wrote() -> None:
    place = organisation()
    author = both(place)
    report = make.submitted(at=place, by=author)

    with pytest.raises(ReportRefused) as refusal:
        services.approve_report(report_id=report.pk, by=author, at=make.AT)

    assert refusal.value.code == "own_report"
    report.refresh_from_db()
    assert report.status == ReportStatus.APPROVAL


def test_whoever_changed_a_line_of_it_does_not_approve_it_either() -> None:
    """Two accounts of one mind: the author drafts, the approver edits and signs his own text."""
    place = organisation()
    author, editor = make.writer(place), both(place)
    report = make.draft(at=place, by=author)
    services.edit_report(report_id=report.pk, title="改", source="改。\n", by=editor, at=make.AT)
    make.approver(place)
    with make.checked_by(make.sound):
        services.check_report(report_id=report.pk, by=author, at=make.AT)
    services.submit_report(report_id=report.pk, by=author, at=make.AT)

    with pytest.raises(ReportRefused):
        services.approve_report(report_id=report.pk, by=editor, at=make.AT)


def test_a_report_that_was_not_submitted_is_not_approved() -> None:
    place = organisation()
    report = make.checked(at=place)

    with pytest.raises(IllegalTransition):
        services.approve_report(report_id=report.pk, by=make.approver(place), at=make.AT)


def test_the_database_refuses_an_author_as_approver_as_well() -> None:
    place = organisation()
    author = make.writer(place)
    report = make.submitted(at=place, by=author)

    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(approved_by_id=author.user_id)


def test_without_approval_rights_there_nothing_is_approved() -> None:
    city = organisation()
    brigade, other = organisation(parent=city), organisation(parent=city)
    report = make.submitted(at=brigade)

    for stranger in (make.writer(brigade), make.approver(other)):
        with pytest.raises(Forbidden):
            services.approve_report(report_id=report.pk, by=stranger, at=make.AT)


def test_the_to_do_stands_with_the_nearest_who_may_approve_and_did_not_write() -> None:
    city = organisation()
    brigade = organisation(parent=city)
    leader = user_with(*make.APPROVE, at=city)
    author = both(brigade)  # may approve others', not his own
    report = make.checked(at=brigade, by=author)

    services.submit_report(report_id=report.pk, by=author, at=make.AT)

    todo = Todo.objects.get(kind="reports.approve")
    assert todo.organisation_id == city.pk
    assert Notification.objects.filter(user=leader, title__contains=report.title).exists()


def test_a_report_nobody_could_approve_is_not_submitted_into_the_void() -> None:
    place = organisation()
    report = make.checked(at=place)

    with pytest.raises(ReportRefused) as refusal:
        services.submit_report(report_id=report.pk, by=make.writer(place), at=make.AT)

    assert refusal.value.code == "nobody_approves"


def test_a_report_sent_back_tells_its_writers_why() -> None:
    place = organisation()
    author = make.writer(place)
    report = make.submitted(at=place, by=author)

    services.return_report(
        report_id=report.pk, reason="缺少环比", by=make.approver(place), at=make.AT
    )

    report.refresh_from_db()
    assert report.status == ReportStatus.DRAFT
    told = Notification.objects.get(user_id=author.user_id or 0, kind="reports.returned")
    assert told.body == "缺少环比"
    assert not Todo.objects.open().filter(kind="reports.approve").exists()


def test_a_period_that_has_not_begun_is_not_reported_on() -> None:
    place = organisation()
    begin = make.AT.date() + timedelta(days=2)

    with pytest.raises(ReportRefused) as refusal:
        services.draft_report(
            template=make.template(),
            organisation=place,
            span=Span(begin, begin + timedelta(days=3)),
            by=make.writer(place),
            at=make.AT,
        )

    assert refusal.value.code == "period_not_begun"
