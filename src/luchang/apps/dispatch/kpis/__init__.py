"""What 122 is measured by. Each figure is a set of records; the rows behind it are the figure.

Times follow one rule: what did not happen has no time and is left out, and an interval that a
wrong clock made negative counts as none rather than as a gain.
"""

from typing import Any

from django.db.models import (
    Aggregate,
    Avg,
    F,
    Q,
    Sum,
)
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.kpis.records import (
    Percentile,
    belonging,
    between,
    calls,
    days,
    first_dispatches,
    incidents,
    to_arrive,
    to_sign,
    under_way,
    waiting,
)
from luchang.apps.dispatch.policies import SEE
from luchang.apps.dispatch.selectors import categories
from luchang.apps.dispatch.selectors.labels import name_of
from luchang.apps.dispatch.states import (
    NOT_EFFECTIVE,
    AreaClass,
    CallLink,
    Grade,
)
from luchang.kernel.metrics import (
    Better,
    Indicator,
    Rank,
    Rate,
    Ratio,
    Scope,
    Source,
    Unit,
    Zero,
    declare,
)

OWNER = _("指挥中心")
INCIDENT = Source(model="dispatch.Incident", begins=("received_at",), ends=("closed_at",))
CALL = Source(model="dispatch.Call", begins=("queued_at",), ends=("queued_at",))
ORDER = Source(model="dispatch.Dispatch", begins=("sent_at",), ends=("sent_at",))
category_name = lazy(name_of, str)

OF_INCIDENTS: dict[str, Any] = {
    "permission": SEE,
    "owner": OWNER,
    "ground": {Scope.URBAN: Q(area_class=AreaClass.URBAN)},
    "organisation": "organisation",
    "sources": (INCIDENT,),
}
OF_CALLS: dict[str, Any] = {
    "permission": SEE,
    "owner": OWNER,
    "organisation": "organisation",
    "sources": (CALL,),
}
OF_ORDERS: dict[str, Any] = {
    "permission": SEE,
    "owner": OWNER,
    "ground": {Scope.URBAN: Q(incident__area_class=AreaClass.URBAN)},
    "organisation": "incident__organisation",
    "sources": (ORDER, INCIDENT),
}


def _now(about: dict[str, Any]) -> dict[str, Any]:
    """The same of what there is now: it falls into no period and is never kept."""
    return {**about, "sources": ()}


UNREAL_ONES = _("被合并的和取消的警情")
DEAD_ORDERS = _("撤销和退回的派警单")
LATE = _("撤销和退回的派警单；增援；时钟有误而出现负值的用时")
INTERVALS = (
    (
        "queue",
        _("接听等待"),
        between(calls, "queued_at", "answered_at"),
        _("已接听的来话"),
        OF_CALLS,
    ),
    (
        "sign",
        _("签收用时"),
        between(first_dispatches, "sent_at", "signed_at"),
        _("已签收的派警单"),
        OF_ORDERS,
    ),
    (
        "travel",
        _("路途用时"),
        between(first_dispatches, "signed_at", "arrived_at"),
        _("已到场的派警单，自签收起"),
        OF_ORDERS,
    ),
    (
        "arrive",
        _("到场用时"),
        between(incidents, "received_at", "arrived_at"),
        _("已到场的警情，自接警起"),
        OF_INCIDENTS,
    ),
    (
        "handle",
        _("处置用时"),
        between(incidents, "arrived_at", "feedback_at"),
        _("已到场并已反馈的警情"),
        OF_INCIDENTS,
    ),
)
MEASURES: tuple[tuple[str, Any, Aggregate], ...] = (
    ("mean", _("平均"), Avg("seconds")),
    ("median", _("中位数"), Percentile("seconds", share=0.5)),
    ("p90", _("九成在内"), Percentile("seconds", share=0.9)),
)

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
TIMES = tuple(
    Indicator(
        code=f"dispatch.{name}_{measure}",
        title=format_lazy("{title}·{words}", title=title, words=words),
        unit=Unit.SECOND,
        counts=counts,
        leaves_out=LATE,
        rows=rows,
        aggregate=aggregate,
        better=Better.LOWER,
        **about,
    )
    for name, title, rows, counts, about in INTERVALS
    for measure, words, aggregate in MEASURES
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
