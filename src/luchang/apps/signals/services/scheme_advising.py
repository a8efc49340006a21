"""Plans that belong together, of whichever kind a scheme is."""

from luchang.apps.signals.bridge.wording import count_fault
from luchang.apps.signals.services.day_planning import (
    advise_day,
    parts_for,
    present_day,
    textbook_day,
)
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.scheme_planning import (
    INTERVAL_S,
    Asked,
    SchemeAdvice,
    Ticking,
    advise_corridor,
    advised,
    corridor_for,
    layout_of,
    present_of_all,
)
from luchang.apps.signals.states import SchemeKind
from luchang.core.signals import corridor_problem as joint
from luchang.core.signals.demand import UnusableCounts
from luchang.core.signals.fixed.model import Expected
from luchang.core.signals.progression import HalfACorridor
from luchang.core.signals.waves import bands_of, with_wave


def advise(asked: Asked, *, ticking: Ticking) -> list[SchemeAdvice]:
    """The present plans and what each method makes of the counts, judged by one model of queues.

    Plans that would break a rule of safety are no advice and are left out.

    Raises:
        Refused: the junctions make no corridor, or no plan can be made from these counts.
    """
    method = {SchemeKind.CORRIDOR: advise_corridor, SchemeKind.DAY: advise_day}
    try:
        return method[SchemeKind(asked.scheme.kind)](asked, ticking)
    except UnusableCounts as unusable:
        why = count_fault(unusable.fault, unusable.where)
        raise Refused("unusable_counts", why=why) from unusable
    except (HalfACorridor, ValueError) as half:
        raise Refused("unusable_counts", why=str(half)) from half


def quick(asked: Asked, found: Expected) -> list[SchemeAdvice]:
    """What needs no search, under figures of somebody else: for demo data and tests."""
    scheme = asked.scheme
    made: list[SchemeAdvice] = []
    if scheme.kind == SchemeKind.DAY:
        (member,) = asked.members
        layout, code = layout_of(member.junction), member.junction.code
        present = present_day(scheme, member.junction)
        begins = parts_for(scheme, asked.counted[code])
        textbook = textbook_day(scheme, layout, code, asked.counted[code], begins)
        both = (("present", present), ("parts_textbook", textbook))
        return [SchemeAdvice(name, each, found, 7.5) for name, each in both if each]
    corridor = corridor_for(asked.junctions)
    hourly = {key: joint.hourly_of(each, INTERVAL_S) for key, each in asked.counted.items()}
    wave = with_wave(corridor, joint.shared_cycle(corridor, hourly), scheme.speed_mps)[0]
    for name, plans_made in (("present", present_of_all(asked)), ("wave", wave)):
        if plans_made is not None:
            bands = bands_of(corridor, plans_made, scheme.speed_mps)
            made.append(advised(name, plans_made, corridor, scheme, found, bands))
    return made
