"""What is filled in about cameras."""

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models.devices import MOST_LANES, device_number
from luchang.apps.passages.policies import MANAGE_CAMERA
from luchang.apps.passages.states import CameraDirection
from luchang.kernel.identity.choosing import OrganisationField, offer, reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.forms import DeedForm


class CameraForm(DeedForm):
    """What it is and where it stands."""

    name = forms.CharField(label=_("名称"), max_length=80)
    organisation = OrganisationField(Organisation.objects.none(), label=_("管理单位"))
    longitude = forms.FloatField(label=_("经度"), min_value=-180, max_value=180)
    latitude = forms.FloatField(label=_("纬度"), min_value=-90, max_value=90)
    direction = forms.TypedChoiceField(
        label=_("行驶方向"), choices=CameraDirection.choices, coerce=int
    )
    lanes = forms.IntegerField(label=_("车道数"), min_value=1, max_value=MOST_LANES, initial=1)
    tollgate_id = forms.CharField(
        label=_("卡口编码"),
        required=False,
        validators=[device_number],
        help_text=_("20位数字，设备不属于卡口时留空"),
    )
    link = forms.CharField(label=_("路段"), max_length=80, required=False)
    junction = forms.CharField(label=_("路口"), max_length=80, required=False)

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, MANAGE_CAMERA))


class NewCameraForm(CameraForm):
    device_id = forms.CharField(
        label=_("设备编码"),
        validators=[device_number],
        help_text=_("GA/T 1400 的20位设备编码，登记后不再改动"),
    )
    field_order = ["device_id", "name", "organisation"]
