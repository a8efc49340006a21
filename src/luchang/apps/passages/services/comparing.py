"""The daily comparison: which plates were at two places at once, over the last weeks.

Every run walks all of its days anew. That costs seconds, needs nothing kept between runs, and
sees rows that came late; what an officer decided stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from django.db import transaction

from luchang.apps.passages.models import (
    Camera,
    CloneComparison,
    CloneMove,
    CloneSuspect,
    LeftOutCamera,
)
from luchang.apps.passages.selectors.clocks import wrong_clocks
from luchang.apps.passages.selectors.ways import NEAR_M, ways_between
from luchang.apps.passages.services.clone_refusals import CloneRefused
from luchang.apps.passages.services.clones import LIFE
from luchang.apps.passages.states import CameraStatus
from luchang.apps.passages.states.clones import (
    CloneExplanation,
    CloneStatus,
    LeftOutReason,
)
from luchang.apps.places import selectors as places
from luchang.core.passages.bounds import fastest_ms
from luchang.core.passages.impossible import ImpossibleMove, impossible_moves, score_at
from luchang.core.passages.moves import MoveParameters, cloned, start, walk
from luchang.core.passages.passage import SHANGHAI_MS, instant
from luchang.kernel.clock import local
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.following import follow
from luchang.kernel.records.numbering import next_number

if TYPE_CHECKING:
    from datetime import date, datetime

    from numpy.typing import NDArray

    from luchang.apps.passages.selectors.clocks import WrongClock
    from luchang.apps.passages.selectors.ways import RoadWay
    from luchang.core.passages.layout import DayOrder
    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.segments import Store

DAYS = 28
"""How far back is compared: two half-lives; what is older weighs less than a quarter."""

ONE_DAY = timedelta(days=1)
THRESHOLD, HALF_LIFE_MS = MoveParameters.threshold, MoveParameters.half_life_ms
Ticking = Callable[[int, int], None]
Images = Mapping[tuple[int, int], str]


@dataclass(frozen=True)
class Found:
    """A vehicle as the comparison sees it."""

    plate: str
    plate_type: int
    score: float
    moves: Sequence[ImpossibleMove]


@dataclass
class Ground:
    """What moves are compared with: bounds by road, and the cameras left out of them by day."""

    cameras: Mapping[int, Camera]
    bounds: NDArray[np.int32]
    off_road: frozenset[int]
    clocks: Mapping[int, WrongClock]

    def parameters(self, day: date) -> MoveParameters:
        """Of one day: nothing is known of ways from and to a camera whose clock was wrong."""
        out = [number for number, one in self.clocks.items() if one.was_wrong_on(day)]
        bounds = self.bounds
        if out:
            bounds = bounds.copy()
            bounds[out, :] = 0
            bounds[:, out] = 0
        return MoveParameters(bounds)


def compare_plates(
    *, store: Store, by: Actor, at: datetime, ticking: Ticking = lambda _done, _of: None
) -> CloneComparison:
    """Walk the last weeks and keep what is suspected; cameras with wrong clocks are left out.

    Raises:
        CloneRefused: no road network is in use, or no day stands in order.
    """
    today = local(at).date()
    span = today - ONE_DAY * DAYS, today - ONE_DAY
    orders = _orders(store, span)
    if not orders:
        raise CloneRefused("nothing_to_compare", days=DAYS)
    ground = _ground(span, at=at)
    found = _walked(store, orders, ground, ticking)
    _drop_old(at=at)
    for one in found:
        _keep(one, store, ground, span, by=by, at=at)
    _let_fade(found, by=by, at=at)
    return _told(found, orders, ground, span, at=at)


def _orders(store: Store, span: tuple[date, date]) -> dict[date, DayOrder]:
    days = [day for day in store.days() if span[0] <= day <= span[1]]
    found = {day: store.order(day) for day in days}
    return {day: order for day, order in found.items() if order is not None}


def _ground(span: tuple[date, date], *, at: datetime) -> Ground:
    cameras = {one.number: one for one in Camera.objects.select_related("organisation")}
    try:
        network = places.graph()
    except places.NoRoadNetwork as missing:
        raise CloneRefused("no_network") from missing
    points = np.full((max(cameras, default=0) + 1, 2), np.nan)
    for number, camera in cameras.items():
        points[number] = camera.longitude, camera.latitude
    positions = places.snapper().nearest_many(points[:, 0], points[:, 1], within_m=NEAR_M)
    off_road = frozenset(number for number in cameras if positions[number] is None)
    clocks = wrong_clocks(*span, at=at)
    return Ground(cameras, fastest_ms(network, positions), off_road, clocks)


def _walked(
    store: Store, orders: Mapping[date, DayOrder], ground: Ground, ticking: Ticking
) -> list[Found]:
    """Those whose score reaches the threshold, and those already known, with their moves."""
    ground.bounds = _widened(ground.bounds, orders.values())
    state, days = start(), []
    for done, (day, order) in enumerate(sorted(orders.items())):
        ticking(done, len(orders))
        parameters = ground.parameters(day)
        days.append((order, parameters))
        _drives, state = walk(order, state, parameters)
    hidden = {one for day in orders for one in store.hidden(day)}
    reached = set(cloned(state, days[-1][1])["vehicle"].to_pylist())
    vehicles = sorted((reached | _known(store)) - hidden)
    moves = impossible_moves(days, vehicles)
    names = store.plates(vehicles) if vehicles else []
    scores = [score_at(moves[each], state.until_ms, HALF_LIFE_MS) for each in vehicles]
    return [
        Found(plate, plate_type, score, moves[vehicle])
        for vehicle, score, (plate, plate_type) in zip(vehicles, scores, names, strict=True)
        if plate
    ]


def _widened(bounds: NDArray[np.int32], orders: Iterable[DayOrder]) -> NDArray[np.int32]:
    """Of cameras that are in the store and in no register nothing is known."""
    seen = [int(one.cameras[-1]) + 1 for one in orders if len(one.cameras)]
    size = max([len(bounds), *seen])
    wide = np.zeros((size, size), np.int32)
    wide[: len(bounds), : len(bounds)] = bounds
    return wide


def _known(store: Store) -> set[int]:
    """Vehicles suspected, or decided on, before."""
    rows = CloneSuspect.objects.exclude(status=CloneStatus.FADED)
    numbers = (store.number_of(row.plate, row.plate_type) for row in rows)
    return {number for number in numbers if number is not None}


@transaction.atomic
def _keep(
    one: Found,
    store: Store,
    ground: Ground,
    span: tuple[date, date],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """The record of a suspected vehicle, new or as it stands, with moves not yet known."""
    rows = CloneSuspect.objects.select_for_update(of=("self",)).select_related("organisation")
    row = rows.filter(plate=one.plate, plate_type=one.plate_type).first()
    is_suspected = one.score >= THRESHOLD
    moves = [move for move in one.moves if {move.start, move.end} <= set(ground.cameras)]
    if row is None and (not is_suspected or not moves):
        return
    is_new = row is None
    if row is None:
        row = _begun(one, moves, ground, by=by, at=at)
    _add_moves(row, moves, _images(one, store, span) if moves else {}, ground)
    row.compare(score=one.score, at=at, organisation=_owner(row) or row.organisation)
    if is_new:
        follow(row, LIFE, by=by, at=at)
    elif is_suspected and _is_news(row, one, at=at):
        row.reopen(by=by, at=at)
        follow(row, LIFE, by=by, at=at)


def _begun(
    one: Found, moves: Sequence[ImpossibleMove], ground: Ground, *, by: Actor, at: datetime
) -> CloneSuspect:
    year = local(at).year
    row = CloneSuspect(
        number=f"TP{year}{next_number(f'clone-suspect-{year}'):06d}",
        plate=one.plate,
        plate_type=one.plate_type,
        organisation=ground.cameras[moves[-1].end].organisation,
        score=one.score,
        moves=0,
        first_at=instant(moves[0].end_ms),
        last_at=instant(moves[-1].end_ms),
        found_at=at,
        compared_at=at,
    )
    row.find(by=by, at=at)
    return row


def _is_news(row: CloneSuspect, one: Found, *, at: datetime) -> bool:
    """Whether somebody has to look again: it had faded, or went on after it was explained."""
    if row.status == CloneStatus.FADED:
        return True
    if row.status != CloneStatus.EXPLAINED or row.explanation == CloneExplanation.SECOND_TYPE:
        return False
    assert row.decided_at is not None  # noqa: S101 - held by the database
    later = [move for move in one.moves if instant(move.end_ms) > row.decided_at]
    until_ms = round(at.timestamp() * 1_000) + SHANGHAI_MS
    return score_at(later, until_ms, HALF_LIFE_MS) >= THRESHOLD


def _add_moves(
    row: CloneSuspect, moves: Sequence[ImpossibleMove], images: Images, ground: Ground
) -> None:
    ways = ways_between({(one.start, one.end) for one in moves}, ground.cameras)
    CloneMove.objects.bulk_create(
        [_move(row, one, images, ways.get((one.start, one.end)), ground) for one in moves],
        ignore_conflicts=True,
    )


def _move(
    row: CloneSuspect, one: ImpossibleMove, images: Images, way: RoadWay | None, ground: Ground
) -> CloneMove:
    return CloneMove(
        suspect=row,
        start=ground.cameras[one.start],
        start_at=instant(one.start_ms),
        end=ground.cameras[one.end],
        end_at=instant(one.end_ms),
        distance_m=None if way is None else way.length_m,
        bound_s=one.bound_ms / 1_000.0,
        weight=one.weight,
        start_image=images.get((one.start, one.start_ms), ""),
        end_image=images.get((one.end, one.end_ms), ""),
    )


def _images(one: Found, store: Store, span: tuple[date, date]) -> Images:
    """References of the pictures of its passages, by camera and time."""
    found = store.track(one.plate, one.plate_type, *span)
    passages = (each.passage for each in found)
    return {(each.camera, each.at_ms + SHANGHAI_MS): each.image for each in passages}


def _owner(row: CloneSuspect) -> Organisation | None:
    """The lowest organisation that all cameras of its moves belong to."""
    ends = row.impossible_moves.values_list("start__organisation__path", "end__organisation__path")
    steps = [path.rstrip("/").split("/") for pair in set(ends) for path in pair]
    levels = takewhile(lambda level: len(set(level)) == 1, zip(*steps, strict=False))
    return Organisation.objects.filter(path="/".join(one[0] for one in levels) + "/").first()


def _drop_old(*, at: datetime) -> None:
    """Moves whose passages are past their time; those of a confirmed clone are evidence."""
    kept_from = at - timedelta(days=settings.PASSAGE_DAYS)
    old = CloneMove.objects.exclude(suspect__status=CloneStatus.CONFIRMED)
    old.filter(end_at__lt=kept_from).delete()


def _let_fade(found: Sequence[Found], *, by: Actor, at: datetime) -> None:
    """Suspicions that weigh too little by now, and those of vehicles no longer seen."""
    strong = {(one.plate, one.plate_type) for one in found if one.score >= THRESHOLD}
    waiting = CloneSuspect.objects.filter(status=CloneStatus.SUSPECTED)
    for key in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            row = CloneSuspect.objects.select_for_update().get(pk=key)
            if row.status == CloneStatus.SUSPECTED and (row.plate, row.plate_type) not in strong:
                row.fade(by=by, at=at)
                follow(row, LIFE, by=by, at=at, is_met=False)


@transaction.atomic
def _told(
    found: Sequence[Found],
    orders: Mapping[date, DayOrder],
    ground: Ground,
    span: tuple[date, date],
    *,
    at: datetime,
) -> CloneComparison:
    """What was compared, and the cameras that were not."""
    LeftOutCamera.replace(_left_out(orders, ground, at=at))
    return CloneComparison.objects.create(
        at=at,
        first_day=span[0],
        last_day=span[1],
        days=len(orders),
        found=sum(one.score >= THRESHOLD for one in found),
    )


def _left_out(
    orders: Mapping[date, DayOrder], ground: Ground, *, at: datetime
) -> Iterator[LeftOutCamera]:
    for number, clock in ground.clocks.items():
        days = sum(clock.was_wrong_on(day) for day in orders)
        if days:
            yield LeftOutCamera(
                camera=ground.cameras[number],
                why=LeftOutReason.CLOCK,
                detail=clock.detail,
                days=days,
                at=at,
            )
    for number in sorted(ground.off_road):
        camera = ground.cameras[number]
        if camera.status != CameraStatus.RETIRED:
            yield LeftOutCamera(camera=camera, why=LeftOutReason.OFF_ROAD, days=len(orders), at=at)
