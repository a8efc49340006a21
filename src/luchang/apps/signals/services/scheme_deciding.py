"""A proven scheme approved by a second person, begun as one, compared and accepted."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from luchang.apps.signals.bridge import plans, schemes
from luchang.apps.signals.bridge.schemes import Entry
from luchang.apps.signals.models import (
    Junction,
    Scheme,
    SchemeMeasurement,
    SchemePlan,
    TimingPlan,
)
from luchang.apps.signals.policies import APPROVE, MANAGE, is_not_own_plan
from luchang.apps.signals.services import scheme_planning as together
from luchang.apps.signals.services.checking import check_safe
from luchang.apps.signals.services.comparing import check_measured, compared, told_of
from luchang.apps.signals.services.deciding import MEASURABLE, said
from luchang.apps.signals.services.junctions import locked as locked_junction
from luchang.apps.signals.services.junctions import put_in_force
from luchang.apps.signals.services.life import SCHEME_LIFE, locked_scheme
from luchang.apps.signals.services.numbering import FIRST_PLAN_NO, taken_numbers
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.scheme_proving import check_scheme_current, scheme_proof_of
from luchang.apps.signals.states import Days, Measure, PlanOrigin, Side, StudyStatus
from luchang.core.signals.approval import MOST_PLAN_NO, plan_digest, scheme_digest
from luchang.core.signals.layout_junction import junction_of
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.following import follow
from luchang.kernel.states import IllegalTransition

S = StudyStatus


@transaction.atomic
def approve_scheme(*, scheme_id: int, by: Actor, at: datetime) -> Scheme:
    """Answer for every plan as it was proven; from now on their digests are bound, as one.

    Raises:
        Unreached.
        Refused: `own_plan`, unsafe, not proven, or a layout has changed.
    """
    row = locked_scheme(scheme_id, by, APPROVE)
    _check_another(by, row)
    if row.chosen is None or scheme_proof_of(row) is None:
        raise Refused("not_proven")
    check_scheme_current(row)
    SchemePlan.objects.filter(scheme=row).delete()
    by_junction: dict[str, list[Entry]] = {}
    for entry in schemes.read(row.chosen.content):
        by_junction.setdefault(entry.junction, []).append(entry)
    for member in together.members_of(row):
        junction = locked_junction(member.junction_id, by, APPROVE)
        _number(row, junction, by_junction.get(junction.code, []))
    row.approved_by_id, row.approved_at = by.user_id, at
    row.approved_digest = signed_scheme_digest(row)
    row.go(S.APPROVED, by=by, at=at)
    follow(row, SCHEME_LIFE, by=by, at=at, detail={"digest": row.approved_digest})
    return row


@transaction.atomic
def send_scheme_back(*, scheme_id: int, reason: str, by: Actor, at: datetime) -> Scheme:
    """The approver wants other plans."""
    row = locked_scheme(scheme_id, by, APPROVE)
    row.approved_by_id, row.approved_at, row.approved_digest = None, None, ""
    row.go(S.COMPUTED, by=by, at=at, reason=reason)
    SchemePlan.objects.filter(scheme=row).delete()
    follow(row, SCHEME_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def reject_scheme(*, scheme_id: int, reason: str, by: Actor, at: datetime) -> Scheme:
    """Nothing is changed on the street."""
    row = locked_scheme(scheme_id, by, APPROVE)
    row.go(S.REJECTED, by=by, at=at, reason=reason)
    follow(row, SCHEME_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def schedule_scheme(*, scheme_id: int, moment: datetime, by: Actor, at: datetime) -> Scheme:
    """Settle when all plans begin.

    Raises:
        Unreached.
        Refused: in the past, a layout has changed, or a plan is not what was approved.
    """
    row = locked_scheme(scheme_id, by, MANAGE)
    if moment < at:
        raise Refused("too_soon", moment=said(moment))
    check_scheme_bound(row)
    row.scheduled_for = moment
    row.go(S.SCHEDULED, by=by, at=at, reason=said(moment))
    follow(row, SCHEME_LIFE, by=by, at=at)
    return row


@transaction.atomic
def unschedule_scheme(*, scheme_id: int, reason: str, by: Actor, at: datetime) -> Scheme:
    row = locked_scheme(scheme_id, by, MANAGE)
    row.scheduled_for = None
    row.go(S.APPROVED, by=by, at=at, reason=reason)
    follow(row, SCHEME_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def begin_scheme(*, scheme_id: int, by: Actor, at: datetime) -> Scheme:
    """All plans run on the street from now on, or none: one that may not begin stops them all.

    Raises:
        Unreached.
        Refused: not yet, not what was approved, or hours that cross another plan's.
    """
    row = locked_scheme(scheme_id, by, MANAGE)
    if row.scheduled_for is not None and at < row.scheduled_for:
        raise Refused("not_yet", moment=said(row.scheduled_for))
    check_scheme_bound(row)
    row.begun_at = at
    row.go(S.IN_FORCE, by=by, at=at)
    for each in SchemePlan.objects.filter(scheme=row).select_related("junction"):
        for begins_min, ends_min in each.hours:
            made = put_in_force(
                junction_id=each.junction_id,
                name=f"{row.number} {each.plan_no}",
                plan=plans.read(each.content, each.junction.code),
                days=Days(row.days),
                begins_min=begins_min,
                ends_min=ends_min,
                origin=PlanOrigin.SCHEME,
                by=by,
                at=at,
            )
            made.belong_to(row)
    follow(row, SCHEME_LIFE, by=by, at=at)
    return row


@transaction.atomic
def measure_scheme(  # noqa: PLR0913 - each is named at the call
    *,
    scheme_id: int,
    side: Side,
    measure: Measure,
    values: list[float],
    day: date,
    note: str,
    by: Actor,
    at: datetime,
) -> SchemeMeasurement:
    """Enter what was measured along the road, or at the junction.

    Raises:
        Unreached.
        Refused: absurd values, or a day on the wrong side of the change.
    """
    row = locked_scheme(scheme_id, by, MANAGE)
    if row.status not in MEASURABLE:
        raise IllegalTransition(row.get_status_display())
    check_measured(values, side, day, local(row.begun_at).date() if row.begun_at else None)
    return SchemeMeasurement.objects.create(
        scheme=row, side=side, measure=measure, values=values, day=day, note=note.strip(),
        by_name=by.name[:80], at=at,
    )  # fmt: skip


@transaction.atomic
def compare_scheme(*, scheme_id: int, measure: Measure, by: Actor, at: datetime) -> Scheme:
    """Set before beside after, with what chance alone could do.

    Raises:
        Unreached.
        Refused: too few values on a side.
    """
    row = locked_scheme(scheme_id, by, MANAGE)
    rows = SchemeMeasurement.objects.filter(scheme=row, measure=measure).order_by("day", "pk")
    found = compared([(each.side, each.values) for each in rows])
    row.comparison = told_of(found, measure)
    row.go(S.COMPARED, by=by, at=at)
    follow(row, SCHEME_LIFE, by=by, at=at)
    return row


@transaction.atomic
def measure_scheme_more(*, scheme_id: int, reason: str, by: Actor, at: datetime) -> Scheme:
    """What was measured does not convince."""
    row = locked_scheme(scheme_id, by, APPROVE)
    row.comparison = None
    row.go(S.IN_FORCE, by=by, at=at, reason=reason)
    follow(row, SCHEME_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def accept_scheme(*, scheme_id: int, by: Actor, at: datetime) -> Scheme:
    """The junctions are timed better together.

    Raises:
        Unreached.
        Refused: `own_plan`, or nothing was compared.
    """
    row = locked_scheme(scheme_id, by, APPROVE)
    _check_another(by, row)
    if not row.comparison:
        raise Refused("not_compared")
    row.go(S.ACCEPTED, by=by, at=at)
    follow(row, SCHEME_LIFE, by=by, at=at)
    return row


@transaction.atomic
def roll_scheme_back(*, scheme_id: int, reason: str, by: Actor, at: datetime) -> Scheme:
    """It did not get better: what ran before at the same hours runs again."""
    row = locked_scheme(scheme_id, by, MANAGE)
    row.go(S.REJECTED, by=by, at=at, reason=reason)
    running = TimingPlan.objects.filter(scheme=row, ended_at=None)
    for plan in running.select_related("junction__layout"):
        plan.end(at=at)
        _bring_back(plan, by=by, at=at)
    follow(row, SCHEME_LIFE, by=by, at=at, is_met=False)
    return row


def signed_scheme_digest(row: Scheme) -> str:
    """Digest of what is approved: every plan with its number, layout and hours, as one."""
    rows = SchemePlan.objects.filter(scheme=row).select_related("junction", "layout")
    told = [
        (each.junction.code, each.plan_no, digest_of_plan(each), each.hours)
        for each in rows.order_by("junction__code", "plan_no")
    ]
    if not told:
        raise Refused("not_approved")
    return scheme_digest(row.number, row.days, told)


def digest_of_plan(each: SchemePlan) -> str:
    """Digest of one plan by what stands in the record now."""
    junction = junction_of(each.layout.layout, each.junction.code)
    return plan_digest(junction, plans.read(each.content, each.junction.code), each.plan_no)


def check_scheme_bound(row: Scheme) -> None:
    """The plans are still the approved ones, and the junctions those they were approved for."""
    if row.chosen is None or not row.approved_digest:
        raise Refused("not_approved")
    if signed_scheme_digest(row) != row.approved_digest:
        raise Refused("altered")
    check_scheme_current(row)


def _number(row: Scheme, junction: Junction, entries: list[Entry]) -> None:
    """A number for each plan that differs; a plan of several hours has one."""
    layout = together.layout_of(junction)
    assert junction.layout is not None  # noqa: S101 - asked just now
    by_plan: dict[Any, list[list[int]]] = {}
    for each in entries:
        by_plan.setdefault(each.plan, []).append([each.begins_min, each.ends_min])
    taken = taken_numbers(junction)
    free = (no for no in range(FIRST_PLAN_NO, MOST_PLAN_NO + 1) if no not in taken)
    for plan, hours in by_plan.items():
        check_safe(layout, plan)
        made = SchemePlan(
            scheme=row,
            junction=junction,
            layout=junction.layout,
            plan_no=next(free),
            content=plans.written(plan),
            hours=hours,
        )
        made.digest = digest_of_plan(made)
        made.save()


def _bring_back(plan: TimingPlan, *, by: Actor, at: datetime) -> None:
    hours = {"begins_min": plan.begins_min, "ends_min": plan.ends_min, "days": plan.days}
    before = TimingPlan.objects.filter(
        junction=plan.junction,
        layout=plan.junction.layout,
        ended_at=plan.in_force_from,
        **hours,
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
        is_checked=False,
        by=by,
        at=at,
    )


def _check_another(by: Actor, row: Scheme) -> None:
    if not is_not_own_plan(by, row):
        raise Refused("own_plan")
