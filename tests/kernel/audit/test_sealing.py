"""Batches close exactly what can no longer change, whoever commits when."""

import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import DatabaseError, InternalError, connection, transaction

from luchang.kernel.audit import sealing, services, sinks
from luchang.kernel.audit.models import AuditEntry, Seal
from luchang.kernel.audit.sealing import seal_all
from luchang.kernel.audit.states import Action
from luchang.kernel.audit.verification import verify
from luchang.kernel.identity.actors import SYSTEM
from tests.kernel.audit.conftest import AT, Write

pytestmark = pytest.mark.django_db(transaction=True)


def record(subject_id: object) -> None:
    services.record(by=SYSTEM, action=Action.CHANGE, subject="a.b", subject_id=subject_id, at=AT)


def sealed_count() -> int:
    return sum(Seal.objects.values_list("count", flat=True))


def test_nothing_waiting_makes_no_seal() -> None:
    assert seal_all(at=AT) == []


def test_a_lower_id_that_commits_after_a_higher_one_is_sealed_later_and_once() -> None:
    """The late committer drew its id before the sealed entry did."""
    drawn, go_on = threading.Event(), threading.Event()

    def late() -> int:
        try:
            with transaction.atomic():
                record("late")
                drawn.set()
                go_on.wait(30)
                return AuditEntry.objects.get(subject_id="late").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(late)
        drawn.wait(30)
        record("early")
        during = seal_all(at=AT)
        go_on.set()
        late_id = running.result()
    after = seal_all(at=AT)
    sinks.publish()

    assert late_id < AuditEntry.objects.get(subject_id="early").pk
    assert during == []  # the early entry's transaction is the younger one
    assert sum(seal.count for seal in after) == 2
    assert verify().is_sound


def write_at_random(seed: int) -> int:
    """Forty transactions of one to four entries, some rolled back; returns how many stayed."""
    dice, written = Random(seed), 0
    try:
        for _ in range(40):
            keep, count = dice.random() < 0.8, dice.randint(1, 4)
            with transaction.atomic():
                for number in range(count):
                    record(number)
                transaction.set_rollback(not keep)
            written += count if keep else 0
        return written
    finally:
        connection.close()


def test_writers_and_sealers_at_once_leave_no_entry_out_and_take_none_twice() -> None:
    stop = threading.Event()

    def sealer() -> None:
        try:
            while not stop.is_set():
                seal_all(at=AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        sealers = [pool.submit(sealer) for _ in range(2)]
        written = sum(pool.map(write_at_random, range(6)))
        stop.set()
        for each in sealers:
            each.result()
    seal_all(at=AT)
    sinks.publish()

    assert sealed_count() == written == AuditEntry.objects.count()
    report = verify()
    assert report.findings == ()
    assert report.unsealed == 0


def test_a_backlog_is_sealed_in_batches_that_never_split_a_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 5)
    for size in (3, 3, 12, 1):
        with transaction.atomic():
            for number in range(size):
                record(number)

    made = seal_all(at=AT)
    sinks.publish()

    assert [seal.count for seal in made] == [3, 3, 12, 1]
    assert verify().is_sound


def test_entries_go_on_after_a_restore_into_a_younger_cluster(write: Write) -> None:
    """There transactions count from the start, below what the old seals cover."""
    write(3)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_auditentry SET transaction = transaction + 1000000000")
        seal_as_old_cluster()
        write(2)
        cursor.execute(
            "UPDATE audit_auditentry SET transaction = transaction + 1000000000 "
            "WHERE transaction < 1000000000"
        )
        cursor.execute("SET session_replication_role = origin")
    sinks.publish()
    assert verify().is_sound
    write(4)

    seal_all(at=AT)
    write(1)
    seal_all(at=AT)
    sinks.publish()

    assert list(Seal.objects.values_list("era", "count")) == [(1, 3), (1, 2), (2, 4), (2, 1)]
    report = verify()
    assert report.findings == ()
    assert report.unsealed == 0


def seal_as_old_cluster() -> None:
    with transaction.atomic():
        sealing._seal(sealing.Cursor(), 1_500_000_000 + sealing._horizon()[0], at=AT)
    with connection.cursor() as cursor:
        top = AuditEntry.objects.order_by("-transaction").values_list("transaction", flat=True)[0]
        cursor.execute("TRUNCATE audit_seal")
    with transaction.atomic():
        sealing._seal(sealing.Cursor(), top + 1, at=AT)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET purpose = 'x'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
        "UPDATE audit_seal SET digest = 'x'",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal",
    ],
)
def test_the_database_refuses_to_change_the_log(write: Write, statement: str) -> None:
    write(1)
    seal_all(at=AT)

    with pytest.raises((InternalError, DatabaseError)), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_deed_whose_audit_entry_cannot_be_written_does_not_happen() -> None:
    """Fail closed: here the log refuses every insert."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry ADD CONSTRAINT shut CHECK (false) NOT VALID")
    try:
        with pytest.raises(DatabaseError):
            deed()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_auditentry DROP CONSTRAINT shut")

    assert not Seal.objects.exists()


@transaction.atomic
def deed() -> None:
    """Writes a row of its own, then its entry."""
    Seal.objects.create(
        number=99, since=0, until=1, count=0, first_id=0, last_id=0, marks=b"", at=AT
    )
    record(1)
