"""What is filled in about certified sections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import Camera
from luchang.apps.passages.models.sections import (
    FASTEST_KMH,
    LONGEST_SECTION_M,
    SLOWEST_KMH,
)
from luchang.apps.passages.policies import MANAGE_SECTION
from luchang.apps.passages.selectors.cameras import cameras
from luchang.apps.passages.states import CameraStatus
from luchang.apps.passages.views.counts_forms import CameraField
from luchang.kernel.clock import local
from luchang.kernel.identity.choosing import offer
from luchang.kernel.ledgers.forms import DeedForm, day, words


def _limit(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=SLOWEST_KMH, max_value=FASTEST_KMH)


class SectionForm(DeedForm):
    """As the certificate and the signs say."""

    name = forms.CharField(label=_("区间名称"), max_length=120)
    road = forms.CharField(label=_("道路"), max_length=80, required=False)
    length_m = forms.DecimalField(
        label=_("检定长度（米）"),
        min_value=1,
        max_value=LONGEST_SECTION_M,
        max_digits=7,
        decimal_places=1,
        help_text=_("照检定证书填写，最多一位小数"),
    )
    certificate_number = forms.CharField(label=_("检定证书编号"), max_length=60)
    verifier = forms.CharField(label=_("检定机构"), max_length=120)
    valid_from = day(_("有效期起"))
    valid_until = day(_("有效期至"), help_text=_("最后一个有效日"))
    car_kmh = _limit(_("小型车限速（公里/小时）"))
    coach_kmh = _limit(_("大中型客车限速（公里/小时）"))
    goods_kmh = _limit(_("货车限速（公里/小时）"))
    published_on = day(
        _("测速地点公布日期"),
        required=False,
        help_text=_("固定测速地点应向社会公布；没有公布的留空，页面会提示"),
    )
    has_sign = forms.BooleanField(label=_("已设测速警示标志"), required=False)


class NewSectionForm(SectionForm):
    start = CameraField(Camera.objects.none(), label=_("起点设备"))
    end = CameraField(
        Camera.objects.none(), label=_("终点设备"), help_text=_("按行车方向，先经过起点")
    )
    field_order = ["start", "end", "name"]

    def prepare(self) -> None:
        rows = cameras(self.actor, MANAGE_SECTION).exclude(status=CameraStatus.RETIRED)
        offer(self, "start", rows)
        offer(self, "end", rows)


class RetireSectionForm(DeedForm):
    """From which day on, and why."""

    since = day(_("停用日期"), help_text=_("从这一天起不再按它测速，之前的仍按它"))
    reason = words(_("原因"), most=300, rows=3)

    def prepare(self) -> None:
        self.initial.setdefault("since", local(self.at).date())
