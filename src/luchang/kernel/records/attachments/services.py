"""Taking, removing and sweeping files."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO

from django.db import connection, transaction

from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.records.attachments import names, pictures, sniffing, store
from luchang.kernel.records.attachments.models import Attachment
from luchang.kernel.records.attachments.registry import owner_of
from luchang.kernel.records.attachments.selectors import NotFound, may_attach
from luchang.kernel.records.attachments.states import (
    ALLOWED,
    COUNT_LIMIT,
    LARGEST,
    Fault,
    FileKind,
    Refused,
)

SUBJECT = "attachments.attachment"
ORPHAN_AGE = timedelta(hours=24)
"""A file without a row may belong to an upload that is about to commit; not after a day."""


@dataclass(frozen=True)
class Taken:
    """A file that was looked into and may be kept."""

    name: str
    kind: FileKind
    content: bytes
    original_digest: str
    picture: pictures.Picture | None


def inspect(file: IO[bytes], name: str) -> Taken:
    """Read a file no further than allowed, tell what it is, and make it harmless.

    Raises:
        Refused: with the reason.
    """
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Refused(Fault.TOO_LARGE)
    kind = sniffing.kind_of(content)
    if len(content) > ALLOWED[kind].size_limit:
        raise Refused(Fault.TOO_LARGE)
    kept_name = names.safe_name(name, kind)
    sniffing.check(content, kind)
    picture = pictures.rewrite(content, kind) if kind.is_picture else None
    return Taken(
        name=kept_name,
        kind=kind,
        content=picture.content if picture else content,
        original_digest=hashlib.sha256(content).hexdigest(),
        picture=picture,
    )


def attach(  # noqa: PLR0913 - each is named at the call
    *,
    subject: str,
    subject_id: int,
    file: IO[bytes],
    name: str,
    by: Actor,
    at: datetime,
    title: str = "",
    key: uuid.UUID | None = None,
) -> Attachment:
    """Add a file to a record; one that is sent again under the same key is taken once.

    The file is on the disk, synced, before its row commits; a failure in between leaves a file
    without a row, which the sweeper takes away.

    Raises:
        Forbidden: the record's own rules do not let `by` add to it.
        Refused: the file is not taken, with the reason.
    """
    if not may_attach(by, subject, subject_id):
        raise Forbidden(f"{by.name} may not attach to {subject} {subject_id}")
    taken = inspect(file, name)
    digest = store.put(taken.content)
    thumbnail = store.put(taken.picture.thumbnail) if taken.picture else ""
    made = Attachment(
        subject=subject,
        subject_id=subject_id,
        name=taken.name,
        title=title,
        media_type=taken.kind,
        size=len(taken.content),
        digest=digest,
        original_digest=taken.original_digest,
        thumbnail=thumbnail,
        width=taken.picture.width if taken.picture else None,
        height=taken.picture.height if taken.picture else None,
        metadata=_metadata(taken),
        uploaded_by_id=by.user_id,
        uploaded_by_name=by.name,
        uploaded_at=at,
    )
    return _kept_once(made, key, by=by, at=at)


@transaction.atomic
def remove(*, attachment: Attachment, reason: str, by: Actor, at: datetime) -> None:
    """Take a file off its record; its row, its history and, for now, its content stay.

    Raises:
        Forbidden: the record's own rules do not let `by` take this file off.
    """
    if not _may_withdraw(by, attachment):
        raise Forbidden(f"{by.name} may not remove {attachment.key}")
    attachment.remove(by_name=by.name, reason=reason, at=at)
    _changed(attachment, at=at)
    _tell(attachment, Action.CHANGE, by=by, at=at, purpose=reason)


def _may_withdraw(by: Actor, attachment: Attachment) -> bool:
    rule = owner_of(attachment.subject).may_withdraw
    if rule is not None:
        return by.is_system or rule(by, attachment)
    return may_attach(by, attachment.subject, attachment.subject_id)


def open_for(*, attachment: Attachment, by: Actor, at: datetime, mark: str = "") -> bytes:
    """The content, with an audit entry; a picture carries `mark` across it, if one is given.

    Raises:
        NotFound: the file is gone from the disk.
    """
    place = store.place_of(attachment.digest)
    if not place.exists():
        raise NotFound(str(attachment.key))
    _tell(attachment, Action.READ, by=by, at=at)
    content = place.read_bytes()
    if mark and attachment.kind.is_picture:
        return pictures.watermarked(content, attachment.kind, mark)
    return content


@transaction.atomic
def move_all(*, subject: str, from_id: int, to_id: int) -> int:
    """Take the files of one record to another of its kind, because the two are one; how many.

    Withdrawn ones go along. Whether the caller reaches both is for him to have decided.
    """
    return Attachment.objects.of(subject, from_id).update(subject_id=to_id)


def sweep(*, at: datetime) -> tuple[int, list[str]]:
    """Delete files no row names any more; return how many, and the digests whose file is lost.

    A lost file is never mended in silence: it is told, for a restore from the backup.
    """
    named = set(Attachment.objects.values_list("digest", flat=True)) | set(
        Attachment.objects.exclude(thumbnail="").values_list("thumbnail", flat=True)
    )
    oldest = at.timestamp() - ORPHAN_AGE.total_seconds()
    swept = 0
    for place in store.files():
        if place.name not in named and place.stat().st_mtime < oldest:
            place.unlink(missing_ok=True)
            swept += 1
    lost = [digest for digest in sorted(named) if not store.place_of(digest).exists()]
    return swept, lost


def _metadata(taken: Taken) -> str:
    if taken.picture is None or not taken.picture.metadata:
        return ""
    return json.dumps(taken.picture.metadata, ensure_ascii=False, sort_keys=True)


def _lock(subject: str, subject_id: int) -> None:
    """One uploader at a time per record, or two would each see room for the last file."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"{subject}\n{subject_id}"]
        )


def _check_count(subject: str, subject_id: int) -> None:
    if Attachment.objects.of(subject, subject_id).present().count() >= COUNT_LIMIT:
        raise Refused(Fault.TOO_MANY)


@transaction.atomic
def _kept_once(made: Attachment, key: uuid.UUID | None, *, by: Actor, at: datetime) -> Attachment:
    """The row in the database, or the one that an earlier sending of the same file left."""
    _lock(made.subject, made.subject_id)
    if key is not None:
        before = Attachment.objects.filter(key=key).first()
        if before is not None:
            return _same(before, made)
        made.key = key
    _check_count(made.subject, made.subject_id)
    made.save(force_insert=True)
    _changed(made, at=at)
    _tell(made, Action.CREATE, by=by, at=at)
    return made


def _same(before: Attachment, made: Attachment) -> Attachment:
    """Raises Refused where the key stands for something else."""
    for name in ("subject", "subject_id", "original_digest", "uploaded_by_id"):
        if getattr(before, name) != getattr(made, name):
            raise Refused(Fault.KEY_REUSED)
    return before


def _changed(attachment: Attachment, *, at: datetime) -> None:
    """Let the app that owns the record know."""
    changed = owner_of(attachment.subject).changed
    if changed is not None:
        changed(attachment.subject_id, at)


def _tell(
    attachment: Attachment, action: Action, *, by: Actor, at: datetime, purpose: str = ""
) -> None:
    audit.record(
        by=by,
        action=action,
        subject=SUBJECT,
        subject_id=attachment.key,
        at=at,
        purpose=purpose,
        detail={
            "of": f"{attachment.subject} {attachment.subject_id}",
            "digest": attachment.digest,
        },
    )
