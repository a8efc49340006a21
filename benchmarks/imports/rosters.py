"""A roster of officers, sent by the clerk of a detachment with nine brigades."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from benchmarks.imports.sheets import Kind, Row, set_to

if TYPE_CHECKING:
    from luchang.kernel.identity.actors import Actor

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚英华文斌玲"
SKILLS_EACH = (0, 0, 0, 0, 0, 0, 0, 1, 1, 2)
"""How many skills an officer is entered with: most hold none."""


def officers() -> tuple[Actor, Kind]:
    """The clerk, and what he sends; the database is filled with what the rows name."""
    from luchang.apps.force.policies import MANAGE_FORCE, SEE_FORCE
    from luchang.apps.force.selectors import skills
    from luchang.apps.force.services import name_skill
    from tests.factories import force
    from tests.factories import identity as make

    city = make.organisation(name="支队")
    brigades = [
        make.organisation(parent=city, name=f"{name}大队") for name in "东西南北中上下左右"
    ]
    foreign = make.organisation(name="邻市支队")
    held = force.officer(at=foreign).badge
    if not skills():
        for number in range(6):
            name_skill(code=f"skill{number}", name=f"技能{number}", name_en=f"Skill {number}")
    places = tuple(name for each in brigades for name in (each.code, each.name))
    known = tuple(each.name for each in skills())
    by = make.actor_with(SEE_FORCE, MANAGE_FORCE, at=city)
    return by, _kind(places, known, held, foreign.code)


def _kind(places: tuple[str, ...], skills: tuple[str, ...], held: str, foreign: str) -> Kind:
    def row(number: int, dice: Random) -> Row:
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.randint(1, 2)))
        taught = dice.sample(skills, dice.choice(SKILLS_EACH))
        kind = dice.choice(["民警", "辅警"])
        return [f"N{number:06d}", name, kind, dice.choice(places), "、".join(taught)]

    is_held = set_to(0, held)  # only the service and the database know
    return Kind(
        head=("警号", "姓名", "类别", "所属机构", "技能"),
        title="株洲支队警力名册",
        sheets=("城区", "县市"),
        row=row,
        once=is_held,
        spoilt=(
            set_to(0, "a1"),
            set_to(0, ""),
            set_to(0, lambda earlier: earlier[0]),  # twice in the file
            is_held,
            set_to(1, " "),
            set_to(1, "甲" * 41),
            set_to(2, "保安"),
            set_to(2, ""),
            set_to(3, foreign),
            set_to(3, "没有这样的大队"),
            set_to(4, f"{skills[0]}、飞行"),
        ),
    )
