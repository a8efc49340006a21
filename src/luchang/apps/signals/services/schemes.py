"""A scheme from the junctions that were named to the plans that were computed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from luchang.apps.signals.bridge import schemes
from luchang.apps.signals.models import CountSet, Junction, Scheme, SchemeCandidate, SchemeMember
from luchang.apps.signals.models.junctions import clock_of
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.services import planning
from luchang.apps.signals.services import scheme_planning as together
from luchang.apps.signals.services.junctions import locked as locked_junction
from luchang.apps.signals.services.life import SCHEME_LIFE, locked_scheme
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.services.studies import check_idle, check_in
from luchang.apps.signals.states import Days, SchemeKind, StudyStatus
from luchang.core.signals.layout_junction import digest
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, fetch, within
from luchang.kernel.identity.models import Organisation
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import start_job
from luchang.kernel.records.following import follow
from luchang.kernel.records.numbering import next_number

COMPUTE_SCHEME = "signals.compute_scheme"
QUARTER_MIN, SHORTEST_PART_MIN = 15, 30
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
    corridor = together.corridor_for(junctions)
    by_code = {each.code: each for each in junctions}
    row = [by_code[place.junction_id] for place in corridor.places]
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
    return _opened(scheme, row, corridor.at_m, by=by, at=at)


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
) -> Scheme:
    """Ask for a plan for each part of a junction's day.

    Raises:
        Unreached.
        Refused: no layout, hours off the quarters, or it is in an open scheme of these hours.
    """
    junction = locked_junction(junction_id, by)
    together.layout_of(junction)
    scheme = Scheme(
        kind=SchemeKind.DAY,
        day_no=day_no,
        name=junction.name,
        organisation=junction.organisation,
        description=description.strip(),
        days=days,
        begins_min=begins_min,
        ends_min=ends_min,
    )
    return _opened(scheme, [junction], [0.0], by=by, at=at)


@transaction.atomic
def use_scheme_counts(
    *, scheme_id: int, count_sets: Mapping[int, int], by: Actor, at: datetime
) -> Scheme:
    """Take the counts plans are to be computed from: a set of counts for each junction.

    Raises:
        Unreached.
        Refused: a junction without usable counts in these hours, all of them named.
    """
    row = locked_scheme(scheme_id, by, MANAGE)
    missing = []
    for member in together.members_of(row):
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
    row.go(S.COUNTED, by=by, at=at)
    follow(row, SCHEME_LIFE, by=by, at=at)
    return row


def latest_counts(scheme: Scheme, by: Actor) -> dict[int, int]:
    """Proposed counts by junction: the latest that will do in these hours, else the latest."""
    found: dict[int, int] = {}
    for member in together.members_of(scheme):
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
def set_parts(*, scheme_id: int, parts: Sequence[int], by: Actor, at: datetime) -> Scheme:
    """Settle where the parts of the day begin; none: they are proposed from the counts.

    Raises:
        Unreached.
        Refused: not in order, off the quarters, or a part too short.
    """
    row = locked_scheme(scheme_id, by, MANAGE)
    check_in(row, S.COUNTED)
    check_idle(row)
    _check_parts(row, parts)
    row.parts = list(parts)
    row.keep()
    told = " ".join(clock_of(each) for each in parts)
    follow(row, SCHEME_LIFE, by=by, at=at, detail={"parts": told})
    return row


@transaction.atomic
def count_scheme_anew(*, scheme_id: int, reason: str, by: Actor, at: datetime) -> Scheme:
    """The counts were no good: others are needed."""
    row = locked_scheme(scheme_id, by, MANAGE)
    check_idle(row)
    row.go(S.OPEN, by=by, at=at, reason=reason)
    follow(row, SCHEME_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def order_scheme(*, scheme_id: int, by: Actor, at: datetime) -> Job:
    """Have plans computed; the job moves the scheme on.

    Raises:
        Unreached.
        Refused: half a corridor, a junction without counts, or a job is under way.
        IllegalTransition: it does not wait for plans.
    """
    row = locked_scheme(scheme_id, by, MANAGE)
    check_in(row, S.COUNTED)
    check_idle(row)
    asked = together.asked_of(row)
    if row.kind == SchemeKind.CORRIDOR:
        together.corridor_for(asked.junctions)
    job = start_job(
        kind=COMPUTE_SCHEME, by=by, at=at,
        arguments={"scheme_id": row.pk, "user_id": by.user_id},
        title=f"{row.number} {row.name}", total=3,
    )  # fmt: skip
    row.job_id = job.pk
    row.keep()
    return job


@transaction.atomic
def store_scheme(
    *,
    scheme_id: int,
    advice: Sequence[together.SchemeAdvice],
    by: Actor,
    at: datetime,
) -> Scheme:
    """Keep what was advised, with what it was computed from.

    Raises:
        IllegalTransition: the scheme has moved on meanwhile.
        Refused: nothing that may be run came out.
    """
    row = locked_scheme(scheme_id, by, MANAGE)
    if not any(each.method != "present" for each in advice):
        raise Refused("no_candidates")
    asked = together.asked_of(row)
    inputs = together.digest_of(asked)
    for member in asked.members:
        member.layout = member.junction.layout
        member.save(update_fields=["layout"])
    row.chosen = None
    row.go(S.COMPUTED, by=by, at=at)
    known = SchemeCandidate.objects.filter(scheme=row).aggregate(last=Max("ordinal"))["last"] or 0
    for ordinal, each in enumerate(advice, known + 1):
        _keep(row, ordinal, each, inputs, at=at)
    follow(row, SCHEME_LIFE, by=by, at=at)
    return row


def _keep(
    row: Scheme, ordinal: int, each: together.SchemeAdvice, inputs: str, *, at: datetime
) -> None:
    content = schemes.written(each.entries)
    found = each.expected
    SchemeCandidate.objects.create(
        scheme=row,
        ordinal=ordinal,
        method=each.method,
        content=content,
        digest=digest(content),
        is_present=each.method == "present",
        cycle_s=each.cycle_s,
        out_s=each.out_s,
        back_s=each.back_s,
        delay_s=found.delay_s,
        delay_spread_s=found.delay_sd_s,
        p95_s=found.p95_s,
        stops=found.stops,
        queue_m=found.longest_queue * each.room_m,
        version=each.version,
        seed=each.seed,
        input_digest=inputs,
        at=at,
    )


@transaction.atomic
def compute_scheme_anew(*, scheme_id: int, reason: str, by: Actor, at: datetime) -> Scheme:
    """None of the candidates will do, or a layout has changed."""
    row = locked_scheme(scheme_id, by, MANAGE)
    check_idle(row)
    row.chosen = None
    row.go(S.COUNTED, by=by, at=at, reason=reason)
    follow(row, SCHEME_LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def cancel_scheme(*, scheme_id: int, reason: str, by: Actor, at: datetime) -> Scheme:
    row = locked_scheme(scheme_id, by, MANAGE)
    check_idle(row)
    row.go(S.CANCELLED, by=by, at=at, reason=reason)
    follow(row, SCHEME_LIFE, by=by, at=at, is_met=False)
    return row


def _opened(
    scheme: Scheme,
    junctions: Sequence[Junction],
    at_m: Sequence[float],
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
    for ordinal, (junction, metres) in enumerate(zip(junctions, at_m, strict=True), 1):
        SchemeMember.objects.create(
            scheme=scheme, ordinal=ordinal, junction=junction, at_m=round(metres, 1)
        )
    follow(scheme, SCHEME_LIFE, by=by, at=at)
    return scheme


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
