"""Intake: once, however often, however many at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from luchang.kernel.records import models
from luchang.kernel.records.intake import Accepted, KeyReused, accept_once
from luchang.kernel.records.numbering import next_number

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def record() -> models.Move:
    number = next_number("call")
    return models.Move.objects.create(
        subject="test.call", subject_id=number, after="NEW", at=AT, actor_name=""
    )


def accept(key: str, text: str = "a", source: str = "desk") -> Accepted:
    return accept_once(source=source, key=key, content={"text": text}, make=record, at=AT)


class Broken(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_sixteen_senders_of_eight_keys_make_eight_records_numbered_without_a_gap() -> None:
    def send(number: int) -> Accepted:
        try:
            return accept(f"key {number % 8}")
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(64)))

    assert sum(answer.is_new for answer in answers) == 8
    assert set(Counter(answer.subject_id for answer in answers).values()) == {8}
    numbers = models.Move.objects.values_list("subject_id", flat=True)
    assert sorted(numbers) == list(range(1, 9))


@pytest.mark.django_db
def test_a_key_used_for_something_else_is_refused_and_nothing_is_stored() -> None:
    accept("k")

    with pytest.raises(KeyReused):
        accept("k", "other")

    assert models.Move.objects.count() == 1


@pytest.mark.django_db
def test_a_key_belongs_to_its_source() -> None:
    assert accept("k", source="desk").is_new
    assert accept("k", "other", source="api").is_new


@pytest.mark.django_db
def test_a_failed_record_frees_its_key_and_its_number() -> None:
    def fail() -> models.Move:
        record()
        raise Broken

    with pytest.raises(Broken), transaction.atomic():
        accept_once(source="desk", key="k", content={}, make=fail, at=AT)

    assert accept("k").is_new
    assert models.Move.objects.get().subject_id == 1


@pytest.mark.django_db
@pytest.mark.parametrize("value", [1, 1.5, None, "路", [1, {"a": "b"}], datetime(2026, 1, 1)])  # noqa: DTZ001
def test_any_content_is_recognised_when_it_comes_again(value: object) -> None:
    first = accept_once(source="s", key="k", content={"b": 1, "a": value}, make=record, at=AT)

    again = accept_once(source="s", key="k", content={"a": value, "b": 1}, make=record, at=AT)

    assert (again.subject_id, again.is_new) == (first.subject_id, False)


class IntakeAgainstAModel(RuleBasedStateMachine):
    """A dictionary says what the database must have done."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[tuple[str, str], tuple[str, int]] = {}
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    @rule(
        source=st.sampled_from("ab"),
        key=st.sampled_from(["1", "2", "3", "\n1"]),
        text=st.sampled_from("xy"),
    )
    def send(self, source: str, key: str, text: str) -> None:
        known = self.known.get((source, key))
        if known is not None and known[0] != text:
            with pytest.raises(KeyReused):
                accept(key, text, source)
            return
        answer = accept(key, text, source)
        assert answer.is_new is (known is None)
        self.known.setdefault((source, key), (text, answer.subject_id))
        assert answer.subject_id == self.known[source, key][1]

    @rule(source=st.sampled_from("ab"), key=st.sampled_from(["1", "2", "3"]))
    def lose_the_line_before_the_commit(self, source: str, key: str) -> None:
        with transaction.atomic():
            accept_once(source=f"lost {source}", key=key, content={}, make=record, at=AT)
            transaction.set_rollback(True)

    @invariant()
    def numbers_have_no_gap(self) -> None:
        numbers = list(models.Move.objects.order_by("pk").values_list("subject_id", flat=True))
        assert numbers == list(range(1, len(self.known) + 1))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


@pytest.mark.django_db
def test_intake_does_what_a_dictionary_would() -> None:
    run_state_machine_as_test(
        IntakeAgainstAModel,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
