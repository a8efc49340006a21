"""Who may see, report, order and accept work on facilities, and how long each step may take."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from luchang.apps.facilities.models import WorkOrder
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.permissions import Permission, declare
from luchang.kernel.records import deadlines
from luchang.kernel.records.calendar import Unit
from luchang.kernel.records.deadlines import Rule, Step

SEE = "facilities.see_facilities"
REPORT = "facilities.report_faults"
MANAGE = "facilities.manage_facilities"

declare(
    Permission(SEE, _("查看交通设施")),
    Permission(REPORT, _("上报设施故障"), implies=(SEE,)),
    Permission(MANAGE, _("管理交通设施与工单"), implies=(SEE,)),
)

DAY_S = int(timedelta(days=1).total_seconds())
HOUR_S = 3_600
DUTY = "道路交通安全法第三十条"
"""Damaged signals, signs and markings are to be mended; the hours are the force's own."""

deadlines.declare(
    Rule(
        "facilities.order", "设施派工", 3, Unit.WORKING_DAYS,
        warn_before_s=DAY_S, steps=(Step(DAY_S, MANAGE, 1),), article=DUTY,
    ),
    Rule(
        "facilities.order", "设施派工", 2, Unit.HOURS, variant="urgent",
        warn_before_s=HOUR_S // 2, steps=(Step(HOUR_S, MANAGE, 1),), article=DUTY,
    ),
    Rule(
        "facilities.work", "设施施工", 10, Unit.WORKING_DAYS,
        warn_before_s=2 * DAY_S, steps=(Step(2 * DAY_S, MANAGE, 1),), article=DUTY,
    ),
    Rule(
        "facilities.work", "设施施工", 24, Unit.HOURS, variant="urgent",
        warn_before_s=4 * HOUR_S, steps=(Step(4 * HOUR_S, MANAGE, 1),), article=DUTY,
    ),
    Rule("facilities.accept", "设施验收", 5, Unit.WORKING_DAYS, warn_before_s=DAY_S),
)  # fmt: skip


def is_not_own_work(actor: Actor, order: WorkOrder) -> bool:
    """Nobody accepts what he himself declared to be finished."""
    return actor.user_id is None or order.finished_by_id != actor.user_id
