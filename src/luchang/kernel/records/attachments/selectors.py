"""Reading attachments: always through the rules of the record they belong to."""

import uuid

from luchang.kernel.identity.actors import Actor
from luchang.kernel.records.attachments.models import Attachment
from luchang.kernel.records.attachments.registry import UnknownOwner, owner_of


class NotFound(Exception):
    """No such file for this person: whether it exists is not his to know."""


def attachments_of(*, subject: str, subject_id: int, by: Actor) -> list[Attachment]:
    """The files of one record, oldest first.

    Raises:
        NotFound: the record is not for `by` to see.
    """
    if not _may_see(by, subject, subject_id):
        raise NotFound(subject)
    return list(Attachment.objects.of(subject, subject_id).present())


def trace_of(*, subject: str, subject_id: int) -> list[Attachment]:
    """Every file the record ever had, withdrawn ones too, for its history.

    The caller has made sure that the reader may see the record.
    """
    return list(Attachment.objects.of(subject, subject_id))


def attachment_for(*, key: uuid.UUID, by: Actor) -> Attachment:
    """One file, asked for at every fetch.

    Raises:
        NotFound: there is none, it was removed, or its record is not for `by` to see.
    """
    found = Attachment.objects.present().filter(key=key).first()
    if found is None or not _may_see(by, found.subject, found.subject_id):
        raise NotFound(str(key))
    return found


def may_attach(by: Actor, subject: str, subject_id: int) -> bool:
    try:
        owner = owner_of(subject)
    except UnknownOwner:
        return False
    return owner.may_see(by, subject_id) and owner.may_attach(by, subject_id)


def _may_see(by: Actor, subject: str, subject_id: int) -> bool:
    try:
        return owner_of(subject).may_see(by, subject_id)
    except UnknownOwner:
        return False
