"""The mayor's list 市长月度清单: what was long overdue when a month ended, written down once."""

from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q

from luchang.apps.risk.models import Hazard, MayorsEntry
from luchang.apps.risk.policies import MAYORS_LIST
from luchang.apps.risk.states.hazards import HazardStatus
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import SHANGHAI, local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records import deadlines
from luchang.kernel.records.holidays import calendar

SUBJECT = "risk.mayorsentry"
HANDED_OVER = (HazardStatus.HANDED_OVER, HazardStatus.SIGNED)
AFTERWARDS = (HazardStatus.SUBMITTED, HazardStatus.ACCEPTED, HazardStatus.STRUCK_OFF)


def month_before(at: datetime) -> date:
    """The first day of the last month that is over."""
    today = local(at).date()
    return date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)


def is_month_closed(month: date) -> bool:
    """Whether somebody has looked already; a month without entries may have none."""
    return AuditEntry.objects.of(SUBJECT, f"{month:%Y-%m}").exists()


@transaction.atomic
def close_month(*, month: date, by: Actor, at: datetime) -> int:
    """Put on the list what was overdue by more than the rule allows; how many are new.

    It asks how things stood when the month ended: what was submitted later is on it all the same.
    A second run writes nothing twice, and what stands there is never changed.

    Raises:
        ValueError: the month is not over.
    """
    first = month.replace(day=1)
    ended = _end_of(first)
    if ended > at:
        raise ValueError(f"{first:%Y-%m} is not over")
    rule = deadlines.rule_for(code=MAYORS_LIST, on=first)
    days = calendar()
    late = [
        each
        for each in _unfinished_at(ended)
        if each.due_at is not None
        and deadlines.due_at(rule=rule, start=each.due_at, on=days) < ended
    ]
    known = set(MayorsEntry.objects.filter(month=first).values_list("hazard_id", flat=True))
    rows = [
        MayorsEntry(
            month=first,
            hazard=each,
            organisation_id=each.organisation_id,
            receiver_id=each.receiver_id,
            status=_status_at(each, ended),
            due_at=each.due_at,
            days_overdue=(ended - each.due_at).days,
            rule_applied=rule.applied_text()[:200],
            made_at=at,
        )
        for each in late
        if each.pk not in known and each.due_at is not None and each.receiver_id is not None
    ]
    MayorsEntry.objects.bulk_create(rows, ignore_conflicts=True)
    audit.record(
        by=by, action=Action.CREATE, subject=SUBJECT, subject_id=f"{first:%Y-%m}",
        at=at, detail={"new": len(rows), "known": len(known)},
    )  # fmt: skip
    return len(rows)


def _unfinished_at(ended: datetime) -> list[Hazard]:
    """Handed over before, due before, and submitted for acceptance only afterwards or not yet."""
    rows = Hazard.objects.filter(handed_over_at__lt=ended, due_at__lt=ended)
    waiting = Q(status__in=HANDED_OVER) | Q(status__in=AFTERWARDS, submitted_at__gte=ended)
    return list(rows.filter(waiting).order_by("pk"))


def _status_at(row: Hazard, ended: datetime) -> HazardStatus:
    signed = row.signed_at is not None and row.signed_at < ended
    return HazardStatus.SIGNED if signed else HazardStatus.HANDED_OVER


def _end_of(first: date) -> datetime:
    following = date(first.year + (first.month == 12), first.month % 12 + 1, 1)  # noqa: PLR2004 - December
    return datetime.combine(following, time.min, SHANGHAI)
