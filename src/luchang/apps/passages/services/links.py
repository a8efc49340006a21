"""Links: proposed from what is often driven, confirmed by a person, corrected, retired."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from math import hypot

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from luchang.apps.passages.models import Camera, Link
from luchang.apps.passages.policies import MANAGE_CAMERA
from luchang.apps.passages.services.count_refusals import CountRefused
from luchang.apps.passages.services.quarters import moves_of_day
from luchang.apps.passages.states import CameraStatus, LinkStatus
from luchang.apps.places import selectors as places
from luchang.core.common.coordinates import metres_from
from luchang.core.passages.quarters import Pair, pairs
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import start_job

SUGGEST = "passages.suggest_links"
SUBJECT = "passages.link"
LEAST_VEHICLES, LEAST_SHARE = 30, 0.1
"""A pair is proposed from so many drives of a day, and this part of those seen again."""

MOST_FREE_KMH = 130.0
"""A link freely driven faster has a wrong length or a wrong clock."""

FARTHEST_DETOUR = 3.0
"""A way so many times longer than the straight line is another one than the vehicles took."""


@transaction.atomic
def enter_link(  # noqa: PLR0913 - each is named at the call
    *,
    start: Camera,
    end: Camera,
    name: str,
    length_m: int,
    free_s: float,
    limit_kmh: int | None = None,
    road: str = "",
    junction_code: str = "",
    by: Actor,
    at: datetime,
) -> Link:
    """A person enters a link: it is counted from now on, and backwards as far as passages reach.

    Raises:
        Forbidden: `by` does not manage the camera it leads to.
        CountRefused: malformed, too fast, or there already.
    """
    _check_place(by, end.organisation)
    _check_speed(length_m, free_s)
    row = _drafted(start, end, name=name, length_m=length_m, free_s=free_s, road=road, at=at)
    row.limit_kmh, row.junction_code = limit_kmh, junction_code.strip()
    _enter(row, by=by, at=at)
    row.become(LinkStatus.CONFIRMED, by=by, at=at)
    return row


@transaction.atomic
def correct_link(  # noqa: PLR0913 - each is named at the call
    *,
    link_id: int,
    name: str,
    length_m: int,
    free_s: float,
    limit_kmh: int | None,
    road: str,
    junction_code: str,
    by: Actor,
    at: datetime,
) -> Link:
    """Write down how long it is and how fast it is driven freely; counted times stay.

    Raises:
        Unreached.
        CountRefused: malformed, or too fast.
    """
    row = _locked(link_id, by)
    _check_speed(length_m, free_s)
    try:
        row.correct(
            name=name.strip(),
            length_m=length_m,
            free_s=free_s,
            limit_kmh=limit_kmh,
            road=road.strip(),
            junction_code=junction_code.strip(),
        )
    except ValidationError as wrong:
        raise CountRefused("malformed", why="; ".join(wrong.messages)) from wrong
    audit.record(by=by, action=Action.CHANGE, subject=SUBJECT, subject_id=row.pk, at=at)
    return row


@transaction.atomic
def confirm_link(*, link_id: int, by: Actor, at: datetime, **fields: object) -> Link:
    """A person answers for length and free time: from now on the link is counted.

    Raises:
        Unreached.
        CountRefused: malformed, or too fast.
        IllegalTransition: it waits for nothing.
    """
    correct_link(link_id=link_id, by=by, at=at, **fields)  # type: ignore[arg-type]  # of a form
    return _moved(link_id, LinkStatus.CONFIRMED, by=by, at=at)


@transaction.atomic
def reject_link(*, link_id: int, reason: str, by: Actor, at: datetime) -> Link:
    """It is no stretch of road, however often it is driven; it is not proposed again."""
    return _moved(link_id, LinkStatus.REJECTED, by=by, at=at, reason=reason)


@transaction.atomic
def reconsider_link(*, link_id: int, by: Actor, at: datetime) -> Link:
    return _moved(link_id, LinkStatus.SUGGESTED, by=by, at=at)


@transaction.atomic
def retire_link(*, link_id: int, reason: str, by: Actor, at: datetime) -> Link:
    """It is counted no more; what was counted stays."""
    return _moved(link_id, LinkStatus.RETIRED, by=by, at=at, reason=reason)


@transaction.atomic
def resume_link(*, link_id: int, by: Actor, at: datetime) -> Link:
    return _moved(link_id, LinkStatus.CONFIRMED, by=by, at=at)


@transaction.atomic
def order_suggestions(*, day: date, by: Actor, at: datetime) -> Job:
    """Have links proposed from the passages of a day; a job, because it reads all of them.

    Raises:
        Forbidden.
    """
    by.check(MANAGE_CAMERA)
    arguments = {"day": day.isoformat(), "user_id": by.user_id}
    return start_job(kind=SUGGEST, by=by, at=at, arguments=arguments, title=f"{day}")


def suggest_links(
    *, day: date, by: Actor, at: datetime, ticking: Callable[[int, int], None]
) -> list[Link]:
    """Propose pairs of cameras often passed one after the other that nobody has judged yet.

    Only where `by` manages both cameras. Free time is what 15 in a hundred stay below, length
    that of the fastest way on the road network, or the straight line where there is none.

    Raises:
        CountRefused: no passages of that day.
    """
    moves = moves_of_day(day, ticking=ticking)
    if not len(moves.start):
        raise CountRefused("no_passages", day=day)
    return propose(pairs(moves, least=LEAST_VEHICLES, share=LEAST_SHARE), by=by, at=at)


@transaction.atomic
def propose(found: Iterable[Pair], *, by: Actor, at: datetime) -> list[Link]:
    """Enter those pairs that are new and within reach."""
    cameras = {
        one.number: one
        for one in Camera.objects.select_related("organisation")
        if one.status != CameraStatus.RETIRED and _covers(by, one.organisation)
    }
    known = set(Link.objects.values_list("start__number", "end__number"))
    made = []
    for pair in found:
        start, end = (cameras.get(number) for number in pair.link)
        if start is None or end is None or pair.link in known:
            continue
        row = _drafted(start, end, name="", length_m=0, free_s=pair.free_ms / 1000.0, at=at)
        row.seen_vehicles = pair.vehicles
        _enter(row, by=by, at=at)
        made.append(row)
    return made


def _drafted(
    start: Camera,
    end: Camera,
    *,
    name: str,
    length_m: int,
    free_s: float,
    at: datetime,
    road: str = "",
) -> Link:
    """A link not yet saved, its line and length along the roads."""
    if start.pk == end.pk:
        raise CountRefused("same_camera")
    known = Link.objects.filter(start=start, end=end).first()
    if known is not None:
        raise CountRefused("link_taken", start=start, end=end, link=known)
    path, driven_m, street = _way(start, end, at=at)
    return Link(
        name=name.strip() or f"{start.name}→{end.name}"[:120],
        start=start,
        end=end,
        organisation=end.organisation,
        road=(road.strip() or end.link or street)[:80],
        length_m=length_m or max(round(driven_m), 1),
        free_s=max(round(free_s, 1), 1.0),
        path=path,
    )


def _way(start: Camera, end: Camera, *, at: datetime) -> tuple[list[list[float]], float, str]:
    """Line, length and road of the way between two cameras."""
    ends = (start.longitude, start.latitude), (end.longitude, end.latitude)
    east, north = metres_from(*ends[0], *ends[1])
    straight = hypot(float(east), float(north))
    line = [list(one) for one in ends]
    try:
        found = places.route_between(*ends, at=at)
    except places.NoRoadNetwork:
        return line, straight, ""
    if found is None or not 0 < found.length_m <= FARTHEST_DETOUR * max(straight, 50.0):
        return line, straight, ""
    named = max(found.streets, key=found.streets.count, default="")
    return [[round(x, 6), round(y, 6)] for x, y in found.line], found.length_m, named


def _enter(row: Link, *, by: Actor, at: datetime) -> None:
    try:
        with transaction.atomic():
            row.enter(by=by, at=at)
    except ValidationError as wrong:
        raise CountRefused("malformed", why="; ".join(wrong.messages)) from wrong
    except IntegrityError as clash:  # somebody entered it a moment ago
        raise CountRefused("link_taken", start=row.start, end=row.end, link=row) from clash
    audit.record(by=by, action=Action.CREATE, subject=SUBJECT, subject_id=row.pk, at=at)


def _moved(link_id: int, status: LinkStatus, *, by: Actor, at: datetime, reason: str = "") -> Link:
    row = _locked(link_id, by)
    row.become(status, by=by, at=at, reason=reason)
    audit.record(by=by, action=Action.CHANGE, subject=SUBJECT, subject_id=row.pk, at=at)
    return row


def _locked(link_id: int, by: Actor) -> Link:
    rows = Link.objects.select_for_update(of=("self",)).select_related("organisation")
    return fetch(rows, by, MANAGE_CAMERA, pk=link_id)


def _check_speed(length_m: int, free_s: float) -> None:
    speed = length_m / free_s * 3.6 if free_s > 0 else 0.0
    if speed > MOST_FREE_KMH:
        raise CountRefused("too_fast", length=length_m, free=f"{free_s:g}", speed=round(speed))


def _covers(by: Actor, place: Organisation) -> bool:
    return by.covers(MANAGE_CAMERA, organisation_id=place.pk, path=place.path)


def _check_place(by: Actor, place: Organisation) -> None:
    if not _covers(by, place):
        raise Forbidden(f"{by.name} does not manage the cameras of {place}")
