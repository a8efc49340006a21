"""A town of cameras whose vehicles are driven through it, with what is to be found planted.

What is planted: clones (the plate of one vehicle on a second one that lives its own life),
drives through certified sections that are too fast, pairs that always drive together, and, as
decoys, platoons that drive one long stretch together in the morning and then part. What is in the
way: misread plates, double captures, cameras that miss a vehicle, queues, rush hours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from luchang.core.common.compiled import compiled
from luchang.core.passages.columns import ARRIVED
from luchang.core.passages.moves import Section
from luchang.core.passages.passage import DAY_MS, SHANGHAI_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIRST_DAY = 20_758
"""2026-11-01."""

WIDE, HIGH = 50, 30
CAMERAS = WIDE * HIGH
BLOCK_M = 700.0
ROWS_A_TRIP = 15.6
FAST_FACTOR = 2.0
"""Lower bound of the time between cameras: twice the limit all the way."""

MISREAD, DOUBLE, SEEN, SPEEDER = 2e-4, 0.005, 0.92, 0.004
TOLERANCE = 0.1


class Roads(NamedTuple):
    """Cameras at junctions: times, ways and sections between them."""

    before: NDArray[np.int32]
    length_m: NDArray[np.float32]
    limit_kmh: NDArray[np.float32]
    bounds_ms: NDArray[np.int32]
    sections: tuple[Section, ...]


class Fleet(NamedTuple):
    """Drivers; those from `vehicles` on drive with the plate of another (clones)."""

    plate_of: NDArray[np.int32]
    trips: NDArray[np.float64]
    follower: NDArray[np.int32]
    home: NDArray[np.int32]
    work: NDArray[np.int32]
    pace: NDArray[np.float32]
    platoon_ms: NDArray[np.int64]
    hub: NDArray[np.int32]


class Day(NamedTuple):
    """Rows of one day by time: vehicle index (not number), camera, time of day and the rest."""

    vehicle: NDArray[np.int32]
    camera: NDArray[np.uint16]
    time: NDArray[np.uint32]
    speed: NDArray[np.uint16]
    direction: NDArray[np.uint8]
    lane: NDArray[np.uint8]
    speeders: NDArray[np.int64]


@dataclass
class Town:
    """The generator; the same seed and rows give the same days, asked for in their order."""

    rows_a_day: int
    seed: int = 20_261_101
    roads: Roads = field(init=False)
    fleet: Fleet = field(init=False)

    def __post_init__(self) -> None:
        random = np.random.default_rng(self.seed)
        self.vehicles = max(2_000, self.rows_a_day // 25)
        self.clones, self.pairs = max(60, self.vehicles // 2_000), max(60, self.vehicles // 4_000)
        self.roads = roads(random)
        self.plates, self.types = plates(random, self.vehicles)
        self.fleet = self._fleet(random)
        self._position, self._free = self.fleet.home.copy(), np.zeros(len(self.fleet.home))

    @property
    def cloned(self) -> set[int]:
        """Vehicles whose plate drives twice."""
        return set(self.fleet.plate_of[self.vehicles :].tolist())

    @property
    def companions(self) -> set[tuple[int, int]]:
        """Pairs that always drive together, the lower index first."""
        leaders = np.flatnonzero(self.fleet.follower >= 0)
        return {
            (min(a, b), max(a, b))
            for a, b in zip(leaders.tolist(), self.fleet.follower[leaders].tolist(), strict=True)
        }

    def day(self, number: int) -> Day:
        """Drive one day, 0 the first."""
        random = np.random.default_rng([self.seed, number])
        enters, leaves = section_arrays(self.roads.sections)
        lengths = np.array([one.length_m for one in self.roads.sections])
        fastest = np.array([one.fastest_ms for one in self.roads.sections], np.int64)
        limits = np.array([one.limit_kmh for one in self.roads.sections])
        rows, speeders = drive(
            self.seed % 1_000_003 + number,
            self.fleet,
            (self._position, self._free, float(number * DAY_MS)),
            (self.roads.before, self.roads.length_m, self.roads.limit_kmh),
            (enters, leaves, lengths, limits, fastest),
            np.empty((int(self.rows_a_day * 2.5), 6), np.int32),
        )
        rows = rows[rows[:, 2] < DAY_MS]
        misread = np.flatnonzero(random.random(len(rows)) < MISREAD)
        rows[misread, 0] = random.integers(0, self.vehicles, len(misread))
        rows = rows[np.argsort(rows[:, 2], kind="stable")]
        return Day(
            rows[:, 0].copy(),
            rows[:, 1].astype(np.uint16),
            rows[:, 2].astype(np.uint32),
            rows[:, 3].astype(np.uint16),
            rows[:, 4].astype(np.uint8),
            rows[:, 5].astype(np.uint8),
            speeders,
        )

    def table(self, day: Day, number: int, *, images: bool = True) -> pa.Table:
        """A day as it arrives (`columns.ARRIVED`)."""
        rows = len(day.vehicle)
        at_ms = day.time.astype(np.int64) + (FIRST_DAY + number) * DAY_MS - SHANGHAI_MS
        zero = pa.array(np.zeros(rows, np.uint8))
        image = pa.nulls(rows, pa.string()).fill_null("")
        if images:
            image = pc.binary_join_element_wise(
                pc.cast(pa.array(day.camera), pa.string()),
                pc.cast(pa.array(at_ms), pa.string()),
                pc.cast(pa.array(np.arange(rows)), pa.string()),
                "/",
            )
        return pa.table(
            {
                "plate": self.plates.take(pa.array(day.vehicle)),
                "plate_type": self.types[day.vehicle],
                "camera": day.camera,
                "lane": day.lane,
                "direction": day.direction,
                "at_ms": at_ms,
                "received_ms": at_ms + 1_500,
                "speed_kmh": day.speed,
                "plate_colour": zero,
                "body_colour": zero,
                "kind": zero,
                "image": image,
            },
            schema=ARRIVED,
        )

    def _fleet(self, random: np.random.Generator) -> Fleet:
        count = self.vehicles + self.clones
        weight = random.permutation(np.arange(1, self.vehicles + 1) ** -0.5)
        trips = np.minimum(weight / weight.sum() * (self.rows_a_day / ROWS_A_TRIP), 30.0)
        plate_of = np.concatenate(
            [np.arange(self.vehicles), random.choice(self.vehicles, self.clones, replace=False)]
        ).astype(np.int32)
        trips = np.concatenate([trips, np.full(self.clones, 4.0)])
        trips[plate_of[self.vehicles :]] = np.maximum(trips[plate_of[self.vehicles :]], 3.0)
        ordinary = np.setdiff1d(np.arange(self.vehicles), plate_of[self.vehicles :])
        chosen = random.choice(ordinary, self.pairs * 2 + self.pairs * 10, replace=False)
        follower = np.full(count, -1, np.int32)
        leaders, others = chosen[: self.pairs], chosen[self.pairs : self.pairs * 2]
        follower[leaders] = others
        trips[leaders], trips[others] = 3.0, 0.0
        x = np.clip(random.normal(WIDE / 2, 10, count), 0, WIDE - 1).astype(int)
        y = np.clip(random.normal(HIGH / 2, 7, count), 0, HIGH - 1).astype(int)
        home = (y * WIDE + x).astype(np.int32)
        far_x = np.clip(np.round(x + random.laplace(0, 4.8, count)), 0, WIDE - 1).astype(int)
        far_y = np.clip(np.round(y + random.laplace(0, 3.6, count)), 0, HIGH - 1).astype(int)
        pace = np.minimum(np.exp(random.normal(-0.05, 0.1, count)), 1.3).astype(np.float32)
        platoon_ms, hub = np.full(count, -1, np.int64), home.copy()
        for group in chosen[self.pairs * 2 :].reshape(self.pairs, 10):
            home[group] = home[group[0]]
            begin = int(7 * 3.6e6 + random.integers(0, int(3.6e6)))
            platoon_ms[group] = begin + random.integers(0, 15_000, len(group))
            hub[group] = (home[group[0]] + WIDE * (HIGH // 2) + 3) % CAMERAS
            trips[group], pace[group] = np.maximum(trips[group], 2.0), 1.0
        work = (far_y * WIDE + far_x).astype(np.int32)
        return Fleet(plate_of, trips, follower, home, work, pace, platoon_ms, hub)


def roads(random: np.random.Generator) -> Roads:
    """A grid with arterials, some streets missing; a camera at every junction."""
    at = np.arange(CAMERAS)
    x = (at % WIDE) * BLOCK_M + random.uniform(-150, 150, CAMERAS)
    y = (at // WIDE) * BLOCK_M + random.uniform(-150, 150, CAMERAS)
    tail, head, limit = [], [], []
    for node in range(CAMERAS):
        column, line = node % WIDE, node // WIDE
        for other, there, of in (
            (node + 1, column < WIDE - 1, line),
            (node + WIDE, line < HIGH - 1, column),
        ):
            speed = 80 if of % 15 == 0 else 70 if of % 5 == 0 else 50
            if there and not (speed == 50 and random.random() < 0.08):
                tail += [node, other]
                head += [other, node]
                limit += [speed, speed]
    a, b, kmh = np.array(tail), np.array(head), np.array(limit, float)
    metres = np.hypot(x[a] - x[b], y[a] - y[b]) * 1.05
    shape = (CAMERAS, CAMERAS)
    _, before = dijkstra(csr_matrix((metres / kmh, (a, b)), shape), return_predecessors=True)
    fastest = dijkstra(csr_matrix((metres / (kmh * FAST_FACTOR / 3.6), (a, b)), shape))
    distance = dijkstra(csr_matrix((metres, (a, b)), shape))
    length, limits = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    length[a, b], limits[a, b] = metres, kmh
    bounds = np.minimum(np.where(np.isfinite(fastest), fastest, 0) * 1000, 2e9).astype(np.int32)
    return Roads(before.astype(np.int32), length, limits, bounds, certified(distance))


def certified(distance: NDArray[np.float64]) -> tuple[Section, ...]:
    """Sections of four blocks along the arterials, no camera the same end of two."""
    enters, leaves, found = set(), set(), []
    for line in range(0, HIGH, 5):
        for first, step in ((1, 4), (2, -4)):
            for column in range(first, WIDE - 5, 5):
                low = line * WIDE + column
                a, b = (low, low + step) if step > 0 else (low - step, low)
                if a in enters or b in leaves or not np.isfinite(distance[a, b]):
                    continue
                enters.add(a)
                leaves.add(b)
                limit = 70.0 if line % 15 else 80.0
                found.append(Section(a, b, float(distance[a, b]), limit, TOLERANCE))
    return tuple(found)


def section_arrays(sections: tuple[Section, ...]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """By camera: the section that begins there, the section that ends there, -1 for none."""
    enters, leaves = np.full(CAMERAS, -1, np.int32), np.full(CAMERAS, -1, np.int32)
    for number, one in enumerate(sections):
        enters[one.enters], leaves[one.leaves] = number, number
    return enters, leaves


def plates(random: np.random.Generator, count: int) -> tuple[pa.StringArray, NDArray[np.uint8]]:
    """Invented plates that cannot be real: the letter O stands in no plate."""
    letters = np.array(list("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"))
    codes = random.choice(34**5, count, replace=False)
    energy = random.random(count) < 0.12
    text = []
    for code, electric in zip(codes.tolist(), energy.tolist(), strict=True):
        serial = "".join(letters[code // 34**k % 34] for k in range(5))
        text.append(f"湘O{'D' if electric else ''}{serial}")
    heavy = random.random(count) < 0.06
    types = np.where(energy, 52, np.where(heavy, 1, 2)).astype(np.uint8)
    return pa.array(text), types


@compiled
def drive(  # noqa: C901, PLR0912, PLR0915 - one loop over all trips
    seed: int,
    fleet: Fleet,
    state: tuple[NDArray[np.int32], NDArray[np.float64], float],
    ways: tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.float32]],
    sections: tuple[
        NDArray[np.int32],
        NDArray[np.int32],
        NDArray[np.float64],
        NDArray[np.float64],
        NDArray[np.int64],
    ],
    rows: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Rows of plate, camera, time, speed, direction, lane; and the planted fast drives."""
    np.random.seed(seed)
    position, free, midnight = state
    before, length, limit = ways
    enters, leaves, section_m, _, fastest = sections
    slow = np.ones(24)
    for hour in (7, 8, 17, 18):
        slow[hour] = 0.45
    for hour in (9, 10, 11, 14, 15, 16, 19):
        slow[hour] = 0.65
    count, fast = 0, 0
    speeders = np.empty((200_000, 3), np.int64)
    path = np.empty(len(before), np.int32)
    entered = np.full(len(section_m), -1, np.int64)
    starts = np.empty(64)
    for v in range(len(fleet.trips)):
        trips = min(np.random.poisson(fleet.trips[v]), 60) if fleet.trips[v] > 0 else 0
        if fleet.platoon_ms[v] >= 0:
            trips = max(trips, 3)
        for i in range(trips):
            u = np.random.random()
            if u < 0.3:
                hour_of = np.random.normal(8, 0.9)
            elif u < 0.6:
                hour_of = np.random.normal(18, 1.1)
            elif u < 0.97:
                hour_of = 6 + 17 * np.random.random()
            else:
                hour_of = 5 * np.random.random()
            starts[i] = min(max(hour_of, 0.0), 22.8) * 3.6e6
        ordered = np.sort(starts[:trips])
        together = fleet.platoon_ms[v] >= 0
        for i in range(-1 if together else 0, trips):
            if i < 0:
                t = np.float64(fleet.platoon_ms[v])
                position[v] = fleet.home[v]
            else:
                t = max(ordered[i], free[v] - midnight + 60_000.0)
                if together and ordered[i] < fleet.platoon_ms[v]:
                    continue
            if t > 23.2 * 3.6e6:
                break
            here = position[v]
            u = np.random.random()
            if i < 0:
                there = fleet.hub[v]
            elif here == fleet.home[v]:
                there = fleet.work[v] if u < 0.6 else np.random.randint(0, len(before))
            else:
                there = fleet.home[v] if u < 0.75 else np.random.randint(0, len(before))
            steps, node = 0, there
            while node != here and node >= 0:
                path[steps] = node
                steps += 1
                node = before[here, node]
            if node < 0 or there == here:
                continue
            path[steps] = here
            hurry = np.random.random() < 0.004 and i >= 0
            entered[:] = -1
            for z in range(steps, -1, -1):
                node, kmh, direction = path[z], 30.0, 0
                if z < steps:
                    last = path[z + 1]
                    hour = int(t / 3.6e6) % 24
                    if hurry:
                        kmh = limit[last, node] * (1.45 + 0.25 * np.random.random())
                    else:
                        noise = np.exp(np.random.normal(0, 0.12))
                        pace = limit[last, node] * slow[hour] * fleet.pace[v] * noise
                        kmh = min(pace, limit[last, node] * 1.4)
                    t += length[last, node] / (kmh / 3.6) * 1000.0
                    if not hurry and i >= 0 and np.random.random() < 0.4:
                        t += np.random.exponential(15_000.0)
                    step = node - last
                    direction = 1 if step == 1 else 2 if step == -1 else 3 if step > 1 else 4
                if count > len(rows) - 4:
                    break
                if np.random.random() < 0.92:
                    row = rows[count]
                    row[0], row[1], row[2] = fleet.plate_of[v], node, int(t)
                    row[3], row[4], row[5] = int(kmh), direction, 1 + np.random.randint(0, 4)
                    count += 1
                    s = leaves[node]
                    is_fast = s >= 0 and entered[s] >= 0 and int(t) - entered[s] < fastest[s]
                    if is_fast and fast < len(speeders) and int(t) < 86_400_000:
                        speeders[fast, 0], speeders[fast, 1] = fleet.plate_of[v], s
                        speeders[fast, 2] = int(t)
                        fast += 1
                    if enters[node] >= 0:
                        entered[enters[node]] = int(t)
                    if np.random.random() < 0.005:
                        rows[count] = row
                        rows[count, 2] += 200 + np.random.randint(0, 1_300)
                        count += 1
                if fleet.follower[v] >= 0 and np.random.random() < 0.92:
                    row = rows[count]
                    row[0], row[1] = fleet.follower[v], node
                    row[2] = int(t) + 4_000 + np.random.randint(0, 16_000)
                    row[3], row[4], row[5] = int(kmh), direction, 1 + np.random.randint(0, 4)
                    count += 1
            position[v] = there
            free[v] = midnight + t
    return rows[:count], speeders[:fast]


def folder_of(root: Path, number: int) -> Path:
    """Where the Parquet file of a day is, for the other engines."""
    return root / "arrived" / f"day={number}" / "passages.parquet"
