"""What is filled in about corridors, days of plans, and what is done with them."""

import re
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals import selectors
from luchang.apps.signals.forms.junctions import check_hours, clock_minutes
from luchang.apps.signals.forms.studies import CountSetField, JunctionField
from luchang.apps.signals.models import CountSet, Junction, Scheme
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.services import schemes
from luchang.apps.signals.services.members import members_of, scheme_members
from luchang.apps.signals.states import Days, LengthOrigin
from luchang.core.signals.corridor import FARTHEST_M, NEAREST_M
from luchang.kernel.identity.choosing import offer
from luchang.kernel.ledgers.forms import DeedForm, words

MOST_DAY_NO, MOST_SCHEDULE_NO = 99_999, 993


class JunctionsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: Junction) -> str:
        return f"{obj.name}（{obj.code}）"


class HoursForm(DeedForm):
    """Days and hours that a scheme is about."""

    days = forms.ChoiceField(label=_("日期"), choices=Days.choices)
    begins = forms.CharField(label=_("时段开始"), max_length=5)
    ends = forms.CharField(label=_("时段结束"), max_length=5)
    description = words(_("说明"), most=500, required=False, rows=2)

    def clean_days(self) -> Days:
        return Days(self.cleaned_data["days"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        said["begins_min"] = clock_minutes(self, "begins")
        said["ends_min"] = clock_minutes(self, "ends")
        check_hours(self, said)
        return said


class CorridorForm(HoursForm):
    """Which junctions along a road, when, and how fast the platoons drive."""

    name = forms.CharField(
        label=_("干线名称"), max_length=80, required=False,
        help_text=_("不填时用首末路口命名"),
    )  # fmt: skip
    junctions = JunctionsField(
        Junction.objects.none(),
        label=_("路口"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("同一条路上相邻的路口，2至12个；顺序由系统按位置排列"),
    )
    speed_kmh = forms.FloatField(
        label=_("协调车速（公里/小时）"), min_value=15, max_value=90, initial=45
    )
    field_order = ["name", "junctions", "days", "begins", "ends", "speed_kmh", "description"]

    def prepare(self) -> None:
        offer(self, "junctions", selectors.managed_junctions(self.actor))
        self.fields["begins"].initial, self.fields["ends"].initial = "07:00", "09:00"


class DayForm(HoursForm):
    """A junction whose day is to be divided among plans."""

    junction = JunctionField(Junction.objects.none(), label=_("路口"))
    day_no = forms.IntegerField(
        label=_("日计划号"), min_value=1, max_value=MOST_DAY_NO, required=False,
        help_text=_("信号机中日计划的编号；不填时只下发方案，不下发时段表"),
    )  # fmt: skip
    schedule_no = forms.IntegerField(
        label=_("调度计划起始号"), min_value=1, max_value=MOST_SCHEDULE_NO, required=False,
        help_text=_("信号机调度表中周一的编号，其余各天依次加1；不填时不下发调度表"),
    )  # fmt: skip
    field_order = ["junction", "days", "begins", "ends", "day_no", "schedule_no", "description"]

    def prepare(self) -> None:
        offer(self, "junction", selectors.managed_junctions(self.actor))
        self.fields["begins"].initial, self.fields["ends"].initial = "00:00", "24:00"

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("schedule_no") and not said.get("day_no"):
            self.add_error("day_no", gettext("下发调度表须先填写日计划号"))
        return said


class SchemeCountsForm(DeedForm):
    """For each junction of a scheme the counts that are to be used."""

    def prepare(self) -> None:
        proposed = schemes.latest_counts(self.row, self.actor)
        self.junctions = [each.junction for each in members_of(self.row)]
        for junction in self.junctions:
            name = f"counts_{junction.pk}"
            self.fields[name] = CountSetField(
                CountSet.objects.none(),
                label=junction.name,
                required=False,
                initial=proposed.get(junction.pk),
                empty_label=gettext("没有可用的流量"),
            )
            offer(self, name, selectors.managed_count_sets(self.actor).filter(junction=junction))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        said["count_sets"] = {
            each.pk: chosen.pk
            for each in self.junctions
            if (chosen := said.get(f"counts_{each.pk}")) is not None
        }
        return said


class LengthsForm(DeedForm):
    """How long the road is from each junction to the next."""

    def prepare(self) -> None:
        self.names = []
        for one, other in pairwise(scheme_members(self.row)):
            name = f"metres_{other.pk}"
            self.names.append(name)
            self.fields[name] = forms.FloatField(
                label=f"{one.junction.name} → {other.junction.name}",
                min_value=NEAREST_M,
                max_value=FARTHEST_M,
                initial=round(other.at_m - one.at_m, 1),
                help_text=LengthOrigin(other.length_origin).label,
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        said["metres"] = [said.get(name) for name in self.names]
        return said


class PartsForm(DeedForm):
    """Where the parts of the day begin."""

    text = forms.CharField(
        label=_("各时段开始时间"),
        required=False,
        max_length=200,
        help_text=_("用空格隔开，如 00:00 07:00 09:00 16:30 19:00；留空由系统按流量划分"),
    )

    def prepare(self) -> None:
        row: Scheme = self.row
        self.fields["text"].initial = " ".join(clock_of(each) for each in row.parts)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        parts = []
        for token in re.split(r"[\s,，;；、]+", (said.get("text") or "").strip()):
            match = re.fullmatch(r"([01]?\d|2[0-3])[:：]([0-5]\d)", token)
            if match is not None:
                parts.append(int(match[1]) * 60 + int(match[2]))
            elif token:
                told = gettext("“%(text)s”不是时间，请写成 07:30") % {"text": token[:20]}
                self.add_error("text", told)
        said["parts"] = parts
        return said
