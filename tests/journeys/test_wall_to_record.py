"""From the wall screen to a single record in two clicks."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from luchang.apps.kpi import services
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.metrics import declared
from tests.browser import PHONE, Visit
from tests.factories import dispatch as make
from tests.factories.identity import organisation, user_with
from tests.factories.indicators import season
from tests.factories.town import build_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAIT_MS = 60_000
SEES = (
    *{each.permission for each in declared()},
    "kpi.see_figures",
    "kpi.share_dashboards",
    "kpi.manage_kiosks",
    "kpi.manage_assessments",
)


@pytest.fixture
def brigade(tmp_path: Path, settings: LazySettings, transactional_db: None) -> Organisation:
    settings.MEDIA_ROOT = str(tmp_path)
    build_town()
    return organisation(name="天元大队")


def test_two_clicks_from_a_number_to_its_record(visit: Visit, brigade: Organisation) -> None:
    """The number on the wall, the row in its list, the incident: no searching in between."""
    leader = user_with(*SEES, at=brigade)
    crash = make.incident(by=make.desk(brigade), at=datetime.now(UTC))
    wall = visit.open("/indicators/wall", person=leader)
    waiting = wall.locator("a.lc-wall-figure", has_text="待处置警情")
    waiting.wait_for(timeout=WAIT_MS)
    visit.shoot(wall, "wall")

    assert waiting.locator("strong").inner_text() == "1"
    waiting.click()
    row = wall.locator("[data-list-row] a", has_text=crash.number)
    row.wait_for(timeout=WAIT_MS)
    visit.shoot(wall, "wall-rows")
    row.click()

    wall.wait_for_url(f"**/dispatch/incidents/{crash.pk}", timeout=WAIT_MS)


def test_the_wall_follows_what_happens(visit: Visit, brigade: Organisation) -> None:
    """Nobody reloads a wall: a new call must show by itself."""
    leader = user_with(*SEES, at=brigade)
    wall = visit.open("/indicators/wall", person=leader, size=(3840, 2160))
    waiting = wall.locator("a.lc-wall-figure", has_text="待处置警情").locator("strong")
    waiting.wait_for(timeout=WAIT_MS)
    assert waiting.inner_text() == "0"

    make.incident(by=make.desk(brigade), at=datetime.now(UTC))

    wall.locator("a.lc-wall-figure", has_text="待处置警情").locator(
        "strong", has_text="1"
    ).wait_for(timeout=WAIT_MS)
    visit.shoot(wall, "wall-4k")


def test_a_kiosk_shows_the_wall_and_leads_nowhere(visit: Visit, brigade: Organisation) -> None:
    leader = user_with(*SEES, at=brigade)
    make.incident(by=make.desk(brigade), at=datetime.now(UTC))
    at = datetime.now(UTC)
    _, token = services.issue_kiosk(
        name="一楼大厅",
        organisation_id=brigade.pk,
        expires_at=at + timedelta(days=1),
        by=actor_for(leader, at=at),
        at=at,
    )
    screen = visit.open(f"/indicators/kiosk/open/{token}")

    screen.wait_for_url("**/indicators/kiosk/", timeout=WAIT_MS)
    screen.locator(".lc-wall-figure", has_text="待处置警情").wait_for(timeout=WAIT_MS)
    visit.shoot(screen, "kiosk")
    assert screen.locator("main a").count() == 0


def test_a_clerk_builds_a_dashboard(visit: Visit, brigade: Organisation) -> None:
    """Choose, move up, save; and it is the cockpit from then on."""
    page = visit.open("/indicators/dashboards/new", person=user_with(*SEES, at=brigade))
    page.locator("#board-title").fill("早会")
    tiles = page.locator("[data-tiles] [data-tile]")
    before = tiles.count()
    page.locator("[data-tile-add]").click()
    added = tiles.nth(before)
    added.locator("select[name=code]").select_option("dispatch.calls")
    added.locator("[data-tile-up]").click()
    visit.shoot(page, "builder", whole=True)
    page.locator("form[data-builder] button[type=submit]").click()
    page.wait_for_url("**/indicators/dashboards/*/", timeout=WAIT_MS)
    page.goto(page.url.rpartition("/dashboards/")[0] + "/cockpit")

    titles = page.locator(".lc-stat-label").all_inner_texts()
    assert titles[before - 1].strip() == "接警数"


LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("desk", {}),
    ("dark-en", {"theme": "dark", "language": "en"}),
    ("phone", {"size": PHONE}),
)


@pytest.mark.parametrize(("name", "look"), LOOKS, ids=[name for name, _ in LOOKS])
def test_pages_of_figures_are_looked_at(
    visit: Visit, transactional_db: None, name: str, look: dict[str, Any]
) -> None:
    """No page scrolls sideways, in either language, by day, by night, on a phone."""
    city = season(size=200, until=datetime.now(UTC))
    person = user_with(*SEES, at=city.city)
    page = visit.open("/indicators/", person=person, **look)
    for address, title in (
        ("/indicators/", "catalogue"),
        ("/indicators/of/dispatch.incidents/?span=LAST_MONTH", "indicator"),
        ("/indicators/of/dispatch.arrived_in_time/?span=LAST_MONTH", "ratio"),
        ("/indicators/cockpit", "cockpit"),
        ("/indicators/assessments/new", "scheme-draft"),
        ("/indicators/kiosks/new", "kiosk-issue"),
    ):
        page.goto(f"{visit.server}{address}")
        page.locator("main").wait_for(timeout=WAIT_MS)
        visit.shoot(page, f"figures-{title}-{name}", whole=True)
        wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(wide), address
