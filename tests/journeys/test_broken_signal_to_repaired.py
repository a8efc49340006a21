"""A broken signal: reported with a photograph, ordered, finished, accepted by another."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings

from luchang.apps.facilities.models import Facility, WorkOrder
from luchang.apps.facilities.policies import MANAGE, REPORT, SEE
from luchang.apps.facilities.states import FacilityStatus, OrderStatus
from luchang.kernel.identity.models import User
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
    manager, judge = (user_with(SEE, MANAGE, at=brigade) for _ in range(2))

    order = _reported(visit, lamp, by=user_with(SEE, REPORT, at=brigade))
    _repaired(visit, order, by=manager)
    _accepted(visit, order, by=judge)

    order.refresh_from_db()
    lamp.refresh_from_db()
    assert (order.status, lamp.status) == (OrderStatus.ACCEPTED, FacilityStatus.IN_USE)
    visit.shoot(visit.open("/facilities/register", person=manager), "facility-register")
    visit.shoot(visit.open("/facilities/", person=manager), "facilities")


def _reported(visit: Visit, lamp: Facility, *, by: User) -> WorkOrder:
    phone = visit.open(f"/facilities/{lamp.pk}", person=by, size=PHONE)
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
    assert Attachment.objects.of("facilities.facility", lamp.pk).count() == 1
    return WorkOrder.objects.get(facility=lamp)


def _repaired(visit: Visit, order: WorkOrder, *, by: User) -> None:
    desk = visit.open(f"/facilities/orders/{order.pk}", person=by)
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


def _accepted(visit: Visit, order: WorkOrder, *, by: User) -> None:
    page = visit.open(f"/facilities/orders/{order.pk}", person=by, theme="dark")
    page.fill("[name=text]", "现场已复核")
    page.get_by_role("button", name="提交备注").click()
    page.locator(".lc-timeline", has_text="现场已复核").wait_for(timeout=WAIT_MS)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="验收").click()
    _stands(page, "已验收")
    visit.shoot(page, "facility-order-accepted")


def _stands(page: "Page", state: str) -> None:
    """The record's title carries this state."""
    page.locator(".lc-page-title .lc-badge", has_text=state).wait_for(timeout=WAIT_MS)
