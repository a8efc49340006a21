"""What figures are shown for, how they are drawn, and how far an assessment has come."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.kernel.states import TransitionTable


class Span(TextChoices):
    """A period that moves with the day it is looked at."""

    TODAY = "TODAY", _("今日")
    YESTERDAY = "YESTERDAY", _("昨日")
    WEEK = "WEEK", _("近7日")
    MONTH = "MONTH", _("本月")
    LAST_MONTH = "LAST_MONTH", _("上月")
    HALF_YEAR = "HALF_YEAR", _("本半年")
    YEAR = "YEAR", _("今年以来")


class Drawing(TextChoices):
    """How a tile of a dashboard shows its indicator."""

    NUMBER = "NUMBER", _("数字")
    TREND = "TREND", _("趋势图")
    UNITS = "UNITS", _("分单位对比")


class SchemeStatus(TextChoices):
    """Whether units are judged by a scheme."""

    DRAFT = "DRAFT", _("起草中")
    IN_FORCE = "IN_FORCE", _("施行中")
    RETIRED = "RETIRED", _("已停用")


class RoundStatus(TextChoices):
    """How far the judging of one period has come."""

    OPEN = "OPEN", _("评分中")
    PROPOSED = "PROPOSED", _("待审定")
    FROZEN = "FROZEN", _("已定案")
    DROPPED = "DROPPED", _("已作废")


SCHEME = TransitionTable(
    start=SchemeStatus.DRAFT,
    moves={
        SchemeStatus.DRAFT: frozenset({SchemeStatus.IN_FORCE, SchemeStatus.RETIRED}),
        SchemeStatus.IN_FORCE: frozenset({SchemeStatus.RETIRED}),
        SchemeStatus.RETIRED: frozenset(),
    },
)
ROUND = TransitionTable(
    start=RoundStatus.OPEN,
    moves={
        RoundStatus.OPEN: frozenset({RoundStatus.PROPOSED, RoundStatus.DROPPED}),
        # back again when the results are not approved
        RoundStatus.PROPOSED: frozenset({RoundStatus.OPEN, RoundStatus.FROZEN}),
        RoundStatus.FROZEN: frozenset(),
        RoundStatus.DROPPED: frozenset(),
    },
)
