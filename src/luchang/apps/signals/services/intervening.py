"""A stage held or a plan run now: asked for, signed by another, ended by itself or handed back."""

from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from luchang.apps.signals.bridge import plans
from luchang.apps.signals.models import (
    Intervention,
    Junction,
    Retiming,
    Scheme,
    SchemePlan,
    Study,
)
from luchang.apps.signals.policies import APPROVE, SEND, is_not_own_request
from luchang.apps.signals.ports import (
    LONGEST_LOCK_S,
    LONGEST_RUN_S,
    ControllerLink,
    ControllerState,
    LinkRefused,
    check_run,
    controller_link,
    may_set_controllers,
)
from luchang.apps.signals.services.junctions import locked as locked_junction
from luchang.apps.signals.services.life import (
    INTERVENTION_LIFE,
    RELATED,
    locked_intervention,
)
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.releasing import controller_of
from luchang.apps.signals.services.signing import approved_plans
from luchang.apps.signals.states import (
    BOUND,
    INTERVENTION,
    ControllerKind,
    InterventionKind,
    InterventionStatus,
)
from luchang.core.signals.approval import (
    Approval,
    ApprovedLock,
    ApprovedPlan,
    ApprovedRun,
    lock_digest,
    run_digest,
)
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.jobs.services import start_job
from luchang.kernel.records.following import follow
from luchang.kernel.records.numbering import next_number

INTERVENE = "signals.intervene"
VALID = timedelta(minutes=10)
"""Signed for now: what could not be sent by then is not sent later."""

UNCERTAIN = frozenset({"unreachable", "lost", "silent", "garbled", "not_as_sent"})
"""Refusals after which nobody knows what the controller does: it is handed back at once."""

S = InterventionStatus
K = InterventionKind


@transaction.atomic
def ask_intervention(  # noqa: PLR0913 - each is named at the call
    *,
    junction_id: int,
    kind: InterventionKind,
    stage: int | None,
    plan_no: int | None,
    for_s: int,
    reason: str,
    by: Actor,
    at: datetime,
) -> Intervention:
    """Ask to hold a stage, counted from 1, or to run an approved plan now.

    Raises:
        Unreached.
        LinkRefused: this installation only reads, or the protocol is not confirmed for it.
        Refused: no such stage or approved plan, too long, or one is open already.
    """
    junction = locked_junction(junction_id, by, SEND)
    check_writable(junction)
    most = LONGEST_LOCK_S if kind == K.STAGE else LONGEST_RUN_S
    if not 1 <= for_s <= most:
        raise Refused("too_long", most=most // 60)
    if kind == K.STAGE:
        count = len(junction.layout.layout.stages) if junction.layout else 0
        if stage is None or not 1 <= stage <= count:
            raise Refused("no_such_stage", junction=junction.name, count=count)
        plan_no = None
    else:
        stage = None
        plan_to_run(junction, plan_no or 0)
    year = local(at).year
    row = Intervention(
        number=f"GY{year}{next_number(f'intervention-{year}'):05d}",
        junction=junction,
        organisation=junction.organisation,
        kind=kind,
        stage=stage,
        plan_no=plan_no,
        for_s=for_s,
        reason=reason.strip(),
        asked_by_id=by.user_id,
        asked_at=at,
    )
    try:
        with transaction.atomic():
            row.ask(by=by, at=at)
    except ValidationError as wrong:
        raise Refused("malformed", why="; ".join(wrong.messages)) from wrong
    except IntegrityError as open_one:
        raise Refused("intervened_already", junction=junction.name) from open_one
    follow(row, INTERVENTION_LIFE, by=by, at=at)
    return row


@transaction.atomic
def sign_intervention(*, intervention_id: int, by: Actor, at: datetime) -> Intervention:
    """The second signature: from now on it is sent, once, and only for some minutes.

    Raises:
        Unreached.
        Refused: `own_request`, or the plan is no longer approved.
        LinkRefused: this installation only reads.
    """
    row = locked_intervention(intervention_id, by, APPROVE)
    if not is_not_own_request(by, row):
        raise Refused("own_request")
    check_writable(row.junction)
    if row.kind == K.PLAN:
        plan_to_run(row.junction, row.plan_no or 0)
    row.signed_by_id, row.signed_at = by.user_id, at
    row.digest = _digest(row)
    row.go(S.SIGNED, by=by, at=at)
    job = start_job(
        kind=INTERVENE, by=by, at=at, arguments={"intervention_id": row.pk},
        title=f"{row.number} {row.junction.name}",
    )  # fmt: skip
    row.job_id = job.pk
    row.keep()
    follow(row, INTERVENTION_LIFE, by=by, at=at, detail={"digest": row.digest})
    return row


@transaction.atomic
def refuse_intervention(
    *, intervention_id: int, reason: str, by: Actor, at: datetime
) -> Intervention:
    row = locked_intervention(intervention_id, by, APPROVE)
    row.go(S.REFUSED, by=by, at=at, reason=reason)
    follow(row, INTERVENTION_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def withdraw_intervention(
    *, intervention_id: int, reason: str, by: Actor, at: datetime
) -> Intervention:
    row = locked_intervention(intervention_id, by, SEND)
    row.go(S.WITHDRAWN, by=by, at=at, reason=reason)
    follow(row, INTERVENTION_LIFE, by=by, at=at, is_met=False)
    return row


def carry_out(*, intervention_id: int, at: datetime) -> None:
    """Send what was signed, once, and read back what the controller does; not in a transaction.

    Raises:
        LinkRefused: nothing was sent, or it was not taken; the record says so too.
    """
    row = _fresh(intervention_id)
    if row.status != S.SIGNED:
        return
    try:
        with closing(controller_link()) as link:
            state = _set(link, row, at=at)
    except LinkRefused as refusal:
        if refusal.code in UNCERTAIN:
            _uncertain(row.pk, str(refusal), at=at)
        else:
            _failed(row.pk, str(refusal), at=at)
        raise
    except Refused as refusal:
        _failed(row.pk, str(refusal), at=at)
        raise
    _running(row.pk, state, at=at)


def _set(link: ControllerLink, row: Intervention, *, at: datetime) -> ControllerState:
    controller = controller_of(row.junction)
    held = _held(row)
    if isinstance(held, ApprovedLock):
        link.lock_stage(controller, held, at=at)
    else:
        check_run(controller, held, may_set=link.may_set, at=at)
        plan = plan_to_run(row.junction, held.plan_no)
        link.run_plan(controller, plan, at=at)
    return link.read_state(controller, at=at)


@transaction.atomic
def _running(intervention_id: int, state: ControllerState, *, at: datetime) -> None:
    row = locked_intervention(intervention_id, SYSTEM, SEND)
    row.read_back = _told(state)
    row.go(S.RUNNING, by=SYSTEM, at=at)
    follow(row, INTERVENTION_LIFE, by=SYSTEM, at=at, detail=row.read_back)


@transaction.atomic
def _failed(intervention_id: int, why: str, *, at: datetime) -> None:
    row = locked_intervention(intervention_id, SYSTEM, SEND)
    row.trouble = why[:300]
    row.go(S.FAILED, by=SYSTEM, at=at, reason=why[:300])
    follow(row, INTERVENTION_LIFE, by=SYSTEM, at=at, is_met=False)


@transaction.atomic
def _uncertain(intervention_id: int, why: str, *, at: datetime) -> None:
    """It may be held: the record runs, and is over, until the controller was let go."""
    row = locked_intervention(intervention_id, SYSTEM, SEND)
    row.trouble = why[:300]
    row.go(S.RUNNING, by=SYSTEM, at=at, reason=why[:300])
    row.ends_at = at
    row.keep()
    follow(row, INTERVENTION_LIFE, by=SYSTEM, at=at, is_met=False)


def hand_back(*, intervention_id: int, reason: str, by: Actor, at: datetime) -> Intervention:
    """Let the controller go on by its programme; needs no new signature, also when it is over.

    Not within a transaction: the controller is asked first, the record follows.

    Raises:
        Unreached.
        LinkRefused: the controller was not reached; it stays as it is, and is tried again.
        IllegalTransition: nothing is held.
    """
    with transaction.atomic():
        row = locked_intervention(intervention_id, by, SEND)
        INTERVENTION.check(S(row.status), S.ENDED)
        row = _fresh(row.pk)
    try:
        state = _release(row, at=at)
    except LinkRefused as refusal:
        _note_trouble(row.pk, str(refusal))
        raise
    with transaction.atomic():
        row = locked_intervention(intervention_id, by, SEND)
        row.read_back = {**(row.read_back or {}), "after": _told(state)}
        row.trouble = ""
        row.go(S.ENDED, by=by, at=at, reason=reason)
        follow(row, INTERVENTION_LIFE, by=by, at=at)
        audit.record(
            by=by, action=Action.CHANGE, subject="signals.intervention", subject_id=row.pk,
            at=at, detail={"ended": reason, "read_back": row.read_back},
        )  # fmt: skip
    return row


def end_due(*, at: datetime) -> int:
    """Hand back whatever is over; how many. What was not reached is tried again in a minute."""
    due = Intervention.objects.filter(status=S.RUNNING, ends_at__lte=at)
    ended = 0
    for key in due.values_list("pk", flat=True):
        try:
            hand_back(intervention_id=key, reason=_("到时自动交还"), by=SYSTEM, at=at)
        except LinkRefused:
            continue
        ended += 1
    return ended


def _release(row: Intervention, *, at: datetime) -> ControllerState:
    with closing(controller_link()) as link:
        controller = controller_of(row.junction)
        link.release(controller, _held(row), at=at)
        return link.read_state(controller, at=at)


@transaction.atomic
def _note_trouble(intervention_id: int, why: str) -> None:
    row = locked_intervention(intervention_id, SYSTEM, SEND)
    row.trouble = why[:300]
    row.keep()


def check_writable(junction: Junction) -> None:
    """Raise LinkRefused where nothing may be set, or the protocol is not confirmed for it."""
    if junction.controller_kind == ControllerKind.NONE or not junction.controller_number:
        raise Refused("no_controller", junction=junction.name)
    if not may_set_controllers():
        raise LinkRefused("read_only")
    if junction.controller_kind == ControllerKind.GB20999:
        raise LinkRefused("unconfirmed", what="GB/T 20999")


def plan_to_run(junction: Junction, plan_no: int) -> ApprovedPlan:
    """An approved plan of the junction by its number.

    Raises:
        Refused: no plan of that number is approved, or it was altered since.
    """
    study = Study.objects.filter(junction=junction, plan_no=plan_no, status__in=BOUND)
    scheme = Scheme.objects.filter(
        approved_plans__junction=junction, approved_plans__plan_no=plan_no, status__in=BOUND
    )
    row: Retiming | None = (
        study.select_related(*RELATED[Study]).first()
        or scheme.select_related(*RELATED[Scheme]).first()
    )
    if row is None:
        raise Refused("no_approved_plan", junction=junction.name, number=plan_no)
    return next(
        plan
        for each, plan in approved_plans(row)
        if (each.junction.pk, each.plan_no) == (junction.pk, plan_no)
    )


def plans_to_run(junction: Junction) -> list[tuple[int, str]]:
    """Numbers of approved plans of a junction, with what they come from."""
    studies = Study.objects.filter(junction=junction, status__in=BOUND).exclude(plan_no=None)
    found = [(each.plan_no or 0, f"{each.number} {each.hours}") for each in studies]
    rows = SchemePlan.objects.filter(junction=junction, scheme__status__in=BOUND)
    for each in rows.select_related("scheme"):
        plan = plans.read(each.content, junction.code)
        found.append((each.plan_no, f"{each.scheme.number} {plan.cycle_s:g} s"))
    return sorted(found)


def _held(row: Intervention) -> ApprovedLock | ApprovedRun:
    """What two persons signed, made anew of the record: altered since, its digest differs."""
    assert row.signed_at is not None  # noqa: S101 - signed before it is sent
    approval = Approval(
        row.number,
        str(row.asked_by_id or ""),
        str(row.signed_by_id or ""),
        row.signed_at,
        row.digest,
        row.signed_at + VALID,
    )
    code = row.junction.code
    if row.kind == K.STAGE:
        return ApprovedLock(code, (row.stage or 1) - 1, row.for_s, approval)
    return ApprovedRun(code, row.plan_no or 0, row.for_s, approval)


def _digest(row: Intervention) -> str:
    if row.kind == K.STAGE:
        return lock_digest(row.junction.code, (row.stage or 1) - 1, row.for_s)
    return run_digest(row.junction.code, row.plan_no or 0, row.for_s)


def _fresh(intervention_id: int) -> Intervention:
    rows = Intervention.objects.select_related("junction__layout", "junction__organisation")
    return rows.get(pk=intervention_id)


def _told(state: ControllerState) -> dict[str, Any]:
    """What a controller said of itself, as it is kept: mode, stage from 1, plan."""
    return {
        "mode": state.mode.value if state.mode else state.raw_mode,
        "stage": None if state.stage is None else state.stage + 1,
        "plan_no": state.plan_no,
        "at": state.at.isoformat(),
    }
