"""A scheme from the junctions that were named to the counts its plans are computed from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction

from luchang.apps.signals.bridge import schemes as bridge
from luchang.apps.signals.models import CountSet, Junction, Scheme, SchemeMember
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.services import planning
from luchang.apps.signals.services import scheme_planning as together
from luchang.apps.signals.services.junctions import locked as locked_junction
from luchang.apps.signals.services.life import LIVES, check_idle, check_in, locked, moved, noted
from luchang.apps.signals.services.members import layout_of, members_of, metres_of, scheme_members
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import Days, LengthOrigin, SchemeKind, StudyStatus
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, fetch, within
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.following import follow
from luchang.kernel.records.numbering import next_number
from luchang.kernel.states import IllegalTransition

QUARTER_MIN, SHORTEST_PART_MIN = 15, 30
SAME_M = 0.1
Length = tuple[float, LengthOrigin]
S = StudyStatus


@transaction.atomic
def open_corridor(  # noqa: PLR0913 - each is named at the call
    *,
    junction_ids: Sequence[int],
    name: str,
    description: str,
    days: Days,
    begins_min: int,
    ends_min: int,
    speed_kmh: float,
    by: Actor,
    at: datetime,
) -> Scheme:
    """Ask for junctions along a road to be timed together; they are put in order.

    Raises:
        Unreached.
        Refused: half a corridor, by the names of the junctions; hours off the quarters; one of
            them is in an open scheme of these hours.
    """
    junctions = [locked_junction(each, by) for each in sorted(set(junction_ids))]
    by_code = {each.code: each for each in junctions}
    row = [by_code[place.junction_id] for place in together.corridor_for(junctions).places]
    lengths = _lengths(row)
    together.corridor_for(row, {pair: metres for pair, (metres, _) in lengths.items()})
    scheme = Scheme(
        kind=SchemeKind.CORRIDOR,
        name=name.strip() or f"{row[0].name}—{row[-1].name}"[:80],
        organisation=_common_organisation(row, by),
        description=description.strip(),
        days=days,
        begins_min=begins_min,
        ends_min=ends_min,
        speed_kmh=speed_kmh,
    )
    return _opened(scheme, row, list(lengths.values()), by=by, at=at)


@transaction.atomic
def open_day(  # noqa: PLR0913 - each is named at the call
    *,
    junction_id: int,
    description: str,
    days: Days,
    begins_min: int,
    ends_min: int,
    by: Actor,
    at: datetime,
    day_no: int | None = None,
    schedule_no: int | None = None,
) -> Scheme:
    """Ask for a plan for each part of a junction's day.

    Raises:
        Unreached.
        Refused: no layout, hours off the quarters, or it is in an open scheme of these hours.
    """
    junction = locked_junction(junction_id, by)
    layout_of(junction)
    scheme = Scheme(
        kind=SchemeKind.DAY,
        day_no=day_no,
        schedule_no=schedule_no,
        name=junction.name,
        organisation=junction.organisation,
        description=description.strip(),
        days=days,
        begins_min=begins_min,
        ends_min=ends_min,
    )
    return _opened(scheme, [junction], [], by=by, at=at)


@transaction.atomic
def use_scheme_counts(
    *, of: Scheme, count_sets: Mapping[int, int], by: Actor, at: datetime
) -> Scheme:
    """Take the counts plans are to be computed from: a set of counts for each junction.

    Raises:
        Unreached.
        Refused: a junction without usable counts in these hours, all of them named.
    """
    row = locked(of, by, MANAGE)
    missing = []
    for member in scheme_members(row):
        chosen = count_sets.get(member.junction_id)
        found = None
        if chosen is not None:
            rows = CountSet.objects.select_related("layout", "junction")
            found = fetch(rows, by, MANAGE, pk=chosen)
            if found.junction_id != member.junction_id:
                raise Refused(
                    "other_junction", theirs=found.junction.name, ours=member.junction.name
                )
        try:
            together.counted_of(row, found)
        except Refused as refusal:
            missing.append(f"{member.junction.name}（{refusal}）")
        member.count_set = found
        member.save(update_fields=["count_set"])
    if missing:
        raise Refused("members_without_counts", why="；".join(missing))
    moved(row, S.COUNTED, by=by, at=at)
    return row


def latest_counts(scheme: Scheme, by: Actor) -> dict[int, int]:
    """Proposed counts by junction: the latest that will do in these hours, else the latest."""
    found: dict[int, int] = {}
    for member in members_of(scheme):
        rows = within(CountSet.objects.select_related("layout"), by, MANAGE)
        for each in rows.filter(junction=member.junction).order_by("-day", "-pk")[:20]:
            found.setdefault(member.junction_id, each.pk)
            try:
                planning.demand_of(each, begins_min=scheme.begins_min, ends_min=scheme.ends_min)
            except Refused:
                continue
            found[member.junction_id] = each.pk
            break
    return found


@transaction.atomic
def set_lengths(*, of: Scheme, metres: Sequence[float], by: Actor, at: datetime) -> Scheme:
    """Overwrite the lengths of the roads from one junction to the next, in their order.

    Raises:
        Unreached.
        Refused: shorter than the straight line, or too long to coordinate.
        IllegalTransition: plans were computed with them already.
    """
    row = locked(of, by, MANAGE)
    if row.status not in {S.OPEN, S.COUNTED}:
        raise IllegalTransition(row.get_status_display())
    check_idle(row)
    members = scheme_members(row)
    kept, at_m = list(metres_of(members).values()), 0.0
    for (one, other), was, now in zip(pairwise(members), kept, metres, strict=True):
        straight = bridge.straight_metres(one.junction, other.junction)
        if now < bridge.SHORTEST * straight:
            named = {"first": one.junction.name, "second": other.junction.name}
            raise Refused("too_short", **named, metres=f"{now:g}", least=round(straight))
        if abs(now - was) > SAME_M:
            other.length_origin = LengthOrigin.ENTERED
        at_m = other.at_m = round(at_m + now, 1)
    together.corridor_for([each.junction for each in members], metres_of(members))
    for each in members:
        each.save(update_fields=["at_m", "length_origin"])
    noted(row, by=by, at=at, metres=" ".join(f"{each:g}" for each in metres))
    return row


@transaction.atomic
def set_parts(*, of: Scheme, parts: Sequence[int], by: Actor, at: datetime) -> Scheme:
    """Settle where the parts of the day begin; none: they are proposed from the counts.

    Raises:
        Unreached.
        Refused: not in order, off the quarters, or a part too short.
    """
    row = locked(of, by, MANAGE)
    check_in(row, S.COUNTED)
    check_idle(row)
    _check_parts(row, parts)
    row.parts = list(parts)
    noted(row, by=by, at=at, parts=" ".join(clock_of(each) for each in parts))
    return row


def _opened(
    scheme: Scheme,
    junctions: Sequence[Junction],
    lengths: Sequence[Length],
    *,
    by: Actor,
    at: datetime,
) -> Scheme:
    for clock in (scheme.begins_min, scheme.ends_min):
        if clock % QUARTER_MIN:
            raise Refused("off_quarter", clock=clock_of(clock))
    for each in junctions:
        _check_free(each, scheme)
    year = local(at).year
    scheme.number = f"FA{year}{next_number(f'signal-scheme-{year}'):05d}"
    scheme.opened_at = at
    try:
        scheme.open(by=by, at=at)
    except ValidationError as wrong:
        raise Refused("malformed", why="; ".join(wrong.messages)) from wrong
    at_m = 0.0
    for ordinal, junction in enumerate(junctions, 1):
        metres, origin = lengths[ordinal - 2] if ordinal > 1 else (0.0, LengthOrigin.STRAIGHT)
        at_m += round(metres, 1)
        SchemeMember.objects.create(
            scheme=scheme, ordinal=ordinal, junction=junction, at_m=at_m, length_origin=origin
        )
    follow(scheme, LIVES[Scheme], by=by, at=at)
    return scheme


def _lengths(row: Sequence[Junction]) -> dict[tuple[str, str], Length]:
    """Of each road from one junction to the next; the straight line where no road is drawn."""
    found: dict[tuple[str, str], Length] = {}
    for one, other in pairwise(row):
        metres = bridge.road_metres(one, other)
        found[one.code, other.code] = (
            (bridge.straight_metres(one, other), LengthOrigin.STRAIGHT)
            if metres is None
            else (metres, LengthOrigin.ROADS)
        )
    return found


def _check_free(junction: Junction, scheme: Scheme) -> None:
    known = (
        Scheme.objects.open()
        .filter(
            members__junction=junction,
            kind=scheme.kind,
            days=scheme.days,
            begins_min__lt=scheme.ends_min,
            ends_min__gt=scheme.begins_min,
        )
        .first()
    )
    if known is not None:
        raise Refused("in_scheme_already", junction=junction.name, hours=known.hours, scheme=known)


def _common_organisation(junctions: Sequence[Junction], by: Actor) -> Organisation:
    """The lowest that all junctions belong to, if `by` manages there."""
    paths = [each.organisation.path for each in junctions]
    shared = paths[0]
    while not all(path.startswith(shared) for path in paths):
        shared = shared.rstrip("/").rpartition("/")[0] + "/"
        if shared == "/":
            raise Refused("not_together")
    found = Organisation.objects.filter(path=shared).first()
    if found is None or not by.covers(MANAGE, organisation_id=found.pk, path=found.path):
        raise Refused("not_together")
    return found


def _check_parts(row: Scheme, parts: Sequence[int]) -> None:
    if not parts:
        return
    ordered = all(one < other for one, other in pairwise(parts))
    whole = all(each % QUARTER_MIN == 0 for each in parts)
    if parts[0] != row.begins_min or parts[-1] >= row.ends_min or not ordered or not whole:
        raise Refused("parts_wrong", begins=clock_of(row.begins_min), ends=clock_of(row.ends_min))
    for begin, end in zip(parts, [*parts[1:], row.ends_min], strict=True):
        if end - begin < SHORTEST_PART_MIN:
            raise Refused("parts_short", clock=clock_of(begin), least=SHORTEST_PART_MIN)
