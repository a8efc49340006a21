"""A hazard: three organisations, a phone and two pictures, from the ditch to the striking off."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings

from luchang.apps.risk import services
from luchang.apps.risk.models import Hazard
from luchang.apps.risk.policies import ACCEPT, FIND, HAND_OVER, RECTIFY
from luchang.apps.risk.states.hazards import HazardStatus
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import OrganisationKind, Scope
from luchang.kernel.records.attachments.models import Attachment
from tests.browser import PHONE, Visit
from tests.factories import hazards as make
from tests.factories.identity import organisation, user_with
from tests.screens.test_accessibility import serious

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page

    from luchang.kernel.identity.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAIT_MS = 60_000


def picture(name: str, colour: str) -> "FilePayload":
    content = make.photo(colour=colour)[0].read()
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def press(page: "Page", words: str) -> None:
    page.get_by_role("link", name=words, exact=True).click(timeout=WAIT_MS)


def send(page: "Page") -> None:
    page.locator("main form button[type=submit].btn-primary").last.click(timeout=WAIT_MS)
    page.wait_for_url(re.compile(r"/risk/hazards/\d+$"), timeout=WAIT_MS)


def find_on_the_phone(visit: Visit, person: "User", version: str) -> Hazard:
    """Picture first, then list, category and words."""
    phone = visit.open("/risk/phone", person=person, size=PHONE)
    phone.locator("[name=photos]").set_input_files([picture("现场.jpg", "firebrick")])
    phone.locator("[name=version]").select_option(version)
    phone.locator("[name=category]").select_option("5")
    phone.locator("[name=severity]").select_option("2")
    phone.locator("[name=title]").fill("急弯无护栏")
    phone.locator("[name=description]").fill("临水临崖，护栏缺失三十米")
    phone.locator("[name=place]").fill("攸县演示镇演示村口")
    visit.shoot(phone, "hazard-phone", whole=True)
    assert serious(phone) == []
    phone.locator("#hazard button[type=submit]").click(timeout=WAIT_MS)
    phone.get_by_text("已上报").first.wait_for(timeout=WAIT_MS)
    return Hazard.objects.get()


def hand_over(visit: Visit, row: Hazard, person: "User", county: Organisation) -> None:
    desk = visit.open(f"/risk/hazards/{row.pk}", person=person)
    press(desk, "交办")
    desk.locator("[name=receiver]").select_option(str(county.pk))
    desk.locator("[name=document_number]").fill("株交办〔2026〕8号")
    due = local(datetime.now(UTC) + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M")
    desk.locator("[name=due_at]").fill(due)
    send(desk)


def rectify(visit: Visit, row: Hazard, person: "User") -> None:
    office = visit.open(f"/risk/hazards/{row.pk}", person=person)
    office.get_by_role("button", name="签收", exact=True).click(timeout=WAIT_MS)
    office.get_by_text("整改中").first.wait_for(timeout=WAIT_MS)
    press(office, "填写整改方案")
    office.locator("[name=plan]").fill("加装波形护栏三十米")
    send(office)
    press(office, "报请验收")
    office.locator("[name=result]").fill("护栏已装")
    office.locator("[name=photos]").set_input_files([picture("装好.jpg", "seagreen")])
    send(office)
    visit.shoot(office, "hazard-county", whole=True)
    assert serious(office) == []


def accept_and_strike_off(visit: Visit, row: Hazard, person: "User") -> None:
    bench = visit.open(f"/risk/hazards/{row.pk}", person=person)
    press(bench, "验收通过")
    bench.locator("[name=opinion]").fill("现场已消除")
    send(bench)
    visit.shoot(bench, "hazard-accepted", whole=True)
    bench.once("dialog", lambda dialog: dialog.accept())
    bench.get_by_role("button", name="销号", exact=True).click(timeout=WAIT_MS)
    bench.get_by_text("已销号").first.wait_for(timeout=WAIT_MS)


def test_a_hazard_goes_from_the_phone_to_the_striking_off(
    visit: Visit, tmp_path: Path, settings: LazySettings, transactional_db: None
) -> None:
    """Would catch a step whose page no role can open, and a side that never sees its turn."""
    settings.MEDIA_ROOT = str(tmp_path)
    brigade = organisation(name="天元大队")
    squadron = organisation(parent=brigade, kind=OrganisationKind.SQUADRON)
    county = organisation(name="攸县人民政府", kind=OrganisationKind.GOVERNMENT)
    patrol = user_with(FIND, at=squadron, scope=Scope.OWN)
    leader, judge = (user_with(HAND_OVER, ACCEPT, at=brigade) for _each in range(2))
    clerk = user_with(RECTIFY, at=county)

    row = find_on_the_phone(visit, patrol, str(make.version(at=datetime.now(UTC)).pk))
    assert (row.organisation, row.reporter) == (squadron, patrol)
    hand_over(visit, row, leader, county)
    rectify(visit, row, clerk)
    accept_and_strike_off(visit, row, judge)

    row.refresh_from_db()
    assert row.status == HazardStatus.STRUCK_OFF
    assert (row.receiver, row.submitter, row.acceptor) == (county, clerk, judge)
    files = Attachment.objects.order_by("pk").values_list("title", flat=True)
    assert list(files) == ["整改前", "整改后"]


def test_a_late_one_stands_on_the_mayor_s_list_and_comes_back_after_an_accident(
    visit: Visit, tmp_path: Path, settings: LazySettings, transactional_db: None
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    brigade, county = organisation(), organisation(kind=OrganisationKind.GOVERNMENT)
    leader = user_with(HAND_OVER, at=brigade)
    begun = datetime(2026, 1, 5, 2, tzinfo=UTC)
    late = make.hazard(
        at=brigade, receiver=county, until=HazardStatus.STRUCK_OFF, when=begun,
        due=begun + timedelta(days=5),
    )  # fmt: skip
    slow = make.hazard(
        at=brigade, receiver=county, until=HazardStatus.SIGNED, when=begun,
        due=begun + timedelta(days=5),
    )  # fmt: skip
    services.close_month(month=begun.date(), by=SYSTEM, at=datetime(2026, 2, 2, tzinfo=UTC))
    page = visit.open("/risk/mayors-list/", person=leader)
    page.get_by_text(slow.number).first.wait_for(timeout=WAIT_MS)
    assert page.get_by_text(late.number).count() == 0
    page = visit.open(f"/risk/hazards/{late.pk}/reopen", person=leader)
    page.locator("[name=accident]").fill("SG20260301")
    page.locator("[name=reason]").fill("再次翻车")
    page.locator("main form button[type=submit]").last.click(timeout=WAIT_MS)
    page.get_by_text("已治理仍有隐患").first.wait_for(timeout=WAIT_MS)
    late.refresh_from_db()
    assert late.status == HazardStatus.REOPENED
