"""Whole days looked at: who accompanied a vehicle, and who was there for the first time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from luchang.apps.passages.selectors.asking import answered, cameras_within
from luchang.apps.passages.selectors.store import the_store
from luchang.kernel.clock import SHANGHAI

if TYPE_CHECKING:
    from luchang.apps.passages.selectors.asking import Asked
    from luchang.core.passages.accompanying import Companion
    from luchang.kernel.identity.actors import Actor


@dataclass(frozen=True)
class Company:
    """One vehicle that accompanied another, over all days asked about."""

    vehicle: int
    plate: str
    plate_type: int
    days: tuple[Companion, ...]

    @property
    def common(self) -> int:
        return sum(one.common for one in self.days)

    @property
    def trips(self) -> int:
        """Trips they shared, of all days."""
        return sum(one.trips for one in self.days)

    @property
    def spread_ms(self) -> float:
        """Standard deviation of the gap between them on the steadiest day."""
        return min(one.spread_ms for one in self.days)

    @property
    def jaccard(self) -> float:
        """Common cameras of all days by the cameras either passed on those days."""
        return self.common / sum(one.either for one in self.days)


@dataclass(frozen=True)
class Accompanied:
    """Company found, the closest first, and days that could not be looked at."""

    company: tuple[Company, ...]
    days_unarranged: tuple[date, ...]


@dataclass(frozen=True)
class Newcomer:
    """A vehicle of a day that was not seen for some days before, with its first passage."""

    vehicle: int
    plate: str
    plate_type: int
    camera: int
    at: datetime
    passages: int


@dataclass(frozen=True)
class Newcomers:
    """Newcomers by their first passage, and days that could not be looked at."""

    found: tuple[Newcomer, ...]
    days_unarranged: tuple[date, ...]


@answered
def company_of(asked: Asked, actor: Actor) -> Accompanied:
    """Vehicles that belong to the one asked about, by all days together.

    Each day has to keep the limits of cameras and gaps; trips of all days count as one.

    Raises:
        EnquiryRefused: the actor reaches no camera, or the store is damaged.
    """
    import numpy as np  # noqa: PLC0415 - only where the store is

    from luchang.core.passages.accompanying import belong, companions_of  # noqa: PLC0415 - as below
    from luchang.core.passages.companions import CompanionParameters  # noqa: PLC0415 - kernels take a second to load

    reached = cameras_within(asked, actor)
    cameras = np.array(sorted(reached), np.uint16) if reached else None
    parameters = CompanionParameters(
        asked.common, asked.within_s * 1_000, asked.jaccard_percent / 100.0, asked.trips
    )
    every_day = replace(parameters, trips=1)
    store, by_vehicle = the_store(), defaultdict[int, list["Companion"]](list)
    number = store.number_of(asked.plate, asked.plate_type or 0)
    for day in asked.days:
        order, hidden = store.order(day), store.hidden(day)
        if order is None or number is None or number in hidden:
            continue
        for one in companions_of(order, number, every_day, cameras):
            if one.vehicle not in hidden:
                by_vehicle[one.vehicle].append(one)
    plates = store.plates(list(by_vehicle))
    found = [
        Company(vehicle, plate, plate_type, tuple(days))
        for (vehicle, days), (plate, plate_type) in zip(by_vehicle.items(), plates, strict=True)
        if plate and belong(days, parameters)
    ]
    found.sort(key=lambda one: (-one.trips, -one.jaccard, -one.common, one.plate))
    return Accompanied(tuple(found), _unarranged(asked.days))


@answered
def newcomers_of(asked: Asked, actor: Actor) -> Newcomers:
    """Vehicles of the first day asked about that nobody saw in the days before it.

    Cameras narrow where they came first that day, not where they may have been before.

    Raises:
        EnquiryRefused: the actor reaches no camera, or the store is damaged.
    """
    import numpy as np  # noqa: PLC0415 - only where the store is

    from luchang.core.passages.presence import Presence, first_seen  # noqa: PLC0415 - kernels take a second to load

    reached = cameras_within(asked, actor)
    store, day = the_store(), asked.first_day
    before = [day - timedelta(days=each) for each in range(asked.absent_days, 0, -1)]
    order = store.order(day)
    unarranged = _unarranged((*before, day))
    if order is None:
        return Newcomers((), unarranged)
    state = Presence()
    for earlier in before:
        known = store.order(earlier)
        state = state if known is None else state.after(known)
    vehicles = np.array(first_seen(order, state)["vehicle"].to_numpy())
    vehicles = vehicles[~np.isin(vehicles, sorted(store.hidden(day)))]
    places = np.searchsorted(order.vehicles, vehicles)
    rows = order.first[places]
    held = (
        np.isin(order.camera[rows], sorted(reached)) if reached else np.ones(len(rows), np.bool_)
    )
    counts = order.first[places + 1] - rows
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    found = [
        Newcomer(vehicle, plate, plate_type, camera, midnight + timedelta(milliseconds=ms), count)
        for vehicle, (plate, plate_type), camera, ms, count in zip(
            vehicles[held].tolist(),
            store.plates(vehicles[held].tolist()),
            order.camera[rows[held]].tolist(),
            order.time[rows[held]].tolist(),
            counts[held].tolist(),
            strict=True,
        )
        if plate
    ]
    found.sort(key=lambda one: (one.at, one.vehicle))
    return Newcomers(tuple(found), unarranged)


def _unarranged(days: tuple[date, ...]) -> tuple[date, ...]:
    """Days that have passages and no order yet."""
    store = the_store()
    waiting = set(store.unarranged())
    return tuple(day for day in days if day in waiting and store.order(day) is None)
