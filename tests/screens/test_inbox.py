"""The pages of one's own: to-dos, notices, jobs; and the platform's ledgers."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.jobs import runs
from luchang.kernel.jobs.models import Delivery, Job, OutboxEvent
from luchang.kernel.jobs.policies import MANAGE_JOBS
from luchang.kernel.jobs.services import start_job
from luchang.kernel.jobs.states import DeliveryStatus, JobStatus
from luchang.kernel.records import notices, policies, todos
from luchang.kernel.records.models import Code, CodeList, Holiday, Mute, Notification
from tests.factories.identity import browser_of, organisation, user, user_with

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind() -> str:
    if "test.walk" not in runs._kinds:
        runs.long_job("test.walk", title="巡查导出")(lambda run: None)
    return "test.walk"


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_todo_stands_on_its_page_and_on_the_workbench_until_it_is_done() -> None:
    patrol = user()
    browser = browser_of(patrol)
    place = patrol.organisation
    todos.assign(
        kind="sign",
        subject=place,
        title="签收警情九号",
        organisation_id=place.pk,
        assignee_id=patrol.pk,
        due_at=AT,
        by=SYSTEM,
        at=AT,
    )

    assert "签收警情九号" in page(browser, "/todos")
    assert "签收警情九号" in page(browser, "/")
    assert "签收警情九号" not in page(browser_of(user()), "/todos")

    todos.done(kind="sign", subject=place, by=actor_for(patrol, at=AT), at=AT)

    assert "签收警情九号" not in page(browser, "/todos")
    assert "签收警情九号" in page(browser, "/todos?tab=done")


class TestNotices:
    def notified(self) -> tuple[Client, Notification]:
        person = user()
        notices.notify(
            user_ids=[person.pk],
            kind="records.todo",
            key="k",
            title="有新待办",
            url="/todos",
            at=AT,
        )
        return browser_of(person), Notification.objects.get(user=person)

    def test_reading_one_leads_to_its_record(self) -> None:
        browser, notice = self.notified()
        assert "有新待办" in page(browser, "/notices")

        answer = browser.post("/notices/read", {"id": notice.pk})

        assert answer.headers["Location"] == "/todos"
        notice.refresh_from_db()
        assert notice.read_at is not None

    def test_all_are_read_at_once(self) -> None:
        browser, notice = self.notified()

        browser.post("/notices/read")

        notice.refresh_from_db()
        assert notice.read_at is not None

    def test_somebody_elses_is_not_there(self) -> None:
        _, notice = self.notified()

        assert browser_of(user()).post("/notices/read", {"id": notice.pk}).status_code == 404
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_a_muted_kind_is_not_shown_and_can_be_heard_again(self) -> None:
        browser, notice = self.notified()
        person = notice.user_id

        browser.post("/notices/mute", {"kind": "records.todo"})
        reached = notices.notify(
            user_ids=[person], kind="records.todo", key="k2", title="又一个", at=AT
        )
        assert reached == []
        browser.post("/notices/mute", {"kind": "records.todo", "again": "1"})
        assert not Mute.objects.exists()

    @pytest.mark.parametrize("kind", ["records.deadline", "no.such", ""])
    def test_what_must_reach_him_cannot_be_muted(self, kind: str) -> None:
        browser, _ = self.notified()

        assert browser.post("/notices/mute", {"kind": kind}).status_code == 404


class TestJobs:
    def test_only_ones_own_are_listed_and_stopped(self, kind: str) -> None:
        person = user()
        job = start_job(kind=kind, by=actor_for(person, at=AT), at=AT)
        stranger = browser_of(user())

        assert "巡查导出" in page(browser_of(person), "/jobs")
        assert "巡查导出" not in page(stranger, "/jobs")
        assert stranger.post(f"/jobs/{job.pk}/cancel").status_code == 404
        assert browser_of(person).post(f"/jobs/{job.pk}/explode").status_code == 404

        browser_of(person).post(f"/jobs/{job.pk}/cancel")
        assert Job.objects.get().status == JobStatus.CANCELLED
        assert browser_of(person).post(f"/jobs/{job.pk}/cancel").status_code == 302

    def test_the_fragment_is_only_the_rows(self, kind: str) -> None:
        person = user()
        start_job(kind=kind, by=actor_for(person, at=AT), at=AT)

        answer = browser_of(person).get("/jobs", headers={"HX-Request": "true"})

        assert "<html" not in answer.content.decode()


LEDGERS = {
    "/platform/codes/": policies.MANAGE_CODES,
    "/platform/holidays/": policies.MANAGE_CALENDAR,
    "/platform/rules/": policies.MANAGE_RULES,
    "/platform/dead-letters/": MANAGE_JOBS,
    "/platform/messages/": policies.SEE_MESSAGES,
}


@pytest.mark.parametrize("address", LEDGERS)
def test_a_ledger_opens_to_its_keeper_and_to_nobody_else(address: str) -> None:
    page(browser_of(user_with(LEDGERS[address], at=organisation())), address)

    assert browser_of(user()).get(address).status_code == 403


def test_a_day_is_corrected_with_its_source() -> None:
    browser = browser_of(user_with(policies.MANAGE_CALENDAR, at=organisation()))
    day = {"day": "2026-10-10", "is_working": "1", "name": "国庆调休", "source": "国办通知"}

    assert browser.post("/platform/holidays/new", day | {"source": ""}).status_code == 422
    assert browser.post("/platform/holidays/new", day).status_code == 302

    assert Holiday.objects.get(day=date(2026, 10, 10)).is_working
    assert "国庆调休" in page(browser, "/platform/holidays/")


def test_a_code_is_entered_and_a_second_meaning_refused_in_a_sentence() -> None:
    browser = browser_of(user_with(policies.MANAGE_CODES, at=organisation()))
    CodeList.objects.create(code="colour", title="颜色")
    code = {
        "table": "colour",
        "code": "1",
        "name": "红",
        "valid_from": "2026-01-01",
        "source": "例",
    }
    page(browser, "/platform/codes/new")

    assert browser.post("/platform/codes/new", code).status_code == 302
    again = browser.post("/platform/codes/new", code | {"name": "黄"})

    assert again.status_code == 422
    assert "已有含义" in again.content.decode()
    assert Code.objects.get().name == "红"


def test_a_dead_letter_is_sent_again_from_its_page() -> None:
    event = OutboxEvent.objects.create(kind="x.Y", body={}, at=AT)
    dead = Delivery.objects.create(
        event=event, handler="h", status=DeliveryStatus.DEAD, attempts=10, next_at=AT, error="E"
    )
    browser = browser_of(user_with(MANAGE_JOBS, at=organisation()))
    assert "x.Y" in page(browser, "/platform/dead-letters/")

    browser.post("/platform/dead-letters/bulk", {"action": "retry", "ids": [dead.pk]})

    dead.refresh_from_db()
    assert dead.status in {DeliveryStatus.PENDING, DeliveryStatus.DEAD}
