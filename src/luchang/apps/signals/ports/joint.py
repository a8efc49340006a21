"""Several junctions in one simulation: what the simulator is asked for a corridor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from luchang.apps.signals.ports.simulator import Outcome, simulator
from luchang.core.signals.layout import Direction, Layout
from luchang.core.signals.plan import Plan


@dataclass(frozen=True)
class Joined:
    """One junction of the net.

    Attributes
    ----------
    at_m
        Distance from the first along the road [m].
    ways, vehicles
        Movements that were counted, and how many made each, interval by interval.
    """

    name: str
    layout: Layout
    plan: Plan
    at_m: float
    ways: tuple[str, ...]
    vehicles: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The road from one junction to the next: the arm it leaves by, the arm it arrives by."""

    leaves: Direction
    arrives: Direction
    length_m: float


@dataclass(frozen=True)
class JointTrial:
    """One run of a corridor: plans on layouts under the demand that was counted at each."""

    places: tuple[Joined, ...]
    spans: tuple[Span, ...]
    interval_s: float
    seed: int


class JointSimulator(Protocol):
    def run_joint(self, trial: JointTrial, *, ticking: Callable[[], None]) -> Outcome:
        """Run all junctions in one net; delays and stops are of a vehicle's whole way.

        Raises:
            SimulatorRefused: what is missing or went wrong.
        """


def joint_simulator() -> JointSimulator:
    """The configured simulator; every one that proves single junctions proves corridors."""
    return cast("JointSimulator", simulator())
