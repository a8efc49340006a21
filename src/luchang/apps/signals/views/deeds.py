"""What may be done with a study or a scheme once its counts are chosen."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from luchang.apps.signals import services
from luchang.apps.signals.forms.studies import (
    ChooseForm,
    CompareForm,
    MeasureForm,
    ScheduleForm,
)
from luchang.apps.signals.models import Retiming
from luchang.apps.signals.policies import APPROVE, MANAGE, SEND, is_not_own_plan
from luchang.apps.signals.services.deciding import MEASURABLE
from luchang.apps.signals.services.members import members_of
from luchang.apps.signals.states import ControllerKind, Side, StudyStatus
from luchang.apps.signals.views.passages import MEASURE_PASSAGES
from luchang.kernel.clock import local
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Said, calling

S = StudyStatus


def said_of(said: Said) -> dict[str, Any]:
    """What is entered about measured values."""
    return {name: said[name] for name in ("side", "measure", "values", "day", "note")}


def _has_controller(row: Retiming) -> bool:
    kinds = {each.junction.controller_kind for each in members_of(row)}
    return kinds != {ControllerKind.NONE}


DEEDS: tuple[Deed[Any], ...] = (
    Deed(
        key="compute",
        title=_("计算方案"),
        permission=MANAGE,
        act=calling(services.order_candidates, "of", whole=True),
        done=_("已开始计算"),
        states=(S.COUNTED,),
        icon="calculator",
        kind="primary",
    ),
    Deed(
        key="choose",
        title=_("选定方案"),
        permission=MANAGE,
        form=ChooseForm,
        act=lambda row, said, by, at: services.choose(
            of=row, candidate_id=said["candidate"].pk, by=by, at=at
        ),
        done=_("已选定，可以仿真验证"),
        states=(S.COMPUTED,),
        icon="check",
        kind="primary",
    ),
    Deed(
        key="prove",
        title=_("仿真验证"),
        permission=MANAGE,
        act=calling(services.order_proof, "of", whole=True),
        done=_("已开始仿真"),
        states=(S.COMPUTED,),
        when=lambda row: row.chosen_id is not None,
        icon="chart-line",
        kind="primary",
    ),
    Deed(
        key="approve",
        title=_("审批通过"),
        permission=APPROVE,
        act=calling(services.approve, "of", whole=True),
        done=_("已审批"),
        states=(S.PROVEN,),
        may=is_not_own_plan,
        icon="circle-check",
        kind="primary",
        question=_("确认全部方案满足安全约束且仿真效果可以接受？通过后内容不得再改。"),
    ),
    Deed(
        key="send-back",
        title=_("退回另选"),
        permission=APPROVE,
        form=ReasonForm,
        act=calling(services.send_back, "of", whole=True),
        done=_("已退回"),
        states=(S.PROVEN, S.APPROVED),
        icon="arrow-back-up",
    ),
    Deed(
        key="reject",
        title=_("不予采用"),
        permission=APPROVE,
        form=ReasonForm,
        act=calling(services.reject, "of", whole=True),
        done=_("已记为不予采用"),
        states=(S.PROVEN,),
        icon="circle-x",
        kind="danger",
    ),
    Deed(
        key="schedule",
        title=_("安排执行"),
        permission=MANAGE,
        form=ScheduleForm,
        act=calling(services.schedule, "of", whole=True),
        done=_("已安排"),
        states=(S.APPROVED,),
        icon="calendar",
        kind="primary",
    ),
    Deed(
        key="unschedule",
        title=_("撤销安排"),
        permission=MANAGE,
        form=ReasonForm,
        act=calling(services.unschedule, "of", whole=True),
        done=_("已撤销"),
        states=(S.SCHEDULED,),
        icon="arrow-back-up",
    ),
    Deed(
        key="send",
        title=_("下发信号机"),
        permission=SEND,
        act=calling(services.order_sending, "of", whole=True),
        done=_("已开始下发"),
        states=(S.APPROVED, S.SCHEDULED, S.IN_FORCE),
        when=_has_controller,
        icon="send",
        question=_("将全部已审批的方案写入信号机？写入后系统会逐个回读核对。"),
    ),
    Deed(
        key="begin",
        title=_("开始执行"),
        permission=MANAGE,
        act=calling(services.begin, "of", whole=True),
        done=_("已记为执行，请在实施后采集评估数据"),
        states=(S.SCHEDULED,),
        icon="chart-line",
        kind="primary",
        question=_("确认各信号机已经按方案运行？"),
    ),
    Deed(
        key="measure",
        title=_("录入评估数据"),
        permission=MANAGE,
        form=MeasureForm,
        initial=lambda row, at: {
            "day": local(at).date(),
            "side": Side.AFTER if row.status == S.IN_FORCE else Side.BEFORE,
        },
        act=lambda row, said, by, at: services.measure(of=row, **said_of(said), by=by, at=at),
        done=_("已录入"),
        states=MEASURABLE,
        icon="chart-line",
    ),
    MEASURE_PASSAGES,
    Deed(
        key="compare",
        title=_("前后对比"),
        permission=MANAGE,
        form=CompareForm,
        act=calling(services.compare_sides, "of", whole=True),
        done=_("已对比，等待验收"),
        states=(S.IN_FORCE,),
        icon="scale",
        kind="primary",
    ),
    Deed(
        key="accept",
        title=_("验收"),
        permission=APPROVE,
        act=calling(services.accept, "of", whole=True),
        done=_("已验收"),
        states=(S.COMPARED,),
        may=is_not_own_plan,
        icon="circle-check",
        kind="primary",
        question=_("确认前后对比结果可以接受，予以验收？"),
    ),
    Deed(
        key="measure-more",
        title=_("补充评估"),
        permission=APPROVE,
        form=ReasonForm,
        act=calling(services.measure_more, "of", whole=True),
        done=_("已退回补充"),
        states=(S.COMPARED,),
        icon="arrow-back-up",
    ),
    Deed(
        key="roll-back",
        title=_("恢复原方案"),
        permission=MANAGE,
        form=ReasonForm,
        act=calling(services.roll_back, "of", whole=True),
        done=_("已恢复原方案"),
        states=(S.IN_FORCE, S.COMPARED),
        icon="circle-x",
        kind="danger",
    ),
    Deed(
        key="compute-anew",
        title=_("重新计算"),
        permission=MANAGE,
        form=ReasonForm,
        act=calling(services.compute_anew, "of", whole=True),
        done=_("可以重新计算"),
        states=(S.COMPUTED,),
        icon="refresh",
    ),
    Deed(
        key="count-anew",
        title=_("重新采集流量"),
        permission=MANAGE,
        form=ReasonForm,
        act=calling(services.count_anew, "of", whole=True),
        done=_("等待重新采集"),
        states=(S.COUNTED,),
        icon="refresh",
    ),
    Deed(
        key="cancel",
        title=_("取消"),
        permission=MANAGE,
        form=ReasonForm,
        act=calling(services.cancel, "of", whole=True),
        done=_("已取消"),
        states=(S.OPEN, S.COUNTED, S.COMPUTED, S.PROVEN, S.APPROVED),
        icon="circle-x",
        kind="danger",
    ),
)
