"""Junctions, the versions of their layout, and the plans that run there now."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from luchang.apps.places import selectors as places
from luchang.apps.signals.bridge import nets, plans, roads
from luchang.apps.signals.bridge.wording import faults_text
from luchang.apps.signals.models import Junction, LayoutVersion, TimingPlan
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.services.checking import check_safe
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import ControllerKind, Days, Grade, LayoutOrigin, PlanOrigin
from luchang.core.signals import layout_junction
from luchang.core.signals.layout import Layout
from luchang.core.signals.layout_checks import faults_of
from luchang.core.signals.plan import Plan
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden, fetch
from luchang.kernel.identity.models import Organisation

DAY_MIN = 1_440


@transaction.atomic
def register(  # noqa: PLR0913 - each is named at the call
    *,
    code: str,
    name: str,
    grade: Grade,
    longitude: float,
    latitude: float,
    organisation: Organisation,
    by: Actor,
    at: datetime,
    source: str = "",
) -> Junction:
    """Enter a junction; its layout follows.

    Raises:
        Forbidden: `by` does not manage junctions of that organisation.
        Refused: malformed, or the code is taken.
    """
    if not by.covers(MANAGE, organisation_id=organisation.pk, path=organisation.path):
        raise Forbidden(f"{by.name} does not manage the junctions of {organisation}")
    code = code.strip()
    if Junction.objects.filter(code=code).exists():
        raise Refused("code_taken", code=code)
    row = Junction(
        code=code,
        name=name.strip(),
        grade=grade,
        longitude=longitude,
        latitude=latitude,
        township=_township(longitude, latitude),
        organisation=organisation,
        source=source,
    )
    try:
        row.enter()
    except ValidationError as wrong:
        raise Refused("malformed", why="; ".join(wrong.messages)) from wrong
    _note(row, Action.CREATE, by=by, at=at)
    return row


@transaction.atomic
def correct(
    *,
    junction_id: int,
    name: str,
    grade: Grade,
    longitude: float,
    latitude: float,
    by: Actor,
    at: datetime,
) -> Junction:
    """Write down what it is called and where it really is.

    Raises:
        Unreached.
        Refused: malformed.
    """
    row = locked(junction_id, by)
    row.name, row.grade, row.longitude, row.latitude = name.strip(), grade, longitude, latitude
    row.township = _township(longitude, latitude)
    return _kept(row, by=by, at=at)


@transaction.atomic
def connect(
    *,
    junction_id: int,
    controller_kind: ControllerKind,
    controller_number: str,
    controller_address: str,
    by: Actor,
    at: datetime,
    controller_index: int = 1,
) -> Junction:
    """Write down how its controller is spoken to.

    Raises:
        Unreached.
        Refused: another junction is at that place of that controller.
    """
    row = locked(junction_id, by)
    number, is_connected = controller_number.strip(), controller_kind != ControllerKind.NONE
    taken = Junction.objects.filter(
        controller_kind=controller_kind,
        controller_number=number,
        controller_index=controller_index,
    ).exclude(pk=row.pk)
    if is_connected and number and (other := taken.first()) is not None:
        raise Refused("controller_taken", junction=other.name, number=number)
    row.controller_index = controller_index
    row.controller_kind = controller_kind
    row.controller_number = controller_number.strip()
    row.controller_address = controller_address.strip()
    return _kept(row, by=by, at=at)


@transaction.atomic
def redraw(
    *,
    junction_id: int,
    layout: Layout,
    origin: LayoutOrigin,
    reason: str,
    by: Actor,
    at: datetime,
) -> LayoutVersion:
    """A new version of the layout; plans keep the version they were made for.

    Raises:
        Unreached.
        Refused: `unsound`, naming every conflict; `unchanged`.
    """
    junction = locked(junction_id, by)
    if wrong := [fault for fault in faults_of(layout) if not fault.is_warning]:
        raise Refused("unsound", why=faults_text(wrong))
    content = layout_junction.written(layout)
    digest = layout_junction.digest(content)
    if junction.layout is not None and junction.layout.digest == digest:
        raise Refused("unchanged")
    last = LayoutVersion.objects.filter(junction=junction).order_by("-version").first()
    version = LayoutVersion.objects.create(
        junction=junction,
        version=last.version + 1 if last else 1,
        content=content,
        digest=digest,
        origin=origin,
        reason=reason[:300],
        by_name=by.name[:80],
        at=at,
    )
    junction.take_layout(version)
    _note(junction, Action.CHANGE, by=by, at=at, layout=version.version)
    return version


@transaction.atomic
def import_net(
    *, junction_id: int, content: bytes, signal: str, by: Actor, at: datetime
) -> LayoutVersion:
    """Take layout and present plan from a SUMO net.

    Raises:
        Unreached.
        Refused: what is wrong with the file, which signals it has, or where stages conflict.
    """
    try:
        code, layout, plan = nets.read_junction(content, signal.strip())
    except nets.UnreadableNet as unreadable:
        raise Refused(unreadable.code, **unreadable.named) from unreadable
    version = redraw(
        junction_id=junction_id,
        layout=layout,
        origin=LayoutOrigin.NET,
        reason=f"SUMO {code}",
        by=by,
        at=at,
    )
    put_in_force(
        junction_id=junction_id, name=f"SUMO {code}", plan=plan, days=Days.DAILY, begins_min=0,
        ends_min=DAY_MIN, origin=PlanOrigin.NET, is_checked=False, by=by, at=at,
    )  # fmt: skip
    return version


@transaction.atomic
def draw_from_roads(*, junction_id: int, by: Actor, at: datetime) -> LayoutVersion:
    """Propose arms from the road network, lanes by the class of road, standard stages.

    Raises:
        Unreached.
        Refused: no network, or no junction near.
    """
    junction = locked(junction_id, by)
    try:
        layout = roads.layout_at(junction.longitude, junction.latitude)
    except roads.NoArms as none:
        raise Refused(none.code, **none.named) from none
    reason = f"{junction.longitude:.5f}, {junction.latitude:.5f}"
    return redraw(
        junction_id=junction_id, layout=layout, origin=LayoutOrigin.ROADS, reason=reason,
        by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def put_in_force(  # noqa: PLR0913 - each is named at the call
    *,
    junction_id: int,
    name: str,
    plan: Plan,
    days: Days,
    begins_min: int,
    ends_min: int,
    origin: PlanOrigin,
    by: Actor,
    at: datetime,
    study_id: int | None = None,
    scheme_id: int | None = None,
    is_checked: bool = True,
) -> TimingPlan:
    """Write down that a plan runs from now on; one of the same hours ends.

    What was copied from the street is kept as it is, faults and all; what we made ourselves has
    to pass the checks.

    Raises:
        Unreached.
        Refused: no layout, unsafe, or hours that cross those of another plan.
    """
    junction = locked(junction_id, by)
    if junction.layout is None:
        raise Refused("no_layout", junction=junction.name)
    if is_checked:
        check_safe(junction.layout.layout, plan)
    running = TimingPlan.objects.in_force(at=at).filter(junction=junction, days=days)
    for other in running:
        _make_room(other, begins_min, ends_min, at=at)
    content = plans.written(plan)
    row = TimingPlan.objects.create(
        junction=junction,
        layout=junction.layout,
        study_id=study_id,
        scheme_id=scheme_id,
        name=name[:60],
        content=content,
        digest=layout_junction.digest(content),
        origin=origin,
        days=days,
        begins_min=begins_min,
        ends_min=ends_min,
        in_force_from=at,
    )
    _note(junction, Action.CHANGE, by=by, at=at, plan=row.pk)
    return row


@transaction.atomic
def end_plan(*, plan_id: int, by: Actor, at: datetime) -> TimingPlan:
    """A plan runs no more."""
    rows = TimingPlan.objects.select_for_update(of=("self",)).select_related("junction")
    row = fetch(rows, by, MANAGE, organisation="junction__organisation", pk=plan_id)
    if row.ended_at is not None and row.ended_at <= at:
        raise Refused("plan_ended")
    row.end(at=at)
    _note(row.junction, Action.CHANGE, by=by, at=at, ended=row.pk)
    return row


def locked(junction_id: int, by: Actor, permission: str = MANAGE) -> Junction:
    rows = Junction.objects.select_for_update(of=("self",))
    return fetch(rows.select_related("organisation", "layout"), by, permission, pk=junction_id)


def _make_room(other: TimingPlan, begins_min: int, ends_min: int, *, at: datetime) -> None:
    """Plans of the whole day stand behind those of some hours; equal hours replace."""
    hours = (other.begins_min, other.ends_min)
    if hours == (begins_min, ends_min):
        other.end(at=at)
        return
    whole = (0, DAY_MIN)
    if whole in {hours, (begins_min, ends_min)}:
        return
    if other.begins_min < ends_min and begins_min < other.ends_min:
        raise Refused("plan_overlaps", plan=other.name, hours=other.hours)


def _kept(row: Junction, *, by: Actor, at: datetime) -> Junction:
    try:
        row.enter()
    except ValidationError as wrong:
        raise Refused("malformed", why="; ".join(wrong.messages)) from wrong
    _note(row, Action.CHANGE, by=by, at=at)
    return row


def _township(longitude: float, latitude: float) -> str:
    found = places.jurisdiction(longitude, latitude).township
    return found.code if found else ""


def _note(row: Junction, action: Action, *, by: Actor, at: datetime, **detail: object) -> None:
    audit.record(
        by=by,
        action=action,
        subject="signals.junction",
        subject_id=row.pk,
        at=at,
        detail=detail or None,
    )
