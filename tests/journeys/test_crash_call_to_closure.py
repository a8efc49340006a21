"""A crash call, from the ringing to the closed incident: two consoles and a phone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings

from luchang.apps.dispatch.models import Call, Dispatch, Incident
from luchang.apps.dispatch.states import DispatchStatus, IncidentStatus
from luchang.apps.force import services as force
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.selectors import actor_for
from tests.browser import PHONE, Visit
from tests.factories import dispatch as make
from tests.factories import force as force_factory
from tests.factories.identity import organisation, user_with
from tests.factories.town import CENTRE, build_town

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAIT_MS = 60_000


@pytest.fixture
def brigade(tmp_path: Path, settings: LazySettings, transactional_db: None) -> Organisation:
    settings.MEDIA_ROOT = str(tmp_path)
    build_town()
    make.limits()
    return organisation(name="天元大队")


def crew_now(at: Organisation, longitude: float, latitude: float) -> make.Crew:
    """A crew on duty at this very hour."""
    now = datetime.now(UTC)
    person = user_with(*make.PATROL, at=at)
    officer = force_factory.officer(at=at, user=person)
    unit = force_factory.unit(at=at, longitude=longitude, latitude=latitude)
    planned = force_factory.shift(
        of=unit,
        officers=[officer],
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=7),
    )
    force.sign_on(shift_id=planned.pk, by=SYSTEM, at=now - timedelta(hours=1))
    return make.Crew(unit.pk, officer.pk, person, actor_for(person, at=now))


def answer_on_phone(visit: Visit, phone: "Page", board: "Page") -> None:
    """Sign, arrive, report; the board follows each step by itself."""
    phone.locator("[data-step=sign]").click(timeout=WAIT_MS)
    board.locator("[data-column=ACCEPTED] .d-card").wait_for(timeout=WAIT_MS)
    phone.locator("[data-step=arrive]").click(timeout=WAIT_MS)
    board.locator("[data-column='ARRIVED HANDLING'] .d-card").wait_for(timeout=WAIT_MS)
    visit.shoot(phone, "phone-arrived")
    phone.locator("[data-step=feedback]").click(timeout=WAIT_MS)
    phone.locator("#id_result").select_option("SIMPLE_PROCEDURE")
    phone.locator("#id_text").fill("两车追尾，已按简易程序处理，现场恢复通行")
    visit.shoot(phone, "phone-feedback")
    phone.locator("#feedback-form button[type=submit]").click()


def close_from_board(visit: Visit, board: "Page") -> None:
    board.locator("[data-column=FEEDBACK] .d-card a").click(timeout=WAIT_MS)
    board.locator("form[action$='/close'] button").wait_for(timeout=WAIT_MS)
    visit.shoot(board, "incident", whole=True)
    board.locator("form[action$='/close'] button").click()
    board.locator("form[action$='/reopen']").wait_for(state="attached", timeout=WAIT_MS)


def test_a_crash_call_is_answered_driven_to_and_closed(
    visit: Visit, brigade: Organisation
) -> None:
    """Keyboard at the desk, a thumb on the phone, and a board nobody reloads."""
    operator = user_with(*make.DESK, at=brigade)
    leader = user_with(*make.DESK, at=brigade)
    near = crew_now(brigade, CENTRE[0] + 0.004, CENTRE[1])
    crew_now(brigade, CENTRE[0] + 0.02, CENTRE[1] + 0.02)
    board = visit.open("/dispatch/board", person=leader)
    phone = visit.open("/dispatch/patrol", person=near.user, size=PHONE)
    desk = visit.open("/dispatch/desk", person=operator)

    desk.keyboard.type("zjl sndd")
    desk.locator("#place-list li").first.wait_for(timeout=WAIT_MS)
    desk.keyboard.press("Enter")
    desk.keyboard.type("12")
    desk.keyboard.press("Enter")
    desk.locator(".d-unit").nth(1).wait_for(timeout=WAIT_MS)
    visit.shoot(desk, "desk-ranked")
    desk.keyboard.press("Alt+1")

    desk.locator(".lc-toast").first.wait_for(timeout=WAIT_MS)
    board.locator("[data-column=DISPATCHED] .d-card").wait_for(timeout=WAIT_MS)
    visit.shoot(board, "board-dispatched")
    answer_on_phone(visit, phone, board)
    close_from_board(visit, board)

    incident = Incident.objects.get()
    sent = Dispatch.objects.get()
    assert incident.status == IncidentStatus.CLOSED
    assert (sent.unit_id, sent.status) == (near.unit_id, DispatchStatus.FINISHED)
    assert sent.advice is not None
    assert Call.objects.count() == 1


def test_a_phone_without_network_keeps_what_was_answered(
    visit: Visit, brigade: Organisation
) -> None:
    """The answers stand visibly in line and arrive once each, in order, when it is back."""
    crew = crew_now(brigade, *CENTRE)
    crash = make.incident(at=datetime.now(UTC))
    make.sent(crash, crew, at=datetime.now(UTC))
    phone = visit.open("/dispatch/patrol", person=crew.user, size=PHONE)

    phone.context.set_offline(True)
    phone.locator("[data-step=sign]").click(timeout=WAIT_MS)
    phone.locator("[data-step=arrive]").click(timeout=WAIT_MS)
    phone.locator("#unsent li").nth(1).wait_for(timeout=WAIT_MS)
    visit.shoot(phone, "phone-unsent")
    assert Dispatch.objects.get().status == DispatchStatus.SENT
    phone.context.set_offline(False)
    phone.locator("#unsent").wait_for(state="hidden", timeout=WAIT_MS)

    assert Dispatch.objects.get().status == DispatchStatus.ARRIVED
    visit.faults.clear()


def test_a_draft_survives_a_reload(visit: Visit, brigade: Organisation) -> None:
    desk = visit.open("/dispatch/desk", person=user_with(*make.DESK, at=brigade))

    desk.locator("#description").fill("两车相撞，一人受伤")
    desk.reload()

    desk.wait_for_function("document.getElementById('description').value === '两车相撞，一人受伤'")
