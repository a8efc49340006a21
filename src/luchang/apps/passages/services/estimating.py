"""Cameras that saw nothing although the road was busy: what they would have counted, marked.

An estimate is the camera's usual count (median of the same weekday and quarter of the last weeks)
times how busy its neighbours are compared with their usual. Without either there is none.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from luchang.apps.passages.models import Camera, CameraVolume, Link, Movement, TurnCount
from luchang.apps.passages.states import CameraStatus, CountQuality, LinkStatus
from luchang.core.passages.congestion import (
    WEEKS,
    Estimate,
    Usual,
    estimated,
    is_silent,
    usual_of,
)

QUARTER, WEEK = timedelta(minutes=15), timedelta(weeks=1)
KNOWN = (CountQuality.MEASURED, CountQuality.SCALED)


@dataclass(frozen=True)
class Quarter:
    """What the cameras saw in one quarter hour, and what is usual for it."""

    begins_at: datetime
    seen: Mapping[int, int]
    """Measured vehicles by camera."""
    usual: Mapping[int, Usual]
    was_silent: frozenset[int]
    """Cameras silent in the quarter before: no passage since says that they are no more."""


def same_time_before(begins_at: datetime) -> list[datetime]:
    """The same quarter of the same weekday in the weeks before."""
    return [begins_at - WEEK * week for week in range(1, WEEKS + 1)]


@transaction.atomic
def estimate_quarter(*, begins_at: datetime) -> int:
    """Write what silent cameras would have counted, and their movements; how many cameras.

    Estimates made before are replaced; what was measured is never touched.
    """
    CameraVolume.objects.filter(begins_at=begins_at, quality=CountQuality.ESTIMATED).delete()
    seen = dict(CameraVolume.objects.filter(begins_at=begins_at).values_list("camera", "vehicles"))
    if not seen:
        return 0  # nothing arrived at all: nobody says how busy it was
    quarter = _quarter(begins_at, seen)
    beside = neighbours()
    found: dict[int, tuple[Usual, Estimate]] = {}
    for camera in set(quarter.usual) - set(quarter.seen):
        near = [
            (float(quarter.seen[each]), quarter.usual.get(each))
            for each in beside[camera]
            if each in quarter.seen
        ]
        guess = estimated(quarter.usual[camera], near)
        if guess is None:
            continue
        expected = quarter.usual[camera].value * guess.ratio
        if is_silent(0, expected) or camera in quarter.was_silent:
            found[camera] = (quarter.usual[camera], guess)
    CameraVolume.objects.bulk_create(
        CameraVolume(
            camera_id=camera,
            begins_at=begins_at,
            vehicles=guess.vehicles,
            quality=CountQuality.ESTIMATED,
            usual=usual.value,
            ratio=guess.ratio,
        )
        for camera, (usual, guess) in found.items()
    )
    _estimate_turns(begins_at, {camera: guess.ratio for camera, (_, guess) in found.items()})
    return len(found)


def neighbours() -> Mapping[int, frozenset[int]]:
    """Cameras that tell how busy another one's road is: at the ends of its links, or beside it."""
    found: dict[int, set[int]] = defaultdict(set)
    for start, end in Link.objects.filter(status=LinkStatus.CONFIRMED).values_list("start", "end"):
        found[start].add(end)
        found[end].add(start)
    places: dict[str, set[int]] = defaultdict(set)
    for pk, junction in Camera.objects.exclude(junction="").values_list("pk", "junction"):
        places[junction].add(pk)
    for together in places.values():
        for camera in together:
            found[camera] |= together - {camera}
    return defaultdict(frozenset, {camera: frozenset(near) for camera, near in found.items()})


def _quarter(begins_at: datetime, seen: Mapping[int, int]) -> Quarter:
    measured = CameraVolume.objects.filter(quality=CountQuality.MEASURED)
    in_use = set(Camera.objects.filter(status=CameraStatus.IN_USE).values_list("pk", flat=True))
    earlier: dict[int, list[float]] = defaultdict(list)
    past = measured.filter(begins_at__in=same_time_before(begins_at))
    for camera, vehicles in past.values_list("camera", "vehicles"):
        if camera in in_use:
            earlier[camera].append(vehicles)
    usual = {camera: usual_of(values) for camera, values in earlier.items()}
    silent = CameraVolume.objects.filter(
        begins_at=begins_at - QUARTER, quality=CountQuality.ESTIMATED
    )
    return Quarter(
        begins_at,
        seen,
        {camera: one for camera, one in usual.items() if one is not None},
        frozenset(silent.values_list("camera", flat=True)),
    )


def _estimate_turns(begins_at: datetime, ratios: Mapping[int, float]) -> None:
    """Movements past or onto a silent camera: their usual count, as busy as today."""
    if not ratios:
        return
    hit = Movement.objects.filter(ended_at=None)
    hit = hit.filter(camera__in=ratios) | hit.filter(onto__in=ratios)
    past = TurnCount.objects.filter(
        movement__in=hit, begins_at__in=same_time_before(begins_at), quality__in=KNOWN
    )
    earlier: dict[int, list[TurnCount]] = defaultdict(list)
    for row in past:
        earlier[row.movement_id].append(row)
    for movement in hit:
        rows = TurnCount.objects.filter(movement=movement, begins_at=begins_at)
        if not rows.exists():
            continue  # not yet counted: it is estimated when it is
        ratio = ratios.get(movement.camera_id) or ratios[movement.onto_id or 0]
        known = earlier[movement.pk]
        if usual_of(row.vehicles or 0 for row in known) is None:
            rows.update(vehicles=None, quality=CountQuality.MISSING, share=None)
            continue
        parts = [usual_of(row.fives[place] for row in known) for place in range(3)]
        fives = [round(part.value * ratio) for part in parts if part is not None]
        rows.update(vehicles=sum(fives), fives=fives, quality=CountQuality.ESTIMATED, share=None)
