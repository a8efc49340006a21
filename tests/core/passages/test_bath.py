"""A real survey of a city: what was published of its travel times is what our quarters make of it.

Bath, November 2017, 63 sites. Published are, for each pair of sites and hour, how many drove and
how long on average; the sum is whole seconds everywhere and no drive took 15 minutes, which is
where our links end too. Single drives are not published, so that as many are made as were counted,
of whole seconds with the published sum: counts and means are proved by it, medians are not.

Contains data published by B&NES Council under the Open Government Licence v3.0.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from luchang.core.passages import quarters
from luchang.core.passages.passage import DAY_MS
from luchang.core.passages.quarters import Seen
from luchang.core.passages.spans import LINK_MS
from tests.core.passages.rows import FIRST_DAY
from tests.shared_data import data_set

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = pytest.mark.slow
HOUR_MS = 3_600_000
BEGINS_MS = FIRST_DAY * DAY_MS
Published = dict[tuple[int, int, int], tuple[int, float]]
"""Vehicles and mean [s] by first site, second site and hour."""


@dataclass(frozen=True)
class Drives:
    """One row a drive."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    left_ms: NDArray[np.int64]
    arrived_ms: NDArray[np.int64]


def folder() -> Path:
    return data_set("uk_bath_anpr")


def published() -> Published:
    with gzip.open(folder() / "moves_by_hour.csv.gz", "rt", encoding="utf-8") as lines:
        rows = [(line["ID"].split("_"), line) for line in csv.DictReader(lines)]
    return {
        (int(pair[0]), int(pair[1]), int(line["hour"])): (
            int(float(line["total"])),
            float(line["avg_time"]),
        )
        for pair, line in rows
    }


def drivable(known: Published) -> Published:
    """Pairs of two sites at least a second apart: the others are no drive from one to another."""
    return {key: told for key, told in known.items() if key[0] != key[1] and told[1] >= 1}


def driven(known: Published) -> Drives:
    """As many drives as were counted, of whole seconds, spread over the hour of arrival."""
    parts: list[tuple[NDArray[np.int64], ...]] = []
    for (a, b, hour), (count, mean_s) in known.items():
        whole = round(count * mean_s)
        took = np.full(count, whole // count)
        took[: whole % count] += 1
        arrived = BEGINS_MS + hour * HOUR_MS + np.arange(count) * HOUR_MS // count
        parts.append((np.full(count, a), np.full(count, b), arrived - took * 1_000, arrived))
    return Drives(*(np.concatenate(one) for one in zip(*parts, strict=True)))


def seen_on(drives: Drives) -> Seen:
    """Each drive by a vehicle of its own, seen at both its ends."""
    vehicle = np.arange(1, len(drives.start) + 1)
    twice = np.ones(2 * len(vehicle), np.uint8)
    return Seen(
        np.concatenate([vehicle, vehicle]).astype(np.uint32),
        np.concatenate([drives.start, drives.end]).astype(np.uint16),
        np.concatenate([drives.left_ms, drives.arrived_ms]),
        twice,
        twice,
    )


def test_every_published_sum_is_of_whole_seconds_below_our_link() -> None:
    """What the tests below stand on."""
    known = published()

    assert sum(count for count, _mean in known.values()) == 1_352_134
    assert all(abs(n * mean - round(n * mean)) < 1e-6 for n, mean in known.values())
    assert max(mean for _n, mean in known.values()) * 1_000 < LINK_MS


def test_quarters_add_up_to_the_published_hours_and_these_to_the_published_days() -> None:
    known = drivable(published())
    rows = quarters.single(seen_on(driven(known)))
    links = {(a, b): LINK_MS for a, b, _hour in known}

    found = quarters.drives(quarters.moves_of(rows), links, BEGINS_MS, BEGINS_MS + DAY_MS)

    hours: dict[tuple[int, int, int], tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    days: dict[tuple[int, int], tuple[int, float]] = defaultdict(lambda: (0, 0.0))
    for one in found:
        sum_s = one.vehicles * one.mean_ms / 1_000.0
        hour = (*one.link, (one.begins_ms - BEGINS_MS) // HOUR_MS)
        hours[hour] = (hours[hour][0] + one.vehicles, hours[hour][1] + sum_s)
        days[one.link] = (days[one.link][0] + one.vehicles, days[one.link][1] + sum_s)
    assert hours.keys() == known.keys()
    assert {key: n for key, (n, _) in hours.items()} == {key: n for key, (n, _) in known.items()}
    for key, (count, sum_s) in hours.items():
        assert sum_s / count == pytest.approx(known[key][1], abs=1e-6)
    compared = 0
    for pair, (count, mean_s) in published_days().items():
        if days.get(pair, (0, 0.0))[0] == count:  # none of its hours was left out
            assert days[pair][1] / count == pytest.approx(mean_s, abs=1e-6)
            compared += 1
    assert compared > 1_300


def published_days() -> dict[tuple[int, int], tuple[int, float]]:
    with gzip.open(folder() / "moves_by_day.csv.gz", "rt", encoding="utf-8") as lines:
        rows = [(line["ID"].split("_"), line) for line in csv.DictReader(lines)]
    return {
        (int(pair[0]), int(pair[1])): (int(float(line["total"])), float(line["avg_time"]))
        for pair, line in rows
    }
