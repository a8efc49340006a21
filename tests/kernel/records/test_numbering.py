"""Numbers: no gap, no double, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from luchang.kernel.records.numbering import count_on, last_numbers, next_number


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_eight_different_numbers_without_a_gap() -> None:
    def take(_: int) -> int:
        try:
            with transaction.atomic():
                return next_number("case")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(pool.map(take, range(40)))

    assert numbers == list(range(1, 41))


@pytest.mark.django_db
def test_a_rolled_back_taker_gives_its_number_back() -> None:
    with transaction.atomic():
        next_number("case")
        transaction.set_rollback(True)

    assert next_number("case") == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        next_number("case")


@pytest.mark.django_db
def test_a_series_goes_on_behind_numbers_given_in_bulk_and_never_back() -> None:
    with transaction.atomic():
        for _ in range(5):
            next_number("I430211-20210101")
    count_on({"I430211-20210101": 3, "I430211-20210102": 9})

    assert last_numbers("^I430211-2021") == {"I430211-20210101": 5, "I430211-20210102": 9}
    with transaction.atomic():
        assert next_number("I430211-20210102") == 10
