"""Plans proven by the real simulator in nets built from our own layouts."""

import pytest

from luchang.apps.signals.ports.simulator import Flow, SimulatorRefused, Trial
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Direction, LaneLayout, Layout, Rules
from luchang.core.signals.layout_stages import standard_stages
from luchang.core.signals.plan import Plan, PlanStep
from luchang.core.signals.webster import expected, webster_plan
from luchang.gateways.sumo import proving
from luchang.gateways.sumo.proving import Sumo
from tests.core.signals.drawn import L, R, T, U, arm, cross, tee
from tests.simulator import needs_simulator

pytestmark = needs_simulator
USUAL = {L: 100.0, T: 350.0, R: 80.0, U: 20.0}


def _flows(layout: Layout, seconds: int = 900) -> tuple[Flow, ...]:
    return tuple(
        Flow(way.key, 0, seconds, USUAL[way.turn] * seconds / 3600.0)
        for way in layout.ways
        if way.turn != Turn.ON_FOOT
    )


def _hourly(layout: Layout) -> dict[str, float]:
    return {way.key: USUAL[way.turn] for way in layout.ways if way.turn != Turn.ON_FOOT}


def test_the_street_agrees_with_the_textbook_and_a_bad_plan_does_worse() -> None:
    """Would catch lamps wired to the wrong lanes: then delay is far from any formula."""
    layout = cross()
    good = webster_plan(layout, _hourly(layout), "J")
    bad = Plan("J", tuple(PlanStep(stage, 40.0, 5.0) for stage in range(4)))
    shown = [
        Sumo().run(Trial(layout, plan, _flows(layout), 1), ticking=lambda: None)
        for plan in (good, bad)
    ]
    told = expected(layout, good, _hourly(layout)).delay_s
    assert shown[0].delay_s == pytest.approx(told, rel=0.35)
    assert shown[1].delay_s > shown[0].delay_s * 1.3
    assert shown[0].arrived == shown[0].vehicles > 400
    assert set(shown[0].queues) == {"N", "E", "S", "W"}
    assert shown[0].co2_g > 10
    assert shown[0].paths


@pytest.mark.parametrize(
    "layout",
    [
        pytest.param(tee(), id="a street that ends"),
        pytest.param(
            standard_stages(
                Layout(
                    tuple(
                        arm(each, (U, L), (T,), (T, R))
                        for each in (Direction.N, Direction.NE, Direction.S, Direction.SW)
                    ),
                    (),
                    Rules(all_red_s=0.0),
                    free_right=True,
                )
            ),
            id="crooked, with U-turns and free right turns",
        ),
    ],
)
def test_other_shapes_are_built_and_emptied(layout: Layout) -> None:
    plan = webster_plan(layout, _hourly(layout), "J")
    shown = Sumo().run(Trial(layout, plan, _flows(layout), 2), ticking=lambda: None)
    assert shown.arrived == shown.vehicles > 0


def test_a_bay_is_built_before_the_stop_line() -> None:
    lanes = (LaneLayout((L,), 60.0), LaneLayout((T,)), LaneLayout((T, R)))
    arms = tuple(
        type(each)(each.direction, "", 50.0, lanes, 2, 0.0) for each in cross().approaches
    )
    layout = standard_stages(Layout(arms, ()))
    plan = webster_plan(layout, _hourly(layout), "J")
    shown = Sumo().run(Trial(layout, plan, _flows(layout), 3), ticking=lambda: None)
    assert shown.arrived == shown.vehicles > 0


def test_who_cancels_ends_the_simulator() -> None:
    """Would catch a cancelled job whose program runs on."""

    class Stop(Exception):
        pass

    def stop() -> None:
        raise Stop

    layout = cross()
    plan = webster_plan(layout, _hourly(layout), "J")
    with pytest.raises(Stop):
        Sumo().run(Trial(layout, plan, _flows(layout, 14_400), 1), ticking=stop)


def test_a_program_that_dies_is_one_error_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layout = cross()
    plan = webster_plan(layout, _hourly(layout), "J")
    trial = Trial(layout, plan, _flows(layout), 1)
    monkeypatch.setattr(proving, "_run_options", lambda *_told: ["--no-such-option"])
    with pytest.raises(SimulatorRefused, match="no-such-option"):
        Sumo().run(trial, ticking=lambda: None)


def test_without_the_extra_it_says_how_to_add_it(monkeypatch: pytest.MonkeyPatch) -> None:
    layout = cross()
    trial = Trial(layout, webster_plan(layout, {}, "J"), (), 1)
    monkeypatch.setattr(Sumo, "is_available", lambda _self: False)
    with pytest.raises(SimulatorRefused, match="EXTRAS=simulation"):
        Sumo().run(trial, ticking=lambda: None)
