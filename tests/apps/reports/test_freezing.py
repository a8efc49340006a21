"""An issued edition stays what it was; whatever is done to it afterwards is refused or found."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import InternalError, connection, transaction
from django.db.utils import DatabaseError

from luchang.apps.dispatch.models import Incident
from luchang.apps.reports import selectors, services
from luchang.apps.reports.models import Report
from luchang.apps.reports.selectors import Flaw
from luchang.apps.reports.services import ReportRefused
from luchang.apps.reports.states import FileKind, ReportStatus
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.records.attachments import store
from luchang.kernel.states import IllegalTransition
from tests.factories import reports as make
from tests.factories.identity import organisation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def tampered(sql: str, *values: str | int) -> None:
    """What somebody with the database's own password does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE reports_report DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE reports_report ENABLE TRIGGER USER")


def test_frozen_values_do_not_change_when_records_do() -> None:
    place = organisation()
    rows = make.incidents(3, at=place)
    report = make.issued(at=place)

    Incident.objects.filter(pk=rows[0].pk).update(received_at=make.AT)
    make.incidents(4, at=place)

    report.refresh_from_db()
    assert report.placed.notes[0].text == "3"
    assert "3起" in report.placed.prose()
    assert selectors.verify(report).is_sound


def test_the_page_can_say_which_figures_moved_since() -> None:
    place = organisation()
    make.incidents(3, at=place)
    report = make.issued(at=place)
    make.incidents(1, at=place)

    moved = selectors.moved_since(report, by=make.writer(place), at=make.AT)

    assert [(each.code, each.old, each.new) for each in moved] == [
        ("dispatch.incidents", "3", "4")
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "改了标题"},
        {"source": "改了正文"},
        {"content": {}},
        {"findings": []},
        {"sm3": "0" * 64},
        {"issued_at": None},
        {"approved_by_name": "别人"},
        {"status": "DRAFT"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_every_change_of_an_issued_edition(change: dict[str, object]) -> None:
    report = make.issued(source="查处{{ kpi:dispatch.incidents }}起。\n")
    Report.objects.filter(pk=report.pk).update(version=99)  # not printed: may change

    if change == {"findings": []}:
        change = {"findings": [{"key": "x"}]}
    with pytest.raises((DatabaseError, InternalError)), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**change)


def test_an_issued_report_is_neither_deleted_nor_edited_nor_checked_again() -> None:
    place = organisation()
    report = make.issued(at=place)
    by = make.writer(place)

    with pytest.raises((DatabaseError, InternalError)), transaction.atomic():
        Report.objects.filter(pk=report.pk).delete()
    with pytest.raises(ReportRefused):
        services.edit_report(report_id=report.pk, title="x", source="x", by=by, at=make.AT)
    with pytest.raises(ReportRefused):
        services.check_report(report_id=report.pk, by=by, at=make.AT)


def test_an_edit_behind_the_triggers_is_found_by_the_sum() -> None:
    place = organisation()
    make.incidents(3, at=place)
    report = make.issued(at=place)

    tampered(
        "UPDATE reports_report SET content = replace(content::text, '3起', '30起')::jsonb "
        "WHERE id = %s",
        report.pk,
    )
    tampered(
        "UPDATE reports_report SET content = jsonb_set(content, '{notes,0,text}', '\"30\"') "
        "WHERE id = %s",
        report.pk,
    )

    report.refresh_from_db()
    assert Flaw.CONTENT in selectors.verify(report).flaws


def test_an_edit_that_brings_its_own_sums_is_found_by_the_audit() -> None:
    """Whoever can change the text can compute its sum as well; the audit keeps the old one."""
    from luchang.apps.reports.bridge import digests  # noqa: PLC0415 - as a forger would

    report = make.issued()
    tampered("UPDATE reports_report SET title = %s WHERE id = %s", "伪造", report.pk)
    report.refresh_from_db()
    tampered(
        "UPDATE reports_report SET sm3 = %s, sha256 = %s WHERE id = %s",
        digests.sm3_of(report),
        digests.sha256_of(report),
        report.pk,
    )

    report.refresh_from_db()
    assert selectors.verify(report).flaws == [Flaw.SEAL_DIFFERS]


def test_the_seal_of_an_issue_stands_in_the_audit_with_both_sums() -> None:
    report = make.issued()

    entry = AuditEntry.objects.get(detail__deed="ISSUE", subject_id=str(report.pk))

    assert entry.detail["sm3"] == report.sm3
    assert entry.detail["sha256"] == report.sha256
    assert entry.action == "MOVE"


def test_a_printed_form_that_was_changed_or_lost_is_found() -> None:
    report = make.issued()
    made = services.make_file(
        report=report, kind=FileKind.WORD, document=report.placed, at=make.AT
    )
    assert selectors.verify(report).is_sound

    place = store.place_of(made.sha256)
    place.write_bytes(place.read_bytes() + b"x")

    assert selectors.verify(report).flaws == [Flaw.FILE]


def test_the_issued_file_is_made_once_and_not_replaced() -> None:
    """Made again by later code, it would no longer be the file that was handed out."""
    report = make.issued()
    first = services.make_file(
        report=report, kind=FileKind.WORD, document=report.placed, at=make.AT
    )
    second = services.make_file(
        report=report, kind=FileKind.WORD, document=report.placed, at=make.AT
    )

    assert second.pk == first.pk
    with pytest.raises((DatabaseError, InternalError)), transaction.atomic():
        first.delete()


# Editions


def corrected(report: Report, *, reason: str = "补录迟报警情") -> Report:
    """The next edition, issued."""
    by = make.writer(report.organisation)
    made = services.correct_report(report_id=report.pk, reason=reason, by=by, at=make.AT)
    with make.checked_by(make.sound):
        services.check_report(report_id=made.pk, by=by, at=make.AT)
    services.submit_report(report_id=made.pk, by=by, at=make.AT)
    return services.approve_report(
        report_id=made.pk, by=make.approver(report.organisation), at=make.AT
    )


def test_a_new_edition_says_which_figures_changed_and_supersedes_the_old() -> None:
    place = organisation()
    make.incidents(3, at=place)
    first = make.issued(at=place)
    make.incidents(2, at=place)

    second = corrected(first)

    first.refresh_from_db()
    assert (first.status, second.status) == (ReportStatus.SUPERSEDED, ReportStatus.ISSUED)
    assert (second.number, second.edition) == (first.number, 2)
    assert [(each["code"], each["old"], each["new"]) for each in second.changes] == [
        ("dispatch.incidents", "3", "5")
    ]
    assert first.placed.notes[0].text == "3"
    assert selectors.verify(first).is_sound
    assert selectors.verify(second).is_sound


def test_a_correction_needs_a_reason_and_one_is_written_at_a_time() -> None:
    place = organisation()
    report = make.issued(at=place)
    by = make.writer(place)

    with pytest.raises(ReportRefused):
        services.correct_report(report_id=report.pk, reason=" ", by=by, at=make.AT)
    services.correct_report(report_id=report.pk, reason="甲", by=by, at=make.AT)
    with pytest.raises(ReportRefused) as refusal:
        services.correct_report(report_id=report.pk, reason="乙", by=by, at=make.AT)

    assert refusal.value.code == "edition_open"


def test_a_correction_that_was_given_up_leaves_its_number_and_the_next_takes_another() -> None:
    place = organisation()
    report = make.issued(at=place)
    by = make.writer(place)
    given_up = services.correct_report(report_id=report.pk, reason="甲", by=by, at=make.AT)
    services.withdraw_report(report_id=given_up.pk, reason="不需要", by=by, at=make.AT)

    again = services.correct_report(report_id=report.pk, reason="乙", by=by, at=make.AT)

    assert (given_up.edition, again.edition) == (2, 3)
    report.refresh_from_db()
    assert report.status == ReportStatus.ISSUED


def test_an_issued_report_is_taken_back_by_those_who_approve_and_stays_readable() -> None:
    place = organisation()
    report = make.issued(at=place)

    services.withdraw_report(
        report_id=report.pk, reason="数字有误", by=make.approver(place), at=make.AT
    )

    report.refresh_from_db()
    assert report.status == ReportStatus.WITHDRAWN
    assert report.placed.notes
    with pytest.raises(IllegalTransition):
        services.withdraw_report(
            report_id=report.pk, reason="再撤", by=make.approver(place), at=make.AT
        )
