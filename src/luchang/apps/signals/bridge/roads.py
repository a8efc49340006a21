"""The arms of a junction as the road network has them; lanes are proposed, not known."""

import math

from luchang.apps.places import selectors as places
from luchang.apps.signals.bridge.wording import in_words
from luchang.core.common.roads import SPEED_KMH, RoadClass, RoadGraph
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Approach, Direction, LaneLayout, Layout, Way
from luchang.core.signals.layout_stages import standard_stages

WITHIN_M = 120.0
FEWEST_ARMS = 3
LIMIT_KMH = {RoadClass.TRUNK: 60.0, RoadClass.PRIMARY: 60.0, RoadClass.SECONDARY: 50.0}
CROSSING_M = {RoadClass.TRUNK: 30.0, RoadClass.PRIMARY: 26.0, RoadClass.SECONDARY: 20.0}
WIDE = ((Turn.LEFT,), (Turn.THROUGH,), (Turn.THROUGH, Turn.RIGHT))
MIDDLE = ((Turn.LEFT,), (Turn.THROUGH, Turn.RIGHT))
NARROW = ((Turn.LEFT, Turn.THROUGH, Turn.RIGHT),)


class NoArms(Exception):
    """There is no road network, or no junction near the point; `code` names a refusal."""

    def __init__(self, code: str, /, **named: object) -> None:
        super().__init__(code)
        self.code, self.named = code, named


def layout_at(lon: float, lat: float) -> Layout:
    """The junction nearest to a point with its arms, proposed lanes and standard stages.

    Raises:
        NoArms: which of the two is missing.
    """
    try:
        found = places.nearest_junction(lon, lat, within_m=WITHIN_M)
        graph = places.graph()
    except places.NoRoadNetwork as none:
        raise NoArms("no_roads") from none
    if found is None:
        raise NoArms("no_junction_near", metres=int(WITHIN_M))
    arms: dict[Direction, Approach] = {}
    for section in graph.sections_at(found.node):
        arm = _arm(graph, section, found.node)
        arms.setdefault(arm.direction, arm)
    if len(arms) < FEWEST_ARMS:
        raise NoArms("no_junction_near", metres=int(WITHIN_M))
    return in_words(
        standard_stages(_with_ways(Layout(tuple(arms[each] for each in sorted(arms)), ())))
    )


def _arm(graph: RoadGraph, section: int, node: int) -> Approach:
    lons, lats = graph.shape_of(section)
    here = (float(graph.node_lon[node]), float(graph.node_lat[node]))
    at_begin = math.hypot(lons[0] - here[0], lats[0] - here[1]) <= math.hypot(
        lons[-1] - here[0], lats[-1] - here[1]
    )
    there = min(1, len(lons) - 1) if at_begin else max(len(lons) - 2, 0)
    east = (float(lons[there]) - here[0]) * math.cos(math.radians(here[1]))
    bearing = math.degrees(math.atan2(east, float(lats[there]) - here[1]))
    road_class = RoadClass(int(graph.section_class[section]))
    arcs = [int(arc) for arc in graph.section_arcs[section] if arc >= 0]
    enters = any(int(graph.arc_target[arc]) == node for arc in arcs)
    leaves = any(int(graph.arc_source[arc]) == node for arc in arcs)
    turns = _lanes_of(road_class)
    return Approach(
        Direction.nearest(bearing),
        graph.name_of(section)[:40],
        LIMIT_KMH.get(road_class, max(SPEED_KMH[road_class], 30.0)),
        tuple(LaneLayout(each) for each in turns) if enters else (),
        min(len(turns), 2) if leaves else 0,
        CROSSING_M.get(road_class, 14.0),
        min(max(round(graph.length_of(section)), 50.0), 1_000.0),
    )


def _lanes_of(road_class: RoadClass) -> tuple[tuple[Turn, ...], ...]:
    if road_class <= RoadClass.PRIMARY:
        return WIDE
    return MIDDLE if road_class <= RoadClass.TERTIARY else NARROW


def _with_ways(layout: Layout) -> Layout:
    """Turns that lead to no arm are left out; a lane that led nowhere else goes with them."""
    arms = []
    for arm in layout.approaches:
        lanes = []
        for lane in arm.lanes:
            turns = tuple(
                turn for turn in lane.turns if layout.exit_of(Way(arm.direction, turn)) is not None
            )
            if turns:
                lanes.append(LaneLayout(turns))
        arms.append(
            Approach(
                arm.direction, arm.road, arm.speed_kmh, tuple(lanes), arm.exit_lanes,
                arm.crossing_m, arm.length_m,
            )
        )  # fmt: skip
    return Layout(tuple(arms), ())
