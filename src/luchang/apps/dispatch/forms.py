"""What officers type on the pages; the services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.selectors.labels import category_labels
from luchang.apps.dispatch.services.feedbacks import FeedbackFacts
from luchang.apps.dispatch.services.rules import UNCONFIRMED, Limits
from luchang.apps.dispatch.states import (
    AreaClass,
    CategoryGroup,
    FeedbackResult,
    Grade,
    RoadKind,
    RoadSurface,
    Visibility,
    Weather,
)


def _any(choices: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [("", "—"), *choices]


class ReasonForm(forms.Form):
    """Why something is undone, handed on or looked at."""

    reason = forms.CharField(label=_("原因"), max_length=300)


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("备注"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )


class FeedbackForm(forms.Form):
    """What was found and done on the spot; only the first two are asked for."""

    result = forms.ChoiceField(label=_("处理结果"), choices=FeedbackResult.choices)
    text = forms.CharField(
        label=_("处警情况"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    category = forms.ChoiceField(label=_("核定类别"), required=False)
    injured = forms.IntegerField(
        label=_("受伤人数"), required=False, min_value=0, max_value=10_000
    )
    dead = forms.IntegerField(label=_("死亡人数"), required=False, min_value=0, max_value=10_000)
    motor_vehicles = forms.IntegerField(
        label=_("机动车数"), required=False, min_value=0, max_value=10_000
    )
    other_vehicles = forms.IntegerField(
        label=_("非机动车数"), required=False, min_value=0, max_value=10_000
    )
    weather = forms.ChoiceField(label=_("天气"), choices=_any(Weather.choices), required=False)
    visibility = forms.ChoiceField(
        label=_("能见度"), choices=_any(Visibility.choices), required=False
    )
    road_surface = forms.ChoiceField(
        label=_("路表情况"), choices=_any(RoadSurface.choices), required=False
    )
    road_kind = forms.ChoiceField(
        label=_("道路类型"), choices=_any(RoadKind.choices), required=False
    )
    cause = forms.CharField(label=_("事故原因"), max_length=200, required=False)
    has_hazardous_goods = forms.BooleanField(label=_("涉及危险品"), required=False)
    has_traffic_control = forms.BooleanField(label=_("实施交通管制"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = _any(list(category_labels().items()))  # type: ignore[attr-defined]

    def facts(self) -> FeedbackFacts:
        return FeedbackFacts(**self.cleaned_data)


class LimitsForm(forms.Form):
    """One time limit rule from one moment on."""

    grade = forms.ChoiceField(label=_("级别"), choices=Grade.choices)
    area_class = forms.ChoiceField(
        label=_("区域类别"), choices=_any(AreaClass.choices), required=False
    )
    category_group = forms.ChoiceField(
        label=_("警情大类"), choices=_any(CategoryGroup.choices), required=False
    )
    dispatch_s = forms.IntegerField(label=_("派警时限（秒）"), required=False, min_value=1)
    sign_s = forms.IntegerField(label=_("签收时限（秒）"), required=False, min_value=1)
    arrive_s = forms.IntegerField(label=_("到场时限（秒）"), required=False, min_value=1)
    feedback_s = forms.IntegerField(label=_("反馈时限（秒）"), required=False, min_value=1)
    valid_from = forms.DateTimeField(
        label=_("生效时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    source = forms.CharField(label=_("依据"), max_length=200, initial=UNCONFIRMED)
    is_confirmed = forms.BooleanField(label=_("已确认"), required=False)

    def limits(self) -> Limits:
        known = {k: v for k, v in self.cleaned_data.items() if k != "valid_from"}
        return Limits(**known)
