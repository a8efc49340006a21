"""What is asked for when counts and travel times come from the cameras."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.selectors import volumes
from luchang.apps.signals import selectors
from luchang.apps.signals.forms.junctions import check_hours, clock_minutes
from luchang.apps.signals.forms.studies import JunctionField
from luchang.apps.signals.models import Junction
from luchang.apps.signals.services.passages import links_for
from luchang.apps.signals.states import Measure
from luchang.kernel.clock import local
from luchang.kernel.identity.choosing import offer
from luchang.kernel.ledgers.forms import DeedForm, day

INTERVALS = ((15, _("15分钟")), (5, _("5分钟")))
MEASURES = (Measure.TRAVEL_S, Measure.DELAY_S)


class TakePassagesForm(DeedForm):
    """Of which junction, day and hours turning movements are taken."""

    junction = JunctionField(Junction.objects.none(), label=_("路口"))
    day = day(_("日期"))
    interval_min = forms.TypedChoiceField(label=_("间隔"), choices=INTERVALS, coerce=int)
    begins = forms.CharField(label=_("时段开始"), initial="06:00", max_length=5)
    ends = forms.CharField(label=_("时段结束"), initial="22:00", max_length=5)

    def prepare(self) -> None:
        offer(self, "junction", selectors.managed_junctions(self.actor))

    def clean_day(self) -> date:
        found: date = self.cleaned_data["day"]
        if found > local(self.at).date():
            raise ValidationError(gettext("日期还没有到"))
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        said["begins_min"] = clock_minutes(self, "begins")
        said["ends_min"] = clock_minutes(self, "ends")
        check_hours(self, said)
        if not self.errors:
            step = said["interval_min"]
            if said["begins_min"] % step or said["ends_min"] % step:
                self.add_error("begins", gettext("起止时间要在间隔的整点上"))
        return said


class MeasurePassagesForm(DeedForm):
    """Which links and days: before and after are told apart by the day the plan began."""

    measure_of = forms.ChoiceField(
        label=_("指标"),
        choices=[(each.value, each.label) for each in MEASURES],
        help_text=_("延误为行程时间减自由流行程时间"),
    )
    first_day = day(_("起始日期"))
    last_day = day(_("截止日期"))
    links = forms.ModelMultipleChoiceField(
        volumes.links_towards(),
        label=_("路段"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("以所涉路口为下游路口的路段；所选路段的行程时间相加"),
    )

    def prepare(self) -> None:
        offer(self, "links", links_for(self.row))

    def clean_measure_of(self) -> Measure:
        return Measure(self.cleaned_data["measure_of"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and said["last_day"] < said["first_day"]:
            self.add_error("last_day", gettext("截止日期不能早于起始日期"))
        if not self.errors and said["last_day"] >= local(self.at).date():
            self.add_error("last_day", gettext("当天还没有结束"))
        return said
