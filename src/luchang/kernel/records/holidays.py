"""Corrections of the announced calendar, made by people who cite their source."""

from datetime import date, datetime

from django.db import transaction

from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records import policies
from luchang.kernel.records.calendar import Calendar
from luchang.kernel.records.models import Holiday
from luchang.kernel.together import remembered


def calendar() -> Calendar:
    """The calendar as it stands now, corrections included."""
    return remembered(
        "calendar", lambda: Calendar(dict(Holiday.objects.values_list("day", "is_working")))
    )


@transaction.atomic
def correct(
    *, day: date, is_working: bool, name: str, source: str, by: Actor, at: datetime
) -> Holiday:
    """Say that a day is worked, or that it is not, citing where that was announced.

    Clocks that run keep the due time they were started with.

    Raises:
        Forbidden: `by` does not keep the calendar.
    """
    by.check(policies.MANAGE_CALENDAR)
    row = Holiday.objects.select_for_update().filter(day=day).first() or Holiday(day=day)
    action = Action.CHANGE if row.pk else Action.CREATE
    row.correct(is_working=is_working, name=name, source=source, by_id=by.user_id, at=at)
    audit.record(
        by=by,
        action=action,
        subject="records.holiday",
        subject_id=row.pk,
        at=at,
        detail={"day": day.isoformat(), "is_working": is_working, "source": source},
    )
    return row


@transaction.atomic
def forget(*, day: date, by: Actor, at: datetime) -> None:
    """Take a correction back: the announced calendar holds again for that day.

    Raises:
        Forbidden: `by` does not keep the calendar.
    """
    by.check(policies.MANAGE_CALENDAR)
    for row in Holiday.objects.select_for_update().filter(day=day):
        audit.record(
            by=by,
            action=Action.CHANGE,
            subject="records.holiday",
            subject_id=row.pk,
            at=at,
            detail={"day": day.isoformat(), "forgotten": True},
        )
        row.delete()
