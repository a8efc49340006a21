"""The lists of facilities, orders, materials and what moved in stock."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.facilities import selectors
from luchang.apps.facilities.models import Facility, Material, StockEntry, WorkOrder
from luchang.apps.facilities.policies import MANAGE, SEE
from luchang.apps.facilities.states import FacilityKind, FacilityStatus, OrderStatus, WorkKind
from luchang.apps.places import selectors as places
from luchang.kernel.lists.columns import Coded, Column, Flag, Moment, Number, Status
from luchang.kernel.lists.filters import Choice, DateRange, InOrganisation, TextSearch, Truth
from luchang.kernel.lists.maps import Mapped
from luchang.kernel.lists.specs import ListSpec, PageAction

HOME = (_("道路管理"), "")
KIND = Column("kind", _("类别"), format=Coded(FacilityKind), sort="kind")
OWNER = Column(
    "organisation", _("管理单位"), "organisation.short_name", sort="organisation__path", width=18
)

TONES = {
    FacilityStatus.PLANNED: "info",
    FacilityStatus.IN_USE: "success",
    FacilityStatus.FAULTY: "danger",
    FacilityStatus.REMOVED: "neutral",
}
FACILITY_MAP = Mapped(
    ground=places.base_map,
    label="name",
    page="facilities.facility",
    reads=("status",),
    tone=lambda row, _at: TONES[FacilityStatus(row.status)],
    legend=tuple((status.label, tone) for status, tone in TONES.items()),
    opening={"status": [each.value for each in FacilityStatus if each != FacilityStatus.REMOVED]},
)

FACILITIES = ListSpec[Facility](
    code="facilities.facilities",
    title=_("交通设施"),
    permission=SEE,
    rows=selectors.facilities,
    order=("number",),
    link=lambda row: reverse("facilities.facility", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("编号"), sort="number", width=16),
        Column("name", _("名称"), sort="name", width=24),
        KIND,
        Column("status", _("状态"), format=Status("facility"), sort="status"),
        Column("place", _("地点"), sort="place", width=28),
        Column("quantity", _("数量"), format=Number(), sort="quantity"),
        OWNER,
        Column("longitude", _("经度"), format=Number(digits=6), is_shown=False),
        Column("latitude", _("纬度"), format=Number(digits=6), is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("编号、名称、地点")),
        InOrganisation(label=_("管理单位")),
        Choice("kind", _("类别"), FacilityKind),
        Choice("status", _("状态"), FacilityStatus),
    ),
    map=FACILITY_MAP,
    actions=(PageAction(_("登记设施"), "facilities.facility.register", MANAGE),),
)

ORDERS = ListSpec[WorkOrder](
    code="facilities.orders",
    title=_("设施工单"),
    permission=SEE,
    rows=selectors.orders,
    order=("-reported_at",),
    link=lambda row: reverse("facilities.order", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("number", _("工单编号"), sort="number", width=16),
        Column("facility", _("交通设施"), "facility.name", sort="facility__name", width=24),
        Column("facility_kind", _("类别"), "facility.kind", Coded(FacilityKind), "facility__kind"),
        Column("kind", _("工作类别"), format=Coded(WorkKind), sort="kind"),
        Column("status", _("状态"), format=Status("facility_order"), sort="status"),
        Column("quantity", _("数量"), format=Number(), sort="quantity"),
        Column(
            "is_urgent", _("影响通行安全"), format=Flag(tones=("danger", "")), sort="is_urgent"
        ),
        OWNER,
        Column("contractor", _("施工单位"), sort="contractor", width=18),
        Column("reported_at", _("上报时间"), format=Moment(), sort="reported_at"),
        Column("accepted_at", _("验收时间"), format=Moment(), sort="accepted_at"),
    ),
    filters=(
        TextSearch(
            contains=("number", "facility__name", "contractor"), hint=_("编号、设施、单位")
        ),
        InOrganisation(label=_("管理单位")),
        Choice("status", _("状态"), OrderStatus),
        Choice("kind", _("工作类别"), WorkKind),
        Choice("facility_kind", _("设施类别"), FacilityKind, field="facility__kind"),
        Truth("is_urgent", _("影响通行安全")),
        DateRange("reported_at", _("上报时间")),
        DateRange("accepted_at", _("验收时间")),
    ),
)

MATERIALS = ListSpec[Material](
    code="facilities.materials",
    title=_("设施材料"),
    permission=SEE,
    rows=selectors.materials,
    order=("organisation__path", "name"),
    link=lambda row: reverse("facilities.material", args=[row.pk]),
    parents=(HOME,),
    columns=(
        Column("name", _("材料"), sort="name", width=24),
        Column("measure", _("单位")),
        Column("on_hand", _("库存"), format=Number(), sort="on_hand"),
        OWNER,
    ),
    filters=(TextSearch(contains=("name",), hint=_("材料")), InOrganisation(label=_("所属单位"))),
    actions=(PageAction(_("材料入库"), "facilities.material.take-in", MANAGE),),
)

ENTRIES = ListSpec[StockEntry](
    code="facilities.entries",
    title=_("出入库记录"),
    permission=SEE,
    rows=selectors.entries,
    order=("-at",),
    parents=(HOME, (_("设施材料"), "facilities.materials")),
    columns=(
        Column("at", _("时间"), format=Moment(), sort="at"),
        Column("material", _("材料"), "material.name", sort="material__name", width=24),
        Column("quantity", _("数量"), format=Number(), sort="quantity"),
        Column("reason", _("事由"), width=28),
        Column("by_name", _("经办人")),
    ),
    filters=(
        TextSearch(contains=("material__name", "reason"), hint=_("材料、事由")),
        InOrganisation(field="material__organisation", label=_("所属单位")),
        DateRange("at", _("时间")),
    ),
)
