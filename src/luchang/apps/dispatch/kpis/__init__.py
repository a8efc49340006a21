"""What 122 is measured by. Each figure is a set of records; the rows behind it are the figure."""

from typing import Any

from django.db.models import F, Q, Sum
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.kpis.rows import (
    FEEDBACK,
    INCIDENT,
    OF_ACTIONS,
    OF_CALLS,
    OF_INCIDENTS,
    OF_ORDERS,
    OWNER,
    actions,
    belonging,
    calls,
    days,
    feedbacks,
    first_dispatches,
    incidents,
    orders,
    rung_out,
    to_arrive,
    to_sign,
    under_way,
    waiting,
)
from luchang.apps.dispatch.kpis.times import TIMES
from luchang.apps.dispatch.policies import SEE
from luchang.apps.dispatch.selectors import categories
from luchang.apps.dispatch.selectors.labels import name_of
from luchang.apps.dispatch.states import (
    NOT_EFFECTIVE,
    AreaClass,
    CallLink,
    CallStatus,
    DispatchReason,
    Grade,
)
from luchang.kernel.metrics import (
    Better,
    Indicator,
    Rank,
    Rate,
    Ratio,
    Scope,
    Unit,
    Zero,
    declare,
)

category_name = lazy(name_of, str)


def _now(about: dict[str, Any]) -> dict[str, Any]:
    """The same of what there is now: it falls into no period and is never kept."""
    return {**about, "sources": ()}


UNREAL_ONES = _("被合并的和取消的警情")
DEAD_ORDERS = _("撤销和退回的派警单")
INCIDENTS = Indicator(
    code="dispatch.incidents",
    title=_("警情数"),
    unit=Unit.CASE,
    counts=_("期内接报的警情"),
    leaves_out=UNREAL_ONES,
    rows=incidents,
    **OF_INCIDENTS,
)
EFFECTIVE = Indicator(
    code="dispatch.effective_incidents",
    title=_("有效警情"),
    unit=Unit.CASE,
    counts=_("期内接报、核定类别不是咨询、举报、投诉的警情"),
    leaves_out=UNREAL_ONES,
    rows=incidents,
    where=~Q(category__in=categories.codes_of(*NOT_EFFECTIVE)),
    **OF_INCIDENTS,
)
INJURED = Indicator(
    code="dispatch.injured",
    title=_("警情受伤人数"),
    unit=Unit.PERSON,
    counts=_("期内接报的警情中登记的受伤人数之和"),
    leaves_out=_("没有登记受伤人数的警情"),
    rows=incidents,
    where=Q(injured__isnull=False),
    aggregate=Sum("injured"),
    is_sum=True,
    better=Better.LOWER,
    **OF_INCIDENTS,
)
UNANSWERED_FIRST_GRADE = Zero(
    code="dispatch.first_grade_without_order",
    title=_("一级警情未派警"),
    unit=Unit.CASE,
    counts=_("期内接报、至今无人派出的一级警情；期内没有警情记录时不得出零"),
    leaves_out=UNREAL_ONES,
    rows=incidents,
    where=Q(grade=Grade.FIRST, dispatched_at__isnull=True),
    kept=incidents,
    **OF_INCIDENTS,
)
CALLS = Indicator(
    code="dispatch.calls",
    title=_("接警数"),
    unit=Unit.TIME,
    counts=_("期内进入排队的来话"),
    leaves_out=_("无：骚扰电话和未接来话也是来话"),
    rows=calls,
    **OF_CALLS,
)
INCIDENTS_A_DAY = Rate(
    code="dispatch.incidents_a_day",
    title=_("日均警情"),
    unit=Unit.CASE_A_DAY,
    counts=_("期内接报的警情，除以期内天数"),
    leaves_out=UNREAL_ONES,
    rows=incidents,
    base=days,
    **OF_INCIDENTS,
)
CALLS_A_DAY = Rate(
    code="dispatch.calls_a_day",
    title=_("日均接警"),
    unit=Unit.TIME_A_DAY,
    counts=_("期内进入排队的来话，除以期内天数"),
    leaves_out=_("无"),
    rows=calls,
    base=days,
    **OF_CALLS,
)
ORDERS = Indicator(
    code="dispatch.orders",
    title=_("首次派警数"),
    unit=Unit.TIME,
    counts=_("期内派出的每起警情的第一张派警单"),
    leaves_out=DEAD_ORDERS,
    rows=first_dispatches,
    **OF_ORDERS,
)
ALL_ORDERS = Indicator(
    code="dispatch.orders_sent",
    title=_("派警数"),
    unit=Unit.TIME,
    counts=_("期内派出的派警单，包括增援"),
    leaves_out=_("从未派出的排队派警单"),
    rows=orders,
    **OF_ORDERS,
)
REINFORCED = Indicator(
    code="dispatch.reinforcements",
    title=_("增援派警数"),
    unit=Unit.TIME,
    counts=_("期内为增援而派出的派警单"),
    leaves_out=_("首次派警单"),
    rows=orders,
    where=Q(reason=DispatchReason.REINFORCEMENT),
    **OF_ORDERS,
)
FEEDBACKS = Indicator(
    code="dispatch.feedbacks",
    title=_("反馈数"),
    permission=SEE,
    owner=OWNER,
    unit=Unit.COPY,
    counts=_("期内提交的反馈单"),
    leaves_out=_("无"),
    rows=feedbacks,
    ground={Scope.URBAN: Q(incident__area_class=AreaClass.URBAN)},
    organisation="incident__organisation",
    sources=(FEEDBACK, INCIDENT),
)
ACTIONS = Indicator(
    code="dispatch.actions",
    title=_("接处警动作"),
    unit=Unit.TIME,
    counts=_("期内接听来话、派警、签收、到场、反馈和结案，每一步计一次"),
    leaves_out=_("未接来话；没有发生的步骤"),
    rows=actions,
    **OF_ACTIONS,
)
ACTIONS_A_DAY = Rate(
    code="dispatch.actions_a_day",
    title=_("日均接处警"),
    unit=Unit.TIME_A_DAY,
    counts=_("期内接处警动作，除以期内天数"),
    leaves_out=_("未接来话；没有发生的步骤"),
    rows=actions,
    base=days,
    **OF_ACTIONS,
)
MISSED_CALLS = Ratio(
    code="dispatch.missed_share",
    title=_("来话未接率"),
    counts=_("期内进入排队的来话中无人接听的"),
    leaves_out=_("仍在振铃的来话"),
    better=Better.LOWER,
    denominator=rung_out,
    where=Q(status=CallStatus.MISSED),
    **OF_CALLS,
)
UNITS_SENT = Indicator(
    code="dispatch.units_sent",
    title=_("出警单元数"),
    unit=Unit.PIECE,
    counts=_("期内被首次派出的巡逻单元，每个只计一次"),
    leaves_out=_("撤销和退回的派警单；派给个人或车辆的派警单"),
    rows=first_dispatches,
    where=Q(unit__isnull=False),
    distinct="unit",
    **OF_ORDERS,
)
REPEATS = Ratio(
    code="dispatch.repeat_share",
    title=_("重复报警占比"),
    counts=_("归属警情的来话中，关联类型为重复报警的"),
    leaves_out=_("咨询、骚扰和未接来话"),
    denominator=belonging,
    where=Q(link=CallLink.REPEAT),
    **OF_CALLS,
)
SIGNED_IN_TIME = Ratio(
    code="dispatch.signed_in_time",
    title=_("按时签收率"),
    counts=_("有签收时限的首次派警单中，在时限内签收的"),
    leaves_out=_("撤销和退回的派警单，没有时限的派警单"),
    better=Better.HIGHER,
    denominator=to_sign,
    where=Q(signed_at__lte=F("sign_due_at")),
    **OF_ORDERS,
)
ARRIVED_IN_TIME = Ratio(
    code="dispatch.arrived_in_time",
    title=_("按时到场率"),
    counts=_("有到场时限的首次派警单中，在时限内到场的"),
    leaves_out=_("撤销和退回的派警单，没有到场时限的地段"),
    better=Better.HIGHER,
    denominator=to_arrive,
    where=Q(arrived_at__lte=F("arrive_due_at")),
    **OF_ORDERS,
)
PLACE_IN_TIME = Rank(
    code="dispatch.arrived_in_time_rank",
    title=_("按时到场率名次"),
    permission=SEE,
    owner=OWNER,
    counts=_("本单位按时到场率在同级单位中的名次，并列者名次相同"),
    leaves_out=_("期内没有到场时限的单位"),
    better=Better.LOWER,
    of=ARRIVED_IN_TIME,
    listed_in="kpi.units",
)
WAITING_NOW = Indicator(
    code="dispatch.waiting",
    title=_("待处置警情"),
    unit=Unit.CASE,
    counts=_("此刻还没有派出警力的警情"),
    leaves_out=UNREAL_ONES,
    rows=waiting,
    is_stock=True,
    better=Better.LOWER,
    **_now(OF_INCIDENTS),
)
UNDER_WAY_NOW = Indicator(
    code="dispatch.under_way",
    title=_("处置中警情"),
    unit=Unit.CASE,
    counts=_("此刻已派出警力、尚未反馈的警情"),
    leaves_out=UNREAL_ONES,
    rows=under_way,
    is_stock=True,
    **_now(OF_INCIDENTS),
)
BY_GRADE = tuple(
    Indicator(
        code=f"dispatch.incidents_grade_{grade.value}",
        title=format_lazy(_("{grade}警情"), grade=grade.label),
        unit=Unit.CASE,
        counts=format_lazy(_("期内接报、级别为{grade}的警情"), grade=grade.label),
        leaves_out=UNREAL_ONES,
        rows=incidents,
        where=Q(grade=grade.value),
        **OF_INCIDENTS,
    )
    for grade in Grade
)
BY_KIND = tuple(
    Indicator(
        code=f"dispatch.incidents_kind_{kind.code}",
        title=format_lazy(_("{kind}警情"), kind=category_name(kind)),
        unit=Unit.CASE,
        counts=format_lazy(_("期内接报、核定类别为{kind}的警情"), kind=category_name(kind)),
        leaves_out=UNREAL_ONES,
        rows=incidents,
        where=Q(category=kind.code),
        **OF_INCIDENTS,
    )
    for kind in categories.categories()
)
declare(
    INCIDENTS,
    EFFECTIVE,
    INJURED,
    UNANSWERED_FIRST_GRADE,
    CALLS,
    INCIDENTS_A_DAY,
    CALLS_A_DAY,
    ORDERS,
    ALL_ORDERS,
    REINFORCED,
    FEEDBACKS,
    ACTIONS,
    ACTIONS_A_DAY,
    MISSED_CALLS,
    UNITS_SENT,
    REPEATS,
    SIGNED_IN_TIME,
    ARRIVED_IN_TIME,
    PLACE_IN_TIME,
    WAITING_NOW,
    UNDER_WAY_NOW,
    *TIMES,
    *BY_GRADE,
    *BY_KIND,
)

__all__ = [
    "BY_GRADE",
    "BY_KIND",
    "CALLS",
    "EFFECTIVE",
    "INCIDENTS",
    "REPEATS",
    "SIGNED_IN_TIME",
    "TIMES",
]
