"""A hazard is found, on the desk, on the phone or in a workbook; and corrected while it waits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from luchang.apps.places import selectors as places
from luchang.apps.risk.models import Hazard, ListVersion
from luchang.apps.risk.policies import FIND, HAND_OVER
from luchang.apps.risk.services.hazard_refusals import HazardRefused
from luchang.apps.risk.services.life import LIFE, Photo, keep_photos, locked, malformed, note
from luchang.apps.risk.states.fields import Malformed, checked_values
from luchang.apps.risk.states.hazards import CLOSED, REGISTERED, Evidence, SubjectKind
from luchang.apps.subjects import selectors as subjects
from luchang.core.common.chainage import parse_chainage
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, Forbidden, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records import codes
from luchang.kernel.records.following import follow
from luchang.kernel.records.intake import Accepted, KeyReused, accept_once
from luchang.kernel.records.numbering import next_number
from luchang.kernel.together import remembered

OWN_SERIES = re.compile(r"\AYH\d{10,}\Z")
CATEGORIES, SEVERITIES = "hazard_category", "hazard_severity"


@dataclass(frozen=True, kw_only=True)
class Found:
    """What somebody says of a hazard."""

    category: str
    severity: str
    title: str
    description: str
    subject: str = ""
    """A person's name, a plate, a road, an enterprise or a duty, as the list says."""
    place: str = ""
    chainage: str = ""
    """As on the stones: G320 K12+300."""
    longitude: float | None = None
    latitude: float | None = None
    township: str = ""
    """Its code; found from the point where one is given."""
    values: Mapping[str, object] = field(default_factory=dict)
    registered: str | None = None
    """The key subject it is about, as `subjects.known_as` names it; None leaves what is known."""


@transaction.atomic
def find(
    *,
    version_id: int,
    found: Found,
    organisation: Organisation | None = None,
    number: str = "",
    photos: Sequence[Photo] = (),
    by: Actor,
    at: datetime,
) -> Hazard:
    """Enter a hazard into the open version of a list.

    `organisation` is the finder's own where none is given; `number` comes with a workbook.

    Raises:
        Forbidden: `by` does not find hazards, or not for that organisation.
        HazardRefused: the list is closed, or something is missing or cannot be.
    """
    owner = _finder(by, organisation)
    version = remembered(("risk version", version_id), lambda: _version(version_id))
    if version is None:
        raise HazardRefused("no_version")
    if version.closed_at is not None:
        raise HazardRefused("version_closed", version=version)
    row = Hazard(
        number=_number(number, at),
        version=version,
        first_version=version,
        organisation=owner,
        reporter_id=by.user_id,
        found_at=at,
    )
    _fill(row, found, by=by, at=at)
    try:
        with transaction.atomic():
            row.report(by=by, at=at, then=partial(_follow_new, row, photos, by=by, at=at))
    except ValidationError as wrong:
        if "number" in wrong.message_dict:
            raise HazardRefused("number_taken") from wrong
        raise malformed(wrong) from wrong
    except IntegrityError as clash:
        raise HazardRefused("number_taken") from clash
    return row


def _follow_new(row: Hazard, photos: Sequence[Photo], *, by: Actor, at: datetime) -> None:
    keep_photos(row, photos, Evidence.BEFORE, by=by, at=at)
    follow(row, LIFE, by=by, at=at, is_new=True)


def find_once(
    *,
    key: str,
    version_id: int,
    found: Found,
    photos: Sequence[Photo],
    by: Actor,
    at: datetime,
) -> Accepted:
    """The same from a phone whose network may make it send twice: one key, one hazard.

    Raises:
        Forbidden.
        HazardRefused: as `find`, or the key was used for something else.
    """
    content = {"version": version_id, **asdict(found), "photos": [name for _, name in photos]}

    def make() -> Hazard:
        return find(version_id=version_id, found=found, photos=photos, by=by, at=at)

    try:
        return accept_once(
            source=f"risk.phone {by.user_id}", key=key, content=content, make=make, at=at
        )
    except KeyReused as reused:
        raise HazardRefused("key_reused") from reused


@transaction.atomic
def correct(*, hazard_id: int, found: Found, by: Actor, at: datetime) -> Hazard:
    """Write down what it really is, as long as it is open.

    Raises:
        Unreached.
        HazardRefused.
    """
    permission = HAND_OVER if by.may(HAND_OVER) else FIND
    row = locked(hazard_id, by, permission)
    if row.status in CLOSED:
        raise HazardRefused("closed")
    _fill(row, found, by=by, at=at)
    try:
        row.correct()
    except ValidationError as wrong:
        raise malformed(wrong) from wrong
    note(row, by=by, at=at)
    return row


def said_of(row: Hazard, *, by: Actor) -> Found:
    """What is known of a hazard, to be changed in part.

    A person's name is left out and kept, and so is a key subject that `by` does not see.
    """
    registered = row.registered
    is_seen = registered is None or subjects.sees(registered, by)
    return Found(
        category=row.category,
        severity=row.severity,
        title=row.title,
        description=row.description,
        subject=row.subject_text,
        place=row.place,
        chainage=row.chainage,
        longitude=row.longitude,
        latitude=row.latitude,
        township=row.township,
        values=row.values,
        registered=(subjects.known_as(registered) if registered else "") if is_seen else None,
    )


def _version(version_id: int) -> ListVersion | None:
    return ListVersion.objects.select_related("risk_list").filter(pk=version_id).first()


def _finder(by: Actor, organisation: Organisation | None) -> Organisation:
    by.check(FIND)
    asked = organisation.pk if organisation is not None else None
    return remembered(("finder", by.user_id, asked), lambda: _reached(by, organisation))


def _reached(by: Actor, organisation: Organisation | None) -> Organisation:
    if organisation is not None and organisation.pk != by.organisation_id:
        return fetch(Organisation.objects.all(), by, FIND, pk=organisation.pk, organisation="")
    own = Organisation.objects.filter(pk=by.organisation_id or 0).first()
    covers = own is not None and by.covers(FIND, organisation_id=own.pk, path=own.path)
    if own is None or not (covers or by.reach(FIND).own):
        raise Forbidden(f"{by.name} finds hazards for no organisation of his own")
    return own


def _number(given: str, at: datetime) -> str:
    if not given:
        year = local(at).year
        return f"YH{year}{next_number(f'risk-hazard-{year}'):06d}"
    if OWN_SERIES.match(given):
        raise HazardRefused("own_series")
    return given


def _fill(row: Hazard, found: Found, *, by: Actor, at: datetime) -> None:
    risk_list = row.version.risk_list
    _check_code(CATEGORIES, found.category, row.category, at)
    _check_code(SEVERITIES, found.severity, row.severity, at)
    row.category, row.severity = found.category, found.severity
    row.title, row.description = found.title.strip(), found.description.strip()
    is_person = risk_list.subject == SubjectKind.PERSON
    row.subject_person = (found.subject.strip() or row.subject_person) if is_person else ""
    row.subject_text = "" if is_person else found.subject.strip()
    _register(row, found.registered, by=by)
    try:
        row.values = checked_values(risk_list.extra, found.values)
    except Malformed as wrong:
        raise HazardRefused("field", title=wrong.title) from wrong
    _locate(row, found)
    if risk_list.subject == SubjectKind.ROAD and not (
        row.place or row.chainage or row.longitude is not None
    ):
        raise HazardRefused("nowhere")


def _register(row: Hazard, named: str | None, *, by: Actor) -> None:
    """Join it to the entry of a register that is named, among those `by` sees."""
    if named is None:
        return
    keys = REGISTERED[SubjectKind(row.version.risk_list.subject)]
    if not named.strip():
        row.be_about(None)
        return
    if not keys:
        raise HazardRefused("no_registers")
    kinds, name = tuple(keys.items()), named.strip()
    found = remembered(
        ("registered", kinds, name, by.user_id),
        lambda: [(key, each) for key, kind in kinds for each in subjects.known_by(kind, name, by)],
    )
    if not any(each.pk == getattr(row, f"{key}_id") for key, each in found):
        key, subject = _only(found, named)
        row.be_about(subject, key)
        if not (row.subject_text or row.subject_person):
            row.subject_text = "" if key == "driver" else str(subject)[:80]


def _only(found: Sequence[tuple[str, Any]], named: str) -> tuple[str, Any]:
    """The one that is meant: of several the one that is on the register now."""
    standing = [each for each in found if each[1].status == "ACTIVE"]
    meant = standing if len(standing) == 1 else found
    if not meant:
        raise HazardRefused("no_such_subject", name=named)
    if len(meant) > 1:
        raise HazardRefused("many_subjects", name=named)
    return meant[0]


def _check_code(table: str, code: str, known: str, at: datetime) -> None:
    """A code that ended since stays with the hazards that have it."""
    if code == known and code:
        return
    try:
        codes.entry(table, code, at=at)
    except codes.UnknownCode as unknown:
        raise HazardRefused("unknown_code") from unknown


def _degrees(value: float | None) -> float | None:
    """A tenth of a metre is more than any device knows, and a workbook gives it back as it was."""
    return None if value is None else round(value, 6)


def _locate(row: Hazard, found: Found) -> None:
    row.place = found.place.strip()
    stone = parse_chainage(found.chainage) if found.chainage.strip() else None
    row.route = stone.route if stone else found.chainage.strip()[:12]
    row.chainage_m = stone.metres if stone else None
    row.longitude, row.latitude = _degrees(found.longitude), _degrees(found.latitude)
    row.township = found.township
    if not found.township and found.longitude is not None and found.latitude is not None:
        town = places.jurisdiction(found.longitude, found.latitude).township
        row.township = town.code if town else ""


__all__ = ["CATEGORIES", "SEVERITIES", "Found", "correct", "find", "find_once", "said_of"]
