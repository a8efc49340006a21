"""Adaptive control: every second, whichever next stage costs least."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from luchang.core.signals.adaptive.forecast import Coming, Expected, Forecast
from luchang.core.signals.adaptive.health import Health, stage_of_plan
from luchang.core.signals.adaptive.kernels import (
    GREEN,
    NEVER,
    Flow,
    Limits,
    Scene,
)
from luchang.core.signals.adaptive.layout import layout
from luchang.core.signals.adaptive.memory import NOBODY, Memory
from luchang.core.signals.adaptive.parameters import AdaptiveParameters
from luchang.core.signals.adaptive.search import Rule, explore, outflow

if TYPE_CHECKING:
    import numpy.typing as npt

    from luchang.core.signals.adaptive.sight import Sight
    from luchang.core.signals.junction import Junction, Network
    from luchang.core.signals.plan import Plan

STAYS_S = np.array([0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 14.0, 19.0])
"""How long the stage may go on before the next, as the search tries it [s]."""
RULES = ((1.0, 1.0), (0.5, 1.0), (2.0, 1.0), (1.0, 0.5), (1.0, 2.0))
"""Gaps that end a plan's first green and its later ones, in parts of the parameter's [-]."""
INSIDE_S = 2.0
"""From the stop line through the junction to the exit lane [s]."""
VEHICLE_M = 5.0
CREEPING_MPS = 1.0
LONG_AGO_S = -100.0


class Leaving(NamedTuple):
    """Somebody planned to leave in one scenario."""

    link: int
    at_s: float
    weight: float
    scenario: int
    track: int


class JunctionControl:
    """Adaptive control of one junction; asked every second."""

    def __init__(
        self, junction: Junction, parameters: AdaptiveParameters, plan: Plan | None = None
    ) -> None:
        self.parameters = parameters
        self.layout = layout(junction)
        self.memory = Memory(self.layout, parameters)
        self.forecast = Forecast(self.memory)
        self.health = Health(self.memory)
        self.fixed = plan
        self.feeds_link = np.zeros(len(junction.links), dtype=np.bool_)
        self.fed: set[int] = set()
        self.fed_by: list[tuple[JunctionControl, dict[int, int]]] = []
        self.planned: list[Leaving] = []
        self.rules = np.array(RULES) * parameters.gap_s
        self.limits = Limits(
            self.layout.change_s,
            self.layout.min_green_s,
            parameters.horizon_s,
            parameters.amber_used_s,
            parameters.yield_gap_s,
            parameters.stop_cost_s,
        )

    def meet(self, neighbour: JunctionControl) -> None:
        """Learn which of a neighbour's links lead into lanes in sight here."""
        lanes = {name: place for place, name in enumerate(self.layout.junction.lanes)}
        links = {
            number: lanes[link.to_lane]
            for number, link in enumerate(neighbour.layout.junction.links)
            if lanes.get(link.to_lane) in self.layout.watched
        }
        if links:
            neighbour.feeds_link[list(links)] = True
            self.fed_by.append((neighbour, links))
            for lane in links.values():
                self.fed.update(self.layout.leads[lane])

    def decide(self, sight: Sight) -> int:
        """Return the stage wanted."""
        self.memory.take(sight)
        if not self.health.is_sound(sight):
            self.planned = []
            return stage_of_plan(self.fixed, len(self.layout.change_s), sight.at_s)
        if not sight.may_switch:
            return sight.stage
        return self._search(sight)

    def _search(self, sight: Sight) -> int:
        coming = self._coming(sight.at_s)
        expected = self.forecast.expected(sight, coming, self.fed, self.health.blind)
        if expected.eta.size == 0:
            self.planned = []
            return sight.stage
        scene, flow = self._scene(sight, expected), self._flow(sight, expected)
        draws = (expected.ways, expected.weights)
        stays, values = self._choices(sight)
        flows = (flow, _like(flow), _like(flow))
        explore(sight.stage, (stays, self.rules), draws, flows, scene, self.limits, values)
        choice, stage, rule = self._chosen(values)
        if self.feeds_link.any():
            crossings = np.empty(expected.ways.shape)
            plan = (float(stays[choice]), stage, Rule(*self.rules[rule].tolist()))
            outflow(sight.stage, plan, draws, flows[:2], scene, self.limits, crossings)
            self._announce(sight.at_s, expected, crossings)
        return sight.stage if choice else stage

    def _choices(self, sight: Sight) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return the stays to try and a table for their costs, closed where none is wanted.

        Somebody who has waited too long closes every stage that does not serve them, and somebody
        who stands inside the junction those that would let others run into them, for now.
        """
        stages = len(self.layout.change_s)
        due, barred = self._due(sight), self._barred(sight)
        others = due & ~barred
        others[sight.stage] = False
        stays = STAYS_S if due[sight.stage] or not others.any() else STAYS_S[:1]
        values = np.zeros((stays.size, stages, len(self.rules)))
        values[:, ~due] = NEVER
        values[0, barred] = NEVER
        values[:, sight.stage] = NEVER
        if stays.size > 1:  # the plain rule from the next second on, or from the last
            values[[1, -1], sight.stage] = 0.0
        return stays, values

    def _chosen(self, values: npt.NDArray[np.float64]) -> tuple[int, int, int]:
        """Return how long to stay, as a place among the stays, where to go then, and the rule."""
        go = int(values[0].argmin())
        if len(values) > 1:
            later = int(values[1:].argmin())
            if values[1:].flat[later] <= values[0].flat[go] + self.parameters.switch_margin_s:
                go = later + values[0].size
        choice, stage, rule = np.unravel_index(go, values.shape)
        return int(choice), int(stage), int(rule)

    def _scene(self, sight: Sight, expected: Expected) -> Scene:
        learned = self.memory.learned
        return Scene(
            expected.end,
            expected.eta,
            self.layout.lights,
            self.layout.foes,
            self._shut(sight),
            learned.start_up_s,
            learned.headway_s,
            self.layout.places,
            self.layout.patient,
        )

    def _flow(self, sight: Sight, expected: Expected) -> Flow:
        """Return where each lane stands now; the discharge goes on, it does not begin anew."""
        queues = self.memory.queues
        headway = self.memory.learned.headway_s
        crossed = np.array([queue.last_crossed for queue in queues]) - sight.at_s
        green = np.array([queue.green_since for queue in queues])
        return Flow(
            expected.place,
            np.maximum(crossed + headway, 0.0),
            np.where(green >= 0, green - sight.at_s, LONG_AGO_S),
            np.array([queue.crossed for queue in queues], dtype=np.int64),
            np.empty(len(queues)),
            np.empty(expected.eta.size),
            np.zeros_like(self.layout.places),
            np.zeros((self.layout.places.size, max(int(self.layout.places.max()), 1)), np.int64),
            np.zeros(self.layout.places.size),
        )

    def _due(self, sight: Sight) -> npt.NDArray[np.bool_]:
        """Return the stages that serve who has waited longest, once that is too long."""
        everything = np.ones(len(self.layout.change_s), dtype=np.bool_)
        waits = [self._wait_s(number, sight.at_s) for number in range(len(self.memory.queues))]
        number = int(np.argmax(waits))
        if waits[number] < self.parameters.longest_wait_s:
            return everything
        is_stuck = self.memory.queues[number].stuck != NOBODY
        ways = self.memory.ways_of_stuck(number) if is_stuck else self.layout.links_of[number]
        serves = self.layout.lights[:, ways] > 0
        due: npt.NDArray[np.bool_] = np.asarray(serves.any(axis=1))
        return due if due.any() else everything

    def _barred(self, sight: Sight) -> npt.NDArray[np.bool_]:
        """Return the stages that open a link across somebody who stands inside the junction.

        Only who has the right of way and stands all the same is blocked by others inside; who
        waits there for a gap leaves as the stage ends. Let in, the others would stand as well,
        and each in the way of the next. Who is caught behind one that waits for a gap does not
        stand yet, but will: where a stage lets that one go and opens nothing across, others wait.
        """
        lights = self.layout.lights
        opened = (lights > 0) & (lights[sight.stage] == 0)
        barred = np.zeros(len(lights), dtype=np.bool_)
        least, most = self.parameters.blocked_s, self.parameters.jammed_s
        for link, since in self.memory.inside.values():
            has_right = lights[sight.stage, link] == GREEN
            if has_right and least <= sight.at_s - since < most:
                barred |= opened[:, self.layout.conflicts[link]].any(axis=1)
        for link, ahead in sorted(self.memory.caught):
            across = opened[:, self.layout.conflicts[link]].any(axis=1)
            if ((lights[:, ahead] == GREEN) & ~across & ~barred).any():
                barred |= across
        return barred

    def _wait_s(self, number: int, at_s: float) -> float:
        """Return how long the first of a lane waits, or would where nobody can be seen [s]."""
        queue = self.memory.queues[number]
        if number in self.health.blind:
            return at_s - queue.closed_at if queue.green_since < 0 else 0.0
        return at_s - queue.served_at if queue.head != NOBODY else 0.0

    def _shut(self, sight: Sight) -> npt.NDArray[np.float64]:
        """Until when each link is shut because its exit is full [s]."""
        shut = np.zeros(len(self.layout.exits))
        creeping = sight.speed_mps < CREEPING_MPS
        for link, lane in enumerate(self.layout.exits):
            here = creeping & (sight.lane == lane)
            if here.any():
                room = self.layout.length_m[lane] - sight.distance_m[here].max() - VEHICLE_M
                if room < self.parameters.exit_room_m:
                    shut[link] = self.parameters.full_exit_s
        return shut

    def _announce(
        self, at_s: float, expected: Expected, crossings: npt.NDArray[np.float64]
    ) -> None:
        """Keep who is planned to leave by a link that feeds a neighbour, and when."""
        leads_on = self.feeds_link[expected.ways]
        soon = (crossings < self.parameters.expected_s) & leads_on & (expected.weights > 0)
        scenarios, places = np.nonzero(soon)
        unseen = -7 * np.arange(1, expected.tracks.size + 1)
        numbers = np.where(expected.tracks >= 0, expected.tracks, unseen)
        self.planned = [
            Leaving(*one)
            for one in zip(
                expected.ways[soon].tolist(),
                (crossings[soon] + at_s).tolist(),
                expected.weights[soon].tolist(),
                scenarios.tolist(),
                numbers[places].tolist(),
                strict=True,
            )
        ]

    def _coming(self, at_s: float) -> list[Coming]:
        """Return who neighbours plan to send here and when they will be at the line.

        The scenarios of neighbours are ours: who is sent in one of theirs comes in one of ours.
        """
        found = []
        for neighbour, links in self.fed_by:
            for one in neighbour.planned:
                if one.at_s <= at_s - INSIDE_S or one.link not in links:
                    continue
                lane = links[one.link]
                queue, offset = self.forecast.drawn_queue(lane, one.track, one.scenario)
                if queue == NOBODY:
                    continue
                way_s = (self.layout.length_m[lane] + offset) / self.layout.speeds[queue]
                eta = max(one.at_s - at_s + INSIDE_S, 0.0) + float(way_s)
                found.append(Coming(queue, eta, one.weight, one.scenario, one.track))
        return found


def _like(flow: Flow) -> Flow:
    """Return room for a copy."""
    return Flow(
        np.empty_like(flow.place),
        np.empty_like(flow.free),
        np.empty_like(flow.started),
        np.empty_like(flow.since),
        np.empty_like(flow.ready),
        np.empty_like(flow.left_at),
        np.empty_like(flow.waiting),
        np.empty_like(flow.inside),
        np.empty_like(flow.clear),
    )


class AdaptiveControl:
    """Every junction of a network; neighbours tell each other whom they plan to send."""

    def __init__(
        self,
        parameters: AdaptiveParameters | None = None,
        plans: Mapping[str, Plan] | None = None,
    ) -> None:
        self.parameters = parameters or AdaptiveParameters()
        self.plans = dict(plans or {})
        self.controls: dict[str, JunctionControl] = {}

    def begin(self, network: Network) -> None:
        """Prepare for the junctions of a network."""
        self.controls = {
            one.junction_id: JunctionControl(one, self.parameters, self.plans.get(one.junction_id))
            for one in network.junctions
        }
        for control in self.controls.values() if self.parameters.hears_neighbours else ():
            for other in self.controls.values():
                if other is not control:
                    control.meet(other)

    def decide(self, junction_id: str, sight: Sight) -> int:
        """Return the stage wanted at one junction."""
        return self.controls[junction_id].decide(sight)
