"""Plans that belong together, of whichever kind a scheme is."""

from luchang.apps.signals.bridge.wording import count_fault
from luchang.apps.signals.services.day_planning import (
    advise_day,
    parts_for,
    present_day,
    textbook_day,
)
from luchang.apps.signals.services.members import layout_of
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.scheme_planning import (
    CORRIDOR_LIMITS,
    INTERVAL_S,
    Asked,
    SchemeAdvice,
    Ticking,
    advise_corridor,
    advised,
    corridor_advice,
    present_of_all,
)
from luchang.apps.signals.states import SchemeKind
from luchang.core.signals import corridor_problem as joint
from luchang.core.signals.demand import UnusableCounts
from luchang.core.signals.fixed.model import Expected, Model
from luchang.core.signals.plan import Plan
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


def without_search(asked: Asked) -> list[SchemeAdvice]:
    """The present plans of a corridor and its widest bands, judged as any: for demo data."""
    corridor = asked.corridor
    model = Model(joint.problem_of(corridor, asked.counted, INTERVAL_S, CORRIDOR_LIMITS))
    return [
        corridor_advice(name, made, corridor, model, asked.scheme)
        for name, made in _plain(asked).items()
    ]


def _plain(asked: Asked) -> dict[str, dict[str, Plan]]:
    """Present plans, and the textbook's at one cycle with the widest bands."""
    corridor = asked.corridor
    hourly = {key: joint.hourly_of(each, INTERVAL_S) for key, each in asked.counted.items()}
    even = joint.shared_cycle(corridor, hourly)
    found = {"wave": with_wave(corridor, even, asked.scheme.speed_mps)[0]}
    present = present_of_all(asked)
    return found if present is None else {"present": present, **found}


def quick(asked: Asked, found: Expected) -> list[SchemeAdvice]:
    """What needs no search, under figures of somebody else: for tests."""
    scheme = asked.scheme
    if scheme.kind == SchemeKind.DAY:
        (member,) = asked.members
        layout, code = layout_of(member.junction), member.junction.code
        present = present_day(scheme, member.junction)
        begins = parts_for(scheme, asked.counted[code])
        textbook = textbook_day(scheme, layout, code, asked.counted[code], begins)
        both = (("present", present), ("parts_textbook", textbook))
        return [SchemeAdvice(name, each, found, 7.5) for name, each in both if each]
    corridor = asked.corridor
    return [
        advised(name, made, corridor, scheme, found, bands_of(corridor, made, scheme.speed_mps))
        for name, made in _plain(asked).items()
    ]
