"""What controllers report, kept: their state, their faults, the flows of their detectors."""

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta

from django.db import transaction

from luchang.apps.signals.models import ControllerFault, ControllerStatus, FlowReading, Junction
from luchang.apps.signals.ports import (
    Controller,
    ControllerState,
    CycleSeen,
    FaultSeen,
    FlowsSeen,
    LinkRefused,
    ModeSeen,
    PresenceSeen,
    Push,
    StageSeen,
    controller_link,
)
from luchang.apps.signals.services.releasing import controller_of
from luchang.apps.signals.states import ControllerKind
from luchang.core.signals.control import Presence
from luchang.core.signals.layout import Layout
from luchang.kernel import clock

KEPT = timedelta(days=7)
"""Flows older than this are forgotten; what is worth keeping becomes counts."""


def watch(*, for_s: float) -> int:
    """Read every connected controller, then listen a while; how many answered.

    Reads the clock itself: listening takes as long as it takes.

    Raises:
        LinkRefused: there is no link, or the whole link is down.
    """
    junctions = list(
        Junction.objects.exclude(controller_kind=ControllerKind.NONE)
        .exclude(controller_number="")
        .select_related("layout")
        .prefetch_related("numbers")
    )
    controllers = [controller_of(each) for each in junctions]
    answered = 0
    with closing(controller_link()) as link:
        for junction, controller in zip(junctions, controllers, strict=True):
            at = clock.now()
            try:
                state = link.read_state(controller, at=at)
            except LinkRefused:
                note_silent(junction, at=at)
                continue
            note_state(junction, state, is_fake=link.is_fake, at=at)
            answered += 1
        if controllers:
            _listen(link.subscribe(controllers, for_s=for_s), junctions, controllers)
    return answered


def _listen(
    pushes: Iterable[Push], junctions: list[Junction], controllers: list[Controller]
) -> None:
    """Reports name a junction as the other side calls it.

    Controllers with an address of their own may call theirs alike: what two of them may have said
    is passed over, for both are asked every minute.
    """
    pairs = list(zip(controllers, junctions, strict=True))
    names = Counter(each.crossing for each in controllers)
    by_crossing = {each.crossing: row for each, row in pairs if names[each.crossing] == 1}
    by_number = {each.number: row for each, row in pairs}
    for push in pushes:
        name = getattr(push, "crossing", "")
        junction = by_crossing.get(name) or by_number.get(getattr(push, "number", ""))
        if junction is not None:
            note_push(junction, push, at=clock.now())


@transaction.atomic
def note_state(
    junction: Junction, state: ControllerState, *, is_fake: bool, at: datetime
) -> ControllerStatus:
    """Keep what a controller answered."""
    row, _ = ControllerStatus.objects.update_or_create(
        junction=junction,
        defaults={
            "is_online": state.presence in {None, Presence.ONLINE},
            "mode": state.mode.value if state.mode else state.raw_mode[:2],
            "stage": state.stage + 1 if state.stage is not None else None,
            "is_simulated": is_fake,
            "reported_at": state.at,
            "received_at": at,
        },
    )
    if state.faults is not None:
        _note_faults(junction, {each.kind.value: each.text for each in state.faults}, at=at)
    return row


@transaction.atomic
def note_silent(junction: Junction, *, at: datetime) -> None:
    """The controller did not answer: what was last known stands, marked as offline."""
    ControllerStatus.objects.filter(junction=junction).update(is_online=False, received_at=at)


@transaction.atomic
def note_push(junction: Junction, push: Push, *, at: datetime) -> None:
    """Keep one report."""
    status = ControllerStatus.objects.filter(junction=junction)
    seen = {"reported_at": at, "received_at": at}
    match push:
        case PresenceSeen():
            status.update(is_online=push.presence == Presence.ONLINE, **seen)
        case ModeSeen():
            status.update(mode=push.mode.value if push.mode else push.raw_mode[:2], **seen)
        case StageSeen(stage=int(stage)):
            status.update(stage=stage + 1, **seen)
        case CycleSeen():
            status.update(cycle_s=push.last_cycle_s, **seen)
        case FaultSeen():
            ControllerFault.objects.get_or_create(
                junction=junction,
                code=push.fault.kind.value,
                ended_at=None,
                defaults={"detail": push.fault.text[:200], "began_at": push.fault.at or at},
            )
        case FlowsSeen():
            _note_flows(junction, push)
        case _:
            pass


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Throw away flows nobody looks at any more."""
    gone, _ = FlowReading.objects.filter(begins_at__lt=at - KEPT).delete()
    return gone


def lane_arms(layout: Layout) -> dict[int, str]:
    """Arms by the number of a lane as controllers are configured: clockwise, from the centre."""
    found: dict[int, str] = {}
    for arm in sorted(layout.arms):
        for _ in layout.arms[arm].lanes:
            found[len(found) + 1] = arm.name
    return found


def _note_faults(junction: Junction, now: dict[str, str], *, at: datetime) -> None:
    open_ones = ControllerFault.objects.filter(junction=junction, ended_at=None)
    open_ones.exclude(code__in=now).update(ended_at=at)
    known = set(open_ones.values_list("code", flat=True))
    for code, text in now.items():
        if code not in known:
            ControllerFault.objects.create(
                junction=junction, code=code, detail=text[:200], began_at=at
            )


def _note_flows(junction: Junction, push: FlowsSeen) -> None:
    if junction.layout is None:
        return
    arms = lane_arms(junction.layout.layout)
    vehicles: dict[str, float] = {}
    for number, flow in push.lanes.items():
        arm = arms.get(number)
        if arm is not None:
            counted = flow.vehicles_per_h * push.interval_s / 3600.0
            vehicles[arm] = vehicles.get(arm, 0.0) + counted
    begins = push.until - timedelta(seconds=push.interval_s)
    for arm, counted in vehicles.items():
        FlowReading.objects.update_or_create(
            junction=junction,
            arm=arm,
            begins_at=begins,
            defaults={"interval_s": push.interval_s, "vehicles": round(counted)},
        )
