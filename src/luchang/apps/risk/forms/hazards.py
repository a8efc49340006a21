"""What is filled in about a hazard on its way."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk import selectors
from luchang.apps.risk.models import ListVersion
from luchang.apps.risk.policies import FIND
from luchang.apps.risk.selectors.labels import townships
from luchang.apps.risk.states.fields import ExtraField, FieldKind
from luchang.apps.risk.states.hazards import REGISTERED, LinkKind, SubjectKind
from luchang.apps.subjects import selectors as subjects
from luchang.kernel.identity.choosing import OrganisationField, offer, reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.forms import DeedForm, NamedField, day, moment, named, words
from luchang.kernel.records.codes import CodeField

EXTRA = "x_"
"""Before the key of a list's own column."""
MOST_PHOTOS = 12


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several pictures at once."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            widget=ManyFilesInput(attrs={"accept": "image/*", "multiple": True}), **more
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST_PHOTOS:
            raise forms.ValidationError(_("一次最多%(most)s张"), params={"most": MOST_PHOTOS})
        if not given:
            super().clean(None, initial)
            return []
        return [super(PhotosField, self).clean(each, initial) for each in given]


def photos_of(given: Sequence[Any]) -> list[tuple[Any, str]]:
    return [(each, each.name or "") for each in given]


def _field_of(extra: ExtraField) -> forms.Field:
    common: dict[str, Any] = {"label": extra.label, "required": extra.required}
    if extra.kind == FieldKind.NUMBER:
        return forms.FloatField(**common)
    if extra.kind == FieldKind.DATE:
        return day(**common)
    if extra.kind == FieldKind.CHOICE:
        return forms.ChoiceField(choices=[("", "—"), *((c, c) for c in extra.choices)], **common)
    return forms.CharField(max_length=200, **common)


class HazardForm(DeedForm):
    """What it is and where; the list adds its own columns."""

    category = CodeField(table="hazard_category", title=_("隐患类别"))
    severity = CodeField(table="hazard_severity", title=_("隐患等级"))
    title = forms.CharField(label=_("隐患名称"), max_length=80)
    subject = forms.CharField(
        label=_("对象"),
        max_length=80,
        required=False,
        help_text=_("人员填姓名，车辆填号牌，道路、企业填名称；更正人员隐患时留空则不变"),
    )
    registered = named(
        _("登记对象"),
        suggestions="risk.registered",
        include="version",
        required=False,
        help_text=_(
            "台账中的重点对象：企业填统一社会信用代码或名称，车辆填号牌和号牌种类，"
            "人员填档案编号；输入几个字后可选"
        ),
    )
    description = words(_("隐患情况"), most=1000)
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    chainage = forms.CharField(
        label=_("桩号"), max_length=40, required=False, help_text=_("如 G320 K12+300")
    )
    township = forms.ChoiceField(
        label=_("乡镇街道"), required=False, help_text=_("已选点的可不填，系统按位置判断")
    )
    longitude = forms.FloatField(label=_("经度"), min_value=-180, max_value=180, required=False)
    latitude = forms.FloatField(label=_("纬度"), min_value=-90, max_value=90, required=False)

    def prepare(self) -> None:
        self.fields["township"].choices = [("", "—"), *townships.known().items()]  # type: ignore[attr-defined]
        if self.row is not None:
            self._offer_registers()
        for extra in self.extras():
            self.fields[f"{EXTRA}{extra.key}"] = _field_of(extra)

    def _offer_registers(self) -> None:
        """None where the list is about nothing registered, or about what he does not see."""
        kinds = REGISTERED[SubjectKind(self.row.version.risk_list.subject)]
        known = self.row.registered
        if not kinds or (known is not None and not subjects.sees(known, self.actor)):
            del self.fields["registered"]
            return
        field = cast("NamedField", self.fields["registered"])
        field.suggest_within(version=str(self.row.version_id))

    def extras(self) -> Sequence[ExtraField]:
        return self.row.version.risk_list.extra if self.row is not None else ()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if (said.get("longitude") is None) != (said.get("latitude") is None):
            self.add_error("longitude", _("经度和纬度要一起填写"))
        said["values"] = {
            key.removeprefix(EXTRA): "" if value is None else str(value)
            for key, value in said.items()
            if key.startswith(EXTRA)
        }
        return said


class NewHazardForm(HazardForm):
    version = forms.ModelChoiceField(ListVersion.objects.none(), label=_("清单"))
    organisation = OrganisationField(
        Organisation.objects.none(), label=_("排查单位"), required=False,
        help_text=_("不选为本单位"),
    )  # fmt: skip
    photos = PhotosField(label=_("整改前照片"), required=False)
    field_order = ["version", "category", "severity", "title", "subject", "registered"]

    def prepare(self) -> None:
        super().prepare()
        offer(self, "version", selectors.open_versions())
        offer(self, "organisation", reached(self.actor, FIND))

    def extras(self) -> Sequence[ExtraField]:
        chosen = str(self.data.get("version") or self.initial.get("version") or "")
        if not chosen.isdecimal():
            return ()
        version = selectors.open_versions().filter(pk=int(chosen[:18])).first()
        return version.risk_list.extra if version else ()


class HandOverForm(DeedForm):
    receiver = OrganisationField(Organisation.objects.none(), label=_("整改责任单位"))
    document_number = forms.CharField(label=_("交办文号"), max_length=40)
    due_at = moment(_("整改期限"))

    def prepare(self) -> None:
        rows = selectors.receivers().exclude(pk=self.row.organisation_id)
        offer(self, "receiver", rows)


class PlanForm(DeedForm):
    plan = words(_("整改方案"), most=1000)
    measures = words(_("整改措施"), most=1000, required=False)


class SubmitForm(DeedForm):
    result = words(_("整改结果"), most=1000)
    photos = PhotosField(label=_("整改后照片"), required=False)


class OpinionForm(DeedForm):
    opinion = words(_("验收意见"), most=300, rows=3)


class ExtensionForm(DeedForm):
    until = moment(_("申请延至"))
    reason = words(_("延期理由"), most=300, rows=3)


class AnswerForm(DeedForm):
    answer = words(_("审批意见"), most=300, rows=3, required=False)


class ReopenForm(DeedForm):
    accident = forms.CharField(label=_("事故编号"), max_length=60)
    reason = words(_("原因"), most=300, rows=3)


class LinkForm(DeedForm):
    kind = forms.ChoiceField(label=_("关联类别"), choices=LinkKind.choices)
    reference = forms.CharField(label=_("编号"), max_length=60)
    linked_note = forms.CharField(label=_("说明"), max_length=300, required=False)


class SuperviseForm(DeedForm):
    grade = CodeField(table="supervision_grade", title=_("督办级别"))
    basis = forms.CharField(label=_("督办依据"), max_length=200)


class PhoneForm(NewHazardForm):
    """The same on a phone: a picture first, the place from the device, for one's own unit."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    photos = PhotosField(label=_("现场照片"))
    longitude = forms.FloatField(
        min_value=-180, max_value=180, required=False, widget=forms.HiddenInput
    )
    latitude = forms.FloatField(
        min_value=-90, max_value=90, required=False, widget=forms.HiddenInput
    )

    def prepare(self) -> None:
        super().prepare()
        del self.fields["organisation"], self.fields["township"]
