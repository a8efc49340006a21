"""Passages of some hours, taken out of the store as the counting wants them."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

import numpy as np

from luchang.apps.passages.selectors.store import the_store
from luchang.core.passages import quarters
from luchang.core.passages.passage import DAY_MS, HOUR_MS, SHANGHAI_MS, day_number
from luchang.core.passages.quarters import Moves, Seen

HOURS = 24


def instant_of(local_ms: int) -> datetime:
    """The moment of milliseconds on the clocks of Shanghai since 1970."""
    return datetime.fromtimestamp((local_ms - SHANGHAI_MS) / 1000.0, UTC)


def local_of(at: datetime) -> int:
    """The other way round."""
    return round(at.timestamp() * 1000) + SHANGHAI_MS


def hour_begins(day: date, hour: int) -> int:
    """Milliseconds of Shanghai since 1970; hours before 0 and after 23 are other days'."""
    return day_number(day) * DAY_MS + hour * HOUR_MS


def seen_in(day: date, hours: Iterable[int]) -> Seen:
    """Rows of these hours; -1 is the last one of the day before, 24 the first of the next."""
    parts = []
    for hour in hours:
        own, number = day + timedelta(days=hour // HOURS), hour % HOURS
        rows = the_store().hour(own, number)
        if len(rows):
            time = rows["time"].to_numpy().astype(np.int64) + hour_begins(own, 0)
            columns = [rows[n].to_numpy() for n in ("vehicle", "camera", "lane", "plate_type")]
            parts.append(Seen(columns[0], columns[1], time, columns[2], columns[3]))
    return quarters.single(quarters.joined(parts))


def moves_of_day(day: date, *, ticking: Callable[[int, int], None]) -> Moves:
    """Every drive that ended on a day, an hour at a time."""
    found = []
    for hour in range(HOURS):
        ticking(hour, HOURS)
        moves = quarters.moves_of(seen_in(day, (hour - 1, hour)))
        found.append(moves.picked(moves.arrived_ms >= hour_begins(day, hour)))
    return quarters.moves_joined(found)
