"""Links, counts and how congested a road is."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from luchang.kernel.states import TransitionTable


class LinkStatus(TextChoices):
    SUGGESTED = "SUGGESTED", _("待确认")
    CONFIRMED = "CONFIRMED", _("启用")
    REJECTED = "REJECTED", _("不采用")
    RETIRED = "RETIRED", _("停用")


LINK = TransitionTable(
    start=LinkStatus.SUGGESTED,
    moves={
        LinkStatus.SUGGESTED: frozenset({LinkStatus.CONFIRMED, LinkStatus.REJECTED}),
        LinkStatus.CONFIRMED: frozenset({LinkStatus.RETIRED}),
        LinkStatus.REJECTED: frozenset({LinkStatus.SUGGESTED}),
        LinkStatus.RETIRED: frozenset({LinkStatus.CONFIRMED}),
    },
)


class CountQuality(TextChoices):
    """How a count came about; whatever is not measured says so wherever it is shown."""

    MEASURED = "MEASURED", _("实测")
    SCALED = "SCALED", _("扩样")
    ESTIMATED = "ESTIMATED", _("估计")
    MISSING = "MISSING", _("缺失")


class CongestionLevel(TextChoices):
    """How a link runs, by the names of `core.passages.congestion.Level`, or too little is seen."""

    FREE = "FREE", _("畅通")
    SMOOTH = "SMOOTH", _("基本畅通")
    SLIGHT = "SLIGHT", _("轻度拥堵")
    MODERATE = "MODERATE", _("中度拥堵")
    SEVERE = "SEVERE", _("严重拥堵")
    UNKNOWN = "UNKNOWN", _("过车不足")


CONGESTED = (CongestionLevel.SLIGHT, CongestionLevel.MODERATE, CongestionLevel.SEVERE)

ARMS = {
    "N": _("北"), "NE": _("东北"), "E": _("东"), "SE": _("东南"),
    "S": _("南"), "SW": _("西南"), "W": _("西"), "NW": _("西北"),
}  # fmt: skip
"""Where a movement comes from, as signal plans write it."""

TURNS = {"left": _("左转"), "through": _("直行"), "right": _("右转"), "u_turn": _("掉头")}


def way_text(way: str) -> str:
    """A movement in words: 东左转."""
    arm, _turn, turn = way.partition("-")
    return f"{ARMS.get(arm, arm)}{TURNS.get(turn, turn)}"
