"""What is filled in about links, junctions that are counted, and levels."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import Camera, Movement
from luchang.apps.passages.models.counts import FASTEST_KMH, LONGEST_M
from luchang.apps.passages.policies import MANAGE_CAMERA
from luchang.apps.passages.selectors.cameras import cameras
from luchang.apps.passages.states import ARMS, TURNS, CameraStatus, way_text
from luchang.kernel.identity.choosing import OrganisationField, offer, reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.forms import DeedForm, day


class CameraField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: Camera) -> str:
        return f"{obj.name}（{obj.device_id}）"


class LinkForm(DeedForm):
    """What is measured of a link is measured against this."""

    name = forms.CharField(label=_("路段名称"), max_length=120)
    road = forms.CharField(label=_("道路"), max_length=80, required=False)
    length_m = forms.IntegerField(label=_("长度（米）"), min_value=1, max_value=LONGEST_M)
    free_s = forms.FloatField(
        label=_("自由流行程时间（秒）"),
        min_value=1,
        max_value=3_600,
        help_text=_("不受阻时走完全程的时间；建议值取行程时间的第15百分位，请核对"),
    )
    limit_kmh = forms.IntegerField(
        label=_("限速（公里/小时）"), min_value=5, max_value=FASTEST_KMH, required=False
    )
    junction_code = forms.CharField(
        label=_("下游路口编号"),
        max_length=20,
        required=False,
        help_text=_("与信号路口编号一致，配时工单据此取行程时间"),
    )


class NewLinkForm(LinkForm):
    start = CameraField(Camera.objects.none(), label=_("起点设备"))
    end = CameraField(Camera.objects.none(), label=_("终点设备"))
    field_order = ["start", "end", "name"]

    def prepare(self) -> None:
        rows = cameras(self.actor, MANAGE_CAMERA).exclude(status=CameraStatus.RETIRED)
        offer(self, "start", rows)
        offer(self, "end", rows)


class SuggestForm(forms.Form):
    """Of which day's passages links are proposed."""

    day = forms.DateField(
        label=_("过车日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("选一个车流正常的整天"),
    )


class CountedJunctionForm(DeedForm):
    code = forms.CharField(
        label=_("路口编号"), max_length=20, help_text=_("有信号灯的路口与信号路口编号一致")
    )
    name = forms.CharField(label=_("路口名称"), max_length=80)
    organisation = OrganisationField(Organisation.objects.none(), label=_("管理单位"))
    longitude = forms.FloatField(label=_("经度"), min_value=-180, max_value=180)
    latitude = forms.FloatField(label=_("纬度"), min_value=-90, max_value=90)

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, MANAGE_CAMERA))


class MovementForm(DeedForm):
    """How one movement is told from the others."""

    arm = forms.ChoiceField(label=_("进口方向"), choices=list(ARMS.items()))
    turn = forms.ChoiceField(label=_("转向"), choices=list(TURNS.items()))
    camera = CameraField(Camera.objects.none(), label=_("进口设备"))
    lane_text = forms.CharField(
        label=_("车道"),
        max_length=40,
        required=False,
        help_text=_("专用车道填写编号，如“1 2”，左起第一条为1；混行车道留空并选下游设备"),
    )
    onto = CameraField(
        Camera.objects.none(), label=_("下游设备"), required=False, empty_label=_("不用")
    )

    def prepare(self) -> None:
        rows = cameras(self.actor, MANAGE_CAMERA).exclude(status=CameraStatus.RETIRED)
        offer(self, "camera", rows)
        offer(self, "onto", rows)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        said["way"] = f"{said.get('arm')}-{said.get('turn')}"
        text = str(said.get("lane_text") or "").replace("，", " ").replace(",", " ")
        try:
            said["lanes"] = [int(each) for each in text.replace("、", " ").split()]
        except ValueError:
            self.add_error("lane_text", gettext("请填写车道编号，如“1 2”"))
            said["lanes"] = []
        return said


class MovementField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: Movement) -> str:
        return f"{way_text(obj.way)} {obj.camera}"


class EndMovementForm(DeedForm):
    movement = MovementField(Movement.objects.none(), label=_("停用的流向"))

    def prepare(self) -> None:
        rows = Movement.objects.filter(junction=self.row, ended_at=None).select_related("camera")
        offer(self, "movement", rows)


def _percent(label: Any, initial: float) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=1, max_value=99, initial=initial)


class ScaleForm(forms.Form):
    """Parts of the free speed at which a level ends."""

    valid_from = day(_("启用日期"))
    free_percent = _percent(_("畅通：车速高于自由流的（%）"), 70)
    smooth_percent = _percent(_("基本畅通：高于（%）"), 50)
    slight_percent = _percent(_("轻度拥堵：高于（%）"), 40)
    moderate_percent = _percent(_("中度拥堵：高于（%），再低为严重拥堵"), 30)
    article = forms.CharField(
        label=_("依据"),
        max_length=200,
        required=False,
        help_text=_("标准编号和条款，或本单位文件"),
    )
    is_confirmed = forms.BooleanField(label=_("已与依据核对"), required=False)
