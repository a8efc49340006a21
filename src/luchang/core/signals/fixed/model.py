"""Judges plans: runs the queues under their lamps and adds up what the vehicles went through."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from luchang.core.signals.fixed.layout import Layout
from luchang.core.signals.fixed.queues import drive, nobody
from luchang.core.signals.fixed.shown import cycle_table, shown_over
from luchang.core.signals.fixed.traffic import YIELDING, Arrivals, Outcome
from luchang.core.signals.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from luchang.core.signals.fixed.problem import Problem
    from luchang.core.signals.junction import Junction


@dataclass
class Model:
    """The queues of one problem, ready to run under any plan.

    Attributes
    ----------
    runs
        Runs made so far: what a search is charged by.
    """

    problem: Problem
    runs: int = 0
    layout: Layout = field(init=False)
    seconds: int = field(init=False)
    _draws: dict[int, Arrivals] = field(default_factory=dict)
    _tables: dict[Plan, NDArray[np.int8]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.layout = Layout(self.problem)
        counts = self.problem.counts
        self.seconds = round(len(counts.vehicles) * counts.interval_s)

    def cost(self, plans: Iterable[Plan], draws: int) -> float:
        """Mean delay, and stops by their weight, over some draws of arrivals [s/veh]."""
        return float(np.mean(self.costs(self.shown(plans), range(draws))))

    def costs(self, shown: NDArray[np.int8], draws: Iterable[int]) -> list[float]:
        """The same of the lamps of every second, draw by draw."""
        return [self.cost_on(shown, self.arrivals(draw)) for draw in draws]

    def cost_on(self, shown: NDArray[np.int8], arrivals: Arrivals) -> float:
        """The same of given arrivals."""
        outcome = self.run(shown, arrivals)
        weight = self.problem.limits.stop_weight_s
        return float(outcome.delay_s.mean() + weight * outcome.stops.mean())

    def arrivals(self, draw: int) -> Arrivals:
        """The draws used while searching, always the same."""
        if draw not in self._draws:
            more = self.problem.limits.reserve * (draw % 2)
            self._draws[draw] = self.layout.arrivals(draw, times=1.0 + more)
        return self._draws[draw]

    def run(self, shown: NDArray[np.int8], arrivals: Arrivals) -> Outcome:
        """One run under the lamps of every second."""
        self.runs += 1
        vehicles, streets = len(arrivals.at_s), self.layout.streets
        outcome = Outcome(
            delay_s=np.zeros(vehicles),
            stops=np.zeros(vehicles, np.int64),
            link_delay_s=np.zeros(len(streets.lamp)),
            link_vehicles=np.zeros(len(streets.lamp), np.int64),
            longest=np.zeros(len(streets.travel_s), np.int64),
        )
        drive(streets, nobody(streets, arrivals, shown.shape[1]), arrivals, shown, outcome)
        return outcome

    def shown(self, plans: Iterable[Plan]) -> NDArray[np.int8]:
        """Lamps of every second of the period; a junction without a plan stays dark."""
        lamps = self.blank()
        for plan in plans:
            table = self._table(plan)
            self.put(lamps, plan.junction_id, shown_over(table, plan.offset_s, self.seconds))
        return lamps

    def blank(self) -> NDArray[np.int8]:
        """All red but the last column: always green, yielding where there is whom to yield to."""
        lamps = np.zeros((self.seconds, self.layout.lamps), np.int8)
        lamps[:, -1] = YIELDING
        return lamps

    def put(self, lamps: NDArray[np.int8], junction_id: str, shown: NDArray[np.int8]) -> None:
        """Write the lamps of one junction."""
        begin = self.layout.lamp_begin[junction_id]
        lamps[:, begin : begin + shown.shape[1]] = shown

    def _table(self, plan: Plan) -> NDArray[np.int8]:
        key = Plan(plan.junction_id, plan.steps)
        if key not in self._tables:
            gain_s = self.problem.drivers.gain_s
            self._tables[key] = cycle_table(self.junctions[plan.junction_id], plan, gain_s)
        return self._tables[key]

    @property
    def junctions(self) -> Mapping[str, Junction]:
        return {one.junction_id: one for one in self.problem.network.junctions}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a plan is expected to cost, with the spread over draws of counts and arrivals.

    Attributes
    ----------
    delay_s, delay_sd_s
        Mean delay of a vehicle [s], and the standard deviation of that mean over the draws.
    p95_s
        Delay that one vehicle in twenty exceeds [s].
    stops
        Stops of a vehicle [-].
    longest_queue
        Most vehicles in any one lane [veh].
    """

    delay_s: float
    delay_sd_s: float
    p95_s: float
    stops: float
    longest_queue: int
    delay_by_lamp: Mapping[tuple[str, int], float]


def expected(model: Model, lamps: NDArray[np.int8]) -> Expected:
    """Judge lamps with draws of their own: counts drawn anew, arrivals not seen by the search."""
    limits = model.problem.limits
    draws = [
        model.run(lamps, model.layout.arrivals(1_000 + draw, resample=True))
        for draw in range(limits.final_draws)
    ]
    means = np.array([one.delay_s.mean() for one in draws])
    every = np.concatenate([one.delay_s for one in draws])
    return Expected(
        delay_s=float(means.mean()),
        delay_sd_s=float(means.std(ddof=1)) if len(means) > 1 else 0.0,
        p95_s=float(np.percentile(every, 95)),
        stops=float(np.concatenate([one.stops for one in draws]).mean()),
        longest_queue=int(max(one.longest.max() for one in draws)),
        delay_by_lamp=_by_lamp(model, draws),
    )


def _by_lamp(model: Model, draws: list[Outcome]) -> dict[tuple[str, int], float]:
    delay = np.sum([one.link_delay_s for one in draws], axis=0)
    vehicles = np.sum([one.link_vehicles for one in draws], axis=0)
    found: dict[tuple[str, int], list[float]] = {}
    for place, (junction_id, link) in enumerate(model.layout.names.links):
        if junction_id:
            sums = found.setdefault((junction_id, link.index), [0.0, 0.0])  # type: ignore[union-attr]
            sums[0] += delay[place]
            sums[1] += vehicles[place]
    return {lamp: total / number for lamp, (total, number) in found.items() if number}
