"""What is filled in about facilities, their work and stock."""

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.facilities import selectors
from luchang.apps.facilities.models import Material
from luchang.apps.facilities.policies import MANAGE
from luchang.apps.facilities.states import FacilityKind, FacilityStatus, WorkKind
from luchang.kernel.identity.choosing import OrganisationField, offer, reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.forms import DeedForm, words

MOST = 100_000


class FacilityForm(DeedForm):
    """What it is and where it stands."""

    name = forms.CharField(label=_("名称"), max_length=80)
    place = forms.CharField(label=_("地点"), max_length=120)
    longitude = forms.FloatField(label=_("经度"), min_value=-180, max_value=180)
    latitude = forms.FloatField(label=_("纬度"), min_value=-90, max_value=90)


class NewFacilityForm(FacilityForm):
    kind = forms.ChoiceField(label=_("类别"), choices=FacilityKind.choices)
    quantity = forms.IntegerField(
        label=_("数量"),
        min_value=1,
        max_value=MOST,
        help_text=_("停车位按个，护栏和标线按米，其他按处"),
    )
    organisation = OrganisationField(Organisation.objects.none(), label=_("管理单位"))
    is_standing = forms.BooleanField(label=_("已经设置在路上"), required=False, initial=True)
    field_order = ["kind", "name", "place", "quantity", "organisation", "is_standing"]

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, MANAGE))


class FaultForm(DeedForm):
    description = words(_("故障情况"), most=500)
    is_urgent = forms.BooleanField(label=_("影响通行安全"), required=False)


class WorkForm(DeedForm):
    """Work that nobody's fault calls for."""

    kind = forms.ChoiceField(label=_("工作类别"))
    quantity = forms.IntegerField(label=_("数量"), min_value=1, max_value=MOST, initial=1)
    description = words(_("工作内容"), most=500)

    def prepare(self) -> None:
        standing = self.row.status != FacilityStatus.PLANNED
        kinds = (
            [WorkKind.MAINTAIN, WorkKind.REMOVE]
            if standing
            else [WorkKind.INSTALL, WorkKind.REMOVE]
        )
        self.fields["kind"].choices = [(each.value, each.label) for each in kinds]  # type: ignore[attr-defined]


class ContractorForm(DeedForm):
    contractor = forms.CharField(label=_("施工单位"), max_length=80)


class ResultForm(DeedForm):
    result = words(_("完成情况"), most=500)


class UseForm(DeedForm):
    material = forms.ModelChoiceField(Material.objects.none(), label=_("材料"))
    quantity = forms.IntegerField(label=_("数量"), min_value=1, max_value=MOST)

    def prepare(self) -> None:
        offer(self, "material", selectors.usable_materials(self.row))


class TakeInForm(DeedForm):
    name = forms.CharField(label=_("材料"), max_length=60)
    measure = forms.CharField(label=_("单位"), max_length=10)
    quantity = forms.IntegerField(label=_("入库数量"), min_value=1, max_value=MOST)
    organisation = OrganisationField(Organisation.objects.none(), label=_("所属单位"))
    reason = forms.CharField(label=_("事由"), max_length=200)

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, MANAGE))
