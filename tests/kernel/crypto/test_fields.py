"""Encrypted columns: clear to the program, dark in the database, found by equality."""

import base64
import secrets
from collections.abc import Iterator
from typing import ClassVar

import pytest
from django.db import connection, models
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from luchang.core.common.personal import Kind
from luchang.kernel.crypto.fields import EncryptedTextField, decrypt, encrypt, look_up
from luchang.kernel.crypto.keys import Key
from luchang.kernel.crypto.sm import Unreadable

PHONE, RESIDENT = "13800138000", "11010519491231002X"
OLD = "k1:" + base64.b64encode(bytes(range(60, 92))).decode()
NEW = "k2:" + base64.b64encode(bytes(range(160, 192))).decode()


class Person(models.Model):
    """A model of this test alone; its table lives as long as the test."""

    phone = EncryptedTextField(Kind.PHONE, searchable=True, blank=True)
    resident_id = EncryptedTextField(Kind.RESIDENT_ID, searchable=True, null=True)
    note = EncryptedTextField(blank=True)

    objects: ClassVar[models.Manager["Person"]] = models.Manager()

    class Meta:
        app_label = "crypto_test"

    def __str__(self) -> str:
        return str(self.pk)


@pytest.fixture(autouse=True)
def key(settings: Settings) -> None:
    settings.PERSONAL_DATA_KEY = OLD


@pytest.fixture
def table(transactional_db: None) -> Iterator[None]:
    del transactional_db
    with connection.schema_editor() as editor:
        editor.create_model(Person)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Person)


@given(st.sampled_from(Kind), st.text(min_size=1, max_size=200), st.booleans())
@hypothesis_settings(deadline=None)
def test_whatever_is_encrypted_comes_back(kind: Kind, clear: str, searchable: bool) -> None:
    if "\ud800" <= max(clear) <= "\udfff":
        return
    stored = encrypt(kind, clear, searchable=searchable)

    assert decrypt(kind, stored) == clear
    assert encrypt(kind, clear, searchable=searchable) != stored


def test_a_value_moved_to_a_column_of_another_kind_cannot_be_read() -> None:
    stored = encrypt(Kind.PHONE, PHONE, searchable=True)

    with pytest.raises(Unreadable):
        decrypt(Kind.TEXT, stored)


@pytest.mark.parametrize("stored", ["", "x", ".k9.AAAA", ".k1.not base64", ".k1.AAAA"])
def test_what_is_no_stored_form_is_refused(stored: str) -> None:
    with pytest.raises(Unreadable):
        decrypt(Kind.PHONE, stored)


@pytest.mark.usefixtures("table")
def test_rows_are_found_however_the_number_is_typed_and_by_bulk_updates_too() -> None:
    one = Person.objects.create(phone=PHONE, resident_id=RESIDENT, note="备注")
    Person.objects.create(phone="13900139000")

    assert Person.objects.get(phone="+86 138 0013 8000") == one
    assert Person.objects.get(resident_id="110105491231002") == one
    assert Person.objects.exclude(phone=PHONE).count() == 1
    assert not Person.objects.filter(phone="13700137000").exists()
    Person.objects.filter(pk=one.pk).update(phone="13700137000")
    assert Person.objects.get(phone="13700137000").note == "备注"
    assert Person.objects.filter(resident_id=None).count() == 1
    assert Person.objects.filter(note="").count() == 1


@pytest.mark.usefixtures("table")
def test_a_search_that_cannot_work_says_so() -> None:
    with pytest.raises(TypeError, match="searchable"):
        Person.objects.filter(note="备注").exists()
    with pytest.raises(TypeError, match="whole value"):
        Person.objects.filter(phone__contains="138").exists()


@pytest.mark.usefixtures("table")
def test_after_a_rotation_both_keys_read_and_find_and_new_rows_use_the_new(
    settings: Settings,
) -> None:
    old = Person.objects.create(phone=PHONE)
    settings.PERSONAL_DATA_KEY = f"{NEW},{OLD}"
    new = Person.objects.create(phone=PHONE)

    assert set(Person.objects.filter(phone=PHONE)) == {old, new}
    old.refresh_from_db()
    assert old.phone == PHONE
    settings.PERSONAL_DATA_KEY = NEW
    with pytest.raises(Unreadable, match="k1"):
        list(Person.objects.all())


@pytest.mark.usefixtures("table")
def test_a_dump_of_the_database_holds_no_phone_and_no_resident_number() -> None:
    Person.objects.create(phone=PHONE, resident_id=RESIDENT, note=f"另有电话{PHONE}")
    control = "13511112222"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE control_clear AS SELECT %s::text AS phone", [control])

    dumped = dump()

    assert control in dumped  # the dump does hold what is in the tables
    assert "crypto_test_person" in dumped
    for clear in (PHONE, RESIDENT, PHONE[3:], RESIDENT[:-1]):
        assert clear not in dumped
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE control_clear")


def dump() -> str:
    """All rows of all tables as text, by the server's own COPY."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = [name for (name,) in cursor.fetchall()]
        lines: list[str] = list(tables)
        for name in tables:
            with cursor.copy(f'COPY "{name}" TO STDOUT') as rows:
                lines += [bytes(row).decode() for row in rows]
    return "\n".join(lines)


def test_a_look_up_says_nothing_without_its_key() -> None:
    one, other = Key.derive("a", secrets.token_bytes(32)), Key.derive("b", secrets.token_bytes(32))

    assert look_up(Kind.PHONE, PHONE, one) != look_up(Kind.PHONE, PHONE, other)
    assert look_up(Kind.PHONE, PHONE, one) != look_up(Kind.TEXT, PHONE, one)
    assert look_up(Kind.PHONE, PHONE, one) == look_up(Kind.PHONE, "138 0013 8000", one)


def test_a_field_survives_a_migration_file() -> None:
    field = EncryptedTextField(Kind.PHONE, searchable=True)
    _, path, args, kwargs = field.deconstruct()

    assert path.endswith("EncryptedTextField")
    copy = EncryptedTextField(*args, **kwargs)
    assert (copy.kind, copy.searchable) == (Kind.PHONE, True)
