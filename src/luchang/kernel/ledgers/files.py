"""Files of a ledger's records: who sees and who adds them, as the store asks at every fetch."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from luchang.kernel.identity.actors import Actor
from luchang.kernel.ledgers.specs import Ledger
from luchang.kernel.records.attachments import registry
from luchang.kernel.records.attachments.captures import Capture, capture_of
from luchang.kernel.records.attachments.models import Attachment
from luchang.kernel.records.attachments.selectors import attachments_of
from luchang.kernel.records.moves import subject_of

LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True)
class FileRow:
    """One file as the card shows it."""

    file: Attachment
    capture: Capture
    may_withdraw: bool = False


def may_attach(ledger: Ledger[Any], actor: Actor, row: Model) -> bool:
    """Whether files of this record may come and go by this person's hand."""
    if not ledger.attach or not _may_change(ledger, actor, row):
        return False
    if ledger.attach_owner and _is_own(ledger, actor, row):
        return True
    places = [getattr(row, place) for place in ledger.attach_places]
    return any(
        actor.covers(ledger.attach, organisation_id=place.pk, path=place.path)
        for place in places
        if place is not None
    )


def may_withdraw(ledger: Ledger[Any], actor: Actor, row: Model, file: Attachment) -> bool:
    """One's own file while files may come and go; anybody's where one manages the record."""
    if actor.is_system:
        return True
    is_own = file.uploaded_by_id is not None and file.uploaded_by_id == actor.user_id
    if is_own and may_attach(ledger, actor, row):
        return True
    return _may_change(ledger, actor, row) and _manages(ledger, actor, row)


def _may_change(ledger: Ledger[Any], actor: Actor, row: Model) -> bool:
    """Papers are made of closed records too, by the system."""
    is_open = not ledger.attach_states or getattr(row, "status", "") in ledger.attach_states
    return is_open or actor.is_system


def _manages(ledger: Ledger[Any], actor: Actor, row: Model) -> bool:
    place = getattr(row, "organisation", None)
    if not ledger.attach_manage or place is None:
        return False
    return actor.covers(ledger.attach_manage, organisation_id=place.pk, path=place.path)


def _is_own(ledger: Ledger[Any], actor: Actor, row: Model) -> bool:
    owner = getattr(row, f"{ledger.attach_owner}_id")
    return actor.reach(ledger.attach).own and owner is not None and owner == actor.user_id


def files_of(row: Model, *, by: Actor, ledger: Ledger[Any] | None = None) -> list[FileRow]:
    """Oldest first; the reader has been let to the record."""
    found = attachments_of(subject=subject_of(row), subject_id=row.pk, by=by)
    return [
        FileRow(each, capture_of(each), ledger is not None and may_withdraw(ledger, by, row, each))
        for each in found
    ]


def open_store(ledger: Ledger[Any]) -> None:
    """Tell the store who may: its own routes then serve the files of these records."""

    def row_of(actor: Actor, key: int) -> Model | None:
        if not 0 < key <= LARGEST_KEY:
            return None
        found: Model | None = ledger.rows(actor).filter(pk=key).first()
        return found

    def may_see(actor: Actor, key: int) -> bool:
        return actor.may(ledger.permission) and row_of(actor, key) is not None

    def may_add(actor: Actor, key: int) -> bool:
        row = row_of(actor, key)
        return row is not None and may_attach(ledger, actor, row)

    def may_take_off(actor: Actor, file: Attachment) -> bool:
        row = row_of(actor, file.subject_id)
        return row is not None and may_withdraw(ledger, actor, row, file)

    label = str(ledger.model._meta.label_lower)  # noqa: SLF001 - Django's public name
    registry.register(label, may_see=may_see, may_attach=may_add, may_withdraw=may_take_off)
