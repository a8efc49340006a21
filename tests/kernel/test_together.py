"""Rows written together: none missing, none out of order, none of a work that failed."""

from contextlib import suppress
from functools import partial
from itertools import count

import pytest

from luchang.kernel import clock
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.together import one_after_another, remembered, write, written_together
from tests.factories import identity as make

pytestmark = pytest.mark.django_db


def entered(what: str) -> None:
    record(by=make.actor_with(), action=Action.CREATE, subject=what, at=clock.now())


def subjects() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("subject", flat=True))


def test_alone_a_row_is_there_at_once() -> None:
    """An entry of the audit that waits for something nobody ends would be lost."""
    entered("first")

    assert subjects() == ["first"]


def test_together_they_are_there_at_the_end_and_in_their_order() -> None:
    with written_together():
        for number in range(5):
            entered(f"row {number}")
        assert subjects() == []

    assert subjects() == [f"row {number}" for number in range(5)]


def test_a_work_that_failed_leaves_none() -> None:
    """Entries of rows that were rolled back would tell of deeds that never were."""

    def fail() -> None:
        with written_together():
            entered("never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    entered("after")
    assert subjects() == ["after"]


def test_the_transaction_is_the_one_the_rows_belong_to() -> None:
    """Sealing closes transactions: an entry that named another one would be sealed too early."""
    with written_together():
        entered("gathered")
    entered("alone")

    assert AuditEntry.objects.values("transaction").distinct().count() == 1


def test_what_follows_a_row_finds_its_key_and_may_bring_more() -> None:
    """A notice names the to-do it tells of: without its key it would lead nowhere."""
    seen: list[tuple[int | None, int]] = []

    def told(entry: AuditEntry) -> None:
        seen.append((entry.pk, AuditEntry.objects.count()))
        entered(f"after {entry.subject}")

    entries = [
        AuditEntry(at=clock.now(), actor_name="甲", action=Action.CREATE, subject=f"row {number}")
        for number in range(2)
    ]
    with written_together():
        for entry in entries:
            write(entry, partial(told, entry))
        assert seen == []

    assert [(key is not None, count) for key, count in seen] == [(True, 2), (True, 2)]
    assert subjects() == ["row 0", "row 1", "after row 0", "after row 1"]


def test_nothing_follows_rows_of_a_work_that_failed() -> None:
    """A message about a deed that was undone cannot be called back."""
    told: list[str] = []
    entry = AuditEntry(at=clock.now(), actor_name="甲", action=Action.CREATE, subject="never")
    with suppress(ZeroDivisionError), written_together():
        write(entry, lambda: told.append("never"))
        raise ZeroDivisionError

    assert (told, subjects()) == ([], [])


def test_a_question_is_asked_once_a_work_and_anew_in_the_next() -> None:
    """What was known before an officer was appointed must not outlive the work."""
    answers = count()

    def ask() -> int:
        return remembered("who", lambda: next(answers))

    alone = [ask(), ask()]
    with written_together():
        first = [ask(), ask(), remembered("whom", lambda: next(answers))]
    with written_together():
        second = [ask(), ask()]

    assert (alone, first, second) == ([0, 1], [2, 2, 3], [4, 4])


def test_in_a_series_a_failed_work_takes_what_it_was_told_with_it() -> None:
    """A rule written and undone with the work would be named by records that come after."""
    answers = count()

    def ask(what: str) -> int:
        return remembered(what, lambda: next(answers))

    with one_after_another():
        with written_together():
            first = ask("kept")
        with suppress(ZeroDivisionError), written_together():
            undone = ask("undone")
            raise ZeroDivisionError
        with written_together():
            again = [ask("kept"), ask("undone")]
    with written_together():
        later = ask("kept")

    assert (first, undone, again, later) == (0, 1, [0, 2], 3)
