"""What an operator may set on adaptive control; everything else it learns from its detectors."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class AdaptiveParameters:
    """Parameters, the same for every junction.

    Attributes
    ----------
    scenarios
        How many ways unknown movements on shared lanes are drawn [-].
    horizon_s
        Time after which a plan stops to serve; what is left pays for it [s].
    expected_s
        How far ahead unseen arrivals are expected at the rate of the last minutes [s].
    amber_used_s
        How long after the end of green moving vehicles still cross [s].
    gap_s
        A plan gives up a green that nobody crosses for so long [s].
    longest_wait_s
        No vehicle at a stop line waits longer, if a stage serves it [s].
    blocked_s
        A first vehicle that stands so long on green wants a movement that is red [s].
    jammed_s
        Who stands inside a junction for so long keeps no stage back any more [s].
    yield_gap_s
        Gap in traffic with the right of way that a yielding vehicle takes [s].
    acceleration_mps2
        Of a vehicle that may go [m/s2].
    stop_cost_s
        What a stop costs beside its delay: speed lost and regained [s].
    switch_margin_s
        A switch must save more vehicle seconds than this [s].
    exit_room_m
        An exit lane with less room behind its last standing vehicle is full [m].
    full_exit_s
        How long a full exit is expected to stay full [s].
    held_s
        How long who stands upstream with a free road ahead is expected to stand [s].
    hears_neighbours
        Whether planned departures of neighbours are expected here.
    silent_gaps
        Quiet that is suspicious, in expected gaps between vehicles [-].
    stuck_s
        A detector that reports one vehicle unmoved through so much green is broken [s].
    recovery_s
        How long detectors must be sound before they are believed again [s].
    """

    scenarios: int = 4
    horizon_s: float = 120.0
    expected_s: float = 30.0
    amber_used_s: float = 0.5
    gap_s: float = 3.5
    longest_wait_s: float = 90.0
    blocked_s: float = 3.0
    jammed_s: float = 30.0
    yield_gap_s: float = 6.0
    acceleration_mps2: float = 2.5
    stop_cost_s: float = 1.0
    switch_margin_s: float = 0.0
    exit_room_m: float = 10.0
    full_exit_s: float = 6.0
    held_s: float = 5.0
    hears_neighbours: bool = True
    silent_gaps: float = 20.0
    stuck_s: float = 240.0
    recovery_s: float = 120.0

    def __post_init__(self) -> None:
        for one in fields(self):
            if getattr(self, one.name) < 0:
                raise ValueError(f"{one.name} is negative")
        if self.scenarios < 1:
            raise ValueError("at least one scenario")
        if self.expected_s > self.horizon_s:
            raise ValueError("nobody is served after the horizon who is expected later")
        if self.acceleration_mps2 == 0:
            raise ValueError("without acceleration nobody arrives")
