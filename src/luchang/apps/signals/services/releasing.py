"""Plans that leave the house: as files, or to controllers. Only what two persons signed."""

import csv
import io
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luchang.apps.signals.models import Junction, Retiming, Scheme, Study
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.policies import MANAGE, SEND
from luchang.apps.signals.ports import (
    Controller,
    LinkRefused,
    controller_link,
    ga1049_document,
    may_set_controllers,
    utdf_text,
)
from luchang.apps.signals.services.life import check_idle, locked, ordered
from luchang.apps.signals.services.members import members_of
from luchang.apps.signals.services.numbers import number_in
from luchang.apps.signals.services.planning import demand_of
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.signing import Signed, approved_plans, signatures
from luchang.apps.signals.states import Channel, ControllerKind, Days, NumberedBy, SchemeKind
from luchang.core.signals import utdf
from luchang.core.signals.approval import (
    ApprovedCalendar,
    ApprovedDay,
    ApprovedPlan,
    calendar_digest,
    day_digest,
)
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Way
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.utdf.plans import describe
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs.models import Job

SENDING = "signals.send"
DAY_MIN = 1_440
LETTERS = {Turn.LEFT: "L", Turn.THROUGH: "T", Turn.RIGHT: "R", Turn.U_TURN: "U"}
WEEKDAYS = {
    Days.DAILY: (1, 2, 3, 4, 5, 6, 7),
    Days.WORKDAYS: (1, 2, 3, 4, 5),
    Days.REST_DAYS: (6, 7),
}
"""Days of the week, Monday is 1; public holidays are entries of their own in a controller."""

MEDIA = {"xml": "application/xml", "csv": "text/csv", "zip": "application/zip"}
Ticking = Callable[[int, int, str], None]
Approved = list[tuple[Signed, ApprovedPlan]]


@dataclass(frozen=True)
class PlanFile:
    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        return MEDIA[self.name.rpartition(".")[2]]


@dataclass(frozen=True)
class Sent:
    """What reached controllers, and what stopped the rest."""

    told: tuple[str, ...]
    refusal: LinkRefused | None = None


@transaction.atomic
def export(*, of: Retiming, channel: Channel, by: Actor, at: datetime) -> PlanFile:
    """The approved plan as a file, or several in one archive; that they left is written down.

    Raises:
        Unreached.
        Refused: not approved, altered since, or a layout has changed.
        LinkRefused: the format cannot hold them, or one is unsafe.
    """
    row = locked(of, by, MANAGE)
    approved = approved_plans(row)
    if channel == Channel.GA1049_FILE:
        files = {
            f"{name}.xml": ga1049_document()(controller_of(each.junction), plan, at=at)
            for name, [(each, plan)] in _by_plan(row, approved)
        }
    elif isinstance(row, Scheme) and row.kind == SchemeKind.CORRIDOR:
        files = {f"{row.number}.csv": _utdf(row, approved)}
    else:
        files = {f"{name}.csv": _utdf(row, one) for name, one in _by_plan(row, approved)}
    if isinstance(row, Study):
        ((name, text),) = files.items()
        file = PlanFile(name, text.encode())
    else:
        files[f"{row.number}-schedule.csv"] = _schedule(row, approved)
        file = PlanFile(f"{row.number}.zip", _zipped(files))
    _note(row, channel, file.name, by=by, at=at)
    return file


def _by_plan(row: Retiming, approved: Approved) -> list[tuple[str, Approved]]:
    """Each plan by the name of its file."""
    if isinstance(row, Study):
        return [(row.number, approved)]
    return [
        (f"{row.number}-{each.junction.code}-{each.plan_no}", [(each, plan)])
        for each, plan in approved
    ]


@transaction.atomic
def order_sending(*, of: Retiming, by: Actor, at: datetime) -> Job:
    """Have the approved plans stored in the controllers, with day plan and calendar if numbered.

    Raises:
        Unreached.
        LinkRefused: `read_only`, where this installation does not allow it.
        Refused: not approved, altered, no controller known, a day with gaps, or a job under way.
    """
    row = locked(of, by, SEND)
    check_idle(row)
    if not may_set_controllers():
        raise LinkRefused("read_only")
    approved = approved_plans(row)
    for each, _ in approved:
        junction = each.junction
        if junction.controller_kind == ControllerKind.NONE or not junction.controller_number:
            raise Refused("no_controller", junction=junction.name)
    approved_calendar(row, approved)
    return ordered(row, SENDING, total=len(approved) + 1, by=by, at=at)


def send(of: Retiming, *, at: datetime, ticking: Ticking) -> Sent:
    """Store the plans one after the other, read each back; stops at the first that is not taken.

    Not within a transaction: what was stored stays stored, and is told.
    """
    approved = approved_plans(of)
    day, calendar = approved_day(of, approved), approved_calendar(of, approved)
    told: list[str] = []
    with closing(controller_link()) as link:
        try:
            for done, (each, plan) in enumerate(approved):
                ticking(done, len(approved) + 1, each.junction.name)
                link.send_plan(controller_of(each.junction), plan, at=at)
                told.append(f"{each.junction.code}/{each.plan_no}")
            if day is not None:
                ticking(len(approved), len(approved) + 1, f"D{day.day_no}")
                link.send_day(controller_of(approved[0][0].junction), day, at=at)
                told.append(f"{day.junction_id}/D{day.day_no}")
            if calendar is not None:
                link.send_calendar(controller_of(approved[0][0].junction), calendar, at=at)
                told += [f"{calendar.junction_id}/S{number}" for number, _ in calendar.entries]
        except LinkRefused as refusal:
            return Sent(tuple(told), refusal)
    return Sent(tuple(told))


@transaction.atomic
def note_sent(*, of: Retiming, sent: Sent, by: Actor, at: datetime) -> None:
    """Write down what reached the controllers, also where something stopped the rest."""
    row = locked(of, by, SEND)
    outcome = "、".join(sent.told)
    if sent.refusal is not None:
        outcome = f"{outcome}；{sent.refusal}" if outcome else str(sent.refusal)
    _note(row, Channel.SENT, outcome, by=by, at=at)


def approved_day(of: Retiming, approved: Approved) -> ApprovedDay | None:
    """Which of the signed plans runs from when on; None where no day plan has a number.

    Raises:
        Refused: the plans do not fill the day from midnight to midnight.
    """
    if not isinstance(of, Scheme) or of.day_no is None:
        return None
    found = sorted((*pair, each.plan_no) for each, _ in approved for pair in each.hours)
    ends = [0, *(end for _, end, _ in found)]
    if [begin for begin, _, _ in found] != ends[:-1] or ends[-1] != DAY_MIN:
        raise Refused("day_has_gaps")
    code = approved[0][0].junction.code
    periods = tuple((begin, number) for begin, _, number in found)
    return ApprovedDay(
        code, of.day_no, periods, signatures(of, day_digest(code, of.day_no, periods))
    )


def approved_calendar(of: Retiming, approved: Approved) -> ApprovedCalendar | None:
    """On which days of the week the signed day runs; None where the calendar has no number.

    Raises:
        Refused: there is no whole day to run.
    """
    day = approved_day(of, approved)
    if day is None or not isinstance(of, Scheme) or of.schedule_no is None:
        return None
    told = (day.junction_id, of.schedule_no, day.day_no, WEEKDAYS[Days(of.days)])
    return ApprovedCalendar(*told, signatures(of, calendar_digest(*told)))


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


def _utdf(row: Retiming, approved: Approved) -> str:
    """Junctions and their plans in the words of UTDF, under the numbers they have there."""
    try:
        return utdf.write(tuple(_utdf_junction(row, each, plan) for each, plan in approved))
    except utdf.UtdfRefused as refused:
        raise Refused("unwritable", why=utdf_text(refused)) from refused


def _utdf_junction(row: Retiming, each: Signed, plan: ApprovedPlan) -> utdf.UtdfJunction:
    number = number_in(each.junction, NumberedBy.UTDF)
    return describe(
        plan.junction,
        plan.plan,
        {f"{arm.name}_in": utdf.ARMS[int(arm)] for arm in each.version.layout.arms},
        int_id=int(number) if number.isascii() and number.isdigit() else each.junction.pk,
        name=each.junction.code,
        volumes_vph=_volumes(row, each),
    )


def _volumes(row: Retiming, each: Signed) -> dict[str, float]:
    """Vehicles an hour of every movement with a lamp; of a day's parts nothing is said."""
    (member,) = (one for one in members_of(row) if one.junction_id == each.junction.pk)
    if member.count_set is None or each.hours != ((row.begins_min, row.ends_min),):
        return {}
    demand = demand_of(member.count_set, begins_min=row.begins_min, ends_min=row.ends_min)
    lamps = each.version.layout.lamp_of
    ways = {key: Way.parse(key) for key in demand.hourly if key in lamps}
    return {
        f"{utdf.ARMS[int(way.arm)]}{LETTERS[way.turn]}": demand.hourly[key]
        for key, way in ways.items()
    }


def _schedule(row: Retiming, approved: Approved) -> str:
    """Which plan runs when, as a table for whoever feeds a controller by hand."""
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(["junction", "days", "begins", "ends", "plan_no", "cycle_s", "offset_s"])
    for each, plan in approved:
        cycle = (f"{plan.plan.cycle_s:g}", f"{plan.plan.offset_s:g}")
        for pair in each.hours:
            times = [clock_of(minute) for minute in pair]
            sheet.writerow([each.junction.code, row.days, *times, each.plan_no, *cycle])
    return out.getvalue()


def _zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            archive.writestr(name, text)
    return out.getvalue()


def _note(row: Retiming, channel: Channel, outcome: str, *, by: Actor, at: datetime) -> None:
    plan = {"plan": row.plans.filter(ended_at=None).first()} if isinstance(row, Study) else {}
    row.releases.create(
        channel=channel,
        digest=row.approved_digest,
        approved_by_name=str(row.approved_by or "")[:80],
        by_name=by.name[:80],
        outcome=outcome[:500],
        at=at,
        **plan,
    )
    audit.record(
        by=by, action=Action.EXPORT, subject=f"signals.{row.key}", subject_id=row.pk, at=at,
        detail={"channel": str(channel), "digest": row.approved_digest},
    )  # fmt: skip
