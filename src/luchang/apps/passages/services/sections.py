"""Certified sections: entered from the certificate, confirmed by somebody else, out of use."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from math import hypot
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import CertifiedSection
from luchang.apps.passages.policies import (
    CONFIRM_SECTION,
    MANAGE_SECTION,
    is_not_own_section,
)
from luchang.apps.passages.services.section_refusals import SectionRefused
from luchang.apps.passages.states import CameraStatus
from luchang.apps.passages.states.sections import SectionStatus
from luchang.apps.places import selectors as places
from luchang.core.common.coordinates import metres_from
from luchang.core.passages.moves import SECTION_MS
from luchang.core.passages.sections import Limits
from luchang.kernel.clock import SHANGHAI, local
from luchang.kernel.identity.actors import Forbidden, fetch
from luchang.kernel.records import deadlines
from luchang.kernel.records.following import Following, Wait, follow

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from luchang.apps.passages.models import Camera
    from luchang.kernel.identity.actors import Actor

SURVEY_M = 20.0
"""What the registered places of two cameras may be off together [m]."""

CERTIFICATE = "passages.section_certificate"

LIFE = Following(
    address=lambda row: reverse("passages.section", args=[row.pk]),
    waits={
        SectionStatus.PROPOSED: Wait(
            "passages.confirm_section", _("测速区间待确认：%(record)s"), CONFIRM_SECTION
        ),
    },
)


@dataclass(frozen=True, kw_only=True)
class Certified:
    """A section as its certificate and its signs say."""

    name: str
    road: str
    length_m: Decimal
    certificate_number: str
    verifier: str
    valid_from: date
    valid_until: date
    car_kmh: int
    coach_kmh: int
    goods_kmh: int
    published_on: date | None = None
    has_sign: bool = False

    @property
    def limits(self) -> Limits:
        return Limits(self.car_kmh, self.coach_kmh, self.goods_kmh)


@transaction.atomic
def propose_section(
    *, start: Camera, end: Camera, certified: Certified, by: Actor, at: datetime
) -> CertifiedSection:
    """Enter a section from its certificate; drives are measured once another person confirmed it.

    Raises:
        Forbidden: `by` does not manage sections where both cameras stand.
        SectionRefused: what of it cannot be, in words.
    """
    for camera in (start, end):
        _check_place(by, camera)
    _check(start, end, certified)
    _check_free(start, end, certified, but=None)
    row = CertifiedSection(
        start=start,
        end=end,
        organisation=end.organisation,
        path=_path(start, end, at=at),
        **_fields(certified),
    )
    _written(lambda: row.propose(by=by, at=at))
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def correct_section(
    *, section_id: int, certified: Certified, by: Actor, at: datetime
) -> CertifiedSection:
    """Correct what nobody has confirmed yet; who corrects it is who entered it from then on.

    Raises:
        Unreached.
        SectionRefused: it is confirmed, or what of it cannot be.
    """
    row = _locked(section_id, by, MANAGE_SECTION)
    if row.status != SectionStatus.PROPOSED:
        raise SectionRefused("changed_otherwise")
    _check(row.start, row.end, certified)
    _check_free(row.start, row.end, certified, but=row.pk)
    said = {**_fields(certified), "proposed_by_id": by.user_id, "proposed_by_name": by.name}
    _written(lambda: row.correct(**said))
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def confirm_section(*, section_id: int, by: Actor, at: datetime) -> CertifiedSection:
    """A second person has held the record against the certificate: it measures from now on.

    Raises:
        Unreached.
        SectionRefused: `own_section`, or `expired`.
        IllegalTransition: it does not wait for confirmation.
    """
    row = _locked(section_id, by, CONFIRM_SECTION)
    if not is_not_own_section(by, row):
        raise SectionRefused("own_section")
    if row.valid_until < local(at).date():
        raise SectionRefused("expired", until=row.valid_until)
    row.confirm(by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def reject_section(*, section_id: int, reason: str, by: Actor, at: datetime) -> CertifiedSection:
    """Record and certificate do not agree; nothing is measured by it.

    Raises:
        Unreached.
        SectionRefused: `own_section`.
        IllegalTransition: it does not wait for confirmation.
    """
    row = _locked(section_id, by, CONFIRM_SECTION)
    if not is_not_own_section(by, row):
        raise SectionRefused("own_section")
    row.reject(by=by, at=at, reason=reason)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def retire_section(
    *, section_id: int, since: date, reason: str, by: Actor, at: datetime
) -> CertifiedSection:
    """Measure by it no more from a day on; drives of earlier days still are.

    Raises:
        Unreached.
        SectionRefused: `retired_before`.
        IllegalTransition: it is not in use.
    """
    row = _locked(section_id, by, MANAGE_SECTION)
    if since < row.valid_from:
        raise SectionRefused("retired_before", first=row.valid_from)
    row.retire(since=since, by=by, at=at, reason=reason)
    follow(row, LIFE, by=by, at=at)
    return row


def _fields(certified: Certified) -> dict[str, object]:
    said = asdict(certified)
    return {
        name: value.strip() if isinstance(value, str) else value for name, value in said.items()
    }


def _check(start: Camera, end: Camera, certified: Certified) -> None:
    if start.pk == end.pk:
        raise SectionRefused("same_camera")
    for camera in (start, end):
        if camera.status == CameraStatus.RETIRED:
            raise SectionRefused("camera_retired", camera=camera)
    straight = straight_m(start, end)
    if float(certified.length_m) < straight - SURVEY_M:
        raise SectionRefused(
            "shorter_than_straight", length=certified.length_m, straight=round(straight)
        )
    _check_drive(certified)
    _check_validity(certified)


def _check_drive(certified: Certified) -> None:
    """A drive at the lowest limit must not pass for a stop, or nobody slower is ever seen."""
    limit = certified.limits.lowest
    minutes = float(certified.length_m) / 1_000.0 / limit * 60.0 if limit else 0.0
    most = SECTION_MS // 60_000
    if minutes >= most:
        raise SectionRefused(
            "too_long_a_drive",
            limit=limit,
            length=certified.length_m,
            minutes=round(minutes),
            most=most,
        )


def _check_validity(certified: Certified) -> None:
    first, last = certified.valid_from, certified.valid_until
    if last < first:
        raise SectionRefused("days_reversed")
    rule = deadlines.rule_for(code=CERTIFICATE, on=first)
    begins = datetime.combine(first, time.min, SHANGHAI)
    longest = local(deadlines.due_at(rule=rule, start=begins)).date()
    if last > longest:
        raise SectionRefused("certificate_too_long", until=longest)


def _check_free(start: Camera, end: Camera, certified: Certified, *, but: int | None) -> None:
    """One certificate a day: the one that overlaps is named."""
    others = CertifiedSection.objects.exclude(status=SectionStatus.REJECTED).exclude(pk=but or 0)
    other = others.filter(
        start=start,
        end=end,
        valid_from__lte=certified.valid_until,
        ends_on__gt=certified.valid_from,
    ).first()
    if other is not None:
        raise _overlapping(other)


def _overlapping(other: CertifiedSection) -> SectionRefused:
    return SectionRefused(
        "overlaps",
        section=other,
        certificate=other.certificate_number,
        first=other.valid_from,
        last=other.valid_until,
    )


def straight_m(start: Camera, end: Camera) -> float:
    """As the crow flies between two cameras [m]."""
    east, north = metres_from(start.longitude, start.latitude, end.longitude, end.latitude)
    return hypot(float(east), float(north))


def _path(start: Camera, end: Camera, *, at: datetime) -> list[list[float]]:
    """The way between the cameras by road; straight where the network knows none."""
    ends = (start.longitude, start.latitude), (end.longitude, end.latitude)
    try:
        found = places.route_between(*ends, at=at)
    except places.NoRoadNetwork:
        found = None
    if found is None:
        return [list(one) for one in ends]
    return [[round(x, 6), round(y, 6)] for x, y in found.line]


def _written(write: Callable[[], None]) -> None:
    try:
        with transaction.atomic():
            write()
    except ValidationError as wrong:
        raise SectionRefused("malformed", why="; ".join(wrong.messages)) from wrong
    except IntegrityError as clash:  # somebody entered the same a moment ago
        raise SectionRefused("malformed", why=str(_("同一区间刚刚由他人登记"))) from clash


def _check_place(by: Actor, camera: Camera) -> None:
    place = camera.organisation
    if not by.covers(MANAGE_SECTION, organisation_id=place.pk, path=place.path):
        raise Forbidden(f"{by.name} manages no sections at {camera}")


def _locked(section_id: int, by: Actor, permission: str) -> CertifiedSection:
    rows = CertifiedSection.objects.select_for_update(of=("self",)).select_related(
        "organisation", "start", "end"
    )
    return fetch(rows, by, permission, pk=section_id)
