"""Rows written together: none missing, none out of order, none of a work that failed."""

import pytest

from luchang.kernel import clock
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.services import record
from luchang.kernel.audit.states import Action
from luchang.kernel.together import written_together
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
