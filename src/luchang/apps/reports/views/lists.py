"""The lists of reports, templates and schedules."""

from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.reports import policies, selectors
from luchang.apps.reports.models import Report, ReportTemplate, Schedule
from luchang.apps.reports.states import ReportStatus, Rhythm
from luchang.kernel.lists.columns import Coded, Column, Day, Flag, Moment, Number, Status
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, TextSearch, Truth
from luchang.kernel.lists.specs import ListSpec, PageAction
from luchang.kernel.ui.tones import Tone

HOME = (_("统计报告"), "")
PLACE = Column(
    "organisation", _("编制单位"), "organisation.short_name", sort="organisation__path", width=18
)


def last_day(report: Report) -> date:
    return report.period_end - timedelta(days=1)


def template_place(template: ReportTemplate) -> str:
    """Whose it is; empty: everybody's."""
    return template.organisation.short_name if template.organisation else ""


def local_time(schedule: Schedule) -> str:
    return f"{schedule.at_time:%H:%M}"


REPORTS = ListSpec[Report](
    code="reports.reports",
    title=_("工作报告"),
    permission=policies.SEE,
    rows=selectors.reports,
    order=("-period_start", "-pk"),
    link=lambda report: reverse("reports.report", args=[report.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("报告编号"), sort="number", width=16),
        Column("edition", _("版次"), format=Number(), sort="edition", width=8),
        Column("title", _("标题"), sort="title", width=36),
        Column("status", _("状态"), format=Status("report"), sort="status"),
        PLACE,
        Column("rhythm", _("周期"), format=Coded(Rhythm), sort="rhythm", is_shown=False),
        Column("period_start", _("期间起"), format=Day(), sort="period_start"),
        Column("period_end", _("期间止"), last_day, format=Day(), sort="period_end"),
        Column("author", _("编写人"), "author_name", sort="author_name"),
        Column("approver", _("签发人"), "approved_by_name", sort="approved_by_name"),
        Column("issued_at", _("签发时间"), format=Moment(), sort="issued_at"),
        Column("drafted_at", _("起草时间"), format=Moment(), sort="drafted_at", is_shown=False),
    ),
    filters=(
        TextSearch(contains=("number", "title"), hint=_("编号、标题")),
        InOrganisation(),
        Choice("status", _("状态"), ReportStatus),
        Choice("rhythm", _("周期"), Rhythm),
        DateRange("issued_at", _("签发时间")),
    ),
    actions=(PageAction(_("编写报告"), "reports.draft", policies.WRITE, icon="file-plus"),),
)

TEMPLATES = ListSpec[ReportTemplate](
    code="reports.templates",
    title=_("报告模板"),
    permission=policies.SEE,
    rows=selectors.templates,
    order=("code",),
    link=lambda template: reverse("reports.template", args=[template.pk]),
    parents=(HOME,),
    columns=(
        Column("code", _("代码"), sort="code", width=18),
        Column("name", _("名称"), "title", sort="name", width=24),
        Column("rhythm", _("周期"), format=Coded(Rhythm), sort="rhythm"),
        Column("organisation", _("所属机构"), template_place, sort="organisation__path"),
        Column("edition", _("版次"), format=Number(), sort="edition", width=8),
        Column("changed_at", _("修改时间"), format=Moment(), sort="changed_at"),
        Column("changed_by_name", _("修改人"), sort="changed_by_name"),
        Column(
            "in_use",
            _("使用状态"),
            lambda template: template.retired_at is None,
            format=Flag(yes=_("在用"), no=_("已停用"), tones=(Tone.SUCCESS, Tone.NEUTRAL)),
            sort="retired_at",
        ),
    ),
    filters=(
        TextSearch(contains=("code", "name", "name_en"), hint=_("代码、名称")),
        InOrganisation(),
        Choice("rhythm", _("周期"), Rhythm),
        Truth(
            "in_use",
            _("使用状态"),
            condition=Q(retired_at__isnull=True),
            yes=_("在用"),
            no=_("已停用"),
        ),
    ),
    actions=(PageAction(_("新建模板"), "reports.write_template", policies.MANAGE),),
)

SCHEDULES = ListSpec[Schedule](
    code="reports.schedules",
    title=_("定期编制"),
    permission=policies.MANAGE,
    rows=selectors.schedules,
    order=("template__code", "organisation__path"),
    link=lambda schedule: reverse("reports.schedule", args=[schedule.pk]),
    parents=(HOME,),
    columns=(
        Column("template", _("模板"), "template.title", sort="template__name", width=24),
        PLACE,
        Column("days_later", _("期满后第几天"), format=Number(), sort="days_later"),
        Column("at_time", _("编制时刻"), local_time, sort="at_time"),
        Column(
            "approves_itself",
            _("签发"),
            format=Flag(yes=_("自动签发"), no=_("人工审批"), tones=(Tone.WARNING, Tone.SUCCESS)),
            sort="approves_itself",
        ),
        Column(
            "is_active",
            _("启用"),
            format=Flag(yes=_("启用"), no=_("停用"), tones=(Tone.SUCCESS, Tone.NEUTRAL)),
            sort="is_active",
        ),
        Column("last_start", _("最近一期"), format=Day(), sort="last_start"),
        Column("last_problem", _("最近一次问题"), sort="last_problem", width=30),
    ),
    filters=(
        TextSearch(contains=("template__name", "organisation__name"), hint=_("模板、单位")),
        InOrganisation(),
        Truth("is_active", _("启用"), condition=Q(is_active=True), yes=_("启用"), no=_("停用")),
    ),
    actions=(PageAction(_("新建定期编制"), "reports.set_schedule", policies.MANAGE),),
)
