"""What a replay refuses before it sends anything, by row."""

import csv
from pathlib import Path

import numpy as np
import pytest

from luchang.apps.dispatch import bridge
from luchang.apps.dispatch.management.replaying.figures import by_reason
from luchang.apps.dispatch.management.replaying.rows import FOREIGN, read
from luchang.apps.places import selectors as places
from tools.shared_data import DataAbsent, data_set


def file_of(place: Path, rows: list[tuple[str, ...]]) -> Path:
    with place.open("w", newline="") as sink:
        csv.writer(sink).writerows([FOREIGN, *rows])
    return place


def call(number: int, lat: str = "40.2", lng: str = "-75.3") -> tuple[str, ...]:
    lat = lat if lat != "40.2" else f"{40.2 + number % 10 / 100}"
    stamp = f"2016-01-01 {number // 60:02d}:{number % 60:02d}:00"
    return lat, lng, "19401", "Traffic: VEHICLE ACCIDENT -", stamp, "NORRISTOWN"


def test_outsiders_copies_and_broken_rows_are_named_by_their_line(tmp_path: Path) -> None:
    """Catches lines counted without the head, and a copy of a refused row taken for the first."""
    rows = [call(number) for number in range(300)]
    rows[10] = call(10, lat="51.5", lng="0.1")
    rows[20] = rows[19]
    rows[30] = call(30, lat="north")

    checked = read(file_of(tmp_path / "calls.csv", rows))

    assert [(each.number, each.why.split(":")[0]) for each in checked.refusals] == [
        (12, "outside"),
        (22, "copy of row 21"),
        (32, "unreadable"),
    ]
    assert len(checked.rows) == 297


def test_the_public_file_is_judged_as_its_description_counts_it() -> None:
    try:
        place = data_set("montco_911") / "calls_2015-12-10_2016-06-30.csv.gz"
    except DataAbsent as absent:
        pytest.skip(str(absent))

    checked = read(place)

    assert by_reason(checked.refusals) == {"outside": 14, "copy": 822}
    assert len(checked.rows) == 78_277 - 14 - 822


def test_the_built_up_box_lies_around_the_densest_junctions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Catches a box over everything, which puts most calls of a file between the towns."""
    dice = np.random.default_rng(3)

    class Roads:
        node_lon = np.concatenate([dice.normal(113.15, 0.02, 900), dice.uniform(112, 115, 600)])
        node_lat = np.concatenate([dice.normal(27.85, 0.02, 900), dice.uniform(25, 28, 600)])

    monkeypatch.setattr(places, "graph", Roads)

    box = bridge.area()

    assert 113.05 < box.west < 113.13
    assert 113.17 < box.east < 113.25
    assert 27.75 < box.south < 27.83
    assert 27.87 < box.north < 27.95
