"""The auditor's pages: for the auditor alone, and themselves on record."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from luchang.kernel.audit import services
from luchang.kernel.audit.models import AuditEntry, Verification
from luchang.kernel.audit.selectors import entries_for, seal_status, trail_of
from luchang.kernel.audit.states import Action
from luchang.kernel.history import attributed
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.policies import MANAGE_USERS, SEE_AUDIT
from luchang.kernel.identity.states import Scope
from luchang.kernel.jobs.models import QueuedTask
from tests.factories.identity import actor_with, browser_of, organisation, tree, user_with

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
PAGES = [
    "/administration/audit/",
    "/administration/audit/seals/",
    "/administration/audit/seals/all/",
    "/administration/audit/trail/identity.organisation/1",
]


@pytest.fixture
def auditor() -> Client:
    return browser_of(user_with(SEE_AUDIT, scope=Scope.ALL))


@pytest.mark.parametrize("page", PAGES)
def test_only_the_auditor_opens_the_log(page: str, auditor: Client) -> None:
    assert auditor.get(page).status_code == 200
    assert browser_of(user_with(MANAGE_USERS, scope=Scope.ALL)).get(page).status_code == 403
    assert Client().get(page).status_code == 302


def test_the_log_is_found_by_person_action_and_purpose(auditor: Client) -> None:
    by = actor_with()
    services.record(
        by=by, action=Action.REVEAL, subject="identity.user", at=AT, purpose="核对身份"
    )
    services.record(by=by, action=Action.READ, subject="identity.role", at=AT, purpose="例行查看")

    page = auditor.get("/administration/audit/?deed=REVEAL").content.decode()
    searched = auditor.get("/administration/audit/?q=例行").content.decode()

    assert "核对身份" in page
    assert "例行查看" not in page
    assert "例行查看" in searched


def test_the_trail_shows_deeds_and_changed_fields_and_is_itself_on_record(
    auditor: Client,
) -> None:
    unit, by = organisation(name="一大队"), actor_with()
    services.record(
        by=by, action=Action.CHANGE, subject="identity.organisation", subject_id=unit.pk, at=AT
    )
    with attributed(by, reason="更名"):
        Organisation.objects.filter(pk=unit.pk).update(name="新一大队")

    page = auditor.get(f"/administration/audit/trail/identity.organisation/{unit.pk}")

    text = page.content.decode()
    assert by.name in text
    assert "一大队" in text
    assert "新一大队" in text
    assert "更名" in text
    assert AuditEntry.objects.filter(subject="audit.auditentry", action=Action.READ).count() == 1


@pytest.mark.parametrize("subject", ["identity.organisation", "audit.seal", "no.such", "nothing"])
def test_a_trail_of_anything_is_a_page(auditor: Client, subject: str) -> None:
    services.record(by=actor_with(), action=Action.READ, subject=subject, subject_id="x", at=AT)

    assert auditor.get(f"/administration/audit/trail/{subject}/x").status_code == 200


def test_the_log_reaches_no_further_than_the_auditor() -> None:
    force = tree()
    for place in (force.own, force.child, force.sibling):
        services.record(by=actor_with(at=place), action=Action.READ, subject="a.b", at=AT)

    def seen(scope: Scope) -> set[str]:
        rows = entries_for(actor_with(SEE_AUDIT, at=force.own, scope=scope))
        return set(rows.values_list("organisation_path", flat=True))

    assert seen(Scope.UNIT_AND_BELOW) == {force.own.path, force.child.path}
    assert seen(Scope.UNIT) == {force.own.path}
    assert seen(Scope.OWN) == set()
    assert len(seen(Scope.ALL)) == 3
    stranger = actor_with(SEE_AUDIT, at=force.sibling, scope=Scope.UNIT)
    assert len(trail_of(stranger, subject="a.b", subject_id="")) == 1


def test_the_status_page_says_sound_tampered_and_not_yet(auditor: Client) -> None:
    def shown() -> str:
        return auditor.get("/administration/audit/seals/").content.decode()

    assert "尚未校验" in shown()
    Verification.objects.create(at=AT, took_s=0.1, seals=1, entries=5, unsealed=0)
    assert "审计日志完整" in shown()
    Verification.objects.create(
        at=AT, took_s=0.1, seals=1, entries=5, unsealed=0,
        findings=[{"flaw": "edited", "seal": 3, "entry": 12345, "text": ""}],
    )  # fmt: skip
    assert "审计日志被篡改" in shown()
    assert "12345" in shown()
    assert not seal_status().is_behind


def test_a_check_can_be_ordered_once(auditor: Client) -> None:
    for _ in range(2):
        assert auditor.post("/administration/audit/seals/verify").status_code == 302

    assert QueuedTask.objects.filter(task_name="audit.verify").count() == 1
    assert auditor.get("/administration/audit/seals/verify").status_code == 405
