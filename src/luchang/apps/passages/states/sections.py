"""Certified sections: from entered to confirmed by somebody else, and out of use again."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.core.passages.sections import VehicleClass
from luchang.kernel.states import TransitionTable


class SectionStatus(TextChoices):
    PROPOSED = "PROPOSED", _("待确认")
    CONFIRMED = "CONFIRMED", _("已确认")
    REJECTED = "REJECTED", _("未通过")
    RETIRED = "RETIRED", _("已停用")


SECTION = TransitionTable(
    start=SectionStatus.PROPOSED,
    moves={
        SectionStatus.PROPOSED: frozenset({SectionStatus.CONFIRMED, SectionStatus.REJECTED}),
        SectionStatus.CONFIRMED: frozenset({SectionStatus.RETIRED}),
        SectionStatus.REJECTED: frozenset(),
        SectionStatus.RETIRED: frozenset(),
    },
)
JUDGING = (SectionStatus.CONFIRMED, SectionStatus.RETIRED)
"""Those that drives are measured by, each on the days its certificate holds."""


class SectionValidity(TextChoices):
    """What the certificate is worth on a day."""

    NOT_YET = "NOT_YET", _("未到有效期")
    VALID = "VALID", _("有效")
    EXPIRED = "EXPIRED", _("已过期")
    NONE = "NONE", _("未确认")


class LimitClass(TextChoices):
    """The vehicles a limit is for, by the names of `core.passages.sections.VehicleClass`."""

    CAR = VehicleClass.CAR.value, _("小型车")
    COACH = VehicleClass.COACH.value, _("大中型客车")
    GOODS = VehicleClass.GOODS.value, _("货车")
    UNTOLD = VehicleClass.UNTOLD.value, _("车型不明")
