"""Cameras of the demo city and a few days of what they saw, invented from a seed.

Plates are 湘BD0001 and so on, which nobody has; picture references begin with `demo/` and lead
nowhere. A handful of vehicles is worth looking for: `CAR` and its companion, three plates each on
two vehicles at once, a coach that drives at night, and a newcomer of the last whole day.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from luchang.apps.passages import selectors as passages
from luchang.apps.passages import services
from luchang.apps.passages.states import CameraDirection
from luchang.apps.places import selectors as places
from luchang.apps.places.selectors.networks import junction_index
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from luchang.apps.passages.models import Camera
    from luchang.apps.places.selectors.networks import NearJunction
    from luchang.kernel.identity.models import Organisation
    from luchang.screens.demo_city.recipe import Area

CAR, COMPANION, CLONE, COACH, NEWCOMER = (f"湘BD{number:04d}" for number in range(1, 6))
SECOND_CLONE, THIRD_CLONE = (f"湘BD{number:04d}" for number in range(6, 8))
FIRST_PLATE = 1_000
VEHICLES = 1_200
WHOLE_DAYS = 3
A_BRIGADE = 4
NEAR_M, APART_M, MOST_NEAR = 4_000.0, 350.0, 200
COMMUTE_MIN = 30
"""How far people live from their work on a free road [min]."""
UNREAD_SHARE = 0.02
HOUR_MS, MINUTE_MS, SECOND_MS = 3_600_000, 60_000, 1_000
SMALL, LARGE = 2, 1
BLUE, YELLOW, WHITE = 5, 6, 2
A_CAR, A_COACH, A_LORRY = 1, 2, 4
BODIES = (1, 2, 2, 2, 3, 3, 4, 5, 9)
ROUNDABOUT = 1.25
"""A camera lies on the way when the way over it takes no more than this [-]."""


def register_cameras(
    areas: Sequence[Area], brigades: Sequence[Organisation], *, at: datetime
) -> list[Camera]:
    """Four cameras of every brigade, at junctions near its first townships."""
    made: list[Camera] = []
    taken: list[tuple[float, float]] = []
    index = junction_index()
    for area, brigade in zip(areas, brigades, strict=True):
        enough = len(taken) + A_BRIGADE
        for town in area.townships:
            for near in index.near(
                town.longitude, town.latitude, within_m=NEAR_M, count=MOST_NEAR
            ):
                if len(taken) == enough:
                    break
                if all(_metres(near.lon, near.lat, *one) >= APART_M for one in taken):
                    taken.append((near.lon, near.lat))
                    made.append(_registered(len(made) + 1, near, brigade, at=at))
    return made


def _registered(number: int, near: NearJunction, brigade: Organisation, *, at: datetime) -> Camera:
    direction = list(CameraDirection)[1 + number % 4]
    return services.register_camera(
        device_id=f"{brigade.division_code[:6] or '430200'}01021190{number:06d}",
        name=f"{near.name}演示卡口",
        organisation=brigade,
        longitude=near.lon,
        latitude=near.lat,
        direction=direction.value,
        lanes=3,
        junction=near.name[:80],
        by=SYSTEM,
        at=at,
    )


def _metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Roughly, at the latitude of the city."""
    return float((((lon - other_lon) * 98_500) ** 2 + ((lat - other_lat) * 110_900) ** 2) ** 0.5)


def fill_store(
    cameras: Sequence[Camera], *, seed: int, at: datetime, vehicles: int = VEHICLES
) -> int:
    """Three whole days and today so far; nothing where the store holds passages already."""
    store = passages.the_store()
    if len(cameras) < A_BRIGADE or store.days():
        return 0
    today = local(at).date()
    days = [today - timedelta(days=back) for back in range(WHOLE_DAYS, -1, -1)]
    invented = Invented([each.number for each in cameras], free_ms(cameras), seed, vehicles)
    taken = store.take(invented.table(days, until_ms=round(at.timestamp() * 1_000)))
    for day in taken.days:
        store.arrange(day)
    return taken.rows


def free_ms(cameras: Sequence[Camera]) -> NDArray[np.int32]:
    """Free driving times from each camera to each other [ms], by the road network."""
    from luchang.core.passages.bounds import fastest_ms  # noqa: PLC0415 - kernels take a second to load

    positions = places.snapper().nearest_many(
        [each.longitude for each in cameras],
        [each.latitude for each in cameras],
        within_m=NEAR_M,
    )
    return fastest_ms(places.graph(), positions, factor=1.0, tolerance_ms=0)


@dataclass(frozen=True)
class Vehicle:
    """An invented vehicle: its plate, how it looks, between which cameras it drives."""

    plate: str
    plate_type: int
    colour: int
    body: int
    kind: int
    home: int
    work: int


Seen = tuple[Vehicle, int, int, int]
"""A vehicle at a camera, by its place in the list, at a time of the day [ms], so fast [km/h]."""


class Invented:
    """Passages of days from a seed: the same seed, the same passages."""

    def __init__(
        self, numbers: Sequence[int], free: NDArray[np.int32], seed: int, vehicles: int = VEHICLES
    ) -> None:
        self._numbers, self._free, self._seed = list(numbers), free, seed
        self._vehicles = self._made(vehicles)
        self._ways: dict[tuple[int, int], list[int]] = {}

    def table(self, days: Sequence[date], *, until_ms: int) -> pa.Table:
        """All days as passages arrive, none after a moment [ms since 1970 UTC]."""
        from luchang.core.passages.columns import from_fields  # noqa: PLC0415 - kernels take a second to load
        from luchang.core.passages.passage import (  # noqa: PLC0415 - as above
            DAY_MS,
            SHANGHAI_MS,
            day_number,
        )

        rows: list[tuple[object, ...]] = []
        for day in days:
            midnight = day_number(day) * DAY_MS - SHANGHAI_MS
            dice = self._dice("day", day)
            last = day == days[-2]
            for vehicle, place, time, speed in self._day(dice, is_last=last):
                at_ms = midnight + time
                if 0 <= time < DAY_MS and at_ms < until_ms:
                    rows.append(self._row(vehicle, place, at_ms, speed, len(rows), day, dice))
        rows.sort(key=lambda row: int(str(row[5])))
        return from_fields(rows)

    def _row(
        self,
        vehicle: Vehicle,
        place: int,
        at_ms: int,
        speed: int,
        number: int,
        day: date,
        dice: random.Random,
    ) -> tuple[object, ...]:
        unread = vehicle.plate >= f"湘BD{FIRST_PLATE}" and dice.random() < UNREAD_SHARE
        camera = self._numbers[place]
        return (
            "-" if unread else vehicle.plate,
            0 if unread else vehicle.plate_type,
            camera,
            1 + dice.randrange(3),
            1 + camera % 4,
            at_ms,
            at_ms + 400 + dice.randrange(1_500),
            None if dice.random() < 0.1 else speed,  # noqa: PLR2004 - a tenth is not measured
            vehicle.colour,
            vehicle.body,
            vehicle.kind,
            f"demo/{day:%Y%m%d}/{number:06d}.jpg",
        )

    def _day(self, dice: random.Random, *, is_last: bool) -> Iterator[Seen]:
        for vehicle in self._vehicles:
            if dice.random() < 0.8:  # noqa: PLR2004 - the others stay at home that day
                yield from self._commute(vehicle, dice)
        yield from self._notable(dice, is_last=is_last)

    def _commute(self, vehicle: Vehicle, dice: random.Random) -> Iterator[Seen]:
        morning = dice.gauss(7.8, 0.9) * HOUR_MS
        evening = dice.gauss(17.9, 1.1) * HOUR_MS
        yield from self._trip(vehicle, vehicle.home, vehicle.work, round(morning), dice)
        yield from self._trip(vehicle, vehicle.work, vehicle.home, round(evening), dice)
        if dice.random() < 0.25:  # noqa: PLR2004 - a quarter goes out again
            other = self._far(vehicle.home, minutes=dice.randrange(5, COMMUTE_MIN))
            noon = round(dice.uniform(10, 21) * HOUR_MS)
            yield from self._trip(vehicle, vehicle.home, other, noon, dice)

    def _trip(
        self, vehicle: Vehicle, start: int, goal: int, begins: int, dice: random.Random
    ) -> Iterator[Seen]:
        """Along the cameras between two, at the pace of the free road and up to half slower."""
        pace, time, before = dice.uniform(1.15, 1.7), begins, start
        for place in self._known_way(start, goal):
            time += round(int(self._free[before, place]) * pace) + dice.randrange(20) * SECOND_MS
            yield vehicle, place, time, 25 + dice.randrange(40)
            before = place

    def _known_way(self, start: int, goal: int) -> list[int]:
        if (start, goal) not in self._ways:
            self._ways[start, goal] = self._way(start, goal)
        return self._ways[start, goal]

    def _way(self, start: int, goal: int) -> list[int]:
        """Cameras on the way, each nearer to the goal than the one before."""
        import numpy as np  # noqa: PLC0415 - only where passages are invented

        direct = int(self._free[start, goal])
        over = self._free[start].astype(np.int64) + self._free[:, goal]
        between = [
            place
            for place in np.argsort(self._free[start], kind="stable").tolist()
            if place not in (start, goal) and over[place] <= direct * ROUNDABOUT
        ]
        found = [start]
        for place in between:
            if self._free[place, goal] < self._free[found[-1], goal]:
                found.append(place)
        return [*found, goal] if goal != start else found

    def _notable(self, dice: random.Random, *, is_last: bool) -> Iterator[Seen]:
        """The vehicles worth looking for."""
        car = self._vehicle(CAR, home=0, work=self._far(0, minutes=25), body=1)
        companion = self._vehicle(COMPANION, home=0, work=car.work, body=3)
        for hour, (start, goal) in ((9, (0, car.work)), (15, (car.work, 0)), (20, (0, car.work))):
            for seen in list(self._trip(car, start, goal, hour * HOUR_MS, dice)):
                yield seen
                behind = (12 + dice.randrange(20)) * SECOND_MS
                yield companion, seen[1], seen[2] + behind, seen[3]
        clone = self._vehicle(CLONE, home=1, work=self._far(1, minutes=60), body=2)
        for hour in (8, 11, 17):
            for place in (clone.home, clone.work):
                yield clone, place, hour * HOUR_MS + dice.randrange(90) * SECOND_MS, 48
        yield from self._other_clones()
        coach = Vehicle(COACH, LARGE, YELLOW, WHITE, A_COACH, 0, self._far(0, minutes=150))
        yield from self._trip(coach, coach.home, coach.work, 2 * HOUR_MS + 20 * MINUTE_MS, dice)
        if is_last:
            new = self._vehicle(NEWCOMER, home=2, work=self._far(2, minutes=40), body=4)
            yield from self._trip(new, new.home, new.work, 13 * HOUR_MS, dice)

    def _other_clones(self) -> Iterator[Seen]:
        """Two more plates at two places at once, with colours that differ at the two."""
        for plate, home, hours in ((SECOND_CLONE, 2, (7, 14, 19)), (THIRD_CLONE, 3, (9, 16, 21))):
            away = self._far(home, minutes=50)
            for body, place, late in ((2, home, 0), (5, away, 40)):
                vehicle = self._vehicle(plate, home=home, work=away, body=body)
                for hour in hours:
                    yield vehicle, place, hour * HOUR_MS + late * SECOND_MS, 45

    def _near(self, place: int, minutes: int) -> list[int]:
        """Cameras so many minutes away at most, the nearest first; one at least."""
        import numpy as np  # noqa: PLC0415 - only where passages are invented

        order = np.argsort(self._free[place], kind="stable").tolist()
        others = [each for each in order if each != place]
        near = [each for each in others if self._free[place, each] <= minutes * MINUTE_MS]
        return near or others[:1]

    def _far(self, place: int, *, minutes: int) -> int:
        return self._near(place, minutes)[-1]

    def _vehicle(self, plate: str, *, home: int, work: int, body: int) -> Vehicle:
        return Vehicle(plate, SMALL, BLUE, body, A_CAR, home, work)

    def _made(self, count: int) -> list[Vehicle]:
        dice, places_ = self._dice("vehicles"), len(self._numbers)
        near = [self._near(place, COMMUTE_MIN) for place in range(places_)]
        made = []
        for number in range(count):
            plate = f"湘BD{FIRST_PLATE + number:04d}"
            home = dice.randrange(places_)
            work = dice.choice(near[home])
            body = dice.choice(BODIES)
            if number % 12 == 0:
                made.append(Vehicle(plate, LARGE, YELLOW, body, A_LORRY, home, work))
            else:
                made.append(Vehicle(plate, SMALL, BLUE, body, A_CAR, home, work))
        return made

    def _dice(self, *names: object) -> random.Random:
        """Chance of its own for each thing named."""
        return random.Random("/".join(map(str, (self._seed, *names))))  # noqa: S311 - no secret
