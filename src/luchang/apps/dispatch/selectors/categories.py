"""Kinds of incidents: how each is called, found, counted and what it asks of a unit."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.states import CategoryGroup, Grade
from luchang.apps.force.states import UnitKind
from luchang.kernel.search import initials

MOBILE = frozenset({UnitKind.CAR_PATROL, UnitKind.MOTORCYCLE_PATROL, UnitKind.ACCIDENT_TEAM})

TOWING = MOBILE | {UnitKind.TOWING_TEAM}


@dataclass(frozen=True)
class Category:
    """One kind of incident."""

    code: str
    name: str
    name_en: str
    group: CategoryGroup
    grade: Grade
    """Proposed when nothing speaks for another."""
    skills: frozenset[str] = frozenset()
    """What the first crew must be qualified for. Nothing by default: whoever is nearest secures
    the scene, and specialists follow as reinforcement."""
    suited_kinds: frozenset[str] = MOBILE
    """Kinds of units that fit; others are proposed later."""

    @property
    def initials(self) -> str:
        return initials(self.name)


G = CategoryGroup
SOURCE = _("本平台自拟，大类名称有公开依据，细类与分级未经确认")
SEED: tuple[Category, ...] = (
    Category("11", "财产损失事故", "Property damage crash", G.ACCIDENT, Grade.THIRD),
    Category("12", "伤人事故", "Injury crash", G.ACCIDENT, Grade.SECOND),
    Category("13", "死亡事故", "Fatal crash", G.ACCIDENT, Grade.FIRST),
    Category("14", "肇事逃逸", "Hit and run", G.ACCIDENT, Grade.SECOND),
    Category("15", "单方事故", "Single vehicle crash", G.ACCIDENT, Grade.THIRD),
    Category("21", "交通拥堵", "Congestion", G.TRAFFIC, Grade.THIRD),
    Category("22", "违法停车", "Illegal parking", G.TRAFFIC, Grade.FOURTH),
    Category("23", "车辆故障", "Broken-down vehicle", G.TRAFFIC, Grade.THIRD, suited_kinds=TOWING),
    Category("24", "车辆火灾", "Vehicle fire", G.TRAFFIC, Grade.FIRST),
    Category("31", "信号灯故障", "Signal failure", G.FACILITY, Grade.THIRD),
    Category("32", "路面障碍物", "Obstacle on the road", G.FACILITY, Grade.SECOND),
    Category("33", "道路损毁", "Damaged road", G.FACILITY, Grade.THIRD),
    Category("34", "标志护栏损坏", "Damaged sign or barrier", G.FACILITY, Grade.FOURTH),
    Category("41", "群众求助", "Call for help", G.HELP, Grade.THIRD),
    Category("42", "危化品泄漏", "Hazardous spill", G.HELP, Grade.FIRST),
    Category("51", "咨询", "Consultation", G.CONSULTATION, Grade.FOURTH),
    Category("61", "举报违法", "Report of an offence", G.REPORT, Grade.FOURTH),
    Category("71", "投诉监督", "Complaint", G.COMPLAINT, Grade.FOURTH),
    Category("90", "其他", "Other", G.OTHER, Grade.FOURTH),
)
_BY_CODE = {each.code: each for each in SEED}


def categories() -> tuple[Category, ...]:
    return SEED


def category(code: str) -> Category | None:
    return _BY_CODE.get(code)


def codes_of(*groups: CategoryGroup) -> list[str]:
    """Codes that count as one of the groups."""
    return [each.code for each in SEED if each.group in groups]
