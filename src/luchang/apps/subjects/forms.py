"""What is filled in about key subjects; each form asks only for what its service takes."""

import re
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects import selectors, services
from luchang.apps.subjects.models import Device, Enterprise, KeyVehicle, LicenceAct, Relation
from luchang.apps.subjects.policies import MANAGE
from luchang.apps.subjects.states import (
    OF_DRIVERS,
    OF_VEHICLES,
    DeviceKind,
    DeviceState,
    DutyKind,
    EliminationReason,
    EnterpriseKind,
    InspectionResult,
    LicenceActKind,
    LicenceClass,
    PlateType,
    SourceKind,
    Usage,
)
from luchang.core.common.identifiers import Invalid
from luchang.kernel.clock import local
from luchang.kernel.identity.choosing import OrganisationField, offer, reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.forms import DeedForm, day, words
from luchang.kernel.records.models import Code

MOST_SEATS, MOST_MASS_KG, MOST_TONNES, MOST_POINTS = 300, 200_000, 10**9, 99
PARTED = re.compile("[、，,;； \n]")
TYPE_BEGINS = re.compile(r"[A-Z][0-9]{0,2}").fullmatch
KEEPS = _("留空则不变")


def chosen(kinds: Any) -> list[tuple[str, Any]]:
    return [(each.value, each.label) for each in kinds]


def today(row: object, at: datetime) -> dict[str, object]:
    """The day a form proposes for what was done."""
    del row
    return {name: local(at).date() for name in ("done_on", "listed_on", "rectified_on",
            "decided_on", "checked_on", "starts_on", "ends_on")}  # fmt: skip


class _Supervised(DeedForm):
    """Something new, under a unit that `actor` manages."""

    organisation = OrganisationField(Organisation.objects.none(), label=_("监管单位"))

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, MANAGE))


class _UnderEnterprise(DeedForm):
    """Something that may belong to an enterprise; the present one stays a choice."""

    enterprise = forms.ModelChoiceField(
        Enterprise.objects.none(), label=_("所属企业"), required=False
    )

    def prepare(self) -> None:
        super().prepare()
        rows = selectors.open_enterprises(self.actor)
        if self.row is not None and self.row.enterprise_id:
            rows = rows | Enterprise.objects.select_related("organisation", "risk_grade").filter(
                pk=self.row.enterprise_id
            )
        offer(self, "enterprise", rows)


class GradeField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: Code) -> str:
        return obj.label if obj.is_confirmed else f"{obj.label} *"


class EnterpriseForm(DeedForm):
    """What an enterprise is; persons are not shown and stay where nothing is written."""

    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=24,
        required=False,
        help_text=_("18位，末位为校验位；暂不掌握可不填"),
    )
    name = forms.CharField(label=_("企业名称"), max_length=120)
    short_name = forms.CharField(label=_("简称"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("企业类别"), choices=EnterpriseKind.choices)
    risk_grade = GradeField(Code.objects.none(), label=_("风险等级"), required=False)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    longitude = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    latitude = forms.FloatField(label=_("纬度"), required=False, min_value=-90, max_value=90)
    responsible_person = forms.CharField(
        label=_("负责人"), max_length=40, required=False, help_text=KEEPS
    )
    responsible_phone = forms.CharField(
        label=_("负责人电话"), max_length=20, required=False, help_text=KEEPS
    )
    note = words(_("备注"), most=500, rows=2, required=False)

    def prepare(self) -> None:
        super().prepare()
        offer(self, "risk_grade", selectors.grade_rows())


class NewEnterpriseForm(EnterpriseForm, _Supervised):
    pass


class SourceForm(_UnderEnterprise):
    """What a freight source is."""

    name = forms.CharField(label=_("源头名称"), max_length=120)
    kind = forms.ChoiceField(label=_("源头类别"), choices=SourceKind.choices)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    longitude = forms.FloatField(label=_("经度"), required=False, min_value=-180, max_value=180)
    latitude = forms.FloatField(label=_("纬度"), required=False, min_value=-90, max_value=90)
    throughput_t = forms.IntegerField(
        label=_("年吞吐量（吨）"), required=False, min_value=0, max_value=MOST_TONNES
    )
    has_weighing = forms.BooleanField(label=_("已装称重设备"), required=False)
    note = words(_("备注"), most=500, rows=2, required=False)


class NewSourceForm(SourceForm, _Supervised):
    pass


class ListingForm(DeedForm):
    reason = words(_("列入原因"), most=200, rows=2)
    listed_on = day(_("列入日期"))
    due_on = day(_("整治期限"), required=False)


class RectifiedForm(DeedForm):
    measures = words(_("整治措施"), most=500, rows=3)
    rectified_on = day(_("整治完成日期"))


class VehicleForm(_UnderEnterprise):
    """What a vehicle is."""

    plate_type = forms.ChoiceField(label=_("号牌种类"), choices=PlateType.choices)
    plate = forms.CharField(label=_("号牌号码"), max_length=12)
    vin = forms.CharField(label=_("车辆识别代号"), max_length=24, required=False)
    usage = forms.ChoiceField(label=_("使用性质"), choices=Usage.choices)
    vehicle_type = forms.CharField(
        label=_("车辆类型"), max_length=3, help_text=_("行驶证上的代码，如 K11")
    )
    seats = forms.IntegerField(
        label=_("核定载客"), required=False, min_value=0, max_value=MOST_SEATS
    )
    total_mass_kg = forms.IntegerField(
        label=_("总质量（千克）"), required=False, min_value=0, max_value=MOST_MASS_KG
    )
    note = words(_("备注"), most=500, rows=2, required=False)


class NewVehicleForm(VehicleForm, _Supervised):
    inspection_due_on = day(_("检验有效期止"), required=False)
    scrapping_due_on = day(_("强制报废期止"), required=False)


class InspectionForm(DeedForm):
    done_on = day(_("检验日期"))
    result = forms.ChoiceField(label=_("检验情况"), choices=InspectionResult.choices)
    next_due_on = day(_("下次检验期止"), required=False, help_text=_("合格时必填"))
    agency = forms.CharField(label=_("检验机构"), max_length=80, required=False)


class DueForm(DeedForm):
    """A due day of one kind; an empty one says that nothing is due."""

    kinds = OF_VEHICLES
    kind = forms.ChoiceField(label=_("事项"))
    due_on = day(_("到期日"), required=False, help_text=_("留空表示没有到期要求"))

    def prepare(self) -> None:
        cast("forms.ChoiceField", self.fields["kind"]).choices = chosen(self.kinds)

    def clean_kind(self) -> DutyKind:
        return DutyKind(self.cleaned_data["kind"])


class DriverDueForm(DueForm):
    kinds = OF_DRIVERS


class MetForm(DeedForm):
    """A renewal or review of a licence."""

    kind = forms.ChoiceField(label=_("事项"), choices=chosen(OF_DRIVERS))
    done_on = day(_("办理日期"))
    next_due_on = day(_("下次到期日"), required=False)

    def clean_kind(self) -> DutyKind:
        return DutyKind(self.cleaned_data["kind"])


class EliminationForm(DeedForm):
    reason = forms.ChoiceField(label=_("原因"), choices=EliminationReason.choices)
    done_on = day(_("办理日期"))
    document_number = forms.CharField(label=_("文书编号"), max_length=60, required=False)
    note = words(_("说明"), most=300, rows=2, required=False)

    def clean_reason(self) -> EliminationReason:
        return EliminationReason(self.cleaned_data["reason"])


class DeviceForm(DeedForm):
    kind = forms.ChoiceField(label=_("设备类别"), choices=DeviceKind.choices)
    serial = forms.CharField(label=_("设备编号"), max_length=40)

    def clean_kind(self) -> DeviceKind:
        return DeviceKind(self.cleaned_data["kind"])


class DeviceCheckForm(DeedForm):
    device = forms.ModelChoiceField(Device.objects.none(), label=_("车载设备"))
    state = forms.ChoiceField(label=_("设备状态"), choices=DeviceState.choices)
    checked_on = day(_("检查日期"))

    def prepare(self) -> None:
        offer(self, "device", self.row.devices.exclude(state=DeviceState.REMOVED))


class DriverForm(DeedForm):
    """What is known of a driver; the person is not shown and stays where nothing is written."""

    identity_number = forms.CharField(
        label=_("身份证明号码"), max_length=24, required=False, help_text=KEEPS
    )
    name = forms.CharField(label=_("姓名"), max_length=40, required=False, help_text=KEEPS)
    phone = forms.CharField(label=_("联系电话"), max_length=20, required=False, help_text=KEEPS)
    archive_number = forms.CharField(
        label=_("档案编号"), max_length=12, help_text=_("驾驶证上的12位数字")
    )
    licence_classes = forms.MultipleChoiceField(
        label=_("准驾车型"), choices=LicenceClass.choices, widget=forms.CheckboxSelectMultiple
    )
    points = forms.IntegerField(
        label=_("本周期记分"), min_value=0, max_value=MOST_POINTS, initial=0
    )
    note = words(_("备注"), most=500, rows=2, required=False)

    def clean_licence_classes(self) -> list[LicenceClass]:
        return [LicenceClass(each) for each in self.cleaned_data["licence_classes"]]


class NewDriverForm(DriverForm, _Supervised):
    licence_due_on = day(_("驾驶证有效期止"), required=False)
    review_due_on = day(_("审验有效期止"), required=False)

    def prepare(self) -> None:
        super().prepare()
        for name in ("identity_number", "name"):
            self.fields[name].required, self.fields[name].help_text = True, ""
        self.fields["phone"].help_text = ""


class DecisionForm(DeedForm):
    kind = forms.ChoiceField(
        label=_("决定"), choices=chosen([LicenceActKind.CANCELLED, LicenceActKind.RECALLED])
    )
    licence_class = forms.ChoiceField(label=_("准驾车型"))
    reason = words(_("事由"), most=300, rows=2)
    article = forms.CharField(label=_("法律依据"), max_length=200)
    document_number = forms.CharField(label=_("文书编号"), max_length=60)
    decided_on = day(_("决定日期"))

    def prepare(self) -> None:
        held = [LicenceClass(each) for each in self.row.licence_classes]
        cast("forms.ChoiceField", self.fields["licence_class"]).choices = chosen(held)

    def clean_kind(self) -> LicenceActKind:
        return LicenceActKind(self.cleaned_data["kind"])


class ReversalForm(DeedForm):
    act = forms.ModelChoiceField(LicenceAct.objects.none(), label=_("所撤销的决定"))
    reason = words(_("事由"), most=300, rows=2)
    article = forms.CharField(label=_("法律依据"), max_length=200)
    document_number = forms.CharField(label=_("文书编号"), max_length=60)
    decided_on = day(_("决定日期"))

    def prepare(self) -> None:
        standing = self.row.licence_acts.filter(reversed_on__isnull=True)
        offer(self, "act", standing.exclude(kind=LicenceActKind.REVERSED))


class RelationForm(_UnderEnterprise):
    """What a driver drives, and for whom."""

    plate_type = forms.ChoiceField(label=_("号牌种类"), choices=PlateType.choices, required=False)
    plate = forms.CharField(label=_("号牌号码"), max_length=12, required=False)
    starts_on = day(_("开始日期"))
    ends_on = day(_("终止日期"), required=False)
    field_order = ["plate_type", "plate", "enterprise", "starts_on", "ends_on"]

    def prepare(self) -> None:
        offer(self, "enterprise", selectors.open_enterprises(self.actor))

    def clean(self) -> dict[str, Any]:
        """The vehicle that the plate names, of those he manages."""
        said = super().clean() or self.cleaned_data
        said["vehicle"] = self._vehicle(said.pop("plate_type", ""), said.pop("plate", ""))
        return said

    def _vehicle(self, plate_type: str, plate: str) -> KeyVehicle | None:
        if not plate:
            return None
        try:
            written = services.written_plate(PlateType(plate_type or PlateType.LARGE), plate)
        except Invalid:
            written = ""
        rows = selectors.managed_vehicles(self.actor)
        found = rows.filter(plate_type=plate_type, plate=written).first()
        if found is None:
            self.add_error("plate", _now("没有此车辆，或不在您的管辖范围内"))
        return found


class GroupRuleForm(forms.Form):
    """What the next version of a group's rule asks for, from when and by whose word."""

    usages = forms.MultipleChoiceField(
        label=_("使用性质"), choices=Usage.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    types = forms.CharField(
        label=_("车辆类型代码开头"),
        max_length=200,
        required=False,
        help_text=_("行驶证上代码的开头，如K1表示大型客车；多个用顿号隔开"),
    )
    least_seats = forms.IntegerField(
        label=_("最少核定载客"), required=False, min_value=0, max_value=MOST_SEATS
    )
    least_mass_kg = forms.IntegerField(
        label=_("最小总质量（千克）"), required=False, min_value=0, max_value=MOST_MASS_KG
    )
    valid_from = day(_("生效日期"))
    basis = forms.CharField(label=_("依据"), max_length=200)

    def clean_types(self) -> list[str]:
        parts = PARTED.split(self.cleaned_data["types"].upper())
        found = list(dict.fromkeys(filter(None, (each.strip() for each in parts))))
        if not all(TYPE_BEGINS(each) for each in found):
            raise forms.ValidationError(_now("车辆类型代码以一个字母开头，后接至多两位数字"))
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        asked = ("usages", "types", "least_seats", "least_mass_kg")
        if not self.errors and not any(said.get(name) for name in asked):
            raise forms.ValidationError(_now("至少填写一项归类条件"))
        return said


class RelationEndForm(DeedForm):
    relation = forms.ModelChoiceField(Relation.objects.none(), label=_("驾驶关系"))
    ends_on = day(_("终止日期"), help_text=_("从当日起不再成立"))

    def prepare(self) -> None:
        rows = selectors.relations(self.actor).filter(driver=self.row, ends_on__isnull=True)
        offer(self, "relation", rows)


class HandOverForm(DeedForm):
    organisation = OrganisationField(Organisation.objects.none(), label=_("监管单位"))

    def prepare(self) -> None:
        others = reached(self.actor, MANAGE).exclude(pk=self.row.organisation_id)
        offer(self, "organisation", others)


class MergeForm(DeedForm):
    """Which entry is a double of this one."""

    double = forms.CharField(
        label=_("重复的记录"),
        max_length=120,
        help_text=_("填写其代码、名称、号牌、档案编号，或以#开头的记录编号"),
    )
    reason = words(_("合并依据"), most=300, rows=2)

    def prepare(self) -> None:
        alike = [f"#{each.pk} {each}" for each in self._alike()]
        if alike:
            told = _now("可能重复：%(names)s") % {"names": "；".join(alike)}
            self.fields["double"].help_text = f"{self.fields['double'].help_text}。{told}"

    def clean_double(self) -> Any:
        text = self.cleaned_data["double"].strip()
        found = [
            each
            for each in selectors.named(type(self.row), text, self.actor)
            if each.pk != self.row.pk
        ]
        if len(found) > 1:
            raise forms.ValidationError(
                _now("有多条这样的记录，请填记录编号：%(numbers)s")
                % {"numbers": "、".join(f"#{each.pk}" for each in found)}
            )
        if not found:
            raise forms.ValidationError(_now("没有这样的记录，或不在您的管辖范围内"))
        return found[0]

    def _alike(self) -> list[Any]:
        return list(selectors.possible_doubles(self.row, self.actor)[:5])
