"""What is filled in about cameras and erasures."""

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models.devices import MOST_LANES, device_number
from luchang.apps.passages.policies import ERASE_VEHICLE, MANAGE_CAMERA
from luchang.apps.passages.states import CameraDirection, ColourDialect
from luchang.apps.subjects.states import PlateType
from luchang.core.common.identifiers import Invalid, check_plate
from luchang.kernel.identity.choosing import OrganisationField, offer, reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.forms import DeedForm, day, words


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
    dialect = forms.ChoiceField(
        label=_("号牌颜色代码"),
        choices=ColourDialect.choices,
        required=False,
        initial=ColourDialect.GENERAL,
        help_text=_("按设备说明书选择；不在表内的代码记为颜色未知，并在设备页计数"),
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


class ReceiverForm(DeedForm):
    """What lets us in at whoever receives passages."""

    name = forms.CharField(
        label=_("接收方用户名"),
        max_length=64,
        required=False,
        help_text=_("留空则用本平台编码"),
    )
    secret = forms.CharField(
        label=_("接收方口令"),
        max_length=128,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("留空即不再认证"),
    )


class ErasureForm(DeedForm):
    """Which vehicle, which days, by what law."""

    organisation = OrganisationField(Organisation.objects.none(), label=_("办理单位"))
    plate = forms.CharField(label=_("号牌号码"), max_length=12)
    plate_type = forms.ChoiceField(label=_("号牌种类"), choices=PlateType.choices)
    first_day = day(_("起始日期"))
    last_day = day(_("截止日期"))
    basis = words(_("法律依据"), most=300, help_text=_("写明条款和请求人的申请文号"))

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, ERASE_VEHICLE).filter(parent=None))

    def clean_plate(self) -> str:
        try:
            return check_plate(self.cleaned_data["plate"])
        except Invalid as wrong:
            raise forms.ValidationError(_("不是号牌，正确的如 湘B12345")) from wrong
