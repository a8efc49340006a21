"""What every change of a key subject goes through: lock, policy, check, audit."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from luchang.apps.subjects import policies
from luchang.apps.subjects.models import Subject
from luchang.apps.subjects.services.refusals import Refused
from luchang.apps.subjects.states import Deed
from luchang.core.common.identifiers import Invalid, check_phone, plain
from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.moves import begin, subject_of

S = TypeVar("S", bound=Subject)
Clashes = Mapping[str, tuple[str, Mapping[str, object]]]
"""A refusal with its values by the name of the constraint it tells of."""


def locked(model: type[S], pk: int, *, by: Actor) -> S:
    """The entry, held until the transaction ends, if `by` manages it.

    Raises:
        Forbidden: he does not.
    """
    row: S = (
        model._default_manager.select_for_update(of=("self",))  # noqa: SLF001 - public name
        .select_related("organisation")
        .get(pk=pk)
    )
    policies.check_can_manage(by, row.organisation)
    return row


def standing(model: type[S], pk: int, *, by: Actor) -> S:
    """The same for an entry that is still on the register.

    Raises:
        Refused: it is closed, gone, or a double.
    """
    row = locked(model, pk, by=by)
    if row.status in {"CLOSED", "LEFT", "SCRAPPED", "ELIMINATED", "TRANSFERRED", "MERGED"}:
        raise Refused("not_standing", subject=row, status=status_of(row))
    return row


def status_of(row: Subject) -> str:
    return str(row.get_status_display())  # type: ignore[attr-defined]  # every subject has one


def enter(row: S, clashes: Clashes, *, by: Actor, at: datetime) -> S:
    """Take a new entry onto the register.

    Raises:
        Forbidden: `by` does not manage that organisation.
        Refused: a field is wrong or taken, or the organisation is closed.
    """
    policies.check_can_manage(by, row.organisation)
    check_open(row.organisation)
    with refusing(clashes):
        row.register()
    begin(row, by=by, at=at)
    audit.record(by=by, action=Action.CREATE, subject=subject_of(row), subject_id=row.pk, at=at)
    return row


@contextmanager
def refusing(clashes: Clashes) -> Iterator[None]:
    """What forms and the database refuse, in the words of this domain.

    `clashes` names constraints; two who register the same at once are told like one who comes
    later.
    """
    try:
        with transaction.atomic():
            yield
    except ValidationError as wrong:
        raise Refused("malformed", why="；".join(wrong.messages)) from wrong
    except IntegrityError as clash:
        for constraint, (code, named) in clashes.items():
            if constraint in str(clash):
                raise Refused(code, **named) from clash
        raise


def correct(
    row: Subject,
    fields: Mapping[str, Any],
    clashes: Clashes,
    *,
    by: Actor,
    at: datetime,
) -> list[str]:
    """Write what is true; the fields that changed, which the audit names without their values."""
    with refusing(clashes):
        changed = row.correct(**fields)
    if changed:
        record(row, Deed.CORRECT, by=by, at=at, fields=changed)
    return changed


def hand_over(row: Subject, organisation: Organisation, *, by: Actor, at: datetime) -> None:
    """Another unit answers for it; `by` must manage both.

    Raises:
        Refused: it is there already, or that unit is closed.
    """
    policies.check_can_manage(by, organisation)
    check_open(organisation)
    if row.organisation_id == organisation.pk:
        raise Refused("already_there", subject=row, organisation=organisation)
    named = {"organisation": organisation, "name": row}
    with refusing({"source_named_once": ("source_named", named)}):
        row.hand_over(organisation)
    record(row, Deed.HAND_OVER, by=by, at=at, what=organisation.short_name)


def record(row: Any, deed: Deed, *, by: Actor, at: datetime, **detail: object) -> None:
    audit.record(
        by=by,
        action=Action.CHANGE,
        subject=subject_of(row),
        subject_id=row.pk,
        at=at,
        detail={"deed": deed.value, **detail},
    )


def check_open(organisation: Organisation) -> None:
    if organisation.closed_at is not None:
        raise Refused("place_closed", organisation=organisation.short_name)


def check_not_ahead(day: date, what: object, *, at: datetime) -> None:
    """What is said to have been done lies not in the future, by Shanghai's calendar."""
    if day > local(at).date():
        raise Refused("in_future", what=what)


def checked(check: Callable[[str], str], text: str, code: str, /, **named: object) -> str:
    """An identifier as it is kept.

    Raises:
        Refused: with `code`; it follows no grammar.
    """
    try:
        return check(text)
    except Invalid as wrong:
        raise Refused(code, **named) from wrong


def phone_kept(text: str) -> str:
    return checked(check_phone, text, "phone_malformed") if plain(text) else ""


def check_place(longitude: float | None, latitude: float | None) -> None:
    if (longitude is None) != (latitude is None):
        raise Refused("place_half")
