"""Suspected cloned plates: found by the daily comparison, decided by an officer."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.kernel.states import TransitionTable


class CloneStatus(TextChoices):
    SUSPECTED = "SUSPECTED", _("待核查")
    CONFIRMED = "CONFIRMED", _("确认套牌")
    EXPLAINED = "EXPLAINED", _("已排除")
    FADED = "FADED", _("嫌疑消退")


CLONE = TransitionTable(
    start=CloneStatus.SUSPECTED,
    moves={
        CloneStatus.SUSPECTED: frozenset(
            {CloneStatus.CONFIRMED, CloneStatus.EXPLAINED, CloneStatus.FADED}
        ),
        CloneStatus.CONFIRMED: frozenset({CloneStatus.SUSPECTED}),
        CloneStatus.EXPLAINED: frozenset({CloneStatus.SUSPECTED}),
        CloneStatus.FADED: frozenset({CloneStatus.SUSPECTED}),
    },
)


class CloneExplanation(TextChoices):
    """Why impossible moves are none."""

    MISREAD = "MISREAD", _("号牌误识别")
    SECOND_TYPE = "SECOND_TYPE", _("同号另一种类的合法号牌")
    CLOCK = "CLOCK", _("设备时钟错误")
    OTHER = "OTHER", _("其他")


class LeftOutReason(TextChoices):
    """Why the moves from and to a camera are not judged."""

    CLOCK = "CLOCK", _("时钟偏差")
    OFF_ROAD = "OFF_ROAD", _("不在路网上")
