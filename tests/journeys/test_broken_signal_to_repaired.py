"""A broken signal: reported by a patrol with a photograph, ordered, finished, accepted by another."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings

from luchang.apps.facilities.models import WorkOrder
from luchang.apps.facilities.policies import MANAGE, REPORT, SEE
from luchang.apps.facilities.states import FacilityStatus
from luchang.kernel.records.attachments.models import Attachment
from tests.browser import PHONE, Visit
from tests.factories import facilities
from tests.factories.identity import organisation, user_with
from tests.factories.town import build_town
from tests.matrix.ledgers import photograph

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAIT_MS = 60_000


def test_from_the_report_to_the_acceptance(
    visit: Visit, tmp_path: Path, settings: LazySettings
) -> None:
    """Would catch a deed that its own page does not offer, or offers to the wrong person."""
    settings.MEDIA_ROOT = str(tmp_path)
    build_town()
    brigade = organisation(name="天元大队")
    lamp = facilities.facility(at=brigade)
    patrol = user_with(SEE, REPORT, at=brigade)
    manager, judge = (user_with(SEE, MANAGE, at=brigade) for _ in range(2))

    phone = visit.open(f"/facilities/{lamp.pk}", person=patrol, size=PHONE)
    phone.set_input_files(
        "#file-input", {"name": "灯.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    phone.locator("[data-file]").wait_for(timeout=WAIT_MS)
    phone.get_by_role("link", name="上报故障").click()
    phone.fill("[name=description]", "北进口直行红灯不亮，已派人现场指挥")
    visit.shoot(phone, "facility-fault-phone")
    phone.get_by_role("button", name="确定").click()
    _stands(phone, "故障")
    visit.shoot(phone, "facility-phone")
    lamp.refresh_from_db()
    assert lamp.status == FacilityStatus.FAULTY
    assert Attachment.objects.of("facilities.facility", lamp.pk).count() == 1

    order = WorkOrder.objects.get(facility=lamp)
    desk = visit.open(f"/facilities/orders/{order.pk}", person=manager)
    visit.shoot(desk, "facility-order")
    desk.get_by_role("link", name="派工").click()
    desk.fill("[name=contractor]", "演示施工单位")
    visit.shoot(desk, "facility-order-form")
    desk.get_by_role("button", name="确定").click()
    desk.get_by_role("link", name="报完工").click()
    desk.fill("[name=result]", "已更换灯盘，恢复正常")
    desk.get_by_role("button", name="确定").click()
    _stands(desk, "待验收")
    assert desk.get_by_role("button", name="验收").count() == 0  # his own work

    other = visit.open(f"/facilities/orders/{order.pk}", person=judge, theme="dark")
    other.fill("[name=text]", "现场已复核")
    other.get_by_role("button", name="提交备注").click()
    other.locator(".lc-timeline", has_text="现场已复核").wait_for(timeout=WAIT_MS)
    other.on("dialog", lambda dialog: dialog.accept())
    other.get_by_role("button", name="验收").click()
    _stands(other, "已验收")
    visit.shoot(other, "facility-order-accepted")
    order.refresh_from_db()
    lamp.refresh_from_db()
    assert (order.accepted_at is not None, lamp.status) == (True, FacilityStatus.IN_USE)
    assert order.accepted_at <= datetime.now(UTC)
    register = visit.open("/facilities/register", person=manager)
    visit.shoot(register, "facility-register")
    shown = visit.open("/facilities/", person=manager)
    visit.shoot(shown, "facilities")


def _stands(page: "Page", state: str) -> None:
    """The record's title carries this state."""
    page.locator(".lc-page-title .lc-badge", has_text=state).wait_for(timeout=WAIT_MS)
