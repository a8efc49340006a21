"""Who finds, hands over, rectifies and accepts hazards, and how long each step may take."""

from datetime import timedelta
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.policies.seeing import SEE_RISK
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.permissions import Permission, declare
from luchang.kernel.records import deadlines
from luchang.kernel.records.calendar import Unit
from luchang.kernel.records.deadlines import Rule, Step

ADD_EVIDENCE = "risk.add_evidence"
FIND = "risk.find_hazards"
HAND_OVER = "risk.hand_over"
RECTIFY = "risk.rectify"
ACCEPT = "risk.accept_hazards"
MANAGE_LISTS = "risk.manage_lists"
SUPERVISE = "risk.supervise"
REVEAL_SUBJECTS = "risk.reveal_subjects"

declare(
    Permission(ADD_EVIDENCE, _("添加隐患照片与文件"), implies=(SEE_RISK,)),
    Permission(FIND, _("排查上报隐患"), implies=(SEE_RISK, ADD_EVIDENCE)),
    Permission(HAND_OVER, _("交办隐患"), implies=(SEE_RISK, ADD_EVIDENCE)),
    Permission(RECTIFY, _("签收并整改隐患"), implies=(SEE_RISK, ADD_EVIDENCE)),
    Permission(ACCEPT, _("验收隐患并销号"), implies=(SEE_RISK, ADD_EVIDENCE)),
    Permission(MANAGE_LISTS, _("管理风险隐患清单"), implies=(SEE_RISK,)),
    Permission(SUPERVISE, _("挂牌督办"), implies=(SEE_RISK,)),
    Permission(REVEAL_SUBJECTS, _("查看隐患人员姓名"), implies=(SEE_RISK,)),
)

DAY_S = int(timedelta(days=1).total_seconds())
MAYORS_LIST = "risk.mayors_list"
"""How many days over the due time put a hazard on the mayor's list of the month."""

deadlines.declare(
    Rule(
        "risk.hand_over", "隐患交办", 5, Unit.WORKING_DAYS,
        warn_before_s=DAY_S, steps=(Step(DAY_S, HAND_OVER, 1),),
    ),
    Rule(
        "risk.sign", "隐患签收", 3, Unit.WORKING_DAYS,
        warn_before_s=DAY_S, steps=(Step(DAY_S, RECTIFY, 1),),
    ),
    Rule(
        "risk.rectify", "隐患整改", 30, Unit.NATURAL_DAYS,
        warn_before_s=3 * DAY_S, steps=(Step(DAY_S, RECTIFY, 1), Step(7 * DAY_S, RECTIFY, 2)),
    ),
    Rule(
        "risk.accept", "隐患验收", 10, Unit.WORKING_DAYS,
        warn_before_s=2 * DAY_S, steps=(Step(DAY_S, ACCEPT, 1),),
    ),
    Rule("risk.extend", "整改延期审批", 3, Unit.WORKING_DAYS, warn_before_s=DAY_S),
    Rule(MAYORS_LIST, "逾期隐患列入市长月度清单", 7, Unit.NATURAL_DAYS),
)  # fmt: skip


class Worked(Protocol):
    """What the rule of four eyes asks of a hazard."""

    reporter_id: int | None
    submitter_id: int | None


def is_not_own_hazard(actor: Actor, hazard: Worked) -> bool:
    """Whoever reported a hazard or declared it rectified does not accept it."""
    return actor.user_id is None or actor.user_id not in {
        hazard.reporter_id,
        hazard.submitter_id,
    }
