"""What is filled in about risk lists."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.policies import MANAGE_LISTS
from luchang.apps.risk.states.fields import FieldKind
from luchang.apps.risk.states.hazards import SubjectKind
from luchang.kernel.clock import local
from luchang.kernel.identity.choosing import OrganisationField, offer, reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.forms import DeedForm

PARTED = re.compile("[、，,;；\n]")


class RenameForm(DeedForm):
    name = forms.CharField(label=_("名称"), max_length=40)
    name_en = forms.CharField(label=_("英文名称"), max_length=60)
    is_confirmed = forms.BooleanField(
        label=_("名称已确认"), required=False, help_text=_("未确认的名称处处带星号")
    )


class NewListForm(RenameForm):
    code = forms.RegexField(
        r"\A[a-z][a-z0-9_]{0,11}\Z", label=_("代码"), help_text=_("小写英文字母开头，如 roads")
    )
    subject = forms.ChoiceField(label=_("对象"), choices=SubjectKind.choices)
    organisation = OrganisationField(Organisation.objects.none(), label=_("管理单位"))
    field_order = ["code", "name", "name_en", "subject", "organisation"]

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, MANAGE_LISTS))


class ShipForm(DeedForm):
    organisation = OrganisationField(Organisation.objects.none(), label=_("管理单位"))

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, MANAGE_LISTS))


class FieldForm(DeedForm):
    """One more column."""

    key = forms.RegexField(
        r"\A[a-z][a-z0-9_]{0,19}\Z", label=_("字段代码"), help_text=_("小写英文字母开头")
    )
    title = forms.CharField(label=_("字段名称"), max_length=40)
    title_en = forms.CharField(label=_("英文名称"), max_length=60)
    kind = forms.ChoiceField(label=_("字段类型"), choices=FieldKind.choices)
    required = forms.BooleanField(label=_("必填"), required=False)
    choices = forms.CharField(
        label=_("选项"), max_length=500, required=False, help_text=_("选项字段才填，用顿号隔开")
    )

    def clean_choices(self) -> tuple[str, ...]:
        parts = (each.strip() for each in PARTED.split(self.cleaned_data["choices"]))
        return tuple(dict.fromkeys(filter(None, parts)))


class DropFieldForm(DeedForm):
    key = forms.ChoiceField(label=_("字段"))

    def prepare(self) -> None:
        self.fields["key"].choices = [(each.key, each.label) for each in self.row.extra]  # type: ignore[attr-defined]


class VersionForm(DeedForm):
    campaign = forms.CharField(label=_("行动名称"), max_length=60)
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)

    def prepare(self) -> None:
        self.fields["year"].initial = local(self.at).year
