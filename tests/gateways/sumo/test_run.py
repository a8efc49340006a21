"""Real runs of the simulator, in their own process."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from luchang.core.signals.adaptive import AdaptiveControl, Sight
from luchang.core.signals.junction import Network, SafetyRules
from luchang.core.signals.safety import Breach, faults
from luchang.gateways.sumo import tripinfo
from luchang.gateways.sumo.net import read_net
from luchang.gateways.sumo.proving import Sumo
from luchang.gateways.sumo.run import Job, SimulationFailed, SimulatorAbsent, is_available, run
from tests.gateways.sumo.nets import VEHICLES, crossing
from tests.simulator import needs_simulator


@dataclass
class Restless:
    """Wants another stage every second."""

    stages: int = 0

    def begin(self, network: Network) -> None:
        self.stages = len(network.junctions[0].stages)

    def decide(self, junction_id: str, sight: Sight) -> int:
        return (sight.stage + 1) % self.stages


@dataclass
class Fatal:
    """Ends the process without a word, as a crash in a library does."""

    code: int = 3

    def begin(self, network: Network) -> None:
        os._exit(self.code)

    def decide(self, junction_id: str, sight: Sight) -> int:
        return sight.stage


@needs_simulator
def test_a_run_counts_everybody_and_breaks_no_rule(tmp_path: Path) -> None:
    result = run(crossing(tmp_path))

    assert (result.scheduled, result.arrived, result.never_inserted) == (VEHICLES, VEHICLES, 0)
    assert result.faults == ()
    assert 0 < result.delay_s < result.p95_s < 60


@needs_simulator
def test_the_same_seed_gives_the_same_run_and_our_control_is_deterministic(tmp_path: Path) -> None:
    job = replace(crossing(tmp_path), controller=AdaptiveControl(), keeps_states=True)

    first, second = run(job), run(job)

    assert first.states == second.states
    assert first.delay_s == second.delay_s


@needs_simulator
def test_adaptive_control_halves_the_delay_of_the_programme_on_an_easy_crossing(
    tmp_path: Path,
) -> None:
    job = crossing(tmp_path)

    fixed, ours = run(job), run(replace(job, controller=AdaptiveControl()))

    assert ours.faults == ()
    assert ours.delay_s < 0.5 * fixed.delay_s


@needs_simulator
def test_whoever_controls_amber_and_minimum_green_are_kept(tmp_path: Path) -> None:
    result = run(replace(crossing(tmp_path), controller=Restless()))

    assert result.faults == ()


@needs_simulator
def test_the_gate_finds_breaches_planted_in_a_recorded_run(tmp_path: Path) -> None:
    job = replace(crossing(tmp_path), keeps_states=True)
    (junction,) = read_net(job.net).network.junctions
    states = list(run(job).states["A0"])
    amber = next(k for k, state in enumerate(states) if "y" in state)
    green = states[amber - 1]

    cut = states[:amber] + [states[amber + 4]] * 4 + states[amber + 4 :]
    everybody = [*states[:50], "G" * len(green), *states[51:]]

    assert Breach.NO_AMBER in {fault.breach for fault in faults(junction, cut)}
    assert Breach.CONFLICTING_GREENS in {fault.breach for fault in faults(junction, everybody)}
    assert faults(junction, states) == []


@needs_simulator
def test_stricter_rules_make_the_same_run_faulty(tmp_path: Path) -> None:
    """The programme has three seconds of amber; a rule of four is not met."""
    result = run(replace(crossing(tmp_path), rules=SafetyRules(amber_s=4.0)))

    assert {fault.breach for fault in result.faults} == {Breach.AMBER_SHORT}


@needs_simulator
def test_never_inserted_vehicles_wait_until_the_end(tmp_path: Path) -> None:
    """Counted from the simulator's file, and from the route file where it has none."""
    job = crossing(tmp_path)
    late = replace(job, end_s=30)

    result = run(late)
    wanted = tripinfo.scheduled(job.routes, 0, 30)

    assert result.scheduled == len(wanted) == 10


@needs_simulator
def test_a_crash_of_the_simulator_is_one_error_in_the_parent(tmp_path: Path) -> None:
    job = replace(crossing(tmp_path), controller=Fatal())

    with pytest.raises(SimulationFailed, match="ended with 3"):
        run(job)


@needs_simulator
def test_a_refusal_of_the_simulator_says_its_last_words(tmp_path: Path) -> None:
    job = crossing(tmp_path)
    job.routes.write_text('<routes><trip id="a" depart="0" from="nowhere" to="A0top0"/></routes>')

    with pytest.raises(SimulationFailed, match="nowhere"):
        run(job)


@needs_simulator
def test_a_run_without_end_is_ended(tmp_path: Path) -> None:
    with pytest.raises(SimulationFailed, match="no end after"):
        run(replace(crossing(tmp_path), end_s=10_000_000), most_s=2.0)


@needs_simulator
def test_what_is_installed_is_said_to_be_there() -> None:
    """Else the pages would send an engineer to install what he has."""
    assert is_available()
    assert Sumo().is_available()


def test_without_the_extra_the_refusal_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("luchang.gateways.sumo.run.is_available", lambda: False)
    job = Job(tmp_path / "net.xml", tmp_path / "rou.xml", 0, 10, 1)

    with pytest.raises(SimulatorAbsent):
        run(job)
