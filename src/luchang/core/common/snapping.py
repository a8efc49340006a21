"""The place on the road nearest to a point, exactly, by a grid over the segments of all shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from luchang.core.common.compiled import compiled
from luchang.core.common.coordinates import degrees_from, metres_from
from luchang.core.common.roads import NONE, Floats, Ints, RoadGraph

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CELL_M = 200.0
"""Edge of a grid cell [m]: about three city segments a cell, two rings for a usual fix."""

_SMALLEST_M2 = 1e-12


@dataclass(frozen=True, slots=True)
class RoadPosition:
    """A place on the network.

    Attributes
    ----------
    section
        The section it lies on.
    fraction
        Share of the section's length passed in its drawn direction, 0 to 1 [-].
    distance_m
        From the point that was asked for to the road [m].
    lon, lat
        The place on the road [WGS-84 degrees].
    """

    section: int
    fraction: float
    distance_m: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class RoadPositions:
    """Many places as arrays; `section` is -1 where nothing was near enough."""

    section: Ints
    fraction: Floats
    distance_m: Floats
    lon: Floats
    lat: Floats

    def __len__(self) -> int:
        return len(self.section)

    def __getitem__(self, place: int) -> RoadPosition | None:
        if self.section[place] == NONE:
            return None
        return RoadPosition(
            section=int(self.section[place]),
            fraction=float(self.fraction[place]),
            distance_m=float(self.distance_m[place]),
            lon=float(self.lon[place]),
            lat=float(self.lat[place]),
        )


class _Grid(NamedTuple):
    """CSR lists of the segments whose bounding box touches each cell (a tuple for numba)."""

    segments: Floats
    west: float
    south: float
    cell_m: float
    columns: int
    rows: int
    first: NDArray[np.int64]
    members: Ints


class RoadSnapper:
    """Finds the nearest place on a `RoadGraph`; build once per graph, share between threads.

    Distances are taken in the plane of `metres_from` around the network's middle, so "nearest"
    means nearest there; equally near sections: the lowest number.
    """

    def __init__(self, graph: RoadGraph, *, cell_m: float = CELL_M) -> None:
        self.graph = graph
        self._origin = (
            float((graph.point_lon.min() + graph.point_lon.max()) / 2),
            float((graph.point_lat.min() + graph.point_lat.max()) / 2),
        )
        east, north = metres_from(*self._origin, graph.point_lon, graph.point_lat)
        is_last = np.zeros(len(east), dtype=bool)
        is_last[graph.first_point[1:] - 1] = True
        tails = np.flatnonzero(~is_last)
        self._section = np.repeat(
            np.arange(graph.section_count, dtype=np.int32), np.diff(graph.first_point)
        )[tails]
        self._segments = np.column_stack(
            [east[tails], north[tails], east[tails + 1], north[tails + 1]]
        )
        steps = np.hypot(*(self._segments[:, 2:] - self._segments[:, :2]).T)
        self._passed_m, self._total_m = _passed(steps, self._section, graph.section_count)
        self._grid = _grid_over(self._segments, cell_m)

    def nearest(self, lon: float, lat: float, *, within_m: float) -> RoadPosition | None:
        """Nearest place on a road, None where no road is within `within_m` [m]."""
        return self.nearest_many([lon], [lat], within_m=within_m)[0]

    def nearest_many(self, lon: ArrayLike, lat: ArrayLike, *, within_m: float) -> RoadPositions:
        """Nearest places for many points at once; coordinates that are not finite find none."""
        east, north = metres_from(*self._origin, lon, lat)
        segment, share, distance = _nearest_segments(east, north, self._grid, within_m)
        found = segment != NONE
        ends = self._segments[segment]
        on_east = ends[:, 0] + share * (ends[:, 2] - ends[:, 0])
        on_north = ends[:, 1] + share * (ends[:, 3] - ends[:, 1])
        on_lon, on_lat = degrees_from(*self._origin, on_east, on_north)
        section = self._section[segment]
        steps = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
        total = self._total_m[section]
        passed = self._passed_m[segment] + share * steps
        fraction = np.divide(passed, total, out=np.zeros_like(passed), where=total > 0)
        return RoadPositions(
            section=np.where(found, section, NONE).astype(np.int32),
            fraction=np.where(found, np.clip(fraction, 0.0, 1.0), np.nan),
            distance_m=np.where(found, distance, np.inf),
            lon=np.where(found, on_lon, np.nan),
            lat=np.where(found, on_lat, np.nan),
        )


def _passed(steps: Floats, section: Ints, sections: int) -> tuple[Floats, Floats]:
    """Metres of its section before every segment, and of every section in all."""
    total = np.bincount(section, weights=steps, minlength=sections).astype(np.float64)
    before = np.concatenate([[0.0], np.cumsum(total)[:-1]])
    passed = np.asarray(np.cumsum(steps) - steps - before[section], dtype=np.float64)
    return passed.clip(min=0.0), total


def _grid_over(segments: Floats, cell_m: float) -> _Grid:
    points = segments.reshape(-1, 2)
    west, south = (float(low) for low in points.min(axis=0))
    columns, rows = (int(spread // cell_m) + 1 for spread in np.ptp(points, axis=0))
    first = np.empty(0, dtype=np.int64)
    members = np.empty(0, dtype=np.int32)
    grid = _Grid(segments, west, south, cell_m, columns, rows, first, members)
    first = np.concatenate([[0], np.cumsum(_count_members(grid))])
    members = np.empty(first[-1], dtype=np.int32)
    grid = grid._replace(first=first, members=members)
    _fill_members(grid, first[:-1].copy())
    return grid


@compiled
def _cell_of(value: float, corner: float, cell_m: float, cells: int) -> int:
    """Column or row of a coordinate, held inside the grid."""
    cell = int(np.floor((value - corner) / cell_m))
    return min(max(cell, 0), cells - 1)


@compiled
def _cells_of(grid: _Grid, segment: int) -> tuple[int, int, int, int]:
    """First and last column, first and last row of a segment's bounding box."""
    ax, ay, bx, by = grid.segments[segment]
    return (
        _cell_of(min(ax, bx), grid.west, grid.cell_m, grid.columns),
        _cell_of(max(ax, bx), grid.west, grid.cell_m, grid.columns),
        _cell_of(min(ay, by), grid.south, grid.cell_m, grid.rows),
        _cell_of(max(ay, by), grid.south, grid.cell_m, grid.rows),
    )


@compiled
def _count_members(grid: _Grid) -> NDArray[np.int64]:
    counts = np.zeros(grid.columns * grid.rows, dtype=np.int64)
    for segment in range(len(grid.segments)):
        left, right, low, high = _cells_of(grid, segment)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                counts[row * grid.columns + column] += 1
    return counts


@compiled
def _fill_members(grid: _Grid, place: NDArray[np.int64]) -> None:
    """Write the members of every cell; `place` is the next free entry of each."""
    for segment in range(len(grid.segments)):
        left, right, low, high = _cells_of(grid, segment)
        for row in range(low, high + 1):
            for column in range(left, right + 1):
                cell = row * grid.columns + column
                grid.members[place[cell]] = segment
                place[cell] += 1


@compiled
def _share_along(
    x: float, y: float, ax: float, ay: float, bx: float, by: float
) -> tuple[float, float]:
    """Share of the segment at the foot of the perpendicular, and the squared distance [m2]."""
    dx, dy = bx - ax, by - ay
    length2 = dx * dx + dy * dy
    share = 0.0
    if length2 > _SMALLEST_M2:
        share = min(max(((x - ax) * dx + (y - ay) * dy) / length2, 0.0), 1.0)
    ex, ey = x - ax - share * dx, y - ay - share * dy
    return share, ex * ex + ey * ey


@compiled
def _scan_cell(
    x: float, y: float, grid: _Grid, cell: int, best: tuple[int, float, float]
) -> tuple[int, float, float]:
    """Improve (segment, share, squared distance) by the segments of one cell."""
    found, found_share, best2 = best
    for place in range(grid.first[cell], grid.first[cell + 1]):
        segment = grid.members[place]
        ax, ay, bx, by = grid.segments[segment]
        share, off2 = _share_along(x, y, ax, ay, bx, by)
        if off2 < best2 or (off2 == best2 and (found == -1 or segment < found)):
            found, found_share, best2 = segment, share, off2
    return found, found_share, best2


@compiled
def _scan_ring(
    x: float, y: float, grid: _Grid, ring: int, best: tuple[int, float, float]
) -> tuple[int, float, float]:
    """Scan the cells exactly `ring` columns or rows away from the point's own cell."""
    column = _cell_of(x, grid.west, grid.cell_m, grid.columns)
    row = _cell_of(y, grid.south, grid.cell_m, grid.rows)
    for j in range(max(row - ring, 0), min(row + ring, grid.rows - 1) + 1):
        step = 1 if ring == 0 or abs(j - row) == ring else 2 * ring
        for i in range(column - ring, column + ring + 1, step):
            if 0 <= i < grid.columns:
                best = _scan_cell(x, y, grid, j * grid.columns + i, best)
    return best


@compiled
def _nearest_segments(
    east: Floats, north: Floats, grid: _Grid, within_m: float
) -> tuple[Ints, Floats, Floats]:
    """Scan rings of cells outward until the next ring cannot hold anything nearer."""
    count = len(east)
    found = np.full(count, -1, dtype=np.int32)
    found_share, found_m = np.zeros(count), np.full(count, np.inf)
    for point in range(count):
        x, y = east[point], north[point]
        best = (-1, 0.0, within_m * within_m)
        reachable = np.isfinite(x) and np.isfinite(y)
        for ring in range(max(grid.columns, grid.rows)):
            # a cell of ring r is at least r - 1 whole cells away, in whatever direction
            if not reachable or (ring > 1 and ((ring - 1) * grid.cell_m) ** 2 > best[2]):
                break
            best = _scan_ring(x, y, grid, ring, best)
        if best[0] != -1:
            found[point], found_share[point], found_m[point] = best[0], best[1], np.sqrt(best[2])
    return found, found_share, found_m
