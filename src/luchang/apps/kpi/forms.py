"""What is filled in about figures; each form asks only for what its service takes."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from luchang.apps.kpi import selectors
from luchang.apps.kpi.policies import MANAGE_ASSESSMENTS, MANAGE_KIOSKS, SET_TARGETS
from luchang.apps.kpi.selectors.targets import offered
from luchang.apps.kpi.services.assessments import Wanted
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.choosing import OrganisationField, offer, reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.forms import DeedForm
from luchang.kernel.metrics import Period
from luchang.kernel.metrics.periods import midnight

ITEMS = 8
"""Items a scheme's page offers."""


class KioskForm(forms.Form):
    """A screen: what it is called, what it shows, until when."""

    name = forms.CharField(label=_("名称"), max_length=40)
    organisation = OrganisationField(Organisation.objects.none(), label=_("显示哪个单位"))
    until = forms.DateField(
        label=_("有效期至"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "organisation", reached(actor, MANAGE_KIOSKS))

    @property
    def expires_at(self) -> datetime:
        """The end of the chosen day."""
        until: date = self.cleaned_data["until"]
        return midnight(until + timedelta(days=1))


class SchemeForm(forms.Form):
    """A scheme: who is judged, on what basis; its items stand in rows of their own."""

    title = forms.CharField(label=_("名称"), max_length=60)
    organisation = OrganisationField(Organisation.objects.none(), label=_("考核哪个单位的下级"))
    basis = forms.CharField(label=_("依据"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "organisation", reached(actor, MANAGE_ASSESSMENTS))


class ItemForm(forms.Form):
    """One item; a row without a title is none."""

    title = forms.CharField(label=_("项目"), max_length=60, required=False)
    code = forms.ChoiceField(label=_("指标"), required=False)
    weight = forms.DecimalField(
        label=_("分值"), min_value=Decimal(0), max_value=Decimal(1000), required=False
    )
    target = forms.FloatField(
        label=_("目标"), required=False, help_text=_("不填时取该单位本年度的指标目标")
    )
    is_veto = forms.BooleanField(label=_("一票否决"), required=False)

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        known = [(each.code, each.title) for each in selectors.catalogue(actor)]
        field = cast("forms.ChoiceField", self.fields["code"])
        field.choices = [("", _now("人工评分")), *known]

    @property
    def wanted(self) -> Wanted | None:
        said = self.cleaned_data
        if not said.get("title"):
            return None
        is_veto = bool(said.get("is_veto"))
        return Wanted(
            title=said["title"],
            weight=Decimal(0) if is_veto else said.get("weight") or Decimal(0),
            code=said.get("code") or "",
            target=said.get("target"),
            is_veto=is_veto,
        )


class ChangeTargetForm(DeedForm):
    """What a figure should come to, and by whose word."""

    number = forms.FloatField(label=_("目标值"), min_value=0, help_text=_("按指标的计量单位填写"))
    basis = forms.CharField(label=_("依据"), max_length=200, required=False)


class TargetForm(ChangeTargetForm):
    """A target for one unit and year."""

    code = forms.ChoiceField(label=_("指标"))
    organisation = OrganisationField(Organisation.objects.none(), label=_("单位"))
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2199)
    field_order = ["code", "organisation", "year", "number", "basis"]

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, SET_TARGETS))
        choices = sorted(offered().items(), key=lambda each: each[1])
        cast("forms.ChoiceField", self.fields["code"]).choices = choices


class RoundForm(forms.Form):
    """The period that is judged."""

    first = forms.DateField(label=_("考核期起"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("考核期止"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("first") and said.get("last") and said["last"] < said["first"]:
            self.add_error("last", _now("止日不能早于起日"))
        return said

    @property
    def period(self) -> Period:
        return Period.of_days(self.cleaned_data["first"], self.cleaned_data["last"])


class PointsForm(forms.Form):
    """Points for one unit and one item, with what proves them."""

    organisation = forms.IntegerField(min_value=1, max_value=2**62)
    item = forms.IntegerField(min_value=1, max_value=2**62)
    points = forms.DecimalField(max_digits=7, decimal_places=2)
    evidence = forms.CharField(max_length=400, required=False)


def last_month(at: datetime) -> dict[str, date]:
    """The month that is over, proposed for a round."""
    today = clock.local(at).date()
    month = Period.months(today.year, today.month - 1)
    return {"first": month.first_day, "last": month.last_day}
