"""Qualifiers that contradict each other or the number; persons fewer than their vehicles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from luchang.core.reading import units
from luchang.core.reading.checks.evidence import Case, finding, interval, near, shown
from luchang.core.reading.model import Finding, Flaw, Kind, Statistic, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

UP = re.compile(r"余|多|以上|超|上$")
DOWN = re.compile(r"近|不足|以下")
ABOUT = re.compile(r"约|左右")
LEAST = 100
MOST_DIGITS = 4
PERSONS = re.compile(r"人员|人数|旅客|乘客|驾驶人|司机|驾乘|警力|民警|辅警|群众|人$")
VEHICLES = re.compile(r"车辆|车$|客车|货车|机动车|警车|大巴|车台?数")
VERB = re.compile(r"检查|盘查|查验|核查|登记|劝返|排查|检测|查控|出动|投入|核验|查|测温|消毒")
CREW = re.compile(r"警力|民警|辅警|人员")


def qualifiers_contradict(case: Case) -> Iterator[Finding]:
    """近2000余: below and above; 18198余: counted to the unit, and more than that."""
    for figure in case.statistics:
        words = figure.qualifier
        both = [bool(sort.search(words)) for sort in (UP, DOWN, ABOUT)]
        if sum(both) > 1:
            steps: tuple[str, ...] = (_comparison(figure),)
        elif any(both) and _is_exact_to_the_unit(figure):
            steps = (f"{shown(figure)}: {figure.coefficient:f} ≠ {words}",)
        else:
            continue
        yield finding(Flaw.QUALIFIERS_CONTRADICT, Weight.CONTRADICTION, (figure,), steps)


def _comparison(figure: Statistic) -> str:
    signs = [
        s for sort, s in ((DOWN, "<"), (ABOUT, "≈"), (UP, ">")) if sort.search(figure.qualifier)
    ]
    return f"{shown(figure)}: " + " ∧ ".join(f"{sign} {figure.value:f}" for sign in signs)


def _is_exact_to_the_unit(figure: Statistic) -> bool:
    """1258余, but not 1250余, 120余 or 12.5万余."""
    if figure.upper is not None or figure.kind not in {Kind.COUNT, Kind.MEASURE}:
        return False
    if figure.scale or figure.coefficient % 1:
        return len(figure.coefficient.normalize().as_tuple().digits) > MOST_DIGITS
    return figure.value >= LEAST and figure.value % 10 != 0


def persons_below_vehicles(case: Case) -> Iterator[Finding]:
    """Persons checked fewer than vehicles checked, officers fewer than their cars."""
    for at, persons in enumerate(case.counts):
        if not _counts_persons(persons):
            continue
        for vehicles in near(case.counts, at):
            if not _belongs(persons, vehicles):
                continue
            if interval(persons)[1] < interval(vehicles)[0]:
                yield finding(
                    Flaw.PERSONS_BELOW_VEHICLES,
                    Weight.CONTRADICTION,
                    (persons, vehicles),
                    (f"{shown(persons)} < {shown(vehicles)}",),
                )


def _counts_persons(figure: Statistic) -> bool:
    is_unit = figure.measure in {*units.PERSON_UNITS, "人次"}
    return is_unit and bool(PERSONS.search(figure.before) or PERSONS.search(figure.after[:6]))


def _belongs(persons: Statistic, vehicles: Statistic) -> bool:
    """Vehicles of the same act: the same verb, or none of their own beside an act's persons."""
    if vehicles.sentence != persons.sentence or vehicles.measure not in units.VEHICLE_UNITS:
        return False
    if not VEHICLES.search(vehicles.before) and not VEHICLES.search(vehicles.after[:6]):
        return False
    first, second = VERB.findall(persons.before), VERB.findall(vehicles.before)
    if first and second:
        return str(first[-1]) == str(second[-1])
    is_next = vehicles.clause - persons.clause == 1
    return bool(first) and not second and is_next
