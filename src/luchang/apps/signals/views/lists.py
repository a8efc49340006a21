"""The lists of junctions, plans, counts, studies, works and what controllers report."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals import selectors
from luchang.apps.signals.bridge.wording import reason_text, way_text
from luchang.apps.signals.models import (
    Count,
    CountSet,
    Junction,
    Reorganisation,
    Study,
    TimingPlan,
)
from luchang.apps.signals.policies import MANAGE, REPORT, SEE
from luchang.apps.signals.states import (
    ControllerKind,
    CountSource,
    Days,
    Grade,
    PlanOrigin,
    Quality,
    StudySource,
    StudyStatus,
    WorkKind,
    WorkStatus,
)
from luchang.apps.signals.views.imports import COUNT_IMPORT
from luchang.kernel.lists.columns import Coded, Column, Day, Moment, Number, Status
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, TextSearch
from luchang.kernel.lists.specs import ListSpec, PageAction

HOME = (_("道路管理"), "")
OWNER = Column(
    "organisation", _("管理单位"), "organisation.short_name", sort="organisation__path", width=18
)
JUNCTION = Column("junction", _("路口"), "junction.name", sort="junction__name", width=22)

JUNCTIONS = ListSpec[Junction](
    code="signals.junctions",
    title=_("信号路口"),
    permission=SEE,
    rows=selectors.junctions,
    order=("code",),
    link=lambda row: reverse("signals.junction", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("code", _("路口编号"), sort="code", width=14),
        Column("name", _("路口名称"), sort="name", width=24),
        Column("grade", _("路口等级"), format=Coded(Grade), sort="grade", width=18),
        Column(
            "controller_kind", _("信号机接入"), format=Coded(ControllerKind),
            sort="controller_kind", width=18,
        ),
        Column("layout", _("现行渠化"), "layout", sort="layout__version"),
        OWNER,
        Column("longitude", _("经度"), format=Number(digits=6), is_shown=False),
        Column("latitude", _("纬度"), format=Number(digits=6), is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("编号、名称")),
        InOrganisation(label=_("管理单位")),
        Choice("grade", _("路口等级"), Grade),
        Choice("controller_kind", _("信号机接入"), ControllerKind),
    ),
    actions=(PageAction(_("登记路口"), "signals.junction.register", MANAGE),),
)  # fmt: skip

PLANS = ListSpec[TimingPlan](
    code="signals.plans",
    title=_("配时方案"),
    permission=SEE,
    rows=selectors.timing_plans,
    order=("junction__code", "begins_min", "-in_force_from"),
    link=lambda row: reverse("signals.junction", args=[row.junction_id]),
    parents=(HOME, (_("信号路口"), "signals.junctions")),
    columns=(
        JUNCTION,
        Column("name", _("方案名称"), sort="name", width=22),
        Column("days", _("日期"), format=Coded(Days), sort="days"),
        Column("hours", _("时段"), sort="begins_min"),
        Column("origin", _("来源"), format=Coded(PlanOrigin), sort="origin"),
        Column("layout", _("渠化版本"), "layout"),
        Column("in_force_from", _("执行起"), format=Moment(), sort="in_force_from"),
        Column("ended_at", _("停用时间"), format=Moment(), sort="ended_at"),
        Column("organisation", _("管理单位"), "junction.organisation.short_name", width=18),
    ),
    filters=(
        TextSearch(contains=("name", "junction__name"), hint=_("方案、路口")),
        InOrganisation(field="junction__organisation", label=_("管理单位")),
        Choice("days", _("日期"), Days),
        Choice("origin", _("来源"), PlanOrigin),
        DateRange("in_force_from", _("执行起")),
    ),
    actions=(PageAction(_("导入 UTDF 配时"), "signals.utdf_import", MANAGE, icon="upload"),),
)

COUNT_SETS = ListSpec[CountSet](
    code="signals.count_sets",
    title=_("路口流量"),
    permission=SEE,
    rows=selectors.count_sets,
    order=("-day",),
    link=lambda row: reverse("signals.count_set", args=[row.pk]),
    parents=(HOME,),
    columns=(
        JUNCTION,
        Column("day", _("日期"), format=Day(), sort="day"),
        Column("interval_min", _("间隔（分钟）"), format=Number(), sort="interval_min"),
        Column("origin", _("数据来源"), format=Coded(CountSource), sort="origin"),
        OWNER,
        Column("by_name", _("录入人")),
        Column("at", _("录入时间"), format=Moment(), sort="at"),
        Column("note", _("说明"), width=24, is_shown=False),
    ),
    filters=(
        TextSearch(contains=("junction__name", "junction__code"), hint=_("路口")),
        InOrganisation(label=_("管理单位")),
        Choice("origin", _("数据来源"), CountSource),
        DateRange("day", _("日期"), is_moment=False),
    ),
    actions=(
        PageAction(_("导入流量"), "signals.counts.import", MANAGE, icon="upload"),
        PageAction(
            _("取过车转向流量"),
            "signals.count_set.take-passages",
            MANAGE,
            "route",
            is_primary=False,
        ),
    ),
)

COUNTS = ListSpec[Count](
    code="signals.counts",
    title=_("流量明细"),
    permission=SEE,
    rows=selectors.counts,
    order=("-count_set__day", "count_set", "begins_min", "way"),
    parents=(HOME, (_("路口流量"), "signals.count_sets")),
    columns=(
        Column("junction", _("路口编号"), "count_set.junction.code", width=14),
        Column("name", _("路口名称"), "count_set.junction.name", width=22),
        Column("day", _("日期"), "count_set.day", format=Day(), sort="count_set__day"),
        Column("interval", _("间隔（分钟）"), "count_set.interval_min", format=Number()),
        Column("origin", _("数据来源"), "count_set.origin", Coded(CountSource)),
        Column("clock", _("时段"), sort="begins_min"),
        Column("way", _("流向"), lambda row: way_text(row.way), sort="way"),
        Column("vehicles", _("车辆数"), format=Number(), sort="vehicles"),
        Column("quality", _("质量"), format=Status("signal_count"), sort="quality"),
        Column("reason", _("原因"), lambda row: reason_text(row.reason), width=20),
    ),
    filters=(
        TextSearch(
            contains=("count_set__junction__name", "count_set__junction__code"), hint=_("路口")
        ),
        InOrganisation(field="count_set__organisation", label=_("管理单位")),
        Choice("quality", _("质量"), Quality),
        Choice("origin", _("数据来源"), CountSource, field="count_set__origin"),
        DateRange("day", _("日期"), field="count_set__day", is_moment=False),
    ),
    imports=COUNT_IMPORT,
)

STUDIES = ListSpec[Study](
    code="signals.studies",
    title=_("配时工单"),
    permission=SEE,
    rows=selectors.studies,
    order=("-reported_at",),
    link=lambda row: reverse("signals.study", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("工单编号"), sort="number", width=16),
        JUNCTION,
        Column("status", _("状态"), format=Status("signal_study"), sort="status"),
        Column("origin", _("问题来源"), format=Coded(StudySource), sort="origin"),
        Column("days", _("日期"), format=Coded(Days), sort="days"),
        Column("hours", _("时段"), sort="begins_min"),
        OWNER,
        Column("reported_at", _("提出时间"), format=Moment(), sort="reported_at"),
        Column("accepted_at", _("验收时间"), format=Moment(), sort="accepted_at"),
        Column("description", _("问题描述"), width=40, is_shown=False),
    ),
    filters=(
        TextSearch(contains=("number", "junction__name", "reference"), hint=_("编号、路口")),
        InOrganisation(label=_("管理单位")),
        Choice("status", _("状态"), StudyStatus),
        Choice("origin", _("问题来源"), StudySource),
        DateRange("reported_at", _("提出时间")),
        DateRange("accepted_at", _("验收时间")),
    ),
    actions=(PageAction(_("提出配时工单"), "signals.study.report", REPORT),),
)

WORKS = ListSpec[Reorganisation](
    code="signals.works",
    title=_("路口改造"),
    permission=SEE,
    rows=selectors.works,
    order=("-planned_at",),
    link=lambda row: reverse("signals.work", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("编号"), sort="number", width=16),
        JUNCTION,
        Column("kind", _("改造类别"), format=Coded(WorkKind), sort="kind"),
        Column("status", _("状态"), format=Status("signal_work"), sort="status"),
        OWNER,
        Column("planned_at", _("立项时间"), format=Moment(), sort="planned_at"),
        Column("built_at", _("完工时间"), format=Moment(), sort="built_at"),
        Column("accepted_at", _("验收时间"), format=Moment(), sort="accepted_at"),
    ),
    filters=(
        TextSearch(contains=("number", "junction__name"), hint=_("编号、路口")),
        InOrganisation(label=_("管理单位")),
        Choice("status", _("状态"), WorkStatus),
        Choice("kind", _("改造类别"), WorkKind),
        DateRange("planned_at", _("立项时间")),
        DateRange("accepted_at", _("验收时间")),
    ),
    actions=(PageAction(_("登记改造"), "signals.work.plan", MANAGE),),
)
