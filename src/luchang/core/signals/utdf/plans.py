"""A plan of a junction as UTDF phases, one phase a step, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from luchang.core.signals.checks import change_parts
from luchang.core.signals.junction import Turn
from luchang.core.signals.plan import Plan, PlanStep
from luchang.core.signals.utdf.model import (
    MOST_PER_MOVEMENT,
    MOST_PHASES,
    Bound,
    LaneGroup,
    Phase,
    UtdfJunction,
    UtdfRefused,
)

if TYPE_CHECKING:
    from luchang.core.signals.junction import Junction, Link, Stage

LETTERS: Mapping[Turn, str] = {
    Turn.U_TURN: "U",
    Turn.LEFT: "L",
    Turn.THROUGH: "T",
    Turn.RIGHT: "R",
}
KMH = 3.6
_Greens = tuple[frozenset[str], frozenset[str]]


def describe(
    junction: Junction,
    plan: Plan,
    bounds: Mapping[str, Bound],
    *,
    int_id: int,
    name: str = "",
    place: tuple[float, float] = (0.0, 0.0),
    volumes_vph: Mapping[str, float] | None = None,
) -> UtdfJunction:
    """A junction and its plan in the words of UTDF.

    Parameters
    ----------
    junction, plan
        What is described.
    bounds
        For each approach, where its traffic is going; see `ARMS`.
    int_id, name, place
        Number, name and coordinates [m] under which it stands in the file.
    volumes_vph
        Counts by movement, such as NBL [veh/h].

    Raises
    ------
    UtdfRefused
        `no_bound`: an approach without a direction. `split_movement`: lamps of one movement are
        not green together, which the format cannot say. `too_many_phases`: more steps or greens
        than it has places for.

    Notes
    -----
    Steps become the phases D1, D2, ... of one ring; lamps of people on foot have no place in the
    tables and are left to the layout that the plan is read back into.
    """
    if len(plan.steps) > MOST_PHASES:
        raise UtdfRefused("too_many_phases", what=str(len(plan.steps)))
    movements = _movements(junction, bounds)
    stages = [junction.stages[step.stage] for step in plan.steps]
    greens = [_greens(stage, movements) for stage in stages]
    phases = {}
    for number, step in enumerate(plan.steps, start=1):
        amber, all_red = change_parts(junction, plan, number - 1)
        needed = (junction.rules.min_green_of(lamp) for lamp in stages[number - 1].green)
        phases[number] = Phase(step.green_s, amber, all_red, max(needed, default=0.0))
    return UtdfJunction(
        int_id=int_id,
        name=name,
        x=place[0],
        y=place[1],
        groups={
            movement: _group(junction, movement, links, greens, volumes_vph or {})
            for movement, links in movements.items()
        },
        phases=phases,
        cycle_s=plan.cycle_s,
        offset_s=plan.offset_s,
    )


def plan_of(told: UtdfJunction, junction: Junction, bounds: Mapping[str, Bound]) -> Plan:
    """The plan that a file tells, in the stages of a junction we know.

    Raises:
        UtdfRefused: `no_phases`; `no_stage`: nothing the junction may show is green for just
            these movements; `two_stages`: more than one is, and the file cannot say which;
            `cycle_sum`: the phases do not make the cycle.
    """
    if not told.phases:
        raise UtdfRefused("no_phases", what=str(told.int_id))
    movements = _movements(junction, bounds)
    shown = [_greens(stage, movements) for stage in junction.stages]
    steps = []
    for number, phase in sorted(told.phases.items()):
        wanted = (
            frozenset(name for name, each in told.groups.items() if number in each.phases),
            frozenset(name for name, each in told.groups.items() if number in each.permitted),
        )
        fitting = [index for index, greens in enumerate(shown) if greens == wanted]
        if len(fitting) != 1:
            code = "two_stages" if fitting else "no_stage"
            raise UtdfRefused(code, what=f"D{number} {' '.join(sorted(wanted[0] | wanted[1]))}")
        steps.append(PlanStep(fitting[0], phase.green_s, phase.amber_s + phase.all_red_s))
    plan = Plan(junction.junction_id, tuple(steps), told.offset_s or 0.0)
    if told.cycle_s is not None and abs(told.cycle_s - plan.cycle_s) > CLOSE_S:
        raise UtdfRefused("cycle_sum", what=f"{plan.cycle_s:g} / {told.cycle_s:g}")
    return plan


CLOSE_S = 0.05
"""Files round to a tenth of a second."""


def _movements(junction: Junction, bounds: Mapping[str, Bound]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for link in junction.links:
        if link.turn is Turn.ON_FOOT:
            continue
        approach = junction.lanes[link.from_lane].approach
        if approach not in bounds:
            raise UtdfRefused("no_bound", what=approach)
        found.setdefault(f"{bounds[approach]}{LETTERS[link.turn]}", []).append(link)
    return found


def _greens(stage: Stage, movements: Mapping[str, list[Link]]) -> _Greens:
    """Movements with the right of way in a stage, and those that are green and give way."""
    protected, permitted = set(), set()
    for movement, links in movements.items():
        lamps = {link.index for link in links}
        if lamps <= stage.protected:
            protected.add(movement)
        elif lamps <= stage.green:
            permitted.add(movement)
        elif lamps & stage.green:
            raise UtdfRefused("split_movement", what=f"{stage.name} {movement}")
    return frozenset(protected), frozenset(permitted)


def _group(
    junction: Junction,
    movement: str,
    links: list[Link],
    greens: list[_Greens],
    volumes_vph: Mapping[str, float],
) -> LaneGroup:
    lanes = {link.from_lane for link in links}
    phases, permitted = (
        tuple(number for number, each in enumerate(greens, start=1) if movement in each[kind])
        for kind in (0, 1)
    )
    if max(len(phases), len(permitted)) > MOST_PER_MOVEMENT:
        raise UtdfRefused("too_many_phases", what=movement)
    return LaneGroup(
        lanes=len(lanes),
        speed_kmh=round(max(junction.lanes[lane].speed_mps for lane in lanes) * KMH, 1),
        volume_vph=volumes_vph.get(movement),
        phases=phases,
        permitted=permitted,
    )
