"""Every change is in the history, whoever made it and by whatever means."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from luchang.kernel.history import (
    DELETE,
    INSERT,
    UPDATE,
    attributed,
    because,
    event_model_of,
    history_by_key,
    history_of,
)
from luchang.kernel.identity.access import SIGNED_IN, allow
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation, Role, User
from tests.factories.identity import actor_with, browser_of, organisation, user, user_with

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)


def rename(request: HttpRequest, key: int, name: str) -> HttpResponse:
    del request
    Organisation.objects.filter(pk=key).update(name=name)
    return HttpResponse()


async def rename_slowly(request: HttpRequest, key: int, name: str) -> HttpResponse:
    await asyncio.sleep(0.05)
    return await sync_to_async(rename)(request, key, name)


urlpatterns = [
    path("rename/<int:key>/<str:name>", allow(SIGNED_IN)(rename)),
    path("slowly/<int:key>/<str:name>", allow(SIGNED_IN)(rename_slowly)),
]


@pytest.mark.django_db
def test_before_and_after_of_each_field_stand_with_actor_time_and_reason() -> None:
    unit, by = organisation(name="一大队"), actor_with()

    with attributed(by, reason="更名批复"), transaction.atomic():
        unit.name = "新一大队"
        unit.save()

    change = history_of(unit)[-1]
    (field,) = change.fields
    assert (field.name, field.label, field.before, field.after) == (
        "name",
        "名称",
        "一大队",
        "新一大队",
    )
    assert (change.kind, change.actor, change.actor_id) == (UPDATE, by.name, by.user_id)
    assert (change.reason, change.request_id) == ("更名批复", by.request_id)


@pytest.mark.django_db
def test_a_bulk_update_leaves_history_on_every_row() -> None:
    units = [organisation() for _ in range(20)]

    with attributed(SYSTEM):
        Organisation.objects.update(division_code="430200")

    assert all(history_of(unit)[-1].fields[-1].after == "430200" for unit in units)


@pytest.mark.django_db
def test_a_bulk_insert_and_a_deletion_leave_history() -> None:
    roles = Role.objects.bulk_create([Role(code=f"c{n}", name="甲") for n in range(3)])
    key = roles[0].pk
    Role.objects.filter(pk=key).delete()

    assert [change.kind for change in history_by_key(Role, key)] == [INSERT, DELETE]
    assert [change.kind for change in history_of(roles[1])] == [INSERT]


@pytest.mark.django_db
def test_choices_and_references_are_shown_by_name_and_secrets_not_at_all() -> None:
    one, other = organisation(name="一大队"), organisation(name="二大队")
    person = user(at=one)
    person.organisation = other
    person.set_password("Another-2026-password")
    person.save()

    moved = history_of(person)[-1]
    made = history_of(one)[0]

    assert {(f.name, f.before, f.after) for f in moved.fields} == {
        ("organisation", "一大队", "二大队")
    }
    assert "大队" in {f.after for f in made.fields if f.name == "kind"}
    assert "password" not in {field.name for field in event_model_of(User)._meta.fields}


@pytest.mark.django_db
def test_an_update_that_changes_nothing_or_only_what_is_no_news_leaves_none() -> None:
    person = user()
    before = len(history_of(person))

    person.save()
    User.objects.update(theme="dark")

    assert len(history_of(person)) == before


@pytest.mark.django_db(transaction=True)
def test_an_inner_reason_ends_with_its_block() -> None:
    unit = organisation()
    with attributed(SYSTEM, reason="外"):
        with because("内"):
            Organisation.objects.update(name="甲")
        Organisation.objects.update(name="乙")
    Organisation.objects.update(name="丙")

    assert [change.reason for change in history_of(unit)[-3:]] == ["内", "外", ""]


@pytest.mark.django_db(transaction=True)
def test_an_inner_actor_ends_with_its_block_even_on_failure() -> None:
    unit = organisation()
    inner = Actor(user_id=5, name="乙", organisation_id=None, organisation_path="")
    with attributed(SYSTEM):
        with pytest.raises(ZeroDivisionError), attributed(inner):
            raise ZeroDivisionError
        Organisation.objects.update(name="丙")

    assert history_of(unit)[-1].actor == SYSTEM.name


@pytest.mark.django_db
def test_history_itself_cannot_be_changed() -> None:
    unit = organisation()
    events = event_model_of(Organisation)._default_manager.filter(pgh_obj_id=unit.pk)

    with pytest.raises(DatabaseError), transaction.atomic():
        events.update(pgh_label="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        events.delete()


def test_an_untracked_model_has_no_history() -> None:
    from luchang.kernel.audit.models import Seal  # noqa: PLC0415

    with pytest.raises(LookupError):
        event_model_of(Seal)


@pytest.mark.django_db(transaction=True)
@override_settings(ROOT_URLCONF=__name__)
def test_requests_side_by_side_are_each_attributed_to_their_own_actor() -> None:
    """Through the real ASGI handler, synchronous and asynchronous views mixed."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns where there is none
    people = [user_with() for _ in range(6)]
    units = [organisation() for _ in people]
    cookies = [browser_of(person).cookies["sessionid"].value for person in people]

    async def all_at_once() -> list[int]:
        return await asyncio.gather(
            *(
                status_of(
                    f"/{'slowly' if number % 2 else 'rename'}/{units[number].pk}/n{number}",
                    cookies[number],
                )
                for number in range(len(people))
            )
        )

    assert asyncio.run(all_at_once()) == [200] * len(people)
    assert [history_of(unit)[-1].actor_id for unit in units] == [p.pk for p in people]
    assert len({history_of(unit)[-1].request_id for unit in units}) == len(people)
    Organisation.objects.update(name="后来")
    assert history_of(units[0])[-1].actor_id is None


async def status_of(path: str, session: str) -> int:
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"testserver"), (b"cookie", f"sessionid={session}".encode())],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }
    server = ApplicationCommunicator(get_asgi_application(), scope)  # type: ignore[no-untyped-call]
    await server.send_input({"type": "http.request"})  # type: ignore[no-untyped-call]
    start = await server.receive_output(10)  # type: ignore[no-untyped-call]
    await server.receive_output(10)  # type: ignore[no-untyped-call]
    await server.wait(10)  # type: ignore[no-untyped-call]
    status: int = start["status"]
    return status


@pytest.mark.django_db
def test_what_no_thread_attributed_is_the_systems() -> None:
    unit = organisation()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_organisation SET name = '库外'")

    assert history_of(unit)[-1].actor == "系统"
