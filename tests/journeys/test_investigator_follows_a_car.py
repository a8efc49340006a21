"""An investigator finds a car by part of its plate, follows it, sees who drove behind it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings

from luchang.apps.passages.models import Enquiry
from luchang.apps.passages.policies import SEARCH, SEE_PLAIN, SEE_ROUTINES
from luchang.apps.passages.states import EnquiryKind
from luchang.kernel.identity.models import User
from luchang.screens.demo_city.passages import fill_store, register_cameras
from luchang.screens.demo_city.recipe import Area, Township
from tests.browser import PHONE, Visit
from tests.factories.enquiries import purposes
from tests.factories.identity import organisation, user_with
from tests.factories.town import CENTRE, build_town
from tests.screens.test_accessibility import serious

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAIT_MS = 60_000
A_FEW = 60
"""Vehicles beside those worth looking for: enough to hide among, quick to invent."""


@pytest.fixture
def investigator(tmp_path: Path, settings: LazySettings, transactional_db: None) -> User:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.PASSAGE_STORE = tmp_path / "passages"
    build_town()
    purposes()
    city = organisation(name="株洲支队")
    brigades = [organisation(parent=city, name=name) for name in ("天元大队", "荷塘大队")]
    town = Township("430211002", "泰山路街道", *CENTRE)
    areas = [Area("430211", "天元区", (town,)), Area("430202", "荷塘区", (town,))]
    at = datetime.now(UTC)
    cameras = register_cameras(areas, brigades, at=at)
    fill_store(cameras, seed=1, at=at, vehicles=A_FEW)
    return user_with(SEARCH, SEE_PLAIN, SEE_ROUTINES, at=city)


def test_from_part_of_a_plate_to_a_companion(visit: Visit, investigator: User) -> None:
    """Would catch a step that asks for the purpose again, or shows a plate nobody asked to see."""
    desk = visit.open("/passages/search", person=investigator)
    visit.shoot(desk, "passages-search-form", whole=True)
    _asked(desk, plate="湘BD000?")
    rows = desk.locator("table tbody tr")
    rows.first.wait_for(timeout=WAIT_MS)
    visit.shoot(desk, "passages-search")
    assert serious(desk) == []
    assert "湘BD0001" not in desk.content()

    row = desk.locator("tr", has_text="湘B***01").first
    row.locator("summary", has_text="查这辆车").click()
    row.get_by_role("link", name="行车轨迹").click()
    desk.wait_for_url("**/passages/track?**", timeout=WAIT_MS)
    assert desk.input_value("[name=reason]") == "举报该车套牌，核查行踪"
    desk.get_by_role("button", name="查询", exact=True).click()
    _drawn(desk)
    visit.shoot(desk, "passages-track", whole=True)
    assert serious(desk) == []
    assert desk.locator("table tbody tr").count() > 3

    desk.locator("summary", has_text="查这辆车").click()
    desk.get_by_role("link", name="伴随车辆").click()
    desk.wait_for_url("**/passages/companions?**", timeout=WAIT_MS)
    desk.fill("[name=common]", "3")
    desk.get_by_role("button", name="查询", exact=True).click()
    desk.locator("tr", has_text="湘B***02").wait_for(timeout=WAIT_MS)
    desk.locator("details summary", has_text="台设备").first.click()
    visit.shoot(desk, "passages-companions")
    assert serious(desk) == []

    kinds = list(Enquiry.objects.order_by("pk").values_list("kind", "purpose"))
    assert kinds == [(kind, "CLONE") for kind in ("SEARCH", "TRACK", "COMPANIONS")]


def test_by_night_and_on_the_phone(visit: Visit, investigator: User) -> None:
    """A rectangle on the map ticks its cameras; the other questions have something to show."""
    phone = visit.open("/passages/search", person=investigator, size=PHONE, theme="dark")
    visit.shoot(phone, "passages-search-form-phone", whole=True)
    _asked(phone, plate="湘BD0*")
    phone.locator("table tbody tr").first.wait_for(timeout=WAIT_MS)
    visit.shoot(phone, "passages-search-phone")
    assert serious(phone) == []
    assert not phone.evaluate("document.documentElement.scrollWidth > innerWidth + 1")

    desk = visit.open("/passages/search", person=investigator, theme="dark")
    desk.get_by_role("button", name="在地图上框选").click()
    for x, y in ((5, 5), (560, 300)):
        desk.locator("[data-map] canvas").click(position={"x": x, "y": y})
    assert desk.locator("input[name=cameras]:checked").count() > 0
    visit.shoot(desk, "passages-search-form-dark")

    for kind, fill in (
        (EnquiryKind.TRACK, {"plate": "湘BD0003"}),
        (EnquiryKind.PRESENCE, {"plate": "湘BD0001"}),
        (EnquiryKind.STAYS, {"plate": "湘BD0001", "case_number": "A4302001"}),
        (EnquiryKind.NEWCOMERS, {"absent_days": "2"}),
    ):
        visit.go(desk, f"/passages/{kind.lower()}")
        _asked(desk, **fill)
        _drawn(desk)
        visit.shoot(desk, f"passages-{kind.lower()}-dark", whole=True)
        assert serious(desk) == []
    assert Enquiry.objects.filter(at__gt=datetime.now(UTC) - timedelta(hours=1)).count() == 5


def _asked(page: "Page", **fill: str) -> None:
    page.select_option("[name=purpose]", "CLONE")
    page.fill("[name=reason]", "举报该车套牌，核查行踪")
    for name, value in fill.items():
        page.fill(f"[name={name}]", value)
    page.get_by_role("button", name="查询", exact=True).click()
    page.wait_for_url("**/passages/enquiries/**", timeout=WAIT_MS)


def _drawn(page: "Page") -> None:
    page.wait_for_url("**/passages/enquiries/**", timeout=WAIT_MS)
    page.wait_for_selector("[data-map]:not([data-idle]):not([data-broken])", state="detached")
