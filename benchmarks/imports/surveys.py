"""Hazards found in a survey of a whole city, of all five lists that come with the product."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from benchmarks.imports.sheets import Kind, Row, Spoil, set_to

if TYPE_CHECKING:
    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.identity.models import Organisation

HEAD = (
    "隐患编号", "清单", "隐患类别", "隐患等级", "隐患名称", "隐患情况", "对象", "登记对象",
    "附加字段", "地点", "桩号", "乡镇街道", "排查单位", "经度", "纬度",
)  # fmt: skip
AT = {name: place for place, name in enumerate(HEAD)}
PEOPLE, VEHICLES, ROADS, ENTERPRISES, DUTIES = (
    "人员风险清单", "车辆风险清单", "道路风险清单", "企业风险清单", "政府职责清单",
)  # fmt: skip
CATEGORIES = ("危险路段", "交通安全设施缺失损坏")
STREETS = ("长江路", "建设路", "神农大道", "炎帝大道", "芦淞路", "响石大道", "泰山路", "黄河路")
FAULTS = ("急弯无护栏", "标线缺失", "视距不良", "平交路口无标志", "临水临崖", "路面坑槽")
WEST, SOUTH, WIDE, HIGH = 112.95, 27.25, 0.05, 0.04
COUNTIES, TOWNS_EACH = 9, 12
REGISTERED = 40
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周", "伟芳娜敏静丽强磊军洋"


@dataclass(frozen=True)
class Ground:
    """What rows may name, and what they may not."""

    places: tuple[str, ...]
    foreign: str
    held: str
    categories: tuple[str, ...]
    townships: tuple[str, ...]
    enterprises: tuple[str, ...]


def hazards() -> tuple[Actor, Kind]:
    """The clerk, and what he sends; the database is filled with what the rows name.

    Every brigade has an officer who hands hazards over: each row taken is a to-do with a clock
    and a notice for him.
    """
    from luchang.apps.risk.policies import FIND, HAND_OVER
    from luchang.apps.risk.selectors.labels import categories
    from tests.factories import hazards as make
    from tests.factories import identity, subjects

    city = identity.organisation(name="风险支队")
    brigades = [
        identity.organisation(parent=city, name=f"风险{name}大队") for name in "东西南北中上下左右"
    ]
    for each in brigades:
        identity.user_with(HAND_OVER, at=each)
    _open_lists(city)
    townships = _divisions()
    firms = [
        subjects.enterprise(at=brigades[number % len(brigades)]) for number in range(REGISTERED)
    ]
    foreign = identity.organisation(name="邻市风险支队")
    held = make.hazard(at=foreign).number
    by = identity.actor_with(FIND, "subjects.see_subjects", at=city)
    return by, _kind(
        Ground(
            places=tuple(name for each in brigades for name in (each.code, each.name)),
            foreign=foreign.code,
            held=held,
            categories=tuple(categories.fresh().values()),
            townships=tuple(townships),
            enterprises=tuple(each.credit_code or each.name for each in firms),
        )
    )


def _open_lists(city: Organisation) -> None:
    from luchang.apps.risk import services
    from luchang.kernel.identity.actors import SYSTEM
    from tests.factories import hazards as make

    make.code_tables()
    for each in services.ship_lists(organisation=city, by=SYSTEM, at=make.AT):
        make.version(each)


def _divisions() -> list[str]:
    """Counties side by side, each cut into townships; the names of the townships as labels."""
    from shapely.geometry import box

    from luchang.apps.places.bridge.division_files import DivisionShape
    from luchang.apps.places.services import DivisionFile, import_divisions
    from luchang.apps.places.states import Datum, DivisionLevel
    from luchang.kernel.identity.actors import SYSTEM
    from tests.factories.hazards import AT as THEN

    def shape(code: str, name: str, west: float, south: float, north: float) -> DivisionShape:
        is_county = len(code) == len("430200")
        return DivisionShape(
            code=code,
            name=name,
            level=DivisionLevel.COUNTY if is_county else DivisionLevel.TOWNSHIP,
            parent_code="430200" if is_county else code[:6],
            is_statistical=False,
            polygon=box(west, south, west + WIDE, north),
        )

    shapes, labels = [], []
    for county in range(COUNTIES):
        code, west = f"4302{county + 31:02d}", WEST + county * WIDE
        shapes.append(shape(code, f"演示{county}县", west, SOUTH, SOUTH + TOWNS_EACH * HIGH))
        for town in range(TOWNS_EACH):
            south = SOUTH + town * HIGH
            shapes.append(shape(f"{code}{town:03d}", f"第{town}镇", west, south, south + HIGH))
            labels.append(f"演示{county}县第{town}镇")
    import_divisions(shapes=shapes, file=DivisionFile("grid", Datum.WGS84), by=SYSTEM, at=THEN)
    return labels


def _kind(ground: Ground) -> Kind:
    is_held = set_to(AT["隐患编号"], ground.held)  # only the database knows
    return Kind(
        head=HEAD,
        title="全市风险隐患排查汇总表",
        sheets=("城区", "县市"),
        row=lambda number, dice: _row(number, ground, dice),
        once=is_held,
        spoilt=(
            set_to(AT["隐患编号"], "#1"),
            set_to(AT["隐患编号"], ""),
            set_to(AT["隐患编号"], lambda earlier: earlier[0]),  # twice in the file
            set_to(AT["隐患编号"], "YH2026000001"),  # a number only the platform gives
            is_held,
            set_to(AT["清单"], "没有这样的清单"),
            set_to(AT["隐患类别"], "鬼打墙"),
            set_to(AT["隐患等级"], ""),
            set_to(AT["隐患名称"], "弯" * 81),
            set_to(AT["隐患情况"], " "),
            set_to(AT["乡镇街道"], "没有这样的镇"),
            set_to(AT["排查单位"], ground.foreign),
            set_to(AT["排查单位"], "没有这样的大队"),
            set_to(AT["经度"], "213.1"),
            _on(ROADS, "附加字段", "没有这一栏：1"),
            _on(ROADS, "附加字段", "长度（米）：很长"),
            _on(ROADS, "登记对象", ground.enterprises[0]),
            _on(ENTERPRISES, "登记对象", "91430200DEM999999X"),
            _on(ROADS, "地点", "", blank=("桩号", "乡镇街道", "经度", "纬度")),
            _on(ROADS, "经度", "", blank=("经度",), latitude="27.500000"),
        ),
    )


def _on(
    name: str, column: str, value: str, *, blank: tuple[str, ...] = (), latitude: str = ""
) -> Spoil:
    """Wrong only because of the list it is in, or of what its other cells leave open."""

    def spoil(row: Row, earlier: Row) -> int:
        del earlier
        row[AT["清单"]] = name
        for each in ("对象", "登记对象", "附加字段", *blank):
            row[AT[each]] = ""
        row[AT["纬度"]] = latitude or row[AT["纬度"]]
        row[AT[column]] = value
        return AT[column]

    return spoil


def _row(number: int, ground: Ground, dice: Random) -> Row:
    """One hazard; two thirds have a place on the map, half of them no township written down."""
    name = dice.choice((PEOPLE, VEHICLES, ROADS, ROADS, ROADS, ENTERPRISES, DUTIES))
    street, fault = dice.choice(STREETS), dice.choice(FAULTS)
    is_on_map = dice.random() < 2 / 3
    has_township = not is_on_map or dice.random() < 1 / 2
    longitude = WEST + dice.uniform(0, WIDE * COUNTIES)
    latitude = SOUTH + dice.uniform(0, HIGH * TOWNS_EACH)
    return [
        f"P{number:06d}",
        name,
        dice.choice(ground.categories),
        "重大" if dice.random() < 1 / 10 else "一般",
        f"{street}{fault}",
        f"{street}附近{fault}，" + "夜间照明不足，过往车辆多。" * dice.randint(1, 5),
        *ABOUT[name](ground, dice),
        f"{street}{number % 997}号",
        f"G320 K{dice.randrange(400)}+{dice.randrange(1000):03d}" if name == ROADS else "",
        dice.choice(ground.townships) if has_township else "",
        dice.choice(ground.places),
        f"{longitude:.6f}" if is_on_map else "",
        f"{latitude:.6f}" if is_on_map else "",
    ]


About = Callable[[Ground, Random], tuple[str, str, str]]
"""What the hazard is about in words, in the register, and in the columns of its list."""


def _person(ground: Ground, dice: Random) -> tuple[str, str, str]:
    del ground
    return dice.choice(SURNAMES) + dice.choice(GIVEN), "", "准驾车型：A1；风险情形：逾期未审验"


def _vehicle(ground: Ground, dice: Random) -> tuple[str, str, str]:
    del ground
    return (
        f"湘B·D{dice.randrange(10_000):04d}",
        "",
        "风险情形：逾期未检验；检验有效期止：2026-01-31",
    )


def _road(ground: Ground, dice: Random) -> tuple[str, str, str]:
    del ground
    return "", "", f"隐患类型：临水临崖；长度（米）：{dice.randrange(10, 900)}"


def _enterprise(ground: Ground, dice: Random) -> tuple[str, str, str]:
    return "", dice.choice(ground.enterprises), f"车辆数：{dice.randrange(1, 90)}"


def _duty(ground: Ground, dice: Random) -> tuple[str, str, str]:
    del ground
    return f"第{dice.randrange(99)}项职责", "", "责任事项：道路隐患治理"


ABOUT: dict[str, About] = {
    PEOPLE: _person,
    VEHICLES: _vehicle,
    ROADS: _road,
    ENTERPRISES: _enterprise,
    DUTIES: _duty,
}
