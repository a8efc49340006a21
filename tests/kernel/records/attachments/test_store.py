"""Files on the disk and rows in the database: neither without the other for long."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.crypto.fields import decrypt
from luchang.kernel.history import history_of
from luchang.kernel.identity.actors import Forbidden
from luchang.kernel.records.attachments import services, store
from luchang.kernel.records.attachments.models import Attachment
from luchang.kernel.records.attachments.selectors import (
    NotFound,
    attachment_for,
    attachments_of,
    may_attach,
)
from luchang.kernel.records.attachments.states import Fault, Refused
from luchang.kernel.records.attachments.tasks import sweep as nightly
from tests.kernel.records.attachments.conftest import FOREIGN_CASE, OWN_CASE, SUBJECT, officer
from tests.kernel.records.attachments.corpus import image, photograph

pytestmark = pytest.mark.django_db

AT = datetime.now(tz=UTC)


def attach(content: bytes | None = None, name: str = "现场.jpg") -> Attachment:
    return services.attach(
        subject=SUBJECT,
        subject_id=OWN_CASE,
        file=io.BytesIO(content or photograph()),
        name=name,
        by=officer(),
        at=AT,
    )


def test_a_file_is_kept_under_its_digest_and_its_deed_is_audited() -> None:
    made = attach()

    assert store.is_sound(made.digest)
    assert store.is_sound(made.thumbnail)
    assert store.place_of(made.digest).stat().st_mode & 0o777 == 0o600
    assert attachments_of(subject=SUBJECT, subject_id=OWN_CASE, by=officer()) == [made]
    assert AuditEntry.objects.filter(subject_id=str(made.key), action="CREATE").count() == 1


def test_where_a_photograph_was_taken_does_not_stand_in_clear_in_the_database() -> None:
    made = attach()

    with connection.cursor() as cursor:
        cursor.execute("SELECT metadata FROM attachments_attachment")
        (stored,) = cursor.fetchone()

    assert "GPS" not in stored
    assert "GPSLatitude" in decrypt(made._meta.get_field("metadata").kind, stored)
    assert "GPSLatitude" in Attachment.objects.get().metadata


def test_the_same_content_twice_is_kept_once() -> None:
    one, other = attach(image(size=(800, 600))), attach(image(size=(800, 600)))

    assert one.digest == other.digest
    assert sum(1 for _ in store.files()) == 2  # picture and thumbnail


def test_two_writers_of_one_content_leave_one_whole_file() -> None:
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: store.put(b"x" * 100_000), range(16)))

    assert len(digests) == 1
    assert [place.name for place in store.files()] == list(digests)
    assert store.is_sound(digests.pop())


def test_a_full_disk_leaves_neither_row_nor_half_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        attach()

    assert list(store.files()) == []
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "/" * 64])
def test_only_a_digest_names_a_place(name: str) -> None:
    with pytest.raises(ValueError, match="digest"):
        store.place_of(name)


def test_a_record_of_another_unit_takes_no_file_and_shows_none() -> None:
    made = attach()
    stranger = officer(2, at=FOREIGN_CASE)

    with pytest.raises(Forbidden):
        services.attach(
            subject=SUBJECT,
            subject_id=OWN_CASE,
            file=io.BytesIO(image()),
            name="a.jpg",
            by=stranger,
            at=AT,
        )
    with pytest.raises(Forbidden):
        services.remove(attachment=made, reason="x", by=stranger, at=AT)
    with pytest.raises(NotFound):
        attachment_for(key=made.key, by=stranger)
    with pytest.raises(NotFound):
        attachments_of(subject=SUBJECT, subject_id=OWN_CASE, by=stranger)


def test_a_kind_of_record_nobody_answers_for_is_closed_to_everyone() -> None:
    made = attach()
    Attachment.objects.update(subject="example.unknown")

    assert not may_attach(officer(), "example.unknown", OWN_CASE)
    with pytest.raises(NotFound):
        attachment_for(key=made.key, by=officer())


def test_a_removed_file_is_gone_from_its_record_with_a_reason_on_record() -> None:
    made = attach()

    services.remove(attachment=made, reason="传错了", by=officer(), at=AT)

    assert attachments_of(subject=SUBJECT, subject_id=OWN_CASE, by=officer()) == []
    with pytest.raises(NotFound):
        attachment_for(key=made.key, by=officer())
    assert AuditEntry.objects.filter(purpose="传错了").count() == 1
    assert {field.name for field in history_of(made)[-1].fields} == {
        "removed_at",
        "removed_by_name",
        "removal_reason",
    }


def test_no_removal_without_a_reason() -> None:
    made = attach()

    with pytest.raises(DatabaseError):
        services.remove(attachment=made, reason="", by=officer(), at=AT)


def test_a_record_takes_no_more_files_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "COUNT_LIMIT", 1)
    attach()

    with pytest.raises(Refused) as refusal:
        attach()
    assert refusal.value.fault is Fault.TOO_MANY


def test_a_fetched_file_is_audited_and_a_lost_one_is_not_found() -> None:
    made = attach(b"%PDF-1.4\n%%EOF", "a.pdf")

    content = services.open_for(attachment=made, by=officer(), at=AT, mark="ignored")
    store.place_of(made.digest).unlink()

    assert content == b"%PDF-1.4\n%%EOF"
    assert AuditEntry.objects.filter(action="READ", subject_id=str(made.key)).count() == 1
    with pytest.raises(NotFound):
        services.open_for(attachment=made, by=officer(), at=AT)


def test_the_sweeper_takes_old_orphans_and_names_lost_files(
    media: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = attach(image())
    old, young = store.put(b"old orphan"), store.put(b"young orphan")
    for digest in (old, made.digest, made.thumbnail):
        age(store.place_of(digest), days=2)

    assert services.sweep(at=AT) == (1, [])
    assert not store.place_of(old).exists()
    assert store.place_of(young).exists()
    store.place_of(made.digest).unlink()
    assert services.sweep(at=AT) == (0, [made.digest])
    with pytest.raises(CommandError, match=made.digest):
        call_command("sweep_attachments")
    nightly.func(0)
    assert "0 orphans deleted" in capsys.readouterr().out


def age(place: Path, *, days: int) -> None:
    import os  # noqa: PLC0415

    then = (AT - timedelta(days=days)).timestamp()
    os.utime(place, (then, then))
