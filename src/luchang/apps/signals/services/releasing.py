"""Plans that leave the house: as files, or to controllers. Only what two persons signed."""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luchang.apps.signals.bridge import plans
from luchang.apps.signals.models import Junction, LayoutVersion, PlanRelease, Study
from luchang.apps.signals.policies import MANAGE, SEND
from luchang.apps.signals.ports import (
    Controller,
    LinkRefused,
    controller_link,
    ga1049_document,
    may_set_controllers,
    utdf_text,
)
from luchang.apps.signals.services.deciding import check_bound
from luchang.apps.signals.services.life import locked_study
from luchang.apps.signals.services.numbers import number_in
from luchang.apps.signals.services.planning import demand_of
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.studies import check_idle
from luchang.apps.signals.states import BOUND, Channel, ControllerKind, NumberedBy
from luchang.core.signals import utdf
from luchang.core.signals.approval import Approval, ApprovedPlan
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Layout, Way
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.utdf.plans import describe
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import start_job

SENDING = "signals.send"
LETTERS = {Turn.LEFT: "L", Turn.THROUGH: "T", Turn.RIGHT: "R", Turn.U_TURN: "U"}


@dataclass(frozen=True)
class PlanFile:
    name: str
    content: str
    media_type: str


@transaction.atomic
def export(*, study_id: int, channel: Channel, by: Actor, at: datetime) -> PlanFile:
    """The approved plan as a file; that it left is written down.

    Raises:
        Unreached.
        Refused: not approved, altered since, or the layout has changed.
        LinkRefused: the format cannot hold it, or it is unsafe.
    """
    row = locked_study(study_id, by, MANAGE)
    plan = approved_plan(row)
    if channel == Channel.GA1049_FILE:
        text = ga1049_document()(controller_of(row.junction), plan, at=at)
        file = PlanFile(f"{row.number}.xml", text, "application/xml")
    else:
        file = PlanFile(f"{row.number}.csv", _utdf_or_refused(row, plan), "text/csv")
    _note(row, channel, file.name, by=by, at=at)
    return file


@transaction.atomic
def order_sending(*, study_id: int, by: Actor, at: datetime) -> Job:
    """Have the approved plan stored in the junction's controller.

    Raises:
        Unreached.
        LinkRefused: `read_only`, where this installation does not allow it.
        Refused: not approved, altered, no controller known, or a job is under way.
    """
    row = locked_study(study_id, by, SEND)
    check_idle(row)
    if not may_set_controllers():
        raise LinkRefused("read_only")
    approved_plan(row)
    if row.junction.controller_kind == ControllerKind.NONE or not row.junction.controller_number:
        raise Refused("no_controller", junction=row.junction.name)
    job = start_job(
        kind=SENDING, by=by, at=at, arguments={"study_id": row.pk, "user_id": by.user_id},
        title=f"{row.number} {row.junction.name}",
    )  # fmt: skip
    row.job_id = job.pk
    row.keep()
    return job


def send(study: Study, *, at: datetime) -> str:
    """Store the plan in the controller and read it back; not within a transaction.

    Raises:
        LinkRefused: nothing was sent, or it was not taken as sent.
    """
    with closing(controller_link()) as link:
        receipt = link.send_plan(controller_of(study.junction), approved_plan(study), at=at)
    return receipt.reference


@transaction.atomic
def note_sent(*, study_id: int, reference: str, by: Actor, at: datetime) -> None:
    row = locked_study(study_id, by, SEND)
    _note(row, Channel.SENT, reference, by=by, at=at)


def approved_plan(row: Study) -> ApprovedPlan:
    """What was signed, with both signatures.

    Raises:
        Refused: it was not, it is no longer what was signed, or the layout has changed.
    """
    if row.status not in BOUND or row.chosen is None or row.plan_no is None:
        raise Refused("not_approved")
    check_bound(row)
    assert row.approved_at is not None  # noqa: S101 - the database holds it
    author = row.proven_by_id or row.chosen_by_id
    return ApprovedPlan(
        junction_of(row.chosen.layout.layout, row.junction.code),
        plans.read(row.chosen.content, row.junction.code),
        row.plan_no,
        row.number,
        Approval(
            row.number,
            str(author or ""),
            str(row.approved_by_id or ""),
            row.approved_at,
            row.approved_digest,
        ),
    )


def controller_of(junction: Junction) -> Controller:
    """How the link finds the junction's controller, and what the junction is called there.

    A signal control system knows it by its CrossID, or where none is on record by our code; a
    controller of several junctions by their place in it.
    """
    layout = junction_of(junction.layout.layout, junction.code) if junction.layout else None
    if junction.controller_kind == ControllerKind.GB20999:
        crossing = str(junction.controller_index)
    else:
        crossing = number_in(junction, NumberedBy.UTCS) or junction.code
    return Controller(
        junction.code,
        junction.controller_number,
        crossing,
        junction.controller_address,
        layout,
    )


def utdf_junction(
    junction: Junction, version: LayoutVersion, plan: ApprovedPlan, volumes: dict[str, float]
) -> utdf.UtdfJunction:
    """The junction and its plan in the words of UTDF, under the number it has there.

    Raises:
        UtdfRefused: the format has no words for it.
    """
    layout = version.layout
    number = number_in(junction, NumberedBy.UTDF)
    return describe(
        plan.junction,
        plan.plan,
        {f"{arm.name}_in": utdf.ARMS[int(arm)] for arm in layout.arms},
        int_id=int(number) if number.isascii() and number.isdigit() else junction.pk,
        name=junction.code,
        volumes_vph=volumes,
    )


def _utdf(row: Study, plan: ApprovedPlan) -> str:
    assert row.chosen is not None  # noqa: S101 - approved
    volumes = _volumes(row, row.chosen.layout.layout)
    return utdf.write((utdf_junction(row.junction, row.chosen.layout, plan, volumes),))


def _utdf_or_refused(row: Study, plan: ApprovedPlan) -> str:
    try:
        return _utdf(row, plan)
    except utdf.UtdfRefused as refused:
        raise Refused("unwritable", why=utdf_text(refused)) from refused


def _volumes(row: Study, layout: Layout) -> dict[str, float]:
    if row.count_set is None:
        return {}
    demand = demand_of(row.count_set, begins_min=row.begins_min, ends_min=row.ends_min)
    found = {}
    for key, flow in demand.hourly.items():
        way = Way.parse(key)
        if key in layout.lamp_of:
            found[f"{utdf.ARMS[int(way.arm)]}{LETTERS[way.turn]}"] = flow
    return found


def _note(row: Study, channel: Channel, outcome: str, *, by: Actor, at: datetime) -> None:
    PlanRelease.objects.create(
        study=row,
        plan=row.plans.filter(ended_at=None).first(),
        channel=channel,
        digest=row.approved_digest,
        approved_by_name=str(row.approved_by or "")[:80],
        by_name=by.name[:80],
        outcome=outcome[:200],
        at=at,
    )
    audit.record(
        by=by, action=Action.EXPORT, subject="signals.study", subject_id=row.pk, at=at,
        detail={"channel": str(channel), "digest": row.approved_digest},
    )  # fmt: skip
