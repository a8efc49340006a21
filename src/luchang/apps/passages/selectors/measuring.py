"""Drives through certified sections faster than permitted, by the certificate of their day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from luchang.apps.passages.selectors.asking import EnquiryRefused, answered
from luchang.apps.passages.selectors.clocks import WrongClock, wrong_clocks
from luchang.apps.passages.selectors.sections import measured_sections
from luchang.apps.passages.selectors.store import the_store
from luchang.apps.passages.states.sections import LimitClass
from luchang.core.passages.sections import VehicleClass, class_of, mean_kmh, over_percent
from luchang.kernel.clock import local

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from luchang.apps.passages.models import Camera, CertifiedSection
    from luchang.apps.passages.selectors.asking import Asked
    from luchang.core.passages.moves import Section
    from luchang.kernel.identity.actors import Actor

LONGEST_DRIVE = timedelta(minutes=30)
"""What takes longer is a stop on the way (`core.passages.moves.SECTION_MS`)."""
ONE_HOUR = timedelta(hours=1)
DOUBTFUL_KMH = 200
"""Above this a misread plate, a clone or a clock is likelier than a driver [km/h]."""


@dataclass(frozen=True)
class Sight:
    """One end of a drive as its camera told it."""

    camera: Camera
    at: datetime
    at_ms: int
    """[ms since 1970 UTC]."""
    lane: int
    image: str


@dataclass(frozen=True)
class Drive:
    """A vehicle that took less time for a section than its limit allows."""

    section: CertifiedSection
    plate: str
    plate_type: int
    vehicle: int
    """The store's number."""
    group: LimitClass
    entered: Sight
    left: Sight
    speed_kmh: float
    limit_kmh: int

    @property
    def took_s(self) -> float:
        return (self.left.at_ms - self.entered.at_ms) / 1_000.0

    @property
    def over_percent(self) -> float:
        return over_percent(self.speed_kmh, self.limit_kmh)

    @property
    def is_doubtful(self) -> bool:
        return self.speed_kmh > DOUBTFUL_KMH


@dataclass(frozen=True)
class Yield:
    """A section that was asked about, and on which of the days it measured."""

    section: CertifiedSection
    measured: tuple[date, ...]
    uncertified: tuple[date, ...]
    """Days without a valid certificate: nothing is said of them."""
    wrong_clock: tuple[date, ...]
    """Days on which a camera's clock was wrong: left out."""
    clock_detail: str


@dataclass(frozen=True)
class Measured:
    """Drives faster than permitted, the latest first, and what each section yielded."""

    drives: tuple[Drive, ...]
    yields: tuple[Yield, ...]


@answered
def measured_of(asked: Asked, actor: Actor) -> Measured:
    """Drives that ended in the time asked about.

    Raises:
        EnquiryRefused: the actor reaches no certified section, or the store is damaged.
    """
    rows = measured_sections(actor)
    if asked.sections:
        rows = rows.filter(pk__in=asked.sections)
    sections = list(rows.order_by("name", "valid_from"))
    if not sections:
        raise EnquiryRefused("no_section")
    numbers = {one.number for each in sections for one in (each.start, each.end)}
    clocks = wrong_clocks(
        local(asked.first - LONGEST_DRIVE).date(), asked.last_day, at=asked.last, numbers=numbers
    )
    found = _drives(sections, _seen(asked, numbers))
    drives = [
        one
        for one in found
        if asked.first <= one.left.at < asked.last
        and one.over_percent >= asked.over_percent
        and all(_measures(one.section, day, clocks) for day in _days_of(one))
    ]
    drives.sort(key=lambda one: (-one.left.at_ms, one.section.name))
    return Measured(tuple(drives), tuple(_yield(each, asked.days, clocks) for each in sections))


def _days_of(drive: Drive) -> set[date]:
    return {local(drive.entered.at).date(), local(drive.left.at).date()}


def _measures(section: CertifiedSection, day: date, clocks: Mapping[int, WrongClock]) -> bool:
    return section.holds_on(day) and not _wrong_at(section, day, clocks)


def _wrong_at(
    section: CertifiedSection, day: date, clocks: Mapping[int, WrongClock]
) -> list[WrongClock]:
    known = (clocks.get(one.number) for one in (section.start, section.end))
    return [one for one in known if one is not None and one.was_wrong_on(day)]


def _yield(
    section: CertifiedSection, days: Sequence[date], clocks: Mapping[int, WrongClock]
) -> Yield:
    wrong = [day for day in days if section.holds_on(day) and _wrong_at(section, day, clocks)]
    return Yield(
        section,
        measured=tuple(day for day in days if _measures(section, day, clocks)),
        uncertified=tuple(day for day in days if not section.holds_on(day)),
        wrong_clock=tuple(wrong),
        clock_detail=next(
            (one.detail for day in wrong[-1:] for one in _wrong_at(section, day, clocks)), ""
        ),
    )


class _Seen(NamedTuple):
    """Rows at the cameras of the sections; times on the clocks of Shanghai since 1970 [ms]."""

    vehicle: NDArray[np.uint32]
    camera: NDArray[np.uint16]
    local_ms: NDArray[np.int64]
    lane: NDArray[np.uint8]
    kind: NDArray[np.uint8]
    image: pa.ChunkedArray

    def at(self, row: int, cameras: Mapping[int, Camera]) -> Sight:
        from luchang.core.passages.passage import SHANGHAI_MS, instant  # noqa: PLC0415 - kernels load slowly

        local_ms = int(self.local_ms[row])
        return Sight(
            cameras[int(self.camera[row])],
            instant(local_ms),
            local_ms - SHANGHAI_MS,
            int(self.lane[row]),
            self.image[row].as_py() or "",
        )


def _seen(asked: Asked, numbers: set[int]) -> _Seen:
    """What the cameras saw from half an hour before the time asked about."""
    import numpy as np  # noqa: PLC0415 - only where the store is
    import pyarrow as pa  # noqa: PLC0415 - as above

    from luchang.core.passages.columns import HOUR  # noqa: PLC0415 - kernels take a second to load
    from luchang.core.passages.passage import DAY_MS, day_number  # noqa: PLC0415 - as above

    wanted = pa.array(sorted(numbers), pa.uint16())
    parts, times = [HOUR.empty_table()], [np.zeros(0, np.int64)]
    for day, hour in _hours(asked.first - LONGEST_DRIVE, asked.last):
        rows = the_store().hour(day, hour)
        rows = rows.filter(pa.compute.is_in(rows["camera"], value_set=wanted))
        parts.append(rows)
        times.append(rows["time"].to_numpy().astype(np.int64) + day_number(day) * DAY_MS)
    table = pa.concat_tables(parts)
    return _Seen(
        table["vehicle"].to_numpy(),
        table["camera"].to_numpy(),
        np.concatenate(times),
        table["lane"].to_numpy(),
        table["kind"].to_numpy(),
        table["image"],
    )


def _hours(first: datetime, last: datetime) -> Iterator[tuple[date, int]]:
    """Days and hours of Shanghai any moment of which lies between two moments."""
    begins = local(first).replace(minute=0, second=0, microsecond=0)
    while begins < last:
        yield begins.date(), begins.hour
        begins += ONE_HOUR


def _drives(sections: Sequence[CertifiedSection], seen: _Seen) -> Iterator[Drive]:
    """Every drive faster than the limit of its class, whatever day it was."""
    from luchang.core.passages.moves import Section  # noqa: PLC0415 - kernels take a second to load

    cameras = {one.number: one for each in sections for one in (each.start, each.end)}
    order = sorted(cameras)
    places = {number: place for place, number in enumerate(order)}
    kernel = [
        Section(
            places[each.start.number],
            places[each.end.number],
            float(each.length_m),
            float(each.limits.lowest),
            tolerance=0.0,
        )
        for each in sections
    ]
    rows_of = _rows_by_sight(seen)
    walked = _walked(seen, order, kernel)
    plates = _plates({vehicle for vehicle, *_rest in walked})
    for vehicle, which, entered_ms, left_ms in walked:
        section = sections[which]
        entered = rows_of[vehicle, section.start.number, entered_ms]
        left = rows_of[vehicle, section.end.number, left_ms]
        plate, plate_type = plates[vehicle]
        group = _group(seen, (entered, left), plate_type)
        limit = section.limits.of(group)
        speed = mean_kmh(float(section.length_m), left_ms - entered_ms)
        if plate and speed > limit:
            yield Drive(
                section,
                plate,
                plate_type,
                vehicle,
                LimitClass(group.value),
                seen.at(entered, cameras),
                seen.at(left, cameras),
                speed,
                limit,
            )


def _group(seen: _Seen, rows: tuple[int, int], plate_type: int) -> VehicleClass:
    """What both cameras told of the vehicle; untold where they contradict each other."""
    told = {class_of(int(seen.kind[row]), plate_type) for row in rows} - {VehicleClass.UNTOLD}
    return told.pop() if len(told) == 1 else VehicleClass.UNTOLD


def _rows_by_sight(seen: _Seen) -> Mapping[tuple[int, int, int], int]:
    keys = zip(seen.vehicle.tolist(), seen.camera.tolist(), seen.local_ms.tolist(), strict=True)
    return {key: row for row, key in enumerate(keys)}


def _plates(vehicles: set[int]) -> Mapping[int, tuple[str, int]]:
    known = sorted(vehicles)
    return dict(zip(known, the_store().plates(known), strict=True)) if known else {}


def _walked(
    seen: _Seen, cameras: Sequence[int], sections: Sequence[Section]
) -> list[tuple[int, int, int, int]]:
    """Vehicle, section, entered and left of the walk over the days, by these cameras alone."""
    import numpy as np  # noqa: PLC0415 - only where the store is

    from luchang.core.passages import moves  # noqa: PLC0415 - kernels take a second to load
    from luchang.core.passages.layout import Rows, arrange, tail_of  # noqa: PLC0415 - as above
    from luchang.core.passages.passage import DAY_MS  # noqa: PLC0415 - as above

    bounds = np.zeros((len(cameras), len(cameras)), np.int32)
    parameters = moves.MoveParameters(bounds, sections=tuple(sections))
    days, places = seen.local_ms // DAY_MS, np.searchsorted(cameras, seen.camera)
    state, tail = moves.start(), None
    found: list[tuple[int, int, int, int]] = []
    for day in np.unique(days).tolist():
        held = days == day
        rows = Rows(
            seen.vehicle[held],
            places[held].astype(np.uint16),
            (seen.local_ms[held] - day * DAY_MS).astype(np.uint32),
        )
        order = arrange(day, rows, before=tail)
        drives, state = moves.walk(order, state, parameters)
        found += zip(*(drives[name].to_pylist() for name in drives.column_names), strict=True)
        tail = tail_of(order)
    return found
