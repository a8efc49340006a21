"""The panels of the workbench. Apps supply them; what nobody supplies yet shows its empty state.

    workbench.register(Panel(Place.TODOS, "records/workbench_todos.html", values=todos))

A panel template finds what `values` returned as `panel`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from luchang.kernel.identity.actors import Actor

Values = Callable[[Actor, datetime], Mapping[str, object]]


class Place(StrEnum):
    """Where on the workbench a panel stands."""

    FIGURES = "figures"
    TODOS = "todos"
    INCIDENTS = "incidents"
    SHIFT = "shift"
    NOTICES = "notices"


@dataclass(frozen=True)
class Panel:
    """A fragment of the workbench: a template and the values it draws."""

    place: Place
    template: str
    values: Values
    permission: str = ""
    order: int = 100


@dataclass(frozen=True)
class Drawn:
    template: str
    values: Mapping[str, object]


_register: list[Panel] = []


def register(panel: Panel) -> None:
    """Add a panel; called from an app's `ready`."""
    if panel not in _register:
        _register.append(panel)
        _register.sort(key=lambda known: known.order)


def panels_for(actor: Actor, *, at: datetime) -> dict[str, list[Drawn]]:
    """The panels this person sees, by place."""
    shown: dict[str, list[Drawn]] = {place.value: [] for place in Place}
    for panel in _register:
        if not panel.permission or actor.may(panel.permission):
            shown[panel.place].append(Drawn(panel.template, panel.values(actor, at)))
    return shown
