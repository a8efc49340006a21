"""Proven plans approved by a second person, brought to the street, compared and accepted."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from luchang.apps.signals.bridge import plans
from luchang.apps.signals.models import Measured, Measurement, SchemeMeasurement, TimingPlan
from luchang.apps.signals.policies import APPROVE, MANAGE, is_not_own_plan
from luchang.apps.signals.services.comparing import (
    check_measured,
    check_not_measured,
    compared,
    settled,
    told_of,
)
from luchang.apps.signals.services.junctions import put_in_force
from luchang.apps.signals.services.life import R, check_in, locked, moved
from luchang.apps.signals.services.members import check_current
from luchang.apps.signals.services.proving import proof_of
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.signing import (
    check_bound,
    digest_of,
    number_plans,
    signed_plans,
    unnumber,
    unsign,
)
from luchang.apps.signals.states import STUDY_WAY, Days, Measure, PlanOrigin, Side, StudyStatus
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.states import IllegalTransition

S = StudyStatus
MEASURABLE = STUDY_WAY[: STUDY_WAY.index(S.COMPARED)]


@transaction.atomic
def approve(*, of: R, by: Actor, at: datetime) -> R:
    """Answer for every plan as it was proven; from now on their digests are bound, as one.

    Raises:
        Unreached.
        Refused: `own_plan`, unsafe, not proven, or a layout has changed.
        IllegalTransition: it does not wait for an approval.
    """
    row = locked(of, by, APPROVE)
    check_in(row, S.PROVEN)
    _check_another(by, row)
    if row.chosen is None or proof_of(row) is None:
        raise Refused("not_proven")
    check_current(row)
    number_plans(row, by=by)
    row.approved_by_id, row.approved_at = by.user_id, at
    row.approved_digest = digest_of(row)
    moved(row, S.APPROVED, by=by, at=at, detail={"digest": row.approved_digest})
    return row


@transaction.atomic
def send_back(*, of: R, reason: str, by: Actor, at: datetime) -> R:
    """The approver wants other plans."""
    row = locked(of, by, APPROVE)
    unsign(row)
    unnumber(row)
    moved(row, S.COMPUTED, by=by, at=at, reason=reason, is_met=False)
    return row


@transaction.atomic
def reject(*, of: R, reason: str, by: Actor, at: datetime) -> R:
    """Nothing is changed on the street."""
    row = locked(of, by, APPROVE)
    moved(row, S.REJECTED, by=by, at=at, reason=reason, is_met=False)
    return row


@transaction.atomic
def schedule(*, of: R, moment: datetime, by: Actor, at: datetime) -> R:
    """Settle when all plans begin.

    Raises:
        Unreached.
        Refused: in the past, a layout has changed, or a plan is not what was approved.
    """
    row = locked(of, by, MANAGE)
    if moment < at:
        raise Refused("too_soon", moment=said(moment))
    check_bound(row)
    row.scheduled_for = moment
    moved(row, S.SCHEDULED, by=by, at=at, reason=said(moment))
    return row


@transaction.atomic
def unschedule(*, of: R, reason: str, by: Actor, at: datetime) -> R:
    row = locked(of, by, MANAGE)
    row.scheduled_for = None
    moved(row, S.APPROVED, by=by, at=at, reason=reason, is_met=False)
    return row


@transaction.atomic
def begin(*, of: R, by: Actor, at: datetime) -> R:
    """All plans run on the street from now on, or none: one that may not begin stops them all.

    Raises:
        Unreached.
        Refused: not yet, not what was approved, or hours that cross another plan's.
    """
    row = locked(of, by, MANAGE)
    if row.scheduled_for is not None and at < row.scheduled_for:
        raise Refused("not_yet", moment=said(row.scheduled_for))
    check_bound(row)
    moved(row, S.IN_FORCE, by=by, at=at)
    for each in signed_plans(row):
        for begins_min, ends_min in each.hours:
            put_in_force(
                junction_id=each.junction.pk,
                name=each.name,
                plan=each.plan,
                days=Days(row.days),
                begins_min=begins_min,
                ends_min=ends_min,
                origin=PlanOrigin[row.key.upper()],
                by=by,
                at=at,
                **{f"{row.key}_id": row.pk},
            )
    return row


@transaction.atomic
def measure(  # noqa: PLR0913 - each is named at the call
    *,
    of: R,
    side: Side,
    measure: Measure,
    values: list[float],
    day: date,
    note: str,
    by: Actor,
    at: datetime,
    source: str = "",
) -> Measurement | SchemeMeasurement:
    """Enter what was measured at the junction, or along the road.

    Raises:
        Unreached.
        Refused: absurd values, a day on the wrong side of the change, or one the cameras measured.
    """
    row = locked(of, by, MANAGE)
    if row.status not in MEASURABLE:
        raise IllegalTransition(row.get_status_display())
    check_measured(values, side, day, began_on(row))
    if source != Measured.PASSAGES:
        check_not_measured(row, measure, day)
    made: Measurement | SchemeMeasurement = row.measurements.create(
        side=side, measure=measure, values=values, day=day, note=note.strip(),
        by_name=by.name[:80], at=at, source=source,
    )  # fmt: skip
    return made


@transaction.atomic
def compare_sides(*, of: R, measure: Measure, by: Actor, at: datetime) -> R:
    """Set before beside after, with what chance alone could do.

    Raises:
        Unreached.
        Refused: too few values on a side.
    """
    row = locked(of, by, MANAGE)
    rows = settled(row.measurements.filter(measure=measure).order_by("day", "pk"))
    row.comparison = told_of(compared(rows), measure, rows)
    moved(row, S.COMPARED, by=by, at=at)
    return row


@transaction.atomic
def measure_more(*, of: R, reason: str, by: Actor, at: datetime) -> R:
    """What was measured does not convince."""
    row = locked(of, by, APPROVE)
    row.comparison = None
    moved(row, S.IN_FORCE, by=by, at=at, reason=reason, is_met=False)
    return row


@transaction.atomic
def accept(*, of: R, by: Actor, at: datetime) -> R:
    """The junctions are timed better: only now do they count.

    Raises:
        Unreached.
        Refused: `own_plan`, or nothing was compared.
    """
    row = locked(of, by, APPROVE)
    _check_another(by, row)
    if not row.comparison:
        raise Refused("not_compared")
    moved(row, S.ACCEPTED, by=by, at=at)
    return row


@transaction.atomic
def roll_back(*, of: R, reason: str, by: Actor, at: datetime) -> R:
    """It did not get better: what ran before at the same hours runs again."""
    row = locked(of, by, MANAGE)
    moved(row, S.REJECTED, by=by, at=at, reason=reason, is_met=False)
    running: Iterable[TimingPlan] = row.plans.filter(ended_at=None)
    for plan in running:
        plan.end(at=at)
        _bring_back(plan, by=by, at=at)
    return row


def _bring_back(plan: TimingPlan, *, by: Actor, at: datetime) -> None:
    before = TimingPlan.objects.filter(
        junction=plan.junction,
        layout=plan.junction.layout,
        ended_at=plan.in_force_from,
        begins_min=plan.begins_min,
        ends_min=plan.ends_min,
        days=plan.days,
    ).first()
    if before is None:
        return
    put_in_force(
        junction_id=plan.junction_id,
        name=before.name,
        plan=plans.read(before.content, plan.junction.code),
        days=Days(before.days),
        begins_min=before.begins_min,
        ends_min=before.ends_min,
        origin=PlanOrigin(before.origin),
        study_id=before.study_id,
        scheme_id=before.scheme_id,
        is_checked=False,
        by=by,
        at=at,
    )


def _check_another(by: Actor, row: R) -> None:
    if not is_not_own_plan(by, row):
        raise Refused("own_plan")


def began_on(row: R) -> date | None:
    """The day its first plan came into force."""
    plan: TimingPlan | None = row.plans.order_by("in_force_from").first()
    return local(plan.in_force_from).date() if plan else None


def said(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"
