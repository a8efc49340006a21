"""Key drivers and the decisions about their licences."""

from datetime import date, datetime
from typing import NotRequired, TypedDict, Unpack

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from luchang.apps.subjects import policies
from luchang.apps.subjects.models import KeyDriver, LicenceAct
from luchang.apps.subjects.services import duties, keeping
from luchang.apps.subjects.services.refusals import Refused
from luchang.apps.subjects.states import (
    DRIVER,
    DriverStatus,
    DutyKind,
    LicenceActKind,
    LicenceClass,
)
from luchang.core.common.identifiers import check_resident_id
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation


class DriverFacts(TypedDict):
    """What is known of a driver; what is left out stays as it is."""

    identity_number: NotRequired[str]
    name: NotRequired[str]
    phone: NotRequired[str]
    archive_number: NotRequired[str]
    licence_classes: NotRequired[list[LicenceClass]]
    points: NotRequired[int]
    note: NotRequired[str]


@transaction.atomic
def register_driver(
    *,
    organisation: Organisation,
    by: Actor,
    at: datetime,
    licence_due_on: date | None = None,
    review_due_on: date | None = None,
    source: str = "",
    **facts: Unpack[DriverFacts],
) -> KeyDriver:
    """Take a driver onto the register, with what is due.

    Raises:
        Forbidden: `by` does not manage that organisation.
        Refused: the identity number does not add up or is known, or a field is wrong.
    """
    kept = _kept(facts)
    _check_once(kept)
    row = KeyDriver(organisation=organisation, registered_at=at, source=source, **kept)
    keeping.enter(row, _clashes(kept), by=by, at=at)
    duties.set_day(row, DutyKind.LICENCE_RENEWAL, licence_due_on, by=by, at=at)
    duties.set_day(row, DutyKind.LICENCE_REVIEW, review_due_on, by=by, at=at)
    return row


@transaction.atomic
def correct_driver(
    *, driver_id: int, by: Actor, at: datetime, **facts: Unpack[DriverFacts]
) -> KeyDriver:
    """Write down what is true of a driver.

    Raises:
        Refused: he has left or is a double, or a field is wrong or taken.
    """
    row = keeping.standing(KeyDriver, driver_id, by=by)
    kept = _kept(facts)
    _check_once(kept, but=row)
    keeping.correct(row, kept, _clashes(kept), by=by, at=at)
    return row


@transaction.atomic
def hand_over_driver(
    *, driver_id: int, organisation: Organisation, by: Actor, at: datetime
) -> KeyDriver:
    """Another unit supervises him, and answers for what is still due; `by` must manage both."""
    row = keeping.standing(KeyDriver, driver_id, by=by)
    keeping.hand_over(row, organisation, by=by, at=at)
    duties.hand_over(row, by=by, at=at)
    return row


@transaction.atomic
def let_go(*, driver_id: int, reason: str, by: Actor, at: datetime) -> KeyDriver:
    """He is no key driver any more; what he did stays.

    Raises:
        Refused: no reason was given.
        IllegalTransition: he has left already.
    """
    row = keeping.locked(KeyDriver, driver_id, by=by)
    if not reason.strip():
        raise Refused("reason_missing")
    row.become(DRIVER, DriverStatus.LEFT, by=by, at=at, reason=reason.strip())
    duties.settle(row, gone_on=local(at).date(), by=by, at=at, reason=reason.strip())
    return row


@transaction.atomic
def take_up_again(*, driver_id: int, reason: str, by: Actor, at: datetime) -> KeyDriver:
    """He drives again; his due days are set anew."""
    row = keeping.locked(KeyDriver, driver_id, by=by)
    if not reason.strip():
        raise Refused("reason_missing")
    row.become(DRIVER, DriverStatus.ACTIVE, by=by, at=at, reason=reason.strip())
    return row


@transaction.atomic
def decide_licence(  # noqa: PLR0913 - each is named at the call
    *,
    driver_id: int,
    kind: LicenceActKind,
    licence_class: str,
    reason: str,
    article: str,
    document_number: str,
    decided_on: date,
    by: Actor,
    at: datetime,
    source: str = "",
) -> LicenceAct:
    """Cancel or recall a driver's licence; the two are different acts.

    Raises:
        Forbidden: `by` does not decide on licences there.
        Refused: he does not hold the class, a text is missing, or the document is used.
    """
    if kind == LicenceActKind.REVERSED:
        raise Refused("not_reversible")
    driver = _decided_on(driver_id, by=by)
    if licence_class not in driver.licence_classes:
        raise Refused("class_not_held", licence_class=licence_class)
    return _decide(
        LicenceAct(
            driver=driver,
            organisation=driver.organisation,
            kind=kind,
            licence_class=licence_class,
            reason=reason.strip(),
            article=article.strip(),
            document_number=document_number.strip(),
            decided_on=decided_on,
            decided_by=by.name,
            source=source,
        ),
        by=by,
        at=at,
    )


@transaction.atomic
def reverse_act(
    *,
    act_id: int,
    reason: str,
    article: str,
    document_number: str,
    decided_on: date,
    by: Actor,
    at: datetime,
) -> LicenceAct:
    """Take a decision back by another one; the first stays with the day it was reversed.

    Raises:
        Forbidden: `by` does not decide on licences there.
        Refused: it is a reversal itself, was reversed before, or the day lies before it.
    """
    driver_id = LicenceAct.objects.values_list("driver_id", flat=True).get(pk=act_id)
    driver = _decided_on(driver_id, by=by)
    act = LicenceAct.objects.select_for_update(of=("self",)).get(pk=act_id)
    if act.kind == LicenceActKind.REVERSED:
        raise Refused("not_reversible")
    if act.reversed_on is not None:
        raise Refused("already_reversed")
    if decided_on < act.decided_on:
        raise Refused("reversed_before")
    made = _decide(
        LicenceAct(
            driver=driver,
            organisation=act.organisation,
            kind=LicenceActKind.REVERSED,
            reverses=act,
            licence_class=act.licence_class,
            reason=reason.strip(),
            article=article.strip(),
            document_number=document_number.strip(),
            decided_on=decided_on,
            decided_by=by.name,
        ),
        by=by,
        at=at,
    )
    act.be_reversed(on=decided_on)
    return made


def _decided_on(driver_id: int, *, by: Actor) -> KeyDriver:
    driver = (
        KeyDriver.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=driver_id)
    )
    policies.check_can_decide(by, driver.organisation)
    if driver.status == DriverStatus.MERGED:
        raise Refused("not_standing", subject=driver, status=keeping.status_of(driver))
    return driver


def _decide(act: LicenceAct, *, by: Actor, at: datetime) -> LicenceAct:
    if not act.reason:
        raise Refused("reason_missing")
    if not act.article:
        raise Refused("article_missing")
    keeping.check_not_ahead(act.decided_on, _("决定日期"), at=at)
    named = {"number": act.document_number}
    with keeping.refusing({"document_number": ("document_taken", named)}):
        act.decide()
    audit.record(
        by=by, action=Action.CREATE, subject="subjects.licenceact", subject_id=act.pk, at=at
    )
    return act


def _kept(facts: DriverFacts) -> DriverFacts:
    """The facts as they are stored."""
    kept = dict(facts)
    if "identity_number" in facts:
        number = facts["identity_number"]
        kept["identity_number"] = keeping.checked(check_resident_id, number, "identity_malformed")
    if "phone" in facts:
        kept["phone"] = keeping.phone_kept(facts["phone"])
    if "name" in facts:
        kept["name"] = facts["name"].strip()
    return kept  # type: ignore[return-value]  # the same keys


def _check_once(kept: DriverFacts, *, but: KeyDriver | None = None) -> None:
    """One person, one entry, also while keys are changed and two look-ups stand for one number.

    The lock makes two who register the same person at once come one after the other.
    """
    number = kept.get("identity_number")
    if number is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('subjects.drivers', 0))")
    others = KeyDriver.objects.standing().filter(identity_number=number)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise Refused("identity_taken")


def _clashes(kept: DriverFacts) -> keeping.Clashes:
    return {
        "key_driver_identity_once": ("identity_taken", {}),
        "key_driver_archive_once": (
            "archive_taken",
            {"number": kept.get("archive_number", "")},
        ),
    }
