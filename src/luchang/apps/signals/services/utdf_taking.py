"""Plans from UTDF files: looked at first, then taken as a whole or not at all."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from luchang.apps.signals.models import Junction, JunctionNumber
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.ports import utdf_text
from luchang.apps.signals.services.checking import faults_in
from luchang.apps.signals.services.junctions import put_in_force
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import Days, NumberedBy, PlanOrigin
from luchang.core.signals import utdf
from luchang.core.signals.layout_junction import junction_of
from luchang.core.signals.plan import Plan
from luchang.core.signals.utdf.plans import plan_of
from luchang.kernel.identity.actors import Actor, within

MOST_SAID = 3


@dataclass(frozen=True)
class Found:
    """A junction of a file: whose it is, which plan it tells, what keeps it from being taken."""

    int_id: int
    name: str
    junction: Junction | None = None
    plan: Plan | None = None
    fault: str = ""


@dataclass(frozen=True)
class Preview:
    found: tuple[Found, ...]
    passed_over: tuple[tuple[str, int], ...]

    @property
    def may_be_taken(self) -> bool:
        return bool(self.found) and not any(each.fault for each in self.found)


def look(*, text: str, by: Actor) -> Preview:
    """What a file says of our junctions; nothing is changed.

    Raises:
        Refused: it is no UTDF, or a value is none; says the line.
    """
    by.check(MANAGE)
    try:
        file = utdf.read(text)
    except utdf.UtdfRefused as refused:
        raise Refused("utdf", why=utdf_text(refused)) from refused
    if not file.junctions:
        raise Refused("utdf_empty")
    numbers = dict(
        JunctionNumber.objects.filter(system=NumberedBy.UTDF).values_list("number", "junction_id")
    )
    rows = within(Junction.objects.select_related("layout"), by, MANAGE)
    mine = {each.pk: each for each in rows}
    codes = {each.code: each for each in mine.values()}
    found = []
    for each in file.junctions:
        ours = mine.get(numbers.get(str(each.int_id), 0)) or codes.get(each.name)
        found.append(_found(each, ours))
    return Preview(tuple(found), tuple(sorted(file.passed_over.items())))


@transaction.atomic
def take(*, text: str, days: Days, begins_min: int, ends_min: int, by: Actor, at: datetime) -> int:
    """Write down every plan of the file as the one that runs at these hours; how many.

    Raises:
        Refused: one of them has a fault, and so none is taken.
    """
    preview = look(text=text, by=by)
    if not preview.may_be_taken:
        wrong = [
            f"{each.int_id} {each.name}：{each.fault}" for each in preview.found if each.fault
        ]
        raise Refused("utdf", why="；".join(wrong[:MOST_SAID]))
    for each in preview.found:
        assert each.junction is not None  # noqa: S101 - without a fault it has both
        assert each.plan is not None  # noqa: S101
        put_in_force(
            junction_id=each.junction.pk,
            name=f"UTDF {each.int_id}",
            plan=each.plan,
            days=days,
            begins_min=begins_min,
            ends_min=ends_min,
            origin=PlanOrigin.UTDF,
            by=by,
            at=at,
        )
    return len(preview.found)


def _found(told: utdf.UtdfJunction, ours: Junction | None) -> Found:
    if ours is None:
        why = str(Refused("utdf_unknown", number=told.int_id))
        return Found(told.int_id, told.name, fault=why)
    if ours.layout is None:
        why = str(Refused("no_layout", junction=ours.name))
        return Found(told.int_id, told.name, ours, fault=why)
    layout = ours.layout.layout
    bounds = {f"{arm.name}_in": utdf.ARMS[int(arm)] for arm in layout.arms}
    try:
        plan = plan_of(told, junction_of(layout, ours.code), bounds)
    except utdf.UtdfRefused as refused:
        return Found(told.int_id, told.name, ours, fault=utdf_text(refused))
    wrong = faults_in(layout, plan)
    return Found(told.int_id, told.name, ours, plan, "；".join(wrong[:MOST_SAID]))
