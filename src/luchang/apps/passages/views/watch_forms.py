"""What is filled in about watches and alarms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import Camera
from luchang.apps.passages.policies import PROPOSE_WATCH
from luchang.apps.passages.selectors import watching
from luchang.apps.passages.states import (
    Finding,
    LookColour,
    LookKind,
    WatchCategory,
    WatchResponse,
)
from luchang.apps.subjects.states import PlateType
from luchang.kernel.identity.choosing import OrganisationField, offer, reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.forms import DeedForm, moment, words

ANY_TYPE = (0, _("不限"))
PLATE_TYPES = [ANY_TYPE, *((int(code), label) for code, label in PlateType.choices)]
SEVERAL = {"size": 6}


class ReceiversField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: Organisation) -> str:
        return f"{'　' * obj.depth}{obj.short_name}"


class CamerasField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: Camera) -> str:
        return f"{obj.name}（{obj.organisation.short_name}）"


def _number(label: Any, choices: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, initial=0)


class WatchForm(DeedForm):
    """Which vehicle, where, how long, why, and who is told."""

    category = forms.ChoiceField(label=_("布控类别"), choices=WatchCategory.choices)
    response = forms.ChoiceField(label=_("处置要求"), choices=WatchResponse.choices)
    plate = forms.CharField(
        label=_("号牌号码"),
        max_length=24,
        required=False,
        help_text=_("号牌不全时用?代一位、*代若干位；只按特征布控时留空"),
    )
    plate_type = _number(_("号牌种类"), PLATE_TYPES)
    plate_colour = _number(_("号牌颜色"), LookColour.choices)
    body_colour = _number(_("车身颜色"), LookColour.choices)
    kind = _number(_("车辆类别"), LookKind.choices)
    cameras = CamerasField(
        Camera.objects.none(),
        label=_("布控点位"),
        required=False,
        widget=forms.SelectMultiple(attrs=SEVERAL),
        help_text=_("不选即全市；按住Ctrl可多选"),
    )
    starts_at = moment(_("开始时间"))
    ends_at = moment(_("结束时间"))
    is_emergency = forms.BooleanField(
        label=_("紧急布控"),
        required=False,
        help_text=_("立即生效，逾期未补办审批自动失效"),
    )
    organisation = OrganisationField(Organisation.objects.none(), label=_("申请单位"))
    receivers = ReceiversField(
        Organisation.objects.none(),
        label=_("接收单位"),
        widget=forms.SelectMultiple(attrs=SEVERAL),
        help_text=_("这些单位有权接收预警的人员会立即收到"),
    )
    case_number = forms.CharField(label=_("案件编号"), max_length=60)
    legal_basis = forms.CharField(label=_("法律依据"), max_length=200)
    reason = words(_("布控事由"), most=500, rows=3)
    field_order = [
        "category", "response", "plate", "plate_type", "plate_colour", "body_colour", "kind",
        "is_emergency", "cameras", "receivers", "starts_at", "ends_at", "organisation",
        "case_number", "legal_basis", "reason",
    ]  # fmt: skip

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, PROPOSE_WATCH))
        offer(self, "receivers", watching.receivers_for(self.actor))
        offer(self, "cameras", watching.offered_cameras(self.actor))
        self.initial.setdefault("organisation", self.actor.organisation_id)
        self.initial.setdefault("receivers", [self.actor.organisation_id])


class ProlongForm(DeedForm):
    """How much longer, and why."""

    until = moment(_("延期至"))
    reason = words(_("延期事由"), most=300, rows=3)


class AnswerForm(DeedForm):
    """What came of an alarm."""

    finding = forms.ChoiceField(label=_("处置结果"), choices=Finding.choices)
    report = words(_("处置情况"), most=500, rows=3)
