"""Risk lists and their columns, and the versions campaigns open."""

import tomllib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from luchang.apps.risk.models import Hazard, ListVersion, RiskList
from luchang.apps.risk.policies import MANAGE_LISTS
from luchang.apps.risk.services.hazard_refusals import HazardRefused
from luchang.apps.risk.services.life import malformed
from luchang.apps.risk.states.fields import MOST_FIELDS, ExtraField, FieldKind, fields_of
from luchang.apps.risk.states.hazards import OPEN, SubjectKind
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden, fetch
from luchang.kernel.identity.models import Organisation

SHIPPED = Path(__file__).parent / "lists.toml"
FEWEST_CHOICES = 2


@transaction.atomic
def make_list(  # noqa: PLR0913 - each is named at the call
    *,
    code: str,
    name: str,
    name_en: str,
    subject: SubjectKind,
    organisation: Organisation,
    is_confirmed: bool,
    order: int = 100,
    fields: Sequence[ExtraField] = (),
    by: Actor,
    at: datetime,
) -> RiskList:
    """A list of the organisation's.

    Raises:
        Forbidden: `by` keeps no lists there.
        HazardRefused: the code is taken, or malformed.
    """
    if not by.covers(MANAGE_LISTS, organisation_id=organisation.pk, path=organisation.path):
        raise Forbidden(f"{by.name} keeps no lists of {organisation}")
    if RiskList.objects.filter(code=code).exists():
        raise HazardRefused("list_there", taken=code)
    row = RiskList(
        code=code,
        name=name.strip(),
        name_en=name_en.strip(),
        subject=subject,
        organisation=organisation,
        is_confirmed=is_confirmed,
        order=order,
        fields=[each.stored() for each in fields],
    )
    _store(row)
    _note(row, Action.CREATE, by=by, at=at)
    return row


@transaction.atomic
def ship_lists(*, organisation: Organisation, by: Actor, at: datetime) -> list[RiskList]:
    """The five lists that come with the product, unconfirmed; those that are there stay."""
    shipped = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["lists"]
    known = set(RiskList.objects.values_list("code", flat=True))
    return [
        make_list(
            code=each["code"],
            name=each["name"],
            name_en=each["name_en"],
            subject=SubjectKind(each["subject"]),
            organisation=organisation,
            is_confirmed=False,
            order=place,
            fields=fields_of(each.get("fields", [])),
            by=by,
            at=at,
        )
        for place, each in enumerate(shipped, start=1)
        if each["code"] not in known
    ]


@transaction.atomic
def rename_list(
    *, list_id: int, name: str, name_en: str, is_confirmed: bool, by: Actor, at: datetime
) -> RiskList:
    """What the list is called, and whether somebody answers for that name."""
    row = _locked(list_id, by)
    row.name, row.name_en, row.is_confirmed = name.strip(), name_en.strip(), is_confirmed
    _store(row)
    _note(row, Action.CHANGE, by=by, at=at)
    return row


@transaction.atomic
def add_field(*, list_id: int, field: ExtraField, by: Actor, at: datetime) -> RiskList:
    """One more column.

    Raises:
        Unreached.
        HazardRefused: the key is there, there are too many, or a choice without choices.
    """
    row = _locked(list_id, by)
    present = row.extra
    if any(each.key == field.key for each in present):
        raise HazardRefused("field_there", key=field.key)
    if len(present) >= MOST_FIELDS:
        raise HazardRefused("too_many_fields", most=MOST_FIELDS)
    if field.kind == FieldKind.CHOICE and len(field.choices) < FEWEST_CHOICES:
        raise HazardRefused("field_choices")
    row.keep_fields([*present, field])
    _note(row, Action.CHANGE, by=by, at=at)
    return row


@transaction.atomic
def drop_field(*, list_id: int, key: str, by: Actor, at: datetime) -> RiskList:
    """No longer asked for; what hazards say there already stays with them."""
    row = _locked(list_id, by)
    left = [each for each in row.extra if each.key != key]
    if len(left) == len(row.extra):
        raise HazardRefused("field_gone", key=key)
    row.keep_fields(left)
    _note(row, Action.CHANGE, by=by, at=at)
    return row


@transaction.atomic
def open_version(
    *, list_id: int, campaign: str, year: int, by: Actor, at: datetime
) -> ListVersion:
    """A new survey by the list: the one before ends, and what is still open goes along.

    Raises:
        Unreached.
        HazardRefused: malformed.
    """
    row = _locked(list_id, by)
    for each in row.versions.select_for_update().filter(closed_at=None):
        each.close(at=at)
    left = Hazard.objects.select_for_update(of=("self",)).filter(
        version__risk_list=row, status__in=OPEN
    )
    carried = list(left.order_by("pk"))
    version = ListVersion(risk_list=row, campaign=campaign.strip(), year=year, opened_at=at)
    try:
        version.open(carried_over=len(carried))
    except ValidationError as wrong:
        raise malformed(wrong) from wrong
    for hazard in carried:
        hazard.carry_to(version)
    detail = {"version": version.pk, "carried_over": len(carried)}
    _note(row, Action.CHANGE, by=by, at=at, **detail)
    return version


@transaction.atomic
def close_version(*, list_id: int, by: Actor, at: datetime) -> RiskList:
    """The survey is over; nothing more is entered, what is open is worked on."""
    row = _locked(list_id, by)
    found = row.versions.select_for_update().filter(closed_at=None).first()
    if found is None:
        raise HazardRefused("no_version")
    found.close(at=at)
    _note(row, Action.CHANGE, by=by, at=at, closed=found.pk)
    return row


def _locked(list_id: int, by: Actor) -> RiskList:
    return fetch(RiskList.objects.select_for_update(of=("self",)), by, MANAGE_LISTS, pk=list_id)


def _store(row: RiskList) -> None:
    try:
        row.store()
    except ValidationError as wrong:
        raise malformed(wrong) from wrong


def _note(row: RiskList, action: Action, *, by: Actor, at: datetime, **detail: object) -> None:
    audit.record(
        by=by, action=action, subject="risk.risklist", subject_id=row.pk, at=at, detail=detail
    )
