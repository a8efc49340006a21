"""Directions as sites write them: streets' names are no directions, and real names are read."""

from __future__ import annotations

import csv
import gzip
from collections import Counter

import pytest

from luchang.core.passages.directions import direction_in
from luchang.core.passages.passage import Direction
from tests.shared_data import data_set

D = Direction
BY_INDEX = {"1.0": D.WEST, "2.0": D.EAST, "3.0": D.NORTH, "4.0": D.SOUTH}
"""DIRECTION_INDEX of the data set, as its own names say it: 1 is 东向西."""


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("裕华路站前街西向东", D.EAST),
        ("由东向西", D.WEST),
        ("自南往北", D.NORTH),
        ("北至南", D.SOUTH),
        ("由西南向东北", D.NORTH_EAST),
        ("东北向西南", D.SOUTH_WEST),
        ("学苑路南北向南", D.SOUTH),
        ("学苑路东西向东", D.EAST),
        ("学苑路东北向南", D.SOUTH),
        ("西向东匝道口南向北", D.NORTH),
        ("中华大街新石南路", None),
        ("向阳路与平安大街", None),
        ("南向东左转", None),
        ("东向东", None),
        ("", None),
    ],
)
def test_the_last_straight_way_counts(text: str, direction: Direction | None) -> None:
    """Catches a point of the compass of a street or a side taken for the direction."""
    assert direction_in(text) == direction


def test_2683_real_names_say_what_their_list_says() -> None:
    """Catches directions turned round: the list's own index is told for 716 of its rows."""
    path = data_set("shijiazhuang_kakou") / "kakou.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))

    read = [(row["DIRECTION_INDEX"], direction_in(row["C_NAME"])) for row in rows]

    assert Counter(found is not None for _index, found in read) == {True: 1422, False: 1261}
    both = [(BY_INDEX[index], found) for index, found in read if index and found is not None]
    assert len(both) == 220
    assert all(told == found for told, found in both)
    silent = [row["C_NAME"] for row in rows if direction_in(row["C_NAME"]) is None]
    assert [name for name in silent if "向" in name] == ["向阳路与平安大街"]
