"""Code tables: valid then, never gone, honest about what is not confirmed."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from luchang.kernel.identity.actors import NOBODY, SYSTEM, Forbidden
from luchang.kernel.records import codes
from luchang.kernel.records.models import Code

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
ROW = {
    "table": "colour",
    "code": "1",
    "name": "红色",
    "name_en": "red",
    "valid_from": "2020-01-01",
    "source": "示例",
    "confirmed": "yes",
}

pytestmark = pytest.mark.django_db


def load(*rows: dict[str, str]) -> codes.Loaded:
    return codes.load(rows, by=SYSTEM, at=AT)


def names(at: datetime = AT) -> list[str]:
    return [each.name for each in codes.codes("colour", at=at)]


def test_loading_twice_changes_nothing() -> None:
    assert load(ROW) == codes.Loaded(1, 0, 0)
    assert load(ROW) == codes.Loaded(0, 0, 1)
    assert load(ROW | {"name": "大红"}) == codes.Loaded(0, 1, 0)
    assert names() == ["大红"]


def test_a_meaning_holds_in_its_time_and_only_then() -> None:
    load(ROW | {"valid_to": "2026-03-02"}, ROW | {"name": "朱红", "valid_from": "2026-03-02"})

    midnight_in_shanghai = datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert codes.label("colour", "1", at=datetime(2026, 3, 1, 15, 59, tzinfo=UTC)) == "红色"
    assert codes.label("colour", "1", at=midnight_in_shanghai) == "朱红"
    assert codes.label("colour", "1", at=datetime(2019, 1, 1, tzinfo=UTC)) == "1"


def test_one_code_has_one_meaning_at_a_time() -> None:
    load(ROW)

    with pytest.raises(IntegrityError), transaction.atomic():
        load(ROW | {"valid_from": "2021-01-01"})


def test_an_entry_is_ended_and_never_deleted() -> None:
    load(ROW)
    found = Code.objects.get()

    codes.end(code_id=found.pk, on=date(2026, 3, 2), by=SYSTEM, at=AT)

    assert names() == []
    with pytest.raises(ValidationError):
        codes.end(code_id=found.pk, on=date(2020, 1, 1), by=SYSTEM, at=AT)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        Code.objects.all().delete()


def test_the_label_speaks_the_readers_language() -> None:
    load(ROW, ROW | {"code": "2", "name": "黄色", "name_en": ""})

    with translation.override("en"):
        assert [each.label for each in codes.codes("colour", at=AT)] == ["red", "黄色"]


def test_an_unconfirmed_entry_stays_marked_where_it_is_chosen() -> None:
    load(ROW, ROW | {"code": "2", "name": "黄色", "confirmed": "no"})

    offered = codes.CodeField(table="colour", required=False).widget.choices

    assert list(offered) == [("", "---------"), ("1", "红色"), ("2", "黄色 *")]


def test_no_entry_is_chosen_for_somebody_who_chose_none() -> None:
    """The first of the table would be left by whoever is in a hurry, and be counted."""
    load(ROW)
    field = codes.CodeField(table="colour")

    assert next(iter(field.widget.choices))[0] == ""
    with pytest.raises(ValidationError):
        field.clean("")


def test_the_cache_costs_one_query_and_sees_changes(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    load(ROW)
    names()

    with django_assert_num_queries(1):
        assert names() == ["红色"]
    codes.enter(
        table="colour",
        fields={"code": "3", "name": "蓝色", "valid_from": date(2020, 1, 1)},
        by=SYSTEM,
        at=AT,
    )
    assert names() == ["红色", "蓝色"]
    assert codes.codes("nothing", at=AT) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "line 2: no name"),
        ({"valid_from": "soon"}, "line 2: valid_from is soon"),
        ({"valid_to": "2026-13-01"}, "line 2: valid_to is 2026-13-01"),
        ({"order": "first"}, "line 2: order is first"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_loaded(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(codes.BadCodeFile, match=said):
        load(ROW | wrong)
    assert not Code.objects.exists()


def test_only_the_keeper_may_change_a_table() -> None:
    with pytest.raises(Forbidden):
        codes.load([ROW], by=NOBODY, at=AT)


def test_what_the_apps_bring_is_loaded_by_one_command(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_codes")
    call_command("load_codes")

    assert "general.csv: 0 new, 0 changed, 9 same" in capsys.readouterr().out


def test_a_bad_file_is_one_sentence(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("table,code\ncolour,1\n")

    with pytest.raises(CommandError, match=r"bad\.csv: line 2: no name"):
        call_command("load_codes", bad)
