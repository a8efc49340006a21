"""The simulator that proves a plan before it goes to the street."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from luchang.core.signals.layout import Layout
from luchang.core.signals.plan import Plan
from luchang.kernel.records import refused


class SimulatorRefused(refused.Refused):
    """Nothing was simulated, and nothing that was known is lost."""

    texts = {
        "absent": _("本机没有安装仿真组件，请用 make run EXTRAS=simulation 启动后再验证"),
        "failed": _("仿真程序出错，未得出结果：%(why)s"),
        "unbuildable": _("不能由渠化生成仿真路网：%(why)s"),
    }


@dataclass(frozen=True, slots=True)
class Flow:
    """Vehicles of one movement in one interval."""

    way: str
    begins_s: int
    ends_s: int
    vehicles: float


@dataclass(frozen=True, slots=True)
class Trial:
    """One run: a plan on a layout under the demand that was counted."""

    layout: Layout
    plan: Plan
    flows: tuple[Flow, ...]
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What a run showed.

    Attributes
    ----------
    delay_s, p95_s
        Of every vehicle that was to come, the never let in with all their waiting [s].
    stops
        A vehicle [-].
    queue_m
        Longest queue of any approach [m].
    co2_g
        A vehicle [g].
    queues
        By arm: seconds and metres of the queue, in time.
    paths
        By movement: seconds and metres to the stop line of some vehicles, negative beyond it.
    """

    delay_s: float
    p95_s: float
    stops: float
    queue_m: float
    co2_g: float
    vehicles: int
    arrived: int
    queues: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    paths: Mapping[str, Sequence[Sequence[tuple[float, float]]]] = field(default_factory=dict)


class Simulator(Protocol):
    """Runs trials outside this process; whatever befalls it there is one error here."""

    name: str

    def is_available(self) -> bool: ...

    def run(self, trial: Trial, *, ticking: Callable[[], None]) -> Outcome:
        """Run one trial; `ticking` is called at least once a second and may raise to stop it.

        Raises:
            SimulatorRefused: what is missing or went wrong.
        """


@cache
def simulator() -> Simulator:
    """The simulator this installation is configured with."""
    return cast("Simulator", import_string(settings.SIGNAL_SIMULATOR)())
