"""Where what detectors count and what the plan gives do not go together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from luchang.apps.signals.bridge.wording import ARMS
from luchang.apps.signals.models import ControllerStatus
from luchang.core.signals.control import ControlMode
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Direction, Layout, Way
from luchang.core.signals.plan import Plan
from luchang.core.signals.webster import saturation_veh_h

STALE = timedelta(minutes=5)
BUSY_VEH_H, TOO_FULL = 100.0, 1.1
BY_PLAN = {
    ControlMode.FIXED, ControlMode.ACTUATED, ControlMode.ADAPTIVE, ControlMode.LINE_FIXED,
    ControlMode.LINE_ACTUATED, ControlMode.LINE_ADAPTIVE, ControlMode.AREA, ControlMode.PLAN_LOCK,
}  # fmt: skip


@dataclass(frozen=True)
class Running:
    """The plan a junction should run now, and the layout it is for."""

    layout: Layout
    plan: Plan


@dataclass(frozen=True)
class Alarm:
    code: str
    text: str


def alarms_of(
    status: ControllerStatus,
    layout: Layout | None,
    running: Running | None,
    flows: Mapping[str, float],
    *,
    at: datetime,
) -> list[Alarm]:
    """What somebody should look at, in words."""
    found = []
    if at - status.reported_at > STALE:
        minutes = int((at - status.reported_at).total_seconds() // 60)
        found.append(Alarm("stale", _("%(minutes)s分钟没有上报") % {"minutes": minutes}))
    if status.mode and status.mode not in BY_PLAN:
        found.append(Alarm("mode", _("没有按方案运行")))
    if layout and status.stage and status.stage > len(layout.stages):
        found.append(
            Alarm(
                "stage",
                _("信号机在第%(stage)s阶段，渠化只有%(count)s个相位")
                % {"stage": status.stage, "count": len(layout.stages)},
            )
        )
    if running is not None:
        found += _of_flows(running, flows)
    return found


def _of_flows(running: Running, flows: Mapping[str, float]) -> list[Alarm]:
    found = []
    busy = [arm for arm, flow in flows.items() if flow >= BUSY_VEH_H]
    for arm, flow in sorted(flows.items()):
        name = {"arm": ARMS[Direction[arm]]}
        capacity = capacity_of(running, Direction[arm])
        if flow == 0 and capacity > 0 and len(busy) > 0:
            found.append(Alarm("silent", _("%(arm)s进口检测器没有数据，其他进口有车") % name))
        elif capacity and flow > capacity * TOO_FULL:
            said = name | {"flow": round(flow), "capacity": round(capacity)}
            text = _("%(arm)s进口流量%(flow)s辆/小时超过方案通行能力%(capacity)s") % said
            found.append(Alarm("over", text))
        elif flow > 0 and not capacity:
            found.append(Alarm("closed", _("%(arm)s进口有车通过，方案中没有绿灯") % name))
    return found


def capacity_of(running: Running, arm: Direction) -> float:
    """Vehicles an hour that the plan lets through from an arm."""
    layout, plan = running.layout, running.plan
    if arm not in layout.arms or plan.cycle_s <= 0:
        return 0.0
    total = 0.0
    for way in layout.ways:
        if way.arm != arm or way.turn == Turn.ON_FOOT:
            continue
        total += saturation_veh_h(layout, way) * _green_share(layout, plan, way)
    return total


def _green_share(layout: Layout, plan: Plan, way: Way) -> float:
    if way.key not in layout.lamp_of:
        return 1.0
    green = sum(step.green_s for step in plan.steps if way.key in layout.stages[step.stage].green)
    return green / plan.cycle_s
