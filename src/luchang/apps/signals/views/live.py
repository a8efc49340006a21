"""What the controllers show now, what is broken, and where detectors and plan disagree."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from luchang.apps.signals import selectors
from luchang.apps.signals.bridge import drawings
from luchang.apps.signals.bridge.alarms import Alarm, Running, alarms_of
from luchang.apps.signals.bridge.wording import ARMS, fault_name, mode_text
from luchang.apps.signals.models import ControllerStatus
from luchang.apps.signals.policies import SEE
from luchang.core.signals.layout import Direction
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of

MOST = 48
"""Controllers drawn in full; what is in trouble comes first, the rest is listed."""

GRAVITY = {"danger": 0, "warning": 1, "success": 2}


@dataclass(frozen=True)
class Card:
    """One controller as the page shows it."""

    status: ControllerStatus
    mode: str
    stage: drawings.StageShape | None
    faults: list[tuple[str, datetime]]
    flows: list[tuple[str, int]]
    alarms: list[Alarm]
    tone: str


@require_GET
@allow(SEE)
def live(request: HttpRequest) -> HttpResponse:
    """The whole page, or only its cards for htmx."""
    actor, at = actor_of(request), clock.now()
    cards = _cards(actor, at=at)
    values = {
        "cards": cards[:MOST],
        "rest": cards[MOST:],
        "count": len(cards),
        "at": at,
        "is_simulated": any(each.status.is_simulated for each in cards),
        "offline": sum(not each.status.is_online for each in cards),
        "broken": sum(bool(each.faults) for each in cards),
        "alarmed": sum(bool(each.alarms) for each in cards),
    }
    part = "signals/_live.html" if request.headers.get("HX-Request") else "signals/live.html"
    return render(request, part, values)


def _cards(actor: Actor, *, at: datetime) -> list[Card]:
    rows = list(selectors.controllers(actor).order_by("junction__code"))
    keys = [row.junction_id for row in rows]
    faults = selectors.open_faults(keys)
    flows = selectors.recent_flows(keys, at=at)
    plans = selectors.running_plans(keys, at=at)
    cards = [
        _card(
            row,
            faults.get(row.junction_id, []),
            flows.get(row.junction_id, {}),
            plans.get(row.junction_id),
            at=at,
        )
        for row in rows
    ]
    return sorted(cards, key=lambda each: GRAVITY[each.tone])


def _card(
    row: ControllerStatus,
    faults: list[tuple[str, datetime]],
    flows: dict[str, float],
    plan: Running | None,
    *,
    at: datetime,
) -> Card:
    layout = row.junction.layout.layout if row.junction.layout else None
    stages = drawings.stages_of(layout) if layout else []
    stage = stages[row.stage - 1] if row.stage and 0 < row.stage <= len(stages) else None
    alarms = alarms_of(row, layout, plan, flows, at=at)
    tone = "danger" if faults or not row.is_online else "warning" if alarms else "success"
    return Card(
        row,
        mode_text(row.mode),
        stage,
        [(fault_name(code), began) for code, began in faults],
        [(str(ARMS[Direction[arm]]), round(flow)) for arm, flow in sorted(flows.items())],
        alarms,
        tone,
    )
