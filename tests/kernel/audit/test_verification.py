"""Whatever somebody with every right on the database does to the log, the check says so."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from luchang.kernel.audit import chain, sealing, sinks
from luchang.kernel.audit.models import AuditEntry, Seal, Verification
from luchang.kernel.audit.sealing import seal_all
from luchang.kernel.audit.verification import Flaw, Report, verify
from tests.kernel.audit.conftest import AT, Write

TAMPERINGS = 1_000
ENTRIES = 30
SEALS = 5
TEXTS = ("actor_name", "purpose", "subject_id", "subject", "action", "address", "request_id")

Tamper = Callable[[Random, list[int]], None]


def run(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, parameters)


def edit_text(dice: Random, ids: list[int]) -> None:
    column = dice.choice(TEXTS)
    statement = f"UPDATE audit_auditentry SET {column} = 'z' WHERE id = %s"  # noqa: S608 - ours
    run(statement, dice.choice(ids))


def edit_time(dice: Random, ids: list[int]) -> None:
    run(
        "UPDATE audit_auditentry SET at = at + interval '1 microsecond' WHERE id = %s",
        dice.choice(ids),
    )


def edit_actor(dice: Random, ids: list[int]) -> None:
    run("UPDATE audit_auditentry SET actor_id = 7 WHERE id = %s", dice.choice(ids))


def edit_detail(dice: Random, ids: list[int]) -> None:
    run(
        "UPDATE audit_auditentry SET detail = jsonb_set(detail, '{n}', '-1') WHERE id = %s",
        dice.choice(ids),
    )


def delete(dice: Random, ids: list[int]) -> None:
    gone = dice.sample(ids, dice.randint(1, 5))
    run("DELETE FROM audit_auditentry WHERE id = ANY(%s)", gone)


def insert(dice: Random, ids: list[int]) -> None:
    columns = (
        "at, actor_id, actor_name, organisation_path, action, subject, subject_id, purpose, "
        "detail, address, request_id, transaction"
    )
    statement = (
        f"INSERT INTO audit_auditentry (id, {columns}) SELECT id + 1000000, {columns} "  # noqa: S608
        "FROM audit_auditentry WHERE id = %s"
    )
    run(statement, dice.choice(ids))


def insert_long_ago(dice: Random, ids: list[int]) -> None:
    insert(dice, ids)
    run("UPDATE audit_auditentry SET transaction = -1 WHERE id > 1000000")


def insert_from_the_future(dice: Random, ids: list[int]) -> None:
    insert(dice, ids)
    run("UPDATE audit_auditentry SET transaction = 4000000000000 WHERE id > 1000000")


def swap_contents(dice: Random, ids: list[int]) -> None:
    one, other = dice.sample(ids, 2)
    run(
        "UPDATE audit_auditentry a SET subject_id = b.subject_id, purpose = b.purpose, "
        "detail = b.detail FROM audit_auditentry b "
        "WHERE (a.id, b.id) IN ((%s, %s), (%s, %s))",
        one,
        other,
        other,
        one,
    )


def swap_ids(dice: Random, ids: list[int]) -> None:
    one, other = dice.sample(ids, 2)
    for before, after in ((one, -1), (other, one), (-1, other)):
        run("UPDATE audit_auditentry SET id = %s WHERE id = %s", after, before)


def swap_transactions(dice: Random, ids: list[int]) -> None:
    """Takes two entries out of each other's place in the order."""
    one, other = dice.sample(ids, 2)
    run(
        "UPDATE audit_auditentry a SET transaction = b.transaction FROM audit_auditentry b "
        "WHERE (a.id, b.id) IN ((%s, %s), (%s, %s))",
        one,
        other,
        other,
        one,
    )


def move_out_of_the_sealed(dice: Random, ids: list[int]) -> None:
    run("UPDATE audit_auditentry SET transaction = 0 WHERE id = %s", dice.choice(ids[10:]))


def cut_tail(dice: Random, _ids: list[int]) -> None:
    keep = dice.randint(0, Seal.objects.count() - 1)
    until = Seal.objects.get(number=keep).until if keep else 0
    run("DELETE FROM audit_seal WHERE number > %s", keep)
    run("DELETE FROM audit_auditentry WHERE transaction >= %s", until)


def drop_a_seal(dice: Random, _ids: list[int]) -> None:
    run("DELETE FROM audit_seal WHERE number = %s", dice.randint(1, Seal.objects.count()))


def edit_a_seal(dice: Random, _ids: list[int]) -> None:
    column = dice.choice(["digest", "previous", "content"])
    number = dice.randint(1, Seal.objects.count())
    statement = f"UPDATE audit_seal SET {column} = repeat('a', 64) WHERE number = %s"  # noqa: S608
    run(statement, number)


def rewrite_the_chain(dice: Random, ids: list[int]) -> None:
    """Edit an entry and seal everything anew: inside the database nothing is wrong any more."""
    edit_text(dice, ids)
    ends = list(Seal.objects.values_list("until", flat=True))
    run("DELETE FROM audit_seal")
    for until in ends:
        sealing._seal(sealing._cursor(), until, at=AT)


TAMPERS: list[Tamper] = [
    edit_text,
    edit_time,
    edit_actor,
    edit_detail,
    delete,
    insert,
    insert_long_ago,
    insert_from_the_future,
    swap_contents,
    swap_ids,
    swap_transactions,
    move_out_of_the_sealed,
    cut_tail,
    drop_a_seal,
    edit_a_seal,
    rewrite_the_chain,
]


def sealed_log(write: Write) -> list[int]:
    """ENTRIES entries, each in a transaction of its own, under a few seals."""
    for _ in range(SEALS):
        write(ENTRIES // SEALS)
        seal_all(at=AT)
    sinks.publish()
    return sorted(AuditEntry.objects.values_list("pk", flat=True))


def after(tamper: Tamper, dice: Random, ids: list[int]) -> Report:
    """What the check says of a tampering, which is then undone."""
    with transaction.atomic():
        tamper(dice, ids)
        report = verify()
        transaction.set_rollback(True)
    return report


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_thousand_random_tamperings_are_all_found_and_a_sound_log_never_accused(
    write: Write,
) -> None:
    ids, dice = sealed_log(write), Random(20260301)

    missed = [
        number
        for number in range(TAMPERINGS)
        if after(TAMPERS[number % len(TAMPERS)], dice, ids).is_sound
    ]
    accused = [number for number in range(50) if not verify().is_sound]

    assert missed == []
    assert accused == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("tamper", "flaw"),
    [
        (edit_detail, Flaw.EDITED),
        (delete, Flaw.DELETED),
        (insert, Flaw.INSERTED),
        (insert_from_the_future, Flaw.FROM_NOWHERE),
        (cut_tail, Flaw.TAIL_CUT),
        (drop_a_seal, Flaw.SEAL_MISSING),
        (rewrite_the_chain, Flaw.SEAL_ALTERED),
    ],
)
def test_the_finding_names_what_was_done(write: Write, tamper: Tamper, flaw: Flaw) -> None:
    ids = sealed_log(write)

    report = after(tamper, Random(4), ids)

    assert flaw in {finding.flaw for finding in report.findings}


@pytest.mark.django_db(transaction=True)
def test_the_first_bad_row_is_named(write: Write) -> None:
    ids = sealed_log(write)

    def edit_two(_dice: Random, _ids: list[int]) -> None:
        run("UPDATE audit_auditentry SET purpose = 'z' WHERE id IN (%s, %s)", ids[23], ids[17])

    report = after(edit_two, Random(1), ids)

    assert (report.findings[0].flaw, report.findings[0].entry) == (Flaw.EDITED, ids[17])


@pytest.mark.django_db(transaction=True)
def test_a_lost_outside_file_is_a_finding(write: Write) -> None:
    sealed_log(write)

    sinks.main_file().unlink()

    assert {finding.flaw for finding in verify().findings} == {Flaw.OUTSIDE_LOST}


@pytest.mark.django_db(transaction=True)
def test_marks_that_no_longer_fit_are_a_finding(write: Write) -> None:
    sealed_log(write)

    def spoil(_dice: Random, _ids: list[int]) -> None:
        run("UPDATE audit_seal SET marks = '' WHERE number = 1")

    assert not after(spoil, Random(1), []).is_sound


@pytest.mark.django_db(transaction=True)
def test_the_command_seals_checks_keeps_the_outcome_and_fails_on_tampering(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write(5)
    call_command("audit_seal")
    call_command("audit_verify")
    run_for_good("UPDATE audit_auditentry SET purpose = 'z' WHERE subject_id = '3'")
    with pytest.raises(CommandError, match="tampered"):
        call_command("audit_verify")

    told = capsys.readouterr().out
    assert "5 entries in 1 seals" in told
    assert "sound: 5 entries in 1 seals, 0 not yet sealed" in told
    assert "edited: entry" in told
    assert [each.is_sound for each in Verification.objects.order_by("pk")] == [True, False]


@pytest.mark.django_db(transaction=True)
def test_a_restore_on_purpose_is_acknowledged_and_stays_on_record(
    write: Write, home: Path
) -> None:
    sealed_log(write)
    run_for_good("DELETE FROM audit_seal WHERE number > 3")
    run_for_good(
        "DELETE FROM audit_auditentry WHERE transaction >= (SELECT max(until) FROM audit_seal)"
    )
    assert Flaw.TAIL_CUT in {finding.flaw for finding in verify().findings}

    call_command("audit_seal", restored="演练恢复")

    assert verify().findings == ()
    assert "restored 3" in (home / "seals.log").read_text()
    assert AuditEntry.objects.filter(purpose="演练恢复").count() == 1


def run_for_good(statement: str) -> None:
    with transaction.atomic():
        run(statement)


def test_the_order_of_json_keys_and_the_time_zone_change_nothing() -> None:
    one = chain.canonical((1, AT, "湘", {"a": 1, "b": 2}))
    other = chain.canonical((1, AT.astimezone(), "湘", {"b": 2, "a": 1}))

    assert one == other
