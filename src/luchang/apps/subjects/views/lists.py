"""The registers of key subjects, what is due of them, and what was done."""

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects import selectors
from luchang.apps.subjects.models import (
    Duty,
    Elimination,
    Enterprise,
    FreightSource,
    KeyDriver,
    KeyVehicle,
    LicenceAct,
)
from luchang.apps.subjects.policies import MANAGE, REVEAL, SEE
from luchang.apps.subjects.states import (
    DriverStatus,
    DutyKind,
    DutyStatus,
    EliminationReason,
    EnterpriseKind,
    EnterpriseStatus,
    LicenceActKind,
    LicenceClass,
    PlateType,
    SourceKind,
    SourceStatus,
    Usage,
    VehicleStatus,
)
from luchang.apps.subjects.views import imports
from luchang.core.common.personal import Kind
from luchang.kernel.lists.columns import Coded, Column, Day, Flag, Number, Personal, Status
from luchang.kernel.lists.filters import (
    Choice,
    Circumstances,
    DateRange,
    InOrganisation,
    NumberRange,
    TextSearch,
    Truth,
)
from luchang.kernel.lists.specs import ListSpec, PageAction

HOME = (_("重点对象"), "")
OWNER = Column(
    "organisation", _("监管单位"), "organisation.short_name", sort="organisation__path", width=18
)
GROUP = Column("group", _("重点类别"), "group_rule.label", sort="group_rule__order")
ENTERPRISE = Column("enterprise", _("所属企业"), sort="enterprise__name", width=24)
PLATE_TYPE = Column("plate_type", _("号牌种类"), format=Coded(PlateType), sort="plate_type")
IN_BUSINESS = ("success", "")


class PersonSearch(TextSearch):
    """Drivers by what names one of them whole, or by part of the archive number."""

    def apply(self, rows: "QuerySet[Model]", given: str, now: Circumstances) -> "QuerySet[Model]":
        del now
        known = KeyDriver.objects.known_as(given)
        return rows.filter(pk__in=known.values("pk"))


class Holds(Choice):
    """Rows that hold any of the chosen ones among several."""

    def apply(
        self, rows: "QuerySet[Model]", given: tuple[str, ...], now: Circumstances
    ) -> "QuerySet[Model]":
        del now
        return rows.filter(**{f"{self.field}__overlap": list(given)})


def vehicle_or_driver(duty: Duty) -> str:
    return str(duty.subject)


def page_of_subject(duty: Duty) -> str:
    if duty.vehicle_id:
        return reverse("subjects.vehicle", args=[duty.vehicle_id])
    return reverse("subjects.driver", args=[duty.driver_id])


ENTERPRISES = ListSpec[Enterprise](
    code="subjects.enterprises",
    title=_("重点企业"),
    permission=SEE,
    rows=selectors.listed_enterprises,
    order=("name",),
    link=lambda row: reverse("subjects.enterprise", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("name", _("企业名称"), sort="name", width=30),
        Column("short_name", _("简称"), is_shown=False),
        Column("credit_code", _("统一社会信用代码"), sort="credit_code", width=22),
        Column("kind", _("企业类别"), format=Coded(EnterpriseKind), sort="kind"),
        Column("risk_grade", _("风险等级"), "risk_grade.label", sort="risk_grade__order"),
        Column("status", _("状态"), format=Status("enterprise"), sort="status"),
        OWNER,
        Column("responsible_person", _("负责人"), format=Personal(Kind.NAME, reveal=REVEAL)),
        Column("responsible_phone", _("负责人电话"), format=Personal(Kind.PHONE, reveal=REVEAL)),
        Column("address", _("地址"), is_shown=False, width=30),
    ),
    filters=(
        TextSearch(field="search", hint=_("名称、简称、首字母、信用代码")),
        InOrganisation(label=_("监管单位")),
        Choice("kind", _("企业类别"), EnterpriseKind),
        Choice("grade", _("风险等级"), selectors.grades, field="risk_grade"),
        Choice("status", _("状态"), EnterpriseStatus),
    ),
    actions=(PageAction(_("登记企业"), "subjects.enterprise.register", MANAGE),),
    imports=imports.ENTERPRISES,
)

SOURCES = ListSpec[FreightSource](
    code="subjects.sources",
    title=_("货运源头"),
    permission=SEE,
    rows=selectors.listed_sources,
    order=("name",),
    link=lambda row: reverse("subjects.source", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("name", _("源头名称"), sort="name", width=28),
        Column("kind", _("源头类别"), format=Coded(SourceKind), sort="kind"),
        Column("status", _("状态"), format=Status("freight_source"), sort="status"),
        ENTERPRISE,
        OWNER,
        Column("has_weighing", _("称重设备"), format=Flag(tones=IN_BUSINESS), sort="has_weighing"),
        Column("throughput_t", _("年吞吐量"), format=Number(unit=_("吨")), sort="throughput_t"),
        Column("address", _("地址"), is_shown=False, width=30),
    ),
    filters=(
        TextSearch(field="search", hint=_("名称、首字母、地址")),
        InOrganisation(label=_("监管单位")),
        Choice("kind", _("源头类别"), SourceKind),
        Choice("status", _("状态"), SourceStatus),
        Truth("has_weighing", _("称重设备")),
    ),
    actions=(PageAction(_("登记源头"), "subjects.source.register", MANAGE),),
)

VEHICLES = ListSpec[KeyVehicle](
    code="subjects.vehicles",
    title=_("重点车辆"),
    permission=SEE,
    rows=selectors.listed_vehicles,
    order=("plate", "plate_type"),
    link=lambda row: reverse("subjects.vehicle", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("plate", _("号牌号码"), sort="plate"),
        PLATE_TYPE,
        GROUP,
        Column("status", _("状态"), format=Status("key_vehicle"), sort="status"),
        ENTERPRISE,
        OWNER,
        Column("usage", _("使用性质"), format=Coded(Usage), sort="usage", is_shown=False),
        Column("vehicle_type", _("车辆类型"), sort="vehicle_type", is_shown=False),
        Column("seats", _("核定载客"), format=Number(), sort="seats", is_shown=False),
        Column(
            "total_mass_kg",
            _("总质量"),
            format=Number(unit=_("千克")),
            sort="total_mass_kg",
            is_shown=False,
        ),
        Column("inspection_due_on", _("检验有效期止"), format=Day(), sort="inspection_due_on"),
        Column("scrapping_due_on", _("强制报废期止"), format=Day(), sort="scrapping_due_on"),
        Column("vin", _("车辆识别代号"), sort="vin", is_shown=False, width=20),
        Column(
            "vin_fits",
            _("识别代号校验"),
            lambda row: row.vin_fits is not False,
            format=Flag(yes=_("无异常"), no=_("校验位不符"), tones=("", "warning")),
            sort="vin_fits",
            is_shown=False,
        ),
    ),
    filters=(
        TextSearch(field="search", hint=_("号牌、车辆识别代号")),
        InOrganisation(label=_("监管单位")),
        Choice("group", _("重点类别"), selectors.groups, field="group_rule__code"),
        Choice("status", _("状态"), VehicleStatus),
        Choice("usage", _("使用性质"), Usage),
        Truth(
            "two_and_one",
            _("两客一危"),
            condition=Q(group_rule__is_two_and_one=True),
        ),
        DateRange("inspection_due_on", _("检验有效期止"), is_moment=False),
        DateRange("scrapping_due_on", _("强制报废期止"), is_moment=False),
        Truth("vin_fails", _("校验位不符"), condition=Q(vin_fits=False)),
    ),
    actions=(PageAction(_("登记车辆"), "subjects.vehicle.register", MANAGE),),
    imports=imports.VEHICLES,
)

DRIVERS = ListSpec[KeyDriver](
    code="subjects.drivers",
    title=_("重点驾驶人"),
    permission=SEE,
    rows=selectors.listed_drivers,
    order=("archive_number",),
    link=lambda row: reverse("subjects.driver", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("archive_number", _("档案编号"), sort="archive_number", width=16),
        Column("name", _("姓名"), format=Personal(Kind.NAME, reveal=REVEAL)),
        Column(
            "identity_number",
            _("身份证明号码"),
            format=Personal(Kind.RESIDENT_ID, reveal=REVEAL),
            width=22,
        ),
        Column("phone", _("联系电话"), format=Personal(Kind.PHONE, reveal=REVEAL), is_shown=False),
        Column("licence_classes", _("准驾车型"), "classes"),
        Column("points", _("本周期记分"), format=Number(), sort="points"),
        Column("status", _("状态"), format=Status("key_driver"), sort="status"),
        OWNER,
        Column("licence_due_on", _("驾驶证有效期止"), format=Day(), sort="licence_due_on"),
        Column("review_due_on", _("审验有效期止"), format=Day(), sort="review_due_on"),
    ),
    filters=(
        PersonSearch(hint=_("档案编号，或完整的姓名、身份证明号码、电话")),
        InOrganisation(label=_("监管单位")),
        Choice("status", _("状态"), DriverStatus),
        Holds("licence_class", _("准驾车型"), LicenceClass, field="licence_classes"),
        NumberRange("points", _("本周期记分")),
        DateRange("licence_due_on", _("驾驶证有效期止"), is_moment=False),
        DateRange("review_due_on", _("审验有效期止"), is_moment=False),
    ),
    actions=(PageAction(_("登记驾驶人"), "subjects.driver.register", MANAGE),),
    imports=imports.DRIVERS,
)

DUTIES = ListSpec[Duty](
    code="subjects.duties",
    title=_("到期事项"),
    permission=SEE,
    rows=selectors.duties,
    order=("due_on",),
    link=page_of_subject,
    parents=(HOME,),
    columns=(
        Column("subject", _("车辆或驾驶人"), vehicle_or_driver, width=18),
        Column("kind", _("事项"), format=Coded(DutyKind), sort="kind"),
        Column("due_on", _("到期日"), format=Day(), sort="due_on"),
        Column("status", _("状态"), format=Status("duty"), sort="status"),
        Column("met_on", _("办理日期"), format=Day(), sort="met_on"),
        GROUP,
        OWNER,
    ),
    filters=(
        TextSearch(
            contains=("vehicle__plate", "driver__archive_number"), hint=_("号牌、档案编号")
        ),
        InOrganisation(label=_("监管单位")),
        Choice("kind", _("事项"), DutyKind),
        Choice("status", _("状态"), DutyStatus),
        DateRange("due_on", _("到期日"), is_moment=False),
        Truth("two_and_one", _("两客一危"), condition=Q(group_rule__is_two_and_one=True)),
    ),
)

ELIMINATIONS = ListSpec[Elimination](
    code="subjects.eliminations",
    title=_("淘汰报废车辆"),
    permission=SEE,
    rows=selectors.eliminations,
    order=("-done_on",),
    link=lambda row: reverse("subjects.vehicle", args=[row.vehicle_id]),
    parents=(HOME,),
    columns=(
        Column("vehicle", _("号牌号码"), "vehicle.plate", sort="vehicle__plate"),
        Column("plate_type", _("号牌种类"), "vehicle.plate_type", format=Coded(PlateType)),
        Column("reason", _("原因"), format=Coded(EliminationReason), sort="reason"),
        Column("done_on", _("办理日期"), format=Day(), sort="done_on"),
        Column("seats", _("核定载客"), "vehicle.seats", format=Number(), is_shown=False),
        Column("document_number", _("文书编号"), sort="document_number"),
        OWNER,
        Column("done_by", _("经办人"), is_shown=False),
    ),
    filters=(
        TextSearch(contains=("vehicle__plate", "document_number"), hint=_("号牌、文书编号")),
        InOrganisation(label=_("监管单位")),
        Choice("reason", _("原因"), EliminationReason),
        DateRange("done_on", _("办理日期"), is_moment=False),
    ),
)

LICENCE_ACTS = ListSpec[LicenceAct](
    code="subjects.licence_acts",
    title=_("驾驶证处理决定"),
    permission=SEE,
    rows=selectors.licence_acts,
    order=("-decided_on",),
    link=lambda row: reverse("subjects.driver", args=[row.driver_id]),
    parents=(HOME,),
    columns=(
        Column("document_number", _("文书编号"), sort="document_number", width=20),
        Column("kind", _("决定"), format=Coded(LicenceActKind), sort="kind"),
        Column("licence_class", _("准驾车型"), sort="licence_class"),
        Column("reason", _("事由"), width=28),
        Column("article", _("法律依据"), is_shown=False, width=28),
        Column("decided_on", _("决定日期"), format=Day(), sort="decided_on"),
        Column("reversed_on", _("被撤销日期"), format=Day(), sort="reversed_on"),
        Column("driver", _("档案编号"), "driver.archive_number", sort="driver__archive_number"),
        OWNER,
        Column("decided_by", _("决定人"), is_shown=False),
    ),
    filters=(
        TextSearch(
            contains=("document_number", "driver__archive_number"), hint=_("文书编号、档案编号")
        ),
        InOrganisation(label=_("监管单位")),
        Choice("kind", _("决定"), LicenceActKind),
        Truth("reversed", _("已被撤销"), condition=Q(reversed_on__isnull=False)),
        DateRange("decided_on", _("决定日期"), is_moment=False),
    ),
)
