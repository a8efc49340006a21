"""A stolen car: watched, seen by a camera, on the desk within a second, received and found."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from luchang.apps.passages.models import AlarmReceipt, Camera, VehicleWatch
from luchang.apps.passages.policies import (
    APPROVE_WATCH,
    PROPOSE_WATCH,
    RECEIVE_ALARM,
    SEE_CAMERAS,
    SEE_WATCHES,
)
from luchang.apps.passages.services.matching import Matcher
from luchang.apps.passages.states import Finding, ReceiptStatus
from luchang.kernel import clock
from luchang.kernel.clock import local
from luchang.kernel.identity.models import User
from luchang.kernel.segments import Store
from tests.browser import PHONE, Visit
from tests.factories.identity import organisation, user_with
from tests.factories.passages import camera, passage
from tests.factories.town import build_town
from tests.screens.test_accessibility import serious

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WAIT_MS = 60_000


def test_from_the_proposal_to_the_answer(visit: Visit, tmp_path: Path) -> None:
    """Would catch an alarm that needs a reload, and a key that does nothing."""
    build_town()
    brigade = organisation(name="天元大队")
    seen_by = camera(at=brigade, name="长江北路卡口")
    officer = user_with(SEE_WATCHES, PROPOSE_WATCH, SEE_CAMERAS, at=brigade)
    leader = user_with(SEE_WATCHES, APPROVE_WATCH, SEE_CAMERAS, at=brigade)
    holder = user_with(RECEIVE_ALARM, SEE_CAMERAS, at=brigade)

    _proposed(visit, by=officer)
    watch = VehicleWatch.objects.get()
    _approved(visit, watch, by=leader)
    desk = visit.open("/passages/alarms/desk", person=holder)
    expect(desk.get_by_text("没有待处理的布控预警")).to_be_visible()
    visit.shoot(desk, "alarm-desk-empty")
    elsewhere = visit.open("/", person=holder)
    phone = visit.open("/notices", person=holder, size=PHONE)
    in_hand = visit.open("/passages/alarms/desk", person=holder, size=PHONE)
    _passes(tmp_path, seen_by, desk)
    in_hand.locator("[data-alarm]").wait_for(timeout=WAIT_MS)
    visit.shoot(in_hand, "alarm-desk-phone")
    _told_elsewhere(visit, elsewhere, phone)
    _answered(visit, desk)
    expect(elsewhere.locator("#lc-toasts [data-alarm]")).to_have_count(0, timeout=WAIT_MS)

    row = AlarmReceipt.objects.get()
    assert (row.status, row.finding) == (ReceiptStatus.ANSWERED, Finding.FOUND)
    _looked_at(visit, watch, row, officer=officer, holder=holder)


def _passes(folder: Path, seen_by: Camera, desk: "Page") -> None:
    """The camera tells of it, and the desk that is open shows it."""
    store, matcher = Store.open(folder), Matcher(folder, now=clock.now)
    matcher.start()
    try:
        store.append([passage(seen_by, plate="湘BD7001", at=datetime.now(UTC), speed_kmh=61)])
        matcher.wake()
        desk.locator("[data-alarm]").wait_for(timeout=WAIT_MS)
    finally:
        matcher.stop()


def _told_elsewhere(visit: Visit, *pages: "Page") -> None:
    """Whoever may receive it hears of it on any page, with the plate masked."""
    for page, name in zip(pages, ("alarm-toast", "alarm-toast-phone"), strict=True):
        toast = page.locator("#lc-toasts [data-alarm]")
        expect(toast).to_contain_text("布控预警 湘B***01", timeout=WAIT_MS)
        expect(toast).to_contain_text("长江北路卡口 · 拦截核查")
        expect(page.locator("#lc-toasts > *")).to_have_count(1, timeout=WAIT_MS)
        visit.shoot(page, name)
        assert serious(page) == []
    key = AlarmReceipt.objects.get().pk
    expect(pages[0].locator("#lc-toasts [data-alarm] a")).to_have_attribute(
        "href", f"/passages/alarms/{key}"
    )


def _answered(visit: Visit, desk: "Page") -> None:
    card = desk.locator("[data-alarm]")
    expect(card).to_contain_text("湘BD7001")
    visit.shoot(desk, "alarm-desk")
    assert serious(desk) == []
    desk.keyboard.press("j")
    desk.keyboard.press("s")
    expect(card).to_contain_text("已签收", timeout=WAIT_MS)
    desk.keyboard.press("f")
    desk.fill("[name=report]", "在天台路口拦停，人车已移交")
    desk.get_by_role("button", name="确定").click()
    expect(desk.get_by_text("已反馈").first).to_be_visible(timeout=WAIT_MS)


def _proposed(visit: Visit, *, by: User) -> None:
    page = visit.open("/passages/watches/propose", person=by)
    page.select_option("[name=category]", "STOLEN")
    page.fill("[name=plate]", "湘B·D7001")
    page.select_option("[name=plate_type]", "2")
    page.fill("[name=case_number]", "演示案件")
    page.fill("[name=legal_basis]", "待核实")
    page.fill("[name=reason]", "昨夜在演示小区被盗")
    page.locator("[name=receivers]").select_option(index=0)
    page.fill("[name=ends_at]", f"{local(clock.now() + timedelta(days=7)):%Y-%m-%dT%H:%M}")
    visit.shoot(page, "watch-propose")
    assert serious(page) == []
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("待审批").first).to_be_visible(timeout=WAIT_MS)


def _approved(visit: Visit, watch: VehicleWatch, *, by: User) -> None:
    page = visit.open(f"/passages/watches/{watch.pk}", person=by)
    visit.shoot(page, "watch-to-approve")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="批准", exact=True).click()
    expect(page.get_by_text("布控中").first).to_be_visible(timeout=WAIT_MS)


def _looked_at(
    visit: Visit, watch: VehicleWatch, row: AlarmReceipt, *, officer: User, holder: User
) -> None:
    address = f"/passages/watches/{watch.pk}"
    page = visit.open(address, person=officer, language="en", theme="dark")
    visit.shoot(page, "watch")
    assert serious(page) == []
    visit.shoot(visit.open("/passages/watches/", person=officer), "watches")
    visit.shoot(visit.open(f"/passages/alarms/{row.pk}", person=holder), "alarm")
    visit.shoot(visit.open(f"/passages/alarms/{row.pk}", person=holder, size=PHONE), "alarm-phone")
