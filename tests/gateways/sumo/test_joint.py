"""A corridor in one net: it can be built, everybody gets through, waves are seen."""

import pytest

from luchang.apps.signals.ports.joint import Joined, JointTrial, Span
from luchang.core.signals.layout import Direction
from luchang.core.signals.plan import Plan, PlanStep
from luchang.gateways.sumo.joint import Corridor, _Demand
from luchang.gateways.sumo.proving import Sumo
from tests.core.signals.drawn import cross
from tests.simulator import needs_simulator

WAYS = {
    f"{arm}-{turn}": vehicles
    for arm in "NESW"
    for turn, vehicles in (("left", 10.0), ("through", 60.0), ("right", 10.0))
}


def trial(offset_s: float, *, quarters: int = 1) -> JointTrial:
    plan = Plan("J", tuple(PlanStep(stage, 25.0, 5.0) for stage in range(4)))
    shifted = Plan("J", plan.steps, offset_s)
    rows = (tuple(WAYS.values()),) * quarters
    places = tuple(
        Joined(f"J{nth}", cross(), one, 400.0 * nth, tuple(WAYS), rows)
        for nth, one in enumerate((plan, shifted))
    )
    return JointTrial(places, (Span(Direction.E, Direction.W, 400.0),), 900.0, 1)


def test_what_one_junction_sends_enters_the_next_only_once() -> None:
    """Would catch traffic between junctions counted twice, or lost on the way."""
    demand = _Demand(Corridor(trial(0.0)))
    vehicles = list(demand.vehicles())
    inflow = sum(WAYS[key] for key in ("W-through", "N-left", "S-right"))
    counted = sum(WAYS[f"W-{turn}"] for turn in ("left", "through", "right"))
    assert inflow == counted
    assert len(vehicles) == pytest.approx(2 * sum(WAYS.values()) - 2 * counted, abs=2)
    along = [edges for _, edges in vehicles if "0-W_in" in edges and "1-E_out" in edges]
    assert along


@needs_simulator
def test_a_corridor_is_built_and_driven_through() -> None:
    """Would catch roads that do not meet, and lanes that lead nowhere."""
    ticks = []
    found = Sumo().run_joint(trial(0.0), ticking=lambda: ticks.append(1))
    assert found.vehicles > 400
    assert found.arrived == found.vehicles
    assert set(found.queues) == {"J0", "J1"}
    assert found.paths["out"]
    assert found.paths["back"]
    begin, *_, end = found.paths["out"][0]
    assert begin[1] < end[1]
