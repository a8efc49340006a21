"""A proven plan approved by a second person, brought to the street, compared and accepted."""

from datetime import date, datetime

from django.db import transaction

from luchang.apps.signals.bridge import plans
from luchang.apps.signals.models import Measurement, Study, TimingPlan
from luchang.apps.signals.policies import APPROVE, MANAGE, is_not_own_plan
from luchang.apps.signals.services.checking import check_safe
from luchang.apps.signals.services.comparing import check_measured, compared, told_of
from luchang.apps.signals.services.junctions import put_in_force
from luchang.apps.signals.services.life import STUDY_LIFE, locked_study
from luchang.apps.signals.services.numbering import FIRST_PLAN_NO, taken_numbers
from luchang.apps.signals.services.proving import check_current, proof_of
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.studies import layout_of
from luchang.apps.signals.states import STUDY_WAY, Days, Measure, PlanOrigin, Side, StudyStatus
from luchang.core.signals.approval import MOST_PLAN_NO, plan_digest
from luchang.core.signals.layout_junction import junction_of
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.following import follow
from luchang.kernel.states import IllegalTransition

S = StudyStatus
MEASURABLE = STUDY_WAY[: STUDY_WAY.index(S.COMPARED)]


@transaction.atomic
def approve(*, study_id: int, by: Actor, at: datetime) -> Study:
    """Answer for the plan as it was proven; from now on its digest is bound.

    Raises:
        Unreached.
        Refused: `own_plan`, unsafe, not proven, or the layout has changed.
    """
    row = locked_study(study_id, by, APPROVE)
    _check_another(by, row)
    if row.chosen is None or proof_of(row) is None:
        raise Refused("not_proven")
    check_current(row)
    check_safe(layout_of(row), plans.read(row.chosen.content, row.junction.code))
    row.approved_by_id, row.approved_at = by.user_id, at
    row.plan_no = _next_plan_no(row)
    row.approved_digest = signed_digest(row)
    row.go(S.APPROVED, by=by, at=at)
    follow(row, STUDY_LIFE, by=by, at=at, detail={"digest": row.approved_digest})
    return row


@transaction.atomic
def send_back(*, study_id: int, reason: str, by: Actor, at: datetime) -> Study:
    """The approver wants another plan."""
    row = locked_study(study_id, by, APPROVE)
    _unsign(row)
    row.go(S.COMPUTED, by=by, at=at, reason=reason)
    follow(row, STUDY_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def reject(*, study_id: int, reason: str, by: Actor, at: datetime) -> Study:
    """Nothing is changed on the street."""
    row = locked_study(study_id, by, APPROVE)
    row.go(S.REJECTED, by=by, at=at, reason=reason)
    follow(row, STUDY_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def schedule(*, study_id: int, moment: datetime, by: Actor, at: datetime) -> Study:
    """Settle when the plan begins.

    Raises:
        Unreached.
        Refused: in the past, the layout has changed, or the plan is not what was approved.
    """
    row = locked_study(study_id, by, MANAGE)
    if moment < at:
        raise Refused("too_soon", moment=said(moment))
    check_bound(row)
    row.scheduled_for = moment
    row.go(S.SCHEDULED, by=by, at=at, reason=said(moment))
    follow(row, STUDY_LIFE, by=by, at=at)
    return row


@transaction.atomic
def unschedule(*, study_id: int, reason: str, by: Actor, at: datetime) -> Study:
    row = locked_study(study_id, by, MANAGE)
    row.scheduled_for = None
    row.go(S.APPROVED, by=by, at=at, reason=reason)
    follow(row, STUDY_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def begin(*, study_id: int, by: Actor, at: datetime) -> Study:
    """The plan runs on the street from now on; what ran at these hours has ended.

    Raises:
        Unreached.
        Refused: not yet, not what was approved, or its hours cross another plan's.
    """
    row = locked_study(study_id, by, MANAGE)
    if row.scheduled_for is not None and at < row.scheduled_for:
        raise Refused("not_yet", moment=said(row.scheduled_for))
    check_bound(row)
    row.go(S.IN_FORCE, by=by, at=at)
    assert row.chosen is not None  # noqa: S101 - a bound study has a chosen plan
    put_in_force(
        junction_id=row.junction_id,
        name=f"{row.number} {row.hours}",
        plan=plans.read(row.chosen.content, row.junction.code),
        days=Days(row.days),
        begins_min=row.begins_min,
        ends_min=row.ends_min,
        origin=PlanOrigin.STUDY,
        study_id=row.pk,
        by=by,
        at=at,
    )
    follow(row, STUDY_LIFE, by=by, at=at)
    return row


@transaction.atomic
def measure(  # noqa: PLR0913 - each is named at the call
    *,
    study_id: int,
    side: Side,
    measure: Measure,
    values: list[float],
    day: date,
    note: str,
    by: Actor,
    at: datetime,
) -> Measurement:
    """Enter what was measured on the street.

    Raises:
        Unreached.
        Refused: absurd values, or a day on the wrong side of the change.
    """
    row = locked_study(study_id, by, MANAGE)
    if row.status not in MEASURABLE:
        raise IllegalTransition(row.get_status_display())
    check_measured(values, side, day, _began(row))
    return Measurement.objects.create(
        study=row, side=side, measure=measure, values=values, day=day, note=note.strip(),
        by_name=by.name[:80], at=at,
    )  # fmt: skip


@transaction.atomic
def compare_sides(*, study_id: int, measure: Measure, by: Actor, at: datetime) -> Study:
    """Set before beside after, with what chance alone could do.

    Raises:
        Unreached.
        Refused: too few values on a side.
    """
    row = locked_study(study_id, by, MANAGE)
    rows = Measurement.objects.filter(study=row, measure=measure).order_by("day", "pk")
    found = compared([(each.side, each.values) for each in rows])
    row.comparison = told_of(found, measure)
    row.go(S.COMPARED, by=by, at=at)
    follow(row, STUDY_LIFE, by=by, at=at)
    return row


@transaction.atomic
def measure_more(*, study_id: int, reason: str, by: Actor, at: datetime) -> Study:
    """What was measured does not convince."""
    row = locked_study(study_id, by, APPROVE)
    row.comparison = None
    row.go(S.IN_FORCE, by=by, at=at, reason=reason)
    follow(row, STUDY_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def accept(*, study_id: int, by: Actor, at: datetime) -> Study:
    """The junction is timed better: only now does it count.

    Raises:
        Unreached.
        Refused: `own_plan`, or nothing was compared.
    """
    row = locked_study(study_id, by, APPROVE)
    _check_another(by, row)
    if not row.comparison:
        raise Refused("not_compared")
    row.go(S.ACCEPTED, by=by, at=at)
    follow(row, STUDY_LIFE, by=by, at=at)
    return row


@transaction.atomic
def roll_back(*, study_id: int, reason: str, by: Actor, at: datetime) -> Study:
    """It did not get better: the plan that ran before runs again."""
    row = locked_study(study_id, by, MANAGE)
    row.go(S.REJECTED, by=by, at=at, reason=reason)
    for plan in TimingPlan.objects.filter(study=row, ended_at=None):
        plan.end(at=at)
        _bring_back(plan, row, by=by, at=at)
    follow(row, STUDY_LIFE, by=by, at=at, is_met=False)
    return row


def _bring_back(plan: TimingPlan, row: Study, *, by: Actor, at: datetime) -> None:
    hours = {"begins_min": plan.begins_min, "ends_min": plan.ends_min, "days": plan.days}
    before = TimingPlan.objects.filter(
        junction=plan.junction, layout=row.junction.layout, ended_at=plan.in_force_from, **hours
    ).first()
    if before is not None:
        put_in_force(
            junction_id=plan.junction_id,
            name=before.name,
            plan=plans.read(before.content, row.junction.code),
            days=Days(before.days),
            begins_min=before.begins_min,
            ends_min=before.ends_min,
            origin=PlanOrigin(before.origin),
            study_id=before.study_id,
            is_checked=False,
            by=by,
            at=at,
        )


def _check_another(by: Actor, row: Study) -> None:
    if not is_not_own_plan(by, row):
        raise Refused("own_plan")


def signed_digest(row: Study) -> str:
    """Digest of what is approved: the plan, its number, and the layout it was judged by."""
    if row.chosen is None or row.plan_no is None:
        raise Refused("not_approved")
    plan = plans.read(row.chosen.content, row.junction.code)
    junction = junction_of(row.chosen.layout.layout, row.junction.code)
    return plan_digest(junction, plan, row.plan_no)


def check_bound(row: Study) -> None:
    """The plan is still the approved one, and the junction the one it was approved for."""
    if row.chosen is None or not row.approved_digest:
        raise Refused("not_approved")
    if signed_digest(row) != row.approved_digest:
        raise Refused("altered")
    check_current(row)


def _next_plan_no(row: Study) -> int:
    """A number no other approved plan of the junction has; the first is the controller's own."""
    taken = taken_numbers(row.junction)
    return next(number for number in range(FIRST_PLAN_NO, MOST_PLAN_NO + 1) if number not in taken)


def _unsign(row: Study) -> None:
    row.approved_by_id, row.approved_at, row.approved_digest = None, None, ""
    row.plan_no = None


def _began(row: Study) -> date | None:
    plan = TimingPlan.objects.filter(study=row).order_by("in_force_from").first()
    return local(plan.in_force_from).date() if plan else None


def said(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"
