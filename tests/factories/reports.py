"""Templates, figures to be counted, and reports at each step of their way.

made = reports.issued(at=place)
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from unittest import mock

from luchang.apps.dispatch.models import Dispatch, Incident
from luchang.apps.dispatch.states import (
    AreaClass,
    DispatchReason,
    DispatchStatus,
    Grade,
    IncidentStatus,
)
from luchang.apps.reports import services
from luchang.apps.reports.bridge import checking
from luchang.apps.reports.bridge.checking import Checked, Finding
from luchang.apps.reports.models import Report, ReportTemplate
from luchang.apps.reports.states import Rhythm
from luchang.core.documents.placed import Placed
from luchang.core.documents.spans import Span
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from tests.factories import force
from tests.factories.identity import actor_with, organisation

SEE = ("reports.see_reports", "dispatch.see_incidents", "force.see_force", "places.see_places")
WRITE = (*SEE, "reports.write_reports")
APPROVE = (*SEE, "reports.approve_reports")

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
FEBRUARY = Span(date(2026, 2, 1), date(2026, 3, 1))
SOURCE = "## 一、接处警\n本月受理警情{{ kpi:dispatch.incidents }}起。\n"

_number = count(1)


def sound(document: Placed, *, title: str, year: int, earlier: Placed | None = None) -> Checked:
    """A check that finds nothing wrong; stands for the reader of reports where it is not tried."""
    return Checked(statistics=1, findings=())


def finding(quote: str = "132万起") -> Finding:
    return Finding(
        kind="part_above_whole",
        title="部分大于整体",
        quotes=(quote, "2751万起"),
        arithmetic="2751万 ÷ 132万 = 20.8",
        likely="2.751万",
    )


@contextmanager
def checked_by(check: object) -> Iterator[None]:
    """Reports are checked by `check` meanwhile."""
    with mock.patch.object(checking, "check", check):
        yield


def template(
    source: str = SOURCE,
    *,
    at: Organisation | None = None,
    rhythm: Rhythm = Rhythm.MONTH,
    code: str | None = None,
    name: str = "试验月报",
) -> ReportTemplate:
    made = ReportTemplate(
        code=code or f"template_{next(_number):06d}",
        name=name,
        name_en="Trial bulletin",
        rhythm=rhythm,
        organisation=at,
        source=source,
        changed_at=AT,
        changed_by_name="系统",
    )
    made.keep()
    return made


def incidents(
    number: int, *, at: Organisation, day: date = date(2026, 2, 10), grade: Grade = Grade.THIRD
) -> list[Incident]:
    """Incidents of one day, an hour apart."""
    begin = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    return [
        Incident.objects.create(
            number=f"JQ{next(_number):08d}",
            organisation=at,
            status=IncidentStatus.OPEN,
            grade=grade,
            initial_category="11",
            category="11",
            area_class=AreaClass.URBAN,
            address="长江北路",
            received_at=begin + timedelta(minutes=10 * each),
        )
        for each in range(number)
    ]


def orders(number: int, *, at: Organisation, signed: int) -> None:
    """First orders to that many incidents; the first `signed` of them signed in time."""
    unit = force.unit(at=at)
    for place, incident in enumerate(incidents(number, at=at)):
        Dispatch.objects.create(
            number=f"PJ{next(_number):08d}",
            incident=incident,
            original_incident=incident,
            organisation=at,
            status=DispatchStatus.FINISHED,
            unit=unit,
            target_name=unit.call_sign,
            reason=DispatchReason.FIRST,
            sent_at=incident.received_at,
            sign_due_at=incident.received_at + timedelta(minutes=2),
            signed_at=incident.received_at + timedelta(minutes=1 if place < signed else 9),
            arrived_at=incident.received_at + timedelta(minutes=20),
            ended_at=incident.received_at + timedelta(hours=1),
        )


def writer(at: Organisation) -> Actor:
    return actor_with(*WRITE, at=at)


def approver(at: Organisation) -> Actor:
    return actor_with(*APPROVE, at=at)


def draft(
    *,
    at: Organisation | None = None,
    source: str = SOURCE,
    by: Actor | None = None,
    recipients: Sequence[Organisation] = (),
) -> Report:
    place = at or organisation()
    return services.draft_report(
        template=template(source),
        organisation=place,
        span=FEBRUARY,
        by=by or writer(place),
        at=AT,
        recipients=recipients,
    )


def checked(*, by: Actor | None = None, **more: object) -> Report:
    """A report without findings."""
    made = draft(by=by, **more)  # type: ignore[arg-type]
    author = by or writer(made.organisation)
    with checked_by(sound):
        return services.check_report(report_id=made.pk, by=author, at=AT)


def submitted(*, by: Actor | None = None, **more: object) -> Report:
    """One that waits for approval; somebody who may approve it is there."""
    made = checked(by=by, **more)
    approver(made.organisation)
    author = by or writer(made.organisation)
    return services.submit_report(report_id=made.pk, by=author, at=AT)


def issued(**more: object) -> Report:
    made = submitted(**more)  # type: ignore[arg-type]
    return services.approve_report(report_id=made.pk, by=approver(made.organisation), at=AT)
