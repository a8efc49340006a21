"""What controllers say: states, stored plans, pushes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from luchang.core.signals.control import ControllerFault, ControlMode, LampState, Presence
from luchang.core.signals.junction import Junction


@dataclass(frozen=True, slots=True)
class Controller:
    """Where a controller is reached, and by which numbers it knows itself and its junction.

    Attributes
    ----------
    junction_id
        Ours: `Junction.junction_id`.
    number
        Its own: 17 digits in GA/T 1049, a number below 2**32 in GB/T 20999.
    crossing
        The junction as the controller calls it: CrossID in GA/T 1049, the junction's index in a
        controller of several (from 1) in GB/T 20999.
    address
        `host:port` where the protocol speaks to the controller itself (GB/T 20999); empty where
        one system speaks for all (GA/T 1049).
    layout
        The junction as it stands; a simulated controller needs it to have something to show.
    """

    junction_id: str
    number: str
    crossing: str
    address: str = ""
    layout: Junction | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing a controller reports as broken."""

    kind: ControllerFault
    text: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ControllerState:
    """A controller as it was at one moment; None is what it did not say.

    Attributes
    ----------
    stage
        Index into the junction's stages.
    plan_no
        Plan it runs; 0 while it runs none.
    lamps
        What each lamp shows, by the lamp's index.
    raw_mode
        The mode as sent, where it is none of the known ones.
    faults
        What is broken now; None where the protocol does not tell.
    """

    at: datetime
    presence: Presence | None = None
    mode: ControlMode | None = None
    raw_mode: str = ""
    plan_no: int | None = None
    stage: int | None = None
    lamps: Mapping[int, LampState] = field(default_factory=dict)
    faults: Sequence[Fault] | None = None


@dataclass(frozen=True, slots=True)
class StoredStage:
    """One stage of a plan as the controller keeps it, in whole seconds.

    Attributes
    ----------
    green_s
        Its green; the whole stage where the controller keeps the change elsewhere.
    amber_s, all_red_s
        The change after it; None where the controller keeps it elsewhere.
    """

    stage: int
    green_s: int
    amber_s: int | None
    all_red_s: int | None

    @property
    def change_s(self) -> int:
        return (self.amber_s or 0) + (self.all_red_s or 0)

    @property
    def length_s(self) -> int:
        return self.green_s + self.change_s


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan as the controller keeps it."""

    plan_no: int
    name: str
    cycle_s: int
    offset_s: int
    stages: tuple[StoredStage, ...]


@dataclass(frozen=True, slots=True)
class LaneFlow:
    """What one lane's detectors counted in an interval; None is what was not measured."""

    vehicles_per_h: float
    occupancy_percent: float | None = None
    speed_kmh: float | None = None
    queue_m: float | None = None


@dataclass(frozen=True, slots=True)
class PresenceSeen:
    crossing: str
    presence: Presence


@dataclass(frozen=True, slots=True)
class ModeSeen:
    crossing: str
    mode: ControlMode | None
    raw_mode: str
    plan_no: int | None


@dataclass(frozen=True, slots=True)
class StageSeen:
    """A stage began; what ended before it lasted `last_s`. None is a stage we cannot place."""

    crossing: str
    stage: int | None
    running_s: int
    last_stage: int | None
    last_s: int | None


@dataclass(frozen=True, slots=True)
class CycleSeen:
    """A cycle began; `in_transition` while the controller moves from one plan to another."""

    crossing: str
    began_at: datetime
    last_cycle_s: int
    in_transition: bool


@dataclass(frozen=True, slots=True)
class LampsSeen:
    crossing: str
    lamps: Mapping[int, LampState]


@dataclass(frozen=True, slots=True)
class FaultSeen:
    """Faults name the controller by its `number`, not the junction."""

    number: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class FlowsSeen:
    """Counts by the controller's lane number."""

    crossing: str
    until: datetime
    interval_s: int
    lanes: Mapping[int, LaneFlow]


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """The link itself went up or down; while it is down nothing is known of any controller."""

    up: bool
    why: str = ""


Push = (
    PresenceSeen | ModeSeen | StageSeen | CycleSeen | LampsSeen | FaultSeen | FlowsSeen | LinkSeen
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the controller holds after it was set, read back from it."""

    reference: str
    at: datetime
    stored: StoredPlan | None = None
