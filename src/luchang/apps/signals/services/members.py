"""The junctions of a study or a scheme, and the plans of its candidates: one list for both."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from luchang.apps.signals.bridge import plans, schemes
from luchang.apps.signals.bridge.schemes import Entry
from luchang.apps.signals.models import (
    Candidate,
    CountSet,
    Junction,
    LayoutVersion,
    Retiming,
    SchemeCandidate,
    SchemeMember,
    Study,
    TimingPlan,
)
from luchang.apps.signals.services.refusals import Refused
from luchang.core.signals.layout import Layout


class Member(Protocol):
    """One junction with its counts and the layout it was computed for; a study is its own."""

    @property
    def junction(self) -> Junction: ...

    @property
    def junction_id(self) -> int: ...

    @property
    def count_set(self) -> CountSet | None: ...

    @property
    def layout(self) -> LayoutVersion | None: ...

    @property
    def layout_id(self) -> int | None: ...


def members_of(of: Retiming) -> tuple[Member, ...]:
    """In the order of the road."""
    return (of,) if isinstance(of, Study) else scheme_members(of)


def scheme_members(of: Retiming) -> tuple[SchemeMember, ...]:
    """The records of a scheme's junctions, for whoever changes them."""
    rows = SchemeMember.objects.filter(scheme=of.pk).order_by("ordinal")
    return tuple(rows.select_related("junction__layout", "count_set__layout", "layout"))


def metres_of(members: Sequence[SchemeMember]) -> schemes.Metres:
    """Lengths of the roads of a scheme as they are kept [m]."""
    return {
        (one.junction.code, other.junction.code): other.at_m - one.at_m
        for one, other in pairwise(members)
    }


def entries_of(of: Retiming, candidate: Candidate | SchemeCandidate) -> list[Entry]:
    """Which junction is to run which plan from when to when."""
    if isinstance(of, Study):
        code = of.junction.code
        return [Entry(code, of.begins_min, of.ends_min, plans.read(candidate.content, code))]
    return schemes.read(candidate.content)


def version_of(junction: Junction) -> LayoutVersion:
    if junction.layout is None:
        raise Refused("no_layout", junction=junction.name)
    return junction.layout


def layout_of(junction: Junction) -> Layout:
    return version_of(junction).layout


def check_current(of: Retiming) -> None:
    """Raise Refused where a junction is no longer what the plans were computed for."""
    for each in members_of(of):
        if each.layout_id is None or each.layout_id != each.junction.layout_id:
            raise Refused(
                "layout_changed",
                junction=each.junction.name,
                now=each.junction.layout or "—",
                then=each.layout or "—",
            )


def running_at(junction: Junction, begins_min: int, ends_min: int) -> TimingPlan | None:
    """The plan of the shortest hours that cover these, made for the layout as it is."""
    rows = TimingPlan.objects.filter(
        junction=junction,
        ended_at=None,
        layout_id=junction.layout_id,
        begins_min__lte=begins_min,
        ends_min__gte=ends_min,
    )
    return min(rows, key=lambda row: row.ends_min - row.begins_min, default=None)
