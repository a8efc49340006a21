"""Who may see, report, work on, approve and send signal plans, and how long each step may take."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.models import Intervention, Reorganisation, Retiming
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.permissions import Permission, declare
from luchang.kernel.records import deadlines
from luchang.kernel.records.calendar import Unit
from luchang.kernel.records.deadlines import Rule, Step

SEE = "signals.see_signals"
REPORT = "signals.report_congestion"
MANAGE = "signals.manage_signals"
APPROVE = "signals.approve_plans"
SEND = "signals.send_plans"

declare(
    Permission(SEE, _("查看路口与信号配时")),
    Permission(REPORT, _("上报路口拥堵，提出配时工单"), implies=(SEE,)),
    Permission(MANAGE, _("管理路口、流量与配时方案"), implies=(SEE, REPORT)),
    Permission(APPROVE, _("审批和验收配时方案"), implies=(SEE,)),
    Permission(SEND, _("向信号机下发已审批的方案"), implies=(SEE,)),
)

DAY_S = int(timedelta(days=1).total_seconds())

deadlines.declare(
    Rule(
        "signals.study", "配时工单采集与计算", 10, Unit.WORKING_DAYS,
        warn_before_s=2 * DAY_S, steps=(Step(2 * DAY_S, MANAGE, 1),),
    ),
    Rule("signals.approve", "配时方案审批", 3, Unit.WORKING_DAYS, warn_before_s=DAY_S),
    Rule(
        "signals.compare", "配时方案评估", 20, Unit.WORKING_DAYS,
        warn_before_s=3 * DAY_S, steps=(Step(3 * DAY_S, MANAGE, 1),),
    ),
    Rule("signals.accept", "配时方案验收", 5, Unit.WORKING_DAYS, warn_before_s=DAY_S),
    Rule("signals.reorganise", "路口改造验收", 10, Unit.WORKING_DAYS, warn_before_s=2 * DAY_S),
)  # fmt: skip


def is_not_own_plan(actor: Actor, row: Retiming) -> bool:
    """Nobody approves or accepts a plan he himself chose or had proven."""
    return actor.user_id is None or actor.user_id not in row.author_ids


def is_not_own_building(actor: Actor, work: Reorganisation) -> bool:
    """Nobody accepts what he himself declared to be built."""
    return actor.user_id is None or work.built_by_id != actor.user_id


def is_not_own_request(actor: Actor, row: Intervention) -> bool:
    """Nobody signs an intervention he himself asked for."""
    return actor.user_id is None or row.asked_by_id != actor.user_id
