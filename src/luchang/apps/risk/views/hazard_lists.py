"""The lists of hazards, boards, risk lists and their versions."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.places import selectors as places
from luchang.apps.risk import selectors
from luchang.apps.risk.models import (
    Hazard,
    ListVersion,
    MayorsEntry,
    RiskList,
    SupervisedListing,
)
from luchang.apps.risk.policies import FIND, MANAGE_LISTS, REVEAL_SUBJECTS, SEE_RISK
from luchang.apps.risk.selectors.labels import (
    Remembered,
    categories,
    grades,
    list_names,
    receiver_names,
    severities,
    townships,
    version_names,
)
from luchang.apps.risk.states.hazards import (
    OPEN,
    WITH_RECEIVER,
    HazardStatus,
    SubjectKind,
    SupervisionStatus,
)
from luchang.apps.risk.views.about_subjects import REGISTERED, AboutSubject
from luchang.apps.risk.views.hazard_imports import HAZARD_IMPORT
from luchang.core.common.personal import Kind
from luchang.kernel.clock import now
from luchang.kernel.lists.asked import Asked, Unreadable
from luchang.kernel.lists.columns import Coded, Column, Flag, Moment, Number, Personal, Status
from luchang.kernel.lists.filters import (
    Choice,
    Circumstances,
    DateRange,
    InOrganisation,
    NumberRange,
    Own,
    TextSearch,
    Truth,
)
from luchang.kernel.lists.maps import Mapped
from luchang.kernel.lists.specs import ListSpec, PageAction

HOME = (_("隐患治理"), "")
FINDER = Column(
    "organisation", _("排查单位"), "organisation.short_name", sort="organisation__path", width=16
)
RECEIVER = Column("receiver", _("整改责任单位"), "receiver.name", sort="receiver__path", width=20)


def days_overdue(row: Hazard) -> int | None:
    """Whole days past the due time, while it is the receiver's to rectify."""
    if row.status not in WITH_RECEIVER or row.due_at is None:
        return None
    late = (now() - row.due_at).days
    return late if now() > row.due_at else None


@dataclass(frozen=True)
class Named(Choice):
    """A choice among names that are remembered for a while; a key not among them is asked for."""

    def read(self, asked: Asked, now: Circumstances) -> tuple[str, ...] | None:
        try:
            return super().read(asked, now)
        except Unreadable:
            if isinstance(self.labels, Remembered):
                self.labels.fresh()
            return super().read(asked, now)


@dataclass(frozen=True)
class Overdue(Truth):
    """Handed over or being rectified, and past the due time."""

    def apply(self, rows: "QuerySet[Any]", given: bool, now: Circumstances) -> "QuerySet[Any]":  # noqa: FBT001 - what was given
        late = Q(status__in=WITH_RECEIVER, due_at__lt=now.at)
        return rows.filter(late) if given else rows.exclude(late)


SUPERVISED_NOW = Q(
    Exists(
        SupervisedListing.objects.filter(hazard=OuterRef("pk"), status=SupervisionStatus.LISTED)
    )
)

HAZARD_MAP = Mapped(
    ground=places.base_map,
    label="title",
    page="risk.hazard",
    reads=("status", "severity", "due_at"),
    tone=selectors.tone_of,
    legend=(
        (_("已逾期或重大"), "danger"),
        (_("整改中"), "warning"),
        (_("待交办"), "info"),
        (_("待验收、待销号"), "success"),
        (_("已销号、已撤销"), "neutral"),
    ),
    opening={"status": [each.value for each in OPEN]},
)

HAZARDS = ListSpec[Hazard](
    code="risk.hazards",
    title=_("隐患清单"),
    permission=SEE_RISK,
    rows=selectors.told_hazards,
    order=("-found_at",),
    link=lambda row: reverse("risk.hazard", args=[row.pk]),
    parents=(HOME,),
    imports=HAZARD_IMPORT,
    map=HAZARD_MAP,
    columns=(
        Column("number", _("隐患编号"), sort="number", width=16),
        Column("title", _("隐患名称"), sort="title", width=24),
        Column("description", _("隐患情况"), is_shown=False, width=40),
        Column("risk_list", _("清单"), "version.risk_list", sort="version__risk_list__order"),
        Column("version", _("清单版本"), is_shown=False, width=24),
        Column("category", _("隐患类别"), format=Coded(categories), sort="category"),
        Column(
            "severity", _("隐患等级"), format=Coded(severities, {"2": "danger"}), sort="severity"
        ),
        Column("status", _("状态"), format=Status("hazard"), sort="status"),
        Column("subject_text", _("对象"), sort="subject_text", width=18),
        REGISTERED,
        Column(
            "subject_person",
            _("人员姓名"),
            format=Personal(Kind.NAME, reveal=REVEAL_SUBJECTS),
            is_shown=False,
        ),
        Column("place", _("地点"), sort="place", width=24),
        Column("chainage", _("桩号"), sort=("route", "chainage_m"), is_shown=False),
        Column("township", _("乡镇街道"), format=Coded(townships), sort="township", width=18),
        FINDER,
        RECEIVER,
        Column("document_number", _("交办文号"), sort="document_number", width=18),
        Column("found_at", _("排查时间"), format=Moment(), sort="found_at"),
        Column("handed_over_at", _("交办时间"), format=Moment(), is_shown=False),
        Column("due_at", _("整改期限"), format=Moment(), sort="due_at"),
        Column("days_overdue", _("逾期天数"), days_overdue, Number()),
        Column("submitted_at", _("报验时间"), format=Moment(), is_shown=False),
        Column("struck_off_at", _("销号时间"), format=Moment(), sort="struck_off_at"),
        Column("times_reopened", _("重新列入次数"), format=Number(), is_shown=False),
        Column("extensions_granted", _("延期次数"), format=Number(), is_shown=False),
        Column("values_text", _("附加字段"), is_shown=False, width=30),
        Column("longitude", _("经度"), format=Number(digits=6), is_shown=False),
        Column("latitude", _("纬度"), format=Number(digits=6), is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("编号、名称、地点、文号")),
        InOrganisation(label=_("排查单位")),
        Named("risk_list", _("清单"), list_names, field="version__risk_list_id"),
        AboutSubject(
            key="registered",
            label=_("登记对象"),
            hint=_("企业、源头、号牌、档案编号"),
            is_always_shown=False,
        ),
        Named("version", _("清单版本"), version_names, field="version_id"),
        Choice("status", _("状态"), HazardStatus),
        Named("category", _("隐患类别"), categories),
        Named("severity", _("隐患等级"), severities),
        Named("township", _("乡镇街道"), townships),
        Named("receiver", _("整改责任单位"), receiver_names, field="receiver_id"),
        Overdue("overdue", _("已逾期")),
        Truth("supervised", _("挂牌督办中"), condition=SUPERVISED_NOW),
        DateRange("found_at", _("排查时间")),
        DateRange("due_at", _("整改期限")),
        DateRange("struck_off_at", _("销号时间")),
        NumberRange("times_reopened", _("重新列入次数")),
        Own("reporter", _("只看本人上报")),
    ),
    actions=(PageAction(_("上报隐患"), "risk.hazard.find", FIND),),
)


def _month_of(row: MayorsEntry) -> str:
    return f"{row.month:%Y-%m}"


MAYORS = ListSpec[MayorsEntry](
    code="risk.mayors_list",
    title=_("市长月度清单"),
    permission=SEE_RISK,
    rows=selectors.mayors_list,
    order=("-month", "-days_overdue"),
    link=lambda row: reverse("risk.hazard", args=[row.hazard_id]),
    parents=(HOME,),
    columns=(
        Column("month", _("月份"), _month_of, sort="month"),
        Column("number", _("隐患编号"), "hazard.number", sort="hazard__number", width=16),
        Column("title", _("隐患名称"), "hazard.title", width=28),
        Column("status", _("当时状态"), format=Status("hazard"), sort="status"),
        Column("due_at", _("整改期限"), format=Moment(), sort="due_at"),
        Column("days_overdue", _("逾期天数"), format=Number(), sort="days_overdue"),
        FINDER,
        RECEIVER,
        Column("rule_applied", _("依据"), is_shown=False, width=30),
        Column("now", _("现在状态"), "hazard.status", Status("hazard")),
    ),
    filters=(
        TextSearch(contains=("hazard__number", "hazard__title"), hint=_("编号、名称")),
        InOrganisation(label=_("排查单位")),
        DateRange("month", _("月份"), is_moment=False, is_always_shown=True),
        Named("receiver", _("整改责任单位"), receiver_names, field="receiver_id"),
    ),
    empty=_("没有逾期隐患列入清单；每月结束后自动生成"),
)

SUPERVISED = ListSpec[SupervisedListing](
    code="risk.supervised",
    title=_("挂牌督办"),
    permission=SEE_RISK,
    rows=selectors.supervised,
    order=("-listed_at",),
    link=lambda row: reverse("risk.hazard", args=[row.hazard_id]),
    parents=(HOME,),
    columns=(
        Column("number", _("隐患编号"), "hazard.number", sort="hazard__number", width=16),
        Column("title", _("隐患名称"), "hazard.title", width=28),
        Column("grade", _("督办级别"), format=Coded(grades), sort="grade"),
        Column("status", _("状态"), format=Status("supervision"), sort="status"),
        Column("basis", _("督办依据"), width=24),
        Column("listed_at", _("挂牌时间"), format=Moment(), sort="listed_at"),
        Column("lifted_at", _("摘牌时间"), format=Moment(), sort="lifted_at"),
        Column("lifted_reason", _("摘牌依据"), width=28, is_shown=False),
        FINDER,
        Column("receiver", _("整改责任单位"), "hazard.receiver.name", width=20),
    ),
    filters=(
        TextSearch(contains=("hazard__number", "hazard__title", "basis"), hint=_("编号、名称")),
        InOrganisation(label=_("排查单位")),
        Choice("status", _("状态"), SupervisionStatus),
        Named("grade", _("督办级别"), grades),
        DateRange("listed_at", _("挂牌时间")),
    ),
)

LISTS = ListSpec[RiskList](
    code="risk.lists",
    title=_("风险隐患清单设置"),
    permission=SEE_RISK,
    rows=selectors.risk_lists,
    order=("order", "code"),
    link=lambda row: reverse("risk.list", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("order", _("序号"), format=Number(), sort="order"),
        Column("name", _("名称"), str, sort="name", width=24),
        Column("code", _("代码"), sort="code"),
        Column("subject", _("对象"), format=Coded(SubjectKind), sort="subject"),
        Column(
            "is_confirmed",
            _("名称已确认"),
            format=Flag(no=_("未确认"), tones=("success", "warning")),
            sort="is_confirmed",
        ),
        Column(
            "fields", _("附加字段"), lambda row: "、".join(e.label for e in row.extra), width=30
        ),
        Column("organisation", _("管理单位"), "organisation.short_name", width=18),
    ),
    filters=(
        TextSearch(contains=("name", "name_en", "code"), hint=_("名称、代码")),
        Choice("subject", _("对象"), SubjectKind),
        Truth("is_confirmed", _("名称已确认")),
    ),
    actions=(
        PageAction(_("新增清单"), "risk.list.add", MANAGE_LISTS),
        PageAction(
            _("载入默认五张清单"), "risk.list.ship", MANAGE_LISTS, "download", is_primary=False
        ),
    ),
)

VERSIONS = ListSpec[ListVersion](
    code="risk.versions",
    title=_("清单版本"),
    permission=SEE_RISK,
    rows=selectors.versions,
    order=("-opened_at",),
    link=lambda row: f"{reverse('risk.hazards')}?version={row.pk}",
    parents=(HOME, (_("风险隐患清单设置"), "risk.lists")),
    columns=(
        Column("risk_list", _("清单"), sort="risk_list__order", width=20),
        Column("campaign", _("行动名称"), sort="campaign", width=24),
        Column("year", _("年度"), sort="year"),
        Column("opened_at", _("启用时间"), format=Moment(), sort="opened_at"),
        Column("closed_at", _("截止时间"), format=Moment(), sort="closed_at"),
        Column("carried_over", _("转入未销号数"), format=Number(), sort="carried_over"),
    ),
    filters=(
        TextSearch(contains=("campaign", "risk_list__name"), hint=_("行动、清单")),
        Named("risk_list", _("清单"), list_names, field="risk_list_id"),
        Truth("open", _("启用中"), condition=Q(closed_at=None)),
        DateRange("opened_at", _("启用时间")),
    ),
)

__all__ = ["FINDER", "HAZARDS", "LISTS", "MAYORS", "RECEIVER", "SUPERVISED", "VERSIONS"]
