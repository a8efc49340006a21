"""The same kernels wherever they run: whole days in one process, or shards of them in many.

A job is one or two stages. A stage says by which column its rows are spread, so that whatever
belongs together arrives together, and is then a function from a table to a table. One process
runs the stages one after another on everything; a cluster spreads the rows between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa

from luchang.core.passages import companions as company
from luchang.core.passages import flows, links, moves, presence
from luchang.core.passages.layout import DayOrder, Rows, Tail, arrange, no_tail, tail_of
from luchang.core.passages.passage import DAY_MS
from luchang.core.passages.spans import FIVE_MINUTES_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

PASSAGES = pa.schema(
    [
        ("day", pa.int32()),
        ("vehicle", pa.uint32()),
        ("camera", pa.uint16()),
        ("time", pa.uint32()),
    ]
)
_LINKS = pa.schema([("day", pa.int32()), ("link", pa.uint64()), ("gap", pa.uint32())])
_TURNS = pa.schema([("day", pa.int32()), ("turn", pa.uint64()), ("vehicles", pa.uint32())])


@dataclass(frozen=True)
class Settings:
    """Parameters of every job; each takes what is its own."""

    moves: moves.MoveParameters = field(
        default_factory=lambda: moves.MoveParameters(np.zeros((1, 1), np.int32))
    )
    slice_ms: int = FIVE_MINUTES_MS
    companions: company.CompanionParameters = field(default_factory=company.CompanionParameters)
    restriction: presence.Restriction = field(
        default_factory=lambda: presence.Restriction(2 * 3_600_000, 5 * 3_600_000)
    )
    bound: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    absent_days: int = 30
    types: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(1, np.uint8))
    until_day: int = 0


Work = Callable[[pa.Table, Settings], pa.Table]


class Runner(Protocol):
    """A way to run jobs: in this process (`run`), or on a cluster."""

    def __call__(self, job: Job, passages: pa.Table, settings: Settings, /) -> pa.Table: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """One pass over rows spread by `key`.

    Attributes
    ----------
    key
        Column by which rows are spread; empty: every task gets all rows and does one part of
        the work (`Settings` says nothing of it: the task's number does).
    """

    key: str
    work: Work
    schema: pa.Schema


@dataclass(frozen=True, slots=True)
class Job:
    """A named question: its stages, and the columns that order its rows."""

    name: str
    stages: tuple[Stage, ...]
    order: tuple[str, ...]

    @property
    def schema(self) -> pa.Schema:
        return self.stages[-1].schema


def run(job: Job, passages: pa.Table, settings: Settings) -> pa.Table:
    """Answer in this process."""
    table = passages
    for stage in job.stages:
        table = stage.work(table, settings)
    return ordered(job, table)


def ordered(job: Job, table: pa.Table) -> pa.Table:
    """Rows in the order that makes two answers comparable."""
    by = [(column, "ascending") for column in job.order]
    return table.cast(job.schema).sort_by(by).combine_chunks()


def rows_of(order: DayOrder) -> pa.Table:
    """One day as a table, by vehicle and time."""
    return pa.table(
        {
            "day": np.full(len(order.time), order.day, np.int32),
            "vehicle": order.row_vehicle,
            "camera": order.camera,
            "time": order.time,
        },
        schema=PASSAGES,
    )


def days_of(passages: pa.Table) -> Iterator[tuple[DayOrder, Tail]]:
    """Days of a table in both orders, one after another, each with the tail before it."""
    day = passages["day"].to_numpy()
    rows = Rows(*(passages[name].to_numpy() for name in ("vehicle", "camera", "time")))
    tail = no_tail()
    for number in np.unique(day).tolist():
        held = day == number
        order = arrange(number, Rows(*(column[held] for column in rows)), before=tail)
        yield order, tail
        tail = tail_of(order)


def companions_part(
    passages: pa.Table, settings: Settings, part: int = 0, parts: int = 1
) -> pa.Table:
    """Pairs whose lower vehicle is of one part; every part wants all rows."""
    found = [company.COMPANIONS.empty_table()]
    for order, _ in days_of(passages):
        found.append(company.companions(order, settings.companions, part=part, parts=parts))
    return pa.concat_tables(found)


def _cloned(passages: pa.Table, settings: Settings) -> pa.Table:
    orders = (order for order, _ in days_of(passages))
    found, _, state = moves.over_days(orders, settings.moves)
    late = (settings.until_day + 1) * DAY_MS
    if settings.until_day and state.until_ms < late:
        # a shard whose vehicles were not seen on the last day grows as old as the others
        state = moves.MoveState(state.suspicion, state.tail, late)
        found = moves.cloned(state, settings.moves)
    return found


def _speeding(passages: pa.Table, settings: Settings) -> pa.Table:
    return moves.over_days((order for order, _ in days_of(passages)), settings.moves)[1]


def _links(passages: pa.Table, settings: Settings) -> pa.Table:
    found = [_LINKS.empty_table()]
    for order, tail in days_of(passages):
        keys = links.link_keys(
            (order.vehicles, order.first, order.camera, order.time),
            order.begins_ms,
            tail,
            settings.slice_ms,
        )
        columns = (
            np.full(len(keys), order.day, np.int32),
            keys >> np.uint64(20),
            (keys & np.uint64((1 << 20) - 1)).astype(np.uint32),
        )
        found.append(pa.table([pa.array(c) for c in columns], schema=_LINKS))
    return pa.concat_tables(found)


def _travel_times(travelled: pa.Table, _: Settings) -> pa.Table:
    found = [flows.TRAVEL_TIMES.empty_table()]
    day, link, gap = (travelled[name].to_numpy() for name in _LINKS.names)
    for number in np.unique(day).tolist():
        held = day == number
        keys = (link[held].astype(np.uint64) << np.uint64(20)) | gap[held].astype(np.uint64)
        keys.sort()
        found.append(flows.travel_table(number, keys))
    return pa.concat_tables(found)


def _turns(passages: pa.Table, settings: Settings) -> pa.Table:
    found = [_TURNS.empty_table()]
    for order, tail in days_of(passages):
        turn, vehicles = flows.turns(order, tail, settings.slice_ms)
        days = np.full(len(turn), order.day, np.int32)
        found.append(pa.table([pa.array(days), pa.array(turn), pa.array(vehicles)], schema=_TURNS))
    return pa.concat_tables(found)


def _turning_counts(turns: pa.Table, _: Settings) -> pa.Table:
    summed = turns.group_by(["day", "turn"]).aggregate([("vehicles", "sum")])
    return flows.turn_table(
        summed["day"].to_numpy(),
        summed["turn"].to_numpy().astype(np.uint64),
        summed["vehicles_sum"].to_numpy().astype(np.uint32),
    )


def _volumes(passages: pa.Table, settings: Settings) -> pa.Table:
    found = [flows.volumes(order, settings.types) for order, _ in days_of(passages)]
    return pa.concat_tables([flows.VOLUMES.empty_table(), *found])


def _restricted(passages: pa.Table, settings: Settings) -> pa.Table:
    found = [
        presence.restricted(order, settings.restriction, settings.bound)
        for order, _ in days_of(passages)
    ]
    return pa.concat_tables([presence.RESTRICTED.empty_table(), *found])


def _first_seen(passages: pa.Table, _: Settings) -> pa.Table:
    found, state = [presence.SEEN.empty_table()], presence.Presence()
    for order, _tail in days_of(passages):
        found.append(presence.first_seen(order, state))
        state = state.after(order)
    return pa.concat_tables(found)


def _reappeared(passages: pa.Table, settings: Settings) -> pa.Table:
    found, state = [presence.SEEN.empty_table()], presence.Presence()
    for order, _ in days_of(passages):
        found.append(presence.reappeared(order, state, settings.absent_days))
        state = state.after(order)
    return pa.concat_tables(found)


def _by_vehicle(name: str, work: Work, schema: pa.Schema, *order: str) -> Job:
    return Job(name, (Stage("vehicle", work, schema),), order)


JOBS: Mapping[str, Job] = {
    job.name: job
    for job in (
        _by_vehicle("cloned", _cloned, moves.CLONED, "vehicle"),
        _by_vehicle("speeding", _speeding, moves.SPEEDING, "vehicle", "left_ms", "section"),
        Job(
            "travel_times",
            (
                Stage("vehicle", _links, _LINKS),
                Stage("link", _travel_times, flows.TRAVEL_TIMES),
            ),
            ("day", "camera_a", "camera_b", "slice"),
        ),
        Job(
            "turning_counts",
            (Stage("vehicle", _turns, _TURNS), Stage("turn", _turning_counts, flows.TURNS)),
            ("day", "camera_a", "camera_b", "camera_c", "slice"),
        ),
        Job(
            "companions",
            (Stage("", companions_part, company.COMPANIONS),),
            ("day", "vehicle_a", "vehicle_b"),
        ),
        _by_vehicle("restricted", _restricted, presence.RESTRICTED, "day", "vehicle"),
        _by_vehicle("first_seen", _first_seen, presence.SEEN, "day", "vehicle"),
        _by_vehicle("reappeared", _reappeared, presence.SEEN, "day", "vehicle"),
        Job(
            "volumes",
            (Stage("camera", _volumes, flows.VOLUMES),),
            ("day", "camera", "hour", "plate_type"),
        ),
    )
}
