"""The record: what it refuses, and how it becomes columns and comes back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from luchang.core.passages.columns import by_hour, from_passages
from luchang.core.passages.dictionary import Dictionary
from luchang.core.passages.passage import (
    Colour,
    Direction,
    Malformed,
    Passage,
    VehicleKind,
    check,
    check_all,
    day_named,
    day_number,
    instant,
    local_ms,
)

GOOD = Passage("湘BD0001", 2, 1, 1, Direction.EAST, 1_795_000_000_000, 1_795_000_000_500)


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("plate", "", "plate"),
        ("plate", "湘湘湘湘湘湘", "plate"),
        ("plate", "A\0", "plate"),
        ("plate_type", 100, "plate_type"),
        ("direction", -1, "plate_type"),
        ("kind", 100, "plate_type"),
        ("camera", 65_536, "camera"),
        ("lane", 256, "camera"),
        ("at_ms", -1, "at_ms"),
        ("received_ms", 1 << 42, "at_ms"),
        ("speed_kmh", 401, "speed_kmh"),
        ("plate_colour", 256, "plate_colour"),
        ("body_colour", -1, "plate_colour"),
        ("image", "x" * 2_001, "image"),
    ],
)
def test_what_the_store_has_no_room_for_is_refused(field: str, value: object, named: str) -> None:
    with pytest.raises(Malformed) as refused:
        check_all([GOOD, msgspec.structs.replace(GOOD, **{field: value})])
    assert refused.value.field == named


def test_the_widest_passage_fits() -> None:
    check(
        Passage(
            "湘B1234应急",
            99,
            65_535,
            255,
            Direction.OTHER,
            (1 << 42) - 1,
            0,
            400,
            Colour.OTHER,
            Colour.PINK,
            VehicleKind.OTHER,
            "x" * 2_000,
        )
    )


def test_midnight_in_shanghai_is_four_in_the_afternoon_in_utc() -> None:
    midnight = datetime(2026, 11, 25, 16, tzinfo=UTC)
    assert local_ms(midnight) == day_number(date(2026, 11, 26)) * 86_400_000
    assert instant(local_ms(midnight)) == midnight
    assert day_named(day_number(date(2026, 11, 26))) == date(2026, 11, 26)
    with pytest.raises(ValueError, match="zone"):
        local_ms(datetime(2026, 11, 26))  # noqa: DTZ001 - what is refused


def test_nothing_makes_no_hours() -> None:
    assert list(by_hour(from_passages([]), Dictionary())) == []
