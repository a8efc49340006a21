"""The lists of officers, vehicles, patrol units and shifts."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.force import selectors
from luchang.apps.force.models import Officer, Shift, Unit, Vehicle
from luchang.apps.force.policies import MANAGE_FORCE, SEE_FORCE
from luchang.apps.force.states import (
    OfficerKind,
    ShiftStatus,
    UnitKind,
    VehicleKind,
)
from luchang.apps.force.views import imports
from luchang.kernel.lists.columns import Coded, Column, Flag, Moment, Number, Status
from luchang.kernel.lists.filters import (
    Choice,
    DateRange,
    InOrganisation,
    Own,
    TextSearch,
    Truth,
)
from luchang.kernel.lists.specs import ListSpec, PageAction

HOME = (_("勤务队伍"), "")
PLACE = Column(
    "organisation", _("所属机构"), "organisation.short_name", sort="organisation__path", width=18
)
IN_USE = ("success", "")

OFFICERS = ListSpec[Officer](
    code="force.officers",
    title=_("警员"),
    permission=SEE_FORCE,
    rows=selectors.officers,
    order=("badge",),
    link=lambda officer: reverse("force.officer", args=[officer.pk]),
    parents=(HOME,),
    columns=(
        Column("badge", _("警号"), sort="badge"),
        Column("name", _("姓名"), sort="name"),
        Column("kind", _("类别"), format=Coded(OfficerKind, {"OFFICER": "primary"}), sort="kind"),
        PLACE,
        Column(
            "serving",
            _("在职状态"),
            lambda officer: officer.left_at is None,
            format=Flag(yes=_("在职"), no=_("已离职"), tones=IN_USE),
            sort="left_at",
        ),
        Column("joined_at", _("入职日期"), format=Moment(form="%Y-%m-%d"), sort="joined_at"),
        Column("left_at", _("离职时间"), format=Moment(), sort="left_at", is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("警号、姓名、首字母")),
        InOrganisation(),
        Choice("kind", _("类别"), OfficerKind),
        Truth(
            "serving",
            _("在职状态"),
            condition=Q(left_at__isnull=True),
            yes=_("在职"),
            no=_("已离职"),
        ),
        DateRange("joined_at", _("入职时间")),
    ),
    actions=(PageAction(_("登记警员"), "force.enrol", MANAGE_FORCE),),
    imports=imports.OFFICERS,
)

VEHICLES = ListSpec[Vehicle](
    code="force.vehicles",
    title=_("车辆"),
    permission=SEE_FORCE,
    rows=selectors.vehicles,
    order=("plate",),
    link=lambda vehicle: reverse("force.vehicle", args=[vehicle.pk]),
    parents=(HOME,),
    columns=(
        Column("plate", _("号牌"), sort="plate"),
        Column("kind", _("类别"), format=Coded(VehicleKind), sort="kind"),
        PLACE,
        Column("seats", _("座位"), format=Number(), sort="seats"),
        Column(
            "in_use",
            _("使用状态"),
            lambda vehicle: vehicle.retired_at is None,
            format=Flag(yes=_("在用"), no=_("已停用"), tones=IN_USE),
            sort="retired_at",
        ),
        Column("retired_at", _("停用时间"), format=Moment(), sort="retired_at", is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("号牌")),
        InOrganisation(),
        Choice("kind", _("类别"), VehicleKind),
        Truth(
            "in_use",
            _("使用状态"),
            condition=Q(retired_at__isnull=True),
            yes=_("在用"),
            no=_("已停用"),
        ),
    ),
    actions=(PageAction(_("登记车辆"), "force.register_vehicle", MANAGE_FORCE),),
    imports=imports.VEHICLES,
)

UNITS = ListSpec[Unit](
    code="force.units",
    title=_("巡逻单元"),
    permission=SEE_FORCE,
    rows=selectors.units,
    order=("call_sign",),
    link=lambda unit: reverse("force.unit", args=[unit.pk]),
    parents=(HOME,),
    columns=(
        Column("call_sign", _("呼号"), sort="call_sign", width=18),
        Column("kind", _("类别"), format=Coded(UnitKind), sort="kind"),
        PLACE,
        Column("home_longitude", _("驻点经度"), format=Number(digits=6), is_shown=False),
        Column("home_latitude", _("驻点纬度"), format=Number(digits=6), is_shown=False),
        Column(
            "standing",
            _("编制状态"),
            lambda unit: unit.disbanded_at is None,
            format=Flag(yes=_("在编"), no=_("已撤销"), tones=IN_USE),
            sort="disbanded_at",
        ),
        Column("disbanded_at", _("撤销时间"), format=Moment(), is_shown=False),
    ),
    filters=(
        TextSearch(field="search", hint=_("呼号、首字母")),
        InOrganisation(),
        Choice("kind", _("类别"), UnitKind),
        Truth(
            "standing",
            _("编制状态"),
            condition=Q(disbanded_at__isnull=True),
            yes=_("在编"),
            no=_("已撤销"),
        ),
    ),
    actions=(PageAction(_("组建单元"), "force.form_unit", MANAGE_FORCE),),
)


def crew_of(shift: Shift) -> str:
    """The names of a crew, leader first."""
    return "、".join(member.officer.name for member in shift.members.all())


def readiness_of(shift: Shift) -> str:
    """Only a crew on duty is ready or not."""
    return shift.readiness if shift.status == ShiftStatus.ON_DUTY else ""


SHIFTS = ListSpec[Shift](
    code="force.shifts",
    title=_("班次"),
    permission=SEE_FORCE,
    rows=selectors.listed_shifts,
    order=("-starts_at",),
    link=lambda shift: reverse("force.shift", args=[shift.pk]),
    parents=(HOME,),
    columns=(
        Column("unit", _("巡逻单元"), "unit.call_sign", sort="unit__call_sign", width=18),
        Column("status", _("状态"), format=Status("shift"), sort="status"),
        Column("readiness", _("出警状态"), readiness_of, format=Status("readiness")),
        PLACE,
        Column("crew", _("班组"), crew_of, width=20),
        Column("vehicle", _("车辆"), "vehicle.plate", sort="vehicle__plate"),
        Column("starts_at", _("计划上岗"), format=Moment(), sort="starts_at"),
        Column("ends_at", _("计划下岗"), format=Moment(), sort="ends_at"),
        Column("signed_on_at", _("实际上岗"), format=Moment(), sort="signed_on_at"),
        Column("signed_off_at", _("实际下岗"), format=Moment(), is_shown=False),
    ),
    filters=(
        TextSearch(
            contains=("unit__call_sign", "vehicle__plate"),
            hint=_("呼号、号牌"),
        ),
        InOrganisation(),
        Choice("status", _("状态"), ShiftStatus),
        DateRange("starts_at", _("计划上岗")),
        Own("members__officer__user"),
    ),
    actions=(PageAction(_("安排班次"), "force.plan_shift", MANAGE_FORCE, icon="calendar-plus"),),
)
