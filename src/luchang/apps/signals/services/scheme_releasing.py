"""Plans of a scheme that leave the house: as files, or to controllers, all or told which."""

import csv
import io
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luchang.apps.signals.bridge import plans
from luchang.apps.signals.models import Scheme, SchemePlan, SchemeRelease
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.policies import MANAGE, SEND
from luchang.apps.signals.ports import (
    LinkRefused,
    controller_link,
    ga1049_document,
    may_set_controllers,
    utdf_text,
)
from luchang.apps.signals.services.life import locked_scheme
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.releasing import controller_of, utdf_junction
from luchang.apps.signals.services.scheme_deciding import check_scheme_bound
from luchang.apps.signals.services.studies import check_idle
from luchang.apps.signals.states import BOUND, Channel, ControllerKind, SchemeKind
from luchang.core.signals import utdf
from luchang.core.signals.approval import Approval, ApprovedDay, ApprovedPlan, day_digest
from luchang.core.signals.layout_junction import junction_of
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import start_job

SEND_SCHEME = "signals.send_scheme"
DAY_MIN = 1_440
Ticking = Callable[[int, int, str], None]


@dataclass(frozen=True)
class SchemeFile:
    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Sent:
    """What reached controllers, and what stopped the rest."""

    told: tuple[str, ...]
    refusal: LinkRefused | None = None


@transaction.atomic
def export_scheme(*, scheme_id: int, channel: Channel, by: Actor, at: datetime) -> SchemeFile:
    """The approved plans as files, with the table of their hours; that they left is written down.

    Raises:
        Unreached.
        Refused: not approved, altered since, or a layout has changed.
        LinkRefused: the format cannot hold them, or one is unsafe.
    """
    row = locked_scheme(scheme_id, by, MANAGE)
    approved = approved_plans(row)
    files = {f"{row.number}-schedule.csv": _schedule(row, [each for each, _ in approved])}
    for each, plan in approved:
        name = f"{row.number}-{each.junction.code}-{each.plan_no}"
        if channel == Channel.GA1049_FILE:
            controller = controller_of(each.junction)
            files[f"{name}.xml"] = ga1049_document()(controller, plan, at=at)
        elif row.kind == SchemeKind.DAY:
            files[f"{name}.csv"] = _utdf([(each, plan)])
    if channel == Channel.UTDF_FILE and row.kind == SchemeKind.CORRIDOR:
        files[f"{row.number}.csv"] = _utdf(approved)
    _note(row, channel, f"{row.number}.zip", by=by, at=at)
    return SchemeFile(f"{row.number}.zip", _zipped(files), "application/zip")


@transaction.atomic
def order_scheme_sending(*, scheme_id: int, by: Actor, at: datetime) -> Job:
    """Have the approved plans stored in the controllers, and the day plan where it has a number.

    Raises:
        Unreached.
        LinkRefused: `read_only`, where this installation does not allow it.
        Refused: not approved, altered, no controller known, a day with gaps, or a job under way.
    """
    row = locked_scheme(scheme_id, by, SEND)
    check_idle(row)
    if not may_set_controllers():
        raise LinkRefused("read_only")
    approved = approved_plans(row)
    for each, _ in approved:
        junction = each.junction
        if junction.controller_kind == ControllerKind.NONE or not junction.controller_number:
            raise Refused("no_controller", junction=junction.name)
    if row.day_no is not None:
        approved_day(row)
    job = start_job(
        kind=SEND_SCHEME, by=by, at=at, arguments={"scheme_id": row.pk, "user_id": by.user_id},
        title=f"{row.number} {row.name}", total=len(approved) + 1,
    )  # fmt: skip
    row.job_id = job.pk
    row.keep()
    return job


def send_scheme(scheme: Scheme, *, at: datetime, ticking: Ticking) -> Sent:
    """Store the plans one after the other, read each back; stops at the first that is not taken.

    Not within a transaction: what was stored stays stored, and is told.
    """
    approved = approved_plans(scheme)
    day = approved_day(scheme) if scheme.day_no is not None else None
    told: list[str] = []
    with closing(controller_link()) as link:
        try:
            for done, (each, plan) in enumerate(approved):
                ticking(done, len(approved) + 1, each.junction.name)
                link.send_plan(controller_of(each.junction), plan, at=at)
                told.append(f"{each.junction.code}/{each.plan_no}")
            if day is not None:
                link.send_day(controller_of(approved[0][0].junction), day, at=at)
                told.append(f"{approved[0][0].junction.code}/D{day.day_no}")
        except LinkRefused as refusal:
            return Sent(tuple(told), refusal)
    return Sent(tuple(told))


@transaction.atomic
def note_scheme_sent(*, scheme_id: int, sent: Sent, by: Actor, at: datetime) -> None:
    """Write down what reached the controllers, also where something stopped the rest."""
    row = locked_scheme(scheme_id, by, SEND)
    outcome = "、".join(sent.told)
    if sent.refusal is not None:
        outcome = f"{outcome}；{sent.refusal}" if outcome else str(sent.refusal)
    _note(row, Channel.SENT, outcome, by=by, at=at)


def approved_plans(row: Scheme) -> list[tuple[SchemePlan, ApprovedPlan]]:
    """What was signed, with both signatures.

    Raises:
        Refused: it was not, it is no longer what was signed, or a layout has changed.
    """
    if row.status not in BOUND:
        raise Refused("not_approved")
    check_scheme_bound(row)
    rows = SchemePlan.objects.filter(scheme=row).select_related(
        "junction__layout", "junction__organisation", "layout"
    )
    return [(each, _approved(row, each)) for each in rows.order_by("junction__code", "plan_no")]


def approved_day(row: Scheme) -> ApprovedDay:
    """Which of the signed plans runs from when on.

    Raises:
        Refused: the plans do not fill the day from midnight to midnight.
    """
    plans_of_day = list(SchemePlan.objects.filter(scheme=row).select_related("junction"))
    found = sorted(
        (begin, end, each.plan_no) for each in plans_of_day for begin, end in each.hours
    )
    ends = [0, *(end for _, end, _ in found)]
    if [begin for begin, _, _ in found] != ends[:-1] or ends[-1] != DAY_MIN:
        raise Refused("day_has_gaps")
    if row.day_no is None or row.approved_at is None:
        raise Refused("not_approved")
    code = plans_of_day[0].junction.code
    periods = tuple((begin, number) for begin, _, number in found)
    approval = _signatures(row, day_digest(code, row.day_no, periods))
    return ApprovedDay(code, row.day_no, periods, approval)


def _approved(row: Scheme, each: SchemePlan) -> ApprovedPlan:
    return ApprovedPlan(
        junction_of(each.layout.layout, each.junction.code),
        plans.read(each.content, each.junction.code),
        each.plan_no,
        f"{row.number}-{each.plan_no}",
        _signatures(row, each.digest),
    )


def _signatures(row: Scheme, digest: str) -> Approval:
    """The signatures under the scheme stand under each of its plans; its digest was checked."""
    assert row.approved_at is not None  # noqa: S101 - the database holds it
    author = row.proven_by_id or row.chosen_by_id
    approver = str(row.approved_by_id or "")
    return Approval(row.number, str(author or ""), approver, row.approved_at, digest)


def _schedule(row: Scheme, approved: list[SchemePlan]) -> str:
    """Which plan runs when, as a table for whoever feeds a controller by hand."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["junction", "days", "begins", "ends", "plan_no", "cycle_s", "offset_s"])
    for each in approved:
        plan = plans.read(each.content, each.junction.code)
        for begin, end in each.hours:
            times = (clock_of(begin), clock_of(end))
            cycle = (f"{plan.cycle_s:g}", f"{plan.offset_s:g}")
            sheet.writerow([each.junction.code, row.days, *times, each.plan_no, *cycle])
    return out.getvalue()


def _utdf(approved: list[tuple[SchemePlan, ApprovedPlan]]) -> str:
    try:
        return utdf.write(
            tuple(utdf_junction(each.junction, each.layout, plan, {}) for each, plan in approved)
        )
    except utdf.UtdfRefused as refused:
        raise Refused("unwritable", why=utdf_text(refused)) from refused


def _zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            archive.writestr(name, text)
    return out.getvalue()


def _note(row: Scheme, channel: Channel, outcome: str, *, by: Actor, at: datetime) -> None:
    SchemeRelease.objects.create(
        scheme=row,
        channel=channel,
        digest=row.approved_digest,
        approved_by_name=str(row.approved_by or "")[:80],
        by_name=by.name[:80],
        outcome=outcome[:500],
        at=at,
    )
    audit.record(
        by=by, action=Action.EXPORT, subject="signals.scheme", subject_id=row.pk, at=at,
        detail={"channel": str(channel), "digest": row.approved_digest},
    )  # fmt: skip
