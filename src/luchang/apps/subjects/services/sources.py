"""Freight sources: registered, listed as key ones, rectified."""

from datetime import date, datetime
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects import policies
from luchang.apps.subjects.models import Enterprise, FreightSource, KeyListing
from luchang.apps.subjects.services import keeping
from luchang.apps.subjects.services.refusals import Refused
from luchang.apps.subjects.states import SOURCE, SourceKind, SourceStatus
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation


class SourceFacts(TypedDict):
    """What is known of a freight source; what is left out stays as it is."""

    name: NotRequired[str]
    kind: NotRequired[SourceKind]
    enterprise: NotRequired[Enterprise | None]
    address: NotRequired[str]
    longitude: NotRequired[float | None]
    latitude: NotRequired[float | None]
    throughput_t: NotRequired[int | None]
    has_weighing: NotRequired[bool]
    note: NotRequired[str]


@transaction.atomic
def register_source(
    *,
    organisation: Organisation,
    by: Actor,
    at: datetime,
    source: str = "",
    **facts: Unpack[SourceFacts],
) -> FreightSource:
    """Take a freight source onto the register.

    Raises:
        Forbidden: `by` does not manage that organisation.
        Refused: the unit has one of that name, or the enterprise is not his.
    """
    _check(facts, by=by)
    row = FreightSource(organisation=organisation, registered_at=at, source=source, **facts)
    return keeping.enter(row, _clashes(organisation, facts), by=by, at=at)


@transaction.atomic
def correct_source(
    *, source_id: int, by: Actor, at: datetime, **facts: Unpack[SourceFacts]
) -> FreightSource:
    """Write down what is true of a freight source."""
    row = keeping.standing(FreightSource, source_id, by=by)
    _check(facts, by=by, known=row)
    keeping.correct(row, facts, _clashes(row.organisation, facts), by=by, at=at)
    return row


@transaction.atomic
def hand_over_source(
    *, source_id: int, organisation: Organisation, by: Actor, at: datetime
) -> FreightSource:
    """Another unit supervises it from now on; `by` must manage both."""
    row = keeping.standing(FreightSource, source_id, by=by)
    keeping.hand_over(row, organisation, by=by, at=at)
    return row


@transaction.atomic
def list_as_key(
    *,
    source_id: int,
    reason: str,
    listed_on: date,
    by: Actor,
    at: datetime,
    due_on: date | None = None,
) -> KeyListing:
    """Make a source a key one until it is rectified; one that fell back is listed again.

    Raises:
        Refused: no reason, or a day still to come.
        IllegalTransition: it is listed already, or closed.
    """
    row = keeping.locked(FreightSource, source_id, by=by)
    if not reason.strip():
        raise Refused("reason_missing")
    keeping.check_not_ahead(listed_on, _("列入日期"), at=at)
    row.become(SOURCE, SourceStatus.LISTED, by=by, at=at, reason=reason.strip())
    return KeyListing.objects.create(
        freight_source=row, reason=reason.strip(), listed_on=listed_on, due_on=due_on
    )


@transaction.atomic
def rectify_source(
    *, source_id: int, rectified_on: date, measures: str, by: Actor, at: datetime
) -> KeyListing:
    """A key source was put in order, by these measures.

    Raises:
        Refused: no measures, or a day before it was listed or still to come.
        IllegalTransition: it is not listed.
    """
    row = keeping.locked(FreightSource, source_id, by=by)
    if not measures.strip():
        raise Refused("measures_missing")
    keeping.check_not_ahead(rectified_on, _("整治完成日期"), at=at)
    row.become(SOURCE, SourceStatus.RECTIFIED, by=by, at=at, reason=measures.strip()[:200])
    listing = row.listings.get(rectified_on__isnull=True)
    if rectified_on < listing.listed_on:
        raise Refused("rectified_before_listed")
    listing.rectify(on=rectified_on, measures=measures.strip())
    return listing


@transaction.atomic
def close_source(*, source_id: int, reason: str, by: Actor, at: datetime) -> FreightSource:
    """No goods leave there any more.

    Raises:
        Refused: no reason was given.
        IllegalTransition: it is a key source that was not rectified, or closed already.
    """
    return _turn(source_id, SourceStatus.CLOSED, reason, by=by, at=at)


@transaction.atomic
def reopen_source(*, source_id: int, reason: str, by: Actor, at: datetime) -> FreightSource:
    """Goods leave there again."""
    return _turn(source_id, SourceStatus.REGISTERED, reason, by=by, at=at)


def _turn(
    source_id: int, status: SourceStatus, reason: str, *, by: Actor, at: datetime
) -> FreightSource:
    row = keeping.locked(FreightSource, source_id, by=by)
    if not reason.strip():
        raise Refused("reason_missing")
    row.become(SOURCE, status, by=by, at=at, reason=reason.strip())
    return row


def _check(facts: SourceFacts, *, by: Actor, known: FreightSource | None = None) -> None:
    if "longitude" in facts or "latitude" in facts:
        keeping.check_place(facts.get("longitude"), facts.get("latitude"))
    check_enterprise(facts.get("enterprise"), by=by, known=known.enterprise_id if known else None)


def check_enterprise(
    enterprise: Enterprise | None, *, by: Actor, known: int | None = None
) -> None:
    """A subject is put under an enterprise that `by` sees; the one it is under already stays.

    Raises:
        Refused: it is not his to see, or a double.
    """
    if enterprise is None or enterprise.pk == known:
        return
    if not policies.can_see(by, enterprise.organisation) or enterprise.merged_into_id:
        raise Refused("foreign_enterprise")


def _clashes(organisation: Organisation, facts: SourceFacts) -> keeping.Clashes:
    named = {"organisation": organisation, "name": facts.get("name", "")}
    return {"source_named_once": ("source_named", named)}
