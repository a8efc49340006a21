"""Forms of the places: a place, a road closure, a file of roads."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.places.services import ClosureDraft, PlaceDraft
from luchang.apps.places.states import ClosureReason, PlaceKind
from luchang.core.common.chainage import parse_chainage

DERIVED_KINDS = {PlaceKind.STREET, PlaceKind.JUNCTION, PlaceKind.DIVISION, PlaceKind.CAMERA}
"""Kinds that come from the road network, the divisions or the device list."""


def _longitude(label: Any) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=-180, max_value=180)


def _latitude(label: Any) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=-90, max_value=90)


def _local_moment(label: Any, *, required: bool) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, widget=widget)


class PlaceForm(forms.Form):
    """One place that people name."""

    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[(kind.value, kind.label) for kind in PlaceKind if kind not in DERIVED_KINDS],
    )
    name = forms.CharField(label=_("名称"), max_length=100)
    alias = forms.CharField(label=_("别名"), max_length=100, required=False)
    street_name = forms.CharField(label=_("所在道路"), max_length=60, required=False)
    number = forms.CharField(label=_("门牌号"), max_length=20, required=False)
    chainage = forms.CharField(
        label=_("桩号"),
        max_length=40,
        required=False,
        help_text=_("例如 G320 K1123+400"),
    )
    lon = _longitude(_("经度"))
    lat = _latitude(_("纬度"))

    def clean_chainage(self) -> object:
        written = self.cleaned_data["chainage"]
        found = parse_chainage(written) if written else None
        if written and found is None:
            raise forms.ValidationError(_("看不懂这个桩号，请写成 G320 K1123+400"))
        return found

    def draft(self) -> PlaceDraft:
        values = dict(self.cleaned_data)
        values["kind"] = PlaceKind(values["kind"])
        return PlaceDraft(**values)


class ClosureForm(forms.Form):
    """A stretch of road to close; both ends are tapped on the map."""

    description = forms.CharField(
        label=_("封闭路段"),
        max_length=200,
        help_text=_("例如 长江路（天台大道至珠江路）双向"),
    )
    reason = forms.ChoiceField(label=_("原因"), choices=ClosureReason.choices)
    starts_at = _local_moment(_("开始时间"), required=True)
    ends_at = _local_moment(_("结束时间"), required=False)
    start_lon = _longitude(_("起点经度"))
    start_lat = _latitude(_("起点纬度"))
    end_lon = _longitude(_("终点经度"))
    end_lat = _latitude(_("终点纬度"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        starts_at: datetime | None = values.get("starts_at")
        ends_at: datetime | None = values.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("结束时间须晚于开始时间"))
        return values

    def draft(self) -> ClosureDraft:
        values = self.cleaned_data
        return ClosureDraft(
            start=(values["start_lon"], values["start_lat"]),
            end=(values["end_lon"], values["end_lat"]),
            description=values["description"],
            reason=ClosureReason(values["reason"]),
            starts_at=values["starts_at"],
            ends_at=values["ends_at"],
        )
