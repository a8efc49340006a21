"""What is filled in about the force; each form asks only for what its service takes."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from luchang.apps.force import selectors
from luchang.apps.force.models import Officer, Skill, Unit, Vehicle
from luchang.apps.force.states import OfficerKind, Readiness, UnitKind, VehicleKind
from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.choosing import OrganisationField, offer
from luchang.kernel.identity.models import Organisation, User

MOST_SEATS = 60


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget)


class ToOrganisationForm(forms.Form):
    """Where an officer goes."""

    organisation = OrganisationField(Organisation.objects.none(), label=_("所属机构"))

    def __init__(self, *args: Any, actor: Actor, **more: Any) -> None:
        super().__init__(*args, **more)
        self.actor = actor
        offer(self, "organisation", selectors.managed_organisations(actor))


class OfficerForm(ToOrganisationForm):
    """Somebody who joins the force."""

    badge = forms.CharField(label=_("警号"), max_length=12, help_text=_("4至12位数字或大写字母"))
    name = forms.CharField(label=_("姓名"), max_length=40)
    kind = forms.ChoiceField(label=_("类别"), choices=OfficerKind.choices)
    username = forms.CharField(
        label=_("登录账号"),
        max_length=32,
        required=False,
        help_text=_("没有账号可不填；有账号的警员可用手机上岗"),
    )
    field_order = ["badge", "name", "kind", "organisation", "username"]

    def clean_username(self) -> str:
        """The account must lie in an organisation whose force the actor manages."""
        written: str = self.cleaned_data["username"]
        if written and self._account(written) is None:
            raise forms.ValidationError(_("没有这个账号"))
        return written

    def account(self) -> int | None:
        """The key of the account, None where none was given."""
        written = self.cleaned_data["username"]
        return self._account(written) if written else None

    def _account(self, username: str) -> int | None:
        places = selectors.managed_organisations(self.actor)
        return (
            User.objects.filter(username=username, organisation__in=places)
            .values_list("pk", flat=True)
            .first()
        )


class SkillField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when run
    """A skill in the language of the page."""

    def label_from_instance(self, obj: Skill) -> str:
        return obj.name_en if get_language() == "en" else obj.name


class QualificationForm(forms.Form):
    """A skill to give or to renew."""

    skill = SkillField(Skill.objects.none(), label=_("技能"), to_field_name="code")
    expires_on = forms.DateField(
        label=_("有效期至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("含当日；长期有效可不填"),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "skill", selectors.skills())

    def expires_at(self) -> datetime | None:
        """The last moment of that day in Shanghai."""
        day = self.cleaned_data["expires_on"]
        return datetime.combine(day, time.max, clock.SHANGHAI) if day else None


class VehicleForm(ToOrganisationForm):
    """A vehicle that joins the fleet."""

    plate = forms.CharField(label=_("号牌"), max_length=12)
    kind = forms.ChoiceField(label=_("类别"), choices=VehicleKind.choices)
    seats = forms.IntegerField(label=_("座位"), min_value=1, max_value=MOST_SEATS, initial=5)
    field_order = ["plate", "kind", "organisation", "seats"]


class UnitForm(ToOrganisationForm):
    """A unit to form; its home is tapped on the map."""

    call_sign = forms.CharField(label=_("呼号"), max_length=24)
    kind = forms.ChoiceField(label=_("类别"), choices=UnitKind.choices)
    longitude = forms.FloatField(label=_("驻点经度"), min_value=-180, max_value=180)
    latitude = forms.FloatField(label=_("驻点纬度"), min_value=-90, max_value=90)
    field_order = ["call_sign", "kind", "organisation", "longitude", "latitude"]


class ChooseUnitForm(forms.Form):
    """The unit a shift is planned for."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("巡逻单元"))

    def __init__(self, *args: Any, units: "QuerySet[Unit]", **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "unit", units)


class VehicleField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: Vehicle) -> str:
        return f"{obj.plate} {obj.get_kind_display()}"


class ShiftForm(forms.Form):
    """A shift of one unit: who leads, who rides along, in which car, from when to when."""

    starts_at = _moment(_("计划上岗"))
    ends_at = _moment(_("计划下岗"))
    leader = forms.ModelChoiceField(Officer.objects.none(), label=_("组长"))
    vehicle = VehicleField(
        Vehicle.objects.none(), label=_("车辆"), required=False, empty_label=_("不用车")
    )
    others = forms.ModelMultipleChoiceField(
        Officer.objects.none(),
        label=_("组员"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, unit: Unit, actor: Actor, at: datetime, **more: Any) -> None:
        """Offers the people and cars of the unit's organisation and of those below it."""
        super().__init__(*args, **more)
        below = {"organisation__path__startswith": unit.organisation.path}
        people = selectors.managed_officers(actor).filter(**below)
        people = people.serving(at=at)  # type: ignore[attr-defined]
        cars = selectors.managed_vehicles(actor).filter(retired_at=None, **below)
        offer(self, "leader", people)
        offer(self, "others", people)
        offer(self, "vehicle", cars)

    def officer_ids(self) -> list[int]:
        """The leader first, everybody once."""
        leader = self.cleaned_data["leader"]
        others = [each.pk for each in self.cleaned_data["others"] if each.pk != leader.pk]
        return [leader.pk, *others]


class ReadinessForm(forms.Form):
    readiness = forms.ChoiceField(label=_("出警状态"), choices=Readiness.choices)


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("取消原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
