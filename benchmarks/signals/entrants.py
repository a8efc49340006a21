"""The registry: everybody who switches the lamps of a scenario, by one name.

To add a fixed plan, write a function that leaves an additional file and register it with
`programme`; to add an online controller, register it with `online`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.signals import peers, plans, programmes
from luchang.core.signals.adaptive.controller import AdaptiveControl

if TYPE_CHECKING:
    from benchmarks.signals.scenarios import Scenario
    from luchang.gateways.sumo.run import Controller

Files = Callable[["Scenario", Path], tuple[Path, ...]]


@dataclass(frozen=True)
class Entrant:
    """Who switches.

    Attributes
    ----------
    title
        Its name in tables.
    files
        Leaves additional files with programmes; None: those of the net.
    controller
        Makes the online controller; None: programmes run.
    sources
        Folders and files under the repository whose change asks for new runs.
    is_ours
        Ours, or a peer.
    """

    name: str
    title: str
    files: Files | None = None
    controller: Callable[[], Controller] | None = None
    knows_movements: bool = False
    sources: tuple[str, ...] = ()
    is_ours: bool = False


ENTRANTS: dict[str, Entrant] = {}


def programme(
    name: str,
    title: str,
    files: Files | None,
    *,
    sources: tuple[str, ...] = (),
    is_ours: bool = False,
) -> None:
    """Register a fixed programme, or one that the simulator itself runs."""
    ENTRANTS[name] = Entrant(name, title, files=files, sources=sources, is_ours=is_ours)


def online(
    name: str,
    title: str,
    controller: Callable[[], Controller],
    *,
    sources: tuple[str, ...],
    knows_movements: bool = False,
    is_ours: bool = False,
) -> None:
    """Register a controller that is asked every second."""
    ENTRANTS[name] = Entrant(
        name,
        title,
        controller=controller,
        knows_movements=knows_movements,
        sources=sources,
        is_ours=is_ours,
    )


PEERS = ("benchmarks/signals/peers.py",)

programme("native", "native fixed plan", None)
programme("native-3s", "native plan with 3 s amber", programmes.with_amber)
programme("actuated", "SUMO actuated", lambda s, f: programmes.actuated(s, f, "actuated"))
programme("delay-based", "SUMO delay_based", lambda s, f: programmes.actuated(s, f, "delay_based"))
programme("adaptation", "tlsCycleAdaptation.py", programmes.adapted)
programme("coordinator", "tlsCycleAdaptation.py + tlsCoordinator.py", programmes.coordinated)
online("max-pressure", "max-pressure", peers.MaxPressure, sources=PEERS)
online("max-wave", "max wave", peers.MaxWave, sources=PEERS)
online("gap-out", "gap-out, longest queue first", peers.GapOut, sources=PEERS)

OURS = ("src/luchang/core/signals/adaptive",)
online("adaptive", "adaptive, sensing A", AdaptiveControl, sources=OURS, is_ours=True)
online(
    "adaptive-b",
    "adaptive, sensing B",
    AdaptiveControl,
    sources=OURS,
    knows_movements=True,
    is_ours=True,
)

programme("fixed", "our fixed plan", plans.fixed, sources=plans.SOURCES, is_ours=True)
programme("fixed-set", "our plan set", plans.fixed_set, sources=plans.SOURCES, is_ours=True)
