"""What may be done with a key vehicle."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects import forms, selectors, services
from luchang.apps.subjects.models import (
    KeyVehicle,
)
from luchang.apps.subjects.policies import MANAGE, SEE
from luchang.apps.subjects.states import (
    InspectionResult,
    PlateType,
    SubjectKind,
    Usage,
    VehicleStatus,
)
from luchang.apps.subjects.views import parts
from luchang.apps.subjects.views.ledgers.facts import (
    NOTE,
    NUMBER,
    OWNER,
    REGISTERED,
    as_it_is,
    merged,
    merging,
    notice_of,
)
from luchang.apps.subjects.views.lists import VEHICLES
from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, Part, Said, calling
from luchang.kernel.lists.columns import Coded, Column, Day, Flag, Number


def _register_vehicle(said: Said, by: Actor, at: datetime) -> KeyVehicle:
    told = {**said, "plate_type": PlateType(said["plate_type"]), "usage": Usage(said["usage"])}
    return services.register_vehicle(**told, by=by, at=at)


def _inspected(row: KeyVehicle, said: Said, by: Actor, at: datetime) -> None:
    told = {**said, "result": InspectionResult(said["result"])}
    services.record_inspection(vehicle_id=row.pk, **told, by=by, at=at)


ON_REGISTER = (VehicleStatus.ACTIVE,)

VEHICLE_LEDGER = Ledger[KeyVehicle](
    model=KeyVehicle,
    listed=VEHICLES,
    name="subjects.vehicle",
    rows=selectors.vehicles,
    states="key_vehicle",
    facts=(
        Column("plate", _("号牌号码")),
        Column("plate_type", _("号牌种类"), format=Coded(PlateType)),
        Column("group", _("重点类别"), "group_rule.label"),
        Column("usage", _("使用性质"), format=Coded(Usage)),
        Column("vehicle_type", _("车辆类型")),
        Column("seats", _("核定载客"), format=Number(unit=_("人"))),
        Column("total_mass_kg", _("总质量"), format=Number(unit=_("千克"))),
        Column("vin", _("车辆识别代号")),
        Column(
            "vin_fits",
            _("识别代号校验"),
            lambda row: row.vin_fits is not False,
            format=Flag(yes=_("无异常"), no=_("校验位不符"), tones=("", "warning")),
        ),
        Column(
            "enterprise",
            _("所属企业"),
            link=lambda row: (
                reverse("subjects.enterprise", args=[row.enterprise_id])
                if row.enterprise_id
                else ""
            ),
        ),
        OWNER,
        Column("inspection_due_on", _("检验有效期止"), format=Day()),
        Column("scrapping_due_on", _("强制报废期止"), format=Day()),
        NUMBER,
        REGISTERED,
        merged("subjects.vehicle"),
        NOTE,
    ),
    parts=(
        Part(template="subjects/_gone.html", values=parts.gone, order=5),
        Part(template="subjects/_duties.html", values=parts.duties_of, order=10),
        Part(template="subjects/_inspections.html", values=parts.inspections_of, order=20),
        Part(template="subjects/_drivers.html", values=parts.drivers_of_vehicle, order=30),
        Part(template="subjects/_devices.html", values=parts.devices_of, order=40),
    ),
    notice=notice_of,
    openings=(
        Opening(
            key="register",
            title=_("登记车辆"),
            permission=MANAGE,
            form=forms.NewVehicleForm,
            act=_register_vehicle,
            done=_("已登记"),
        ),
    ),
    deeds=(
        Deed(
            key="inspect",
            title=_("登记检验"),
            permission=MANAGE,
            form=forms.InspectionForm,
            initial=forms.today,
            act=_inspected,
            done=_("已登记检验"),
            states=ON_REGISTER,
            icon="clipboard-check",
            kind="primary",
        ),
        Deed(
            key="due",
            title=_("设定到期日"),
            permission=MANAGE,
            form=forms.DueForm,
            act=calling(services.set_vehicle_day, "vehicle_id"),
            done=_("已设定"),
            states=ON_REGISTER,
            icon="calendar-due",
        ),
        Deed(
            key="correct",
            title=_("更正"),
            permission=MANAGE,
            form=forms.VehicleForm,
            initial=as_it_is(
                "plate_type",
                "plate",
                "vin",
                "usage",
                "vehicle_type",
                "seats",
                "total_mass_kg",
                "enterprise",
                "note",
            ),
            act=calling(services.correct_vehicle, "vehicle_id"),
            done=_("已更正"),
            states=ON_REGISTER,
        ),
        Deed(
            key="fit-device",
            title=_("登记设备"),
            permission=MANAGE,
            form=forms.DeviceForm,
            act=calling(services.fit_device, "vehicle_id"),
            done=_("已登记设备"),
            states=ON_REGISTER,
            icon="device-cctv",
        ),
        Deed(
            key="check-device",
            title=_("检查设备"),
            permission=MANAGE,
            form=forms.DeviceCheckForm,
            initial=forms.today,
            act=lambda row, said, by, at: services.check_device(
                device_id=said["device"].pk,
                state=said["state"],
                checked_on=said["checked_on"],
                by=by,
                at=at,
            ),
            done=_("已登记检查"),
            states=ON_REGISTER,
            icon="checklist",
        ),
        Deed(
            key="hand-over",
            title=_("移交监管单位"),
            permission=MANAGE,
            form=forms.HandOverForm,
            act=calling(services.hand_over_vehicle, "vehicle_id"),
            done=_("已移交"),
            states=ON_REGISTER,
            icon="transfer",
        ),
        Deed(
            key="move-away",
            title=_("登记转出"),
            permission=MANAGE,
            form=ReasonForm,
            act=calling(services.move_away, "vehicle_id"),
            done=_("已登记转出"),
            states=ON_REGISTER,
            icon="logout",
        ),
        Deed(
            key="take-back",
            title=_("登记转回"),
            permission=MANAGE,
            form=ReasonForm,
            act=calling(services.take_back, "vehicle_id"),
            done=_("已登记转回，请设定到期日"),
            states=(VehicleStatus.TRANSFERRED,),
            icon="arrow-back-up",
        ),
        Deed(
            key="eliminate",
            title=_("淘汰报废"),
            permission=MANAGE,
            form=forms.EliminationForm,
            initial=forms.today,
            act=calling(services.eliminate_vehicle, "vehicle_id"),
            done=_("已登记"),
            states=ON_REGISTER,
            icon="trash-x",
            kind="danger",
            note=_("逾期未办的事项仍计入检测率和报废率的基数。办理后不能恢复在册。"),
        ),
        merging(
            SubjectKind.VEHICLE,
            (*ON_REGISTER, VehicleStatus.SCRAPPED, VehicleStatus.ELIMINATED),
        ),
    ),
    refusals=(services.Refused,),
    attach=MANAGE,
    attach_manage=MANAGE,
    remark=SEE,
)
