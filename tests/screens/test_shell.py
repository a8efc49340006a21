"""The frame in a real browser: menu, open pages, palette, keyboard, display, language."""

import re

import pytest
from playwright.sync_api import Dialog, expect

from luchang.kernel.ui import menu
from tests.browser import DESK, PHONE, Visit
from tests.factories.identity import user_with

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_pages_opened_stay_in_tabs_and_close(visit: Visit) -> None:
    page = visit.open("/", person=user_with())
    visit.go(page, "/settings")
    visit.go(page, "/styleguide")

    tabs = page.locator(".lc-page-tab a")
    expect(tabs).to_have_text(["工作台", "个人设置", "组件样例"])

    page.get_by_role("button", name="关闭标签页：组件样例").click()

    expect(page).to_have_url(re.compile("/settings$"))
    expect(tabs).to_have_text(["工作台", "个人设置"])


def test_the_palette_finds_a_page_by_its_initials(visit: Visit) -> None:
    page = visit.open("/settings", person=user_with())

    page.keyboard.press("/")
    page.keyboard.type("gzt")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r":\d+/$"))


def test_night_is_shown_at_once_and_kept(visit: Visit) -> None:
    person = user_with()
    page = visit.open("/", person=person)

    page.get_by_role("button", name="切换深色模式").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.wait_for_load_state("networkidle")
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    person.refresh_from_db()
    assert person.theme == "dark"


def test_the_other_language_is_one_press_away(visit: Visit) -> None:
    page = visit.open("/settings", person=user_with())

    page.get_by_role("button", name="EN").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
    chinese = page.locator("main").inner_text()
    assert not re.search("外观|字号|保存", chinese)


def test_on_a_phone_the_menu_comes_and_goes(visit: Visit) -> None:
    page = visit.open("/", person=user_with(), size=PHONE)
    expect(page.locator(".lc-menu")).not_to_be_in_viewport()

    page.get_by_role("button", name="菜单", exact=True).click()
    expect(page.locator(".lc-menu")).to_be_in_viewport()
    page.keyboard.press("Escape")

    expect(page.locator(".lc-menu")).not_to_be_in_viewport()


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("large_type", [False, True])
def test_no_page_scrolls_sideways(
    visit: Visit, size: tuple[int, int], *, large_type: bool
) -> None:
    window = visit.window(person=user_with(), size=size, large_type=large_type)
    for path in ("/", "/settings", "/styleguide", "/styleguide/phone"):
        visit.go(window, path)
        wide = window.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, path


def test_typed_text_is_not_lost_without_a_question(visit: Visit) -> None:
    page = visit.open("/styleguide", person=user_with())
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)

    page.locator("#id_plate").fill("湘B·D00009")
    page.goto(f"{visit.server}/settings")

    assert asked == ["beforeunload"]


def test_the_map_draws_its_things_without_leaving_the_host(visit: Visit) -> None:
    page = visit.open("/styleguide", person=user_with())

    drawn = page.evaluate(
        "() => document.querySelector('[data-map]').map.map"
        ".queryRenderedFeatures({layers: ['incidents', 'units']}).length"
    )

    assert drawn >= 4
    assert visit.foreign == []


def test_a_unit_told_anew_moves_and_one_gone_leaves(visit: Visit) -> None:
    page = visit.open("/styleguide", person=user_with())
    tell = """(news) => document.dispatchEvent(
        new CustomEvent('live:position', {detail: {kind: 'moved', data: news}}))"""

    page.evaluate(tell, {"id": 1, "lon": 113.14, "lat": 27.83, "version": 5})
    page.evaluate(tell, {"id": 1, "lon": 113.99, "lat": 27.99, "version": 4})
    page.evaluate(tell, {"id": 2, "gone": True})

    known = page.evaluate(
        "() => [...document.querySelector('[data-map]').map.layers.get('units').known.values()]"
    )
    assert [(thing["id"], thing["lon"]) for thing in known] == [(1, 113.14)]


def test_every_icon_that_is_named_is_in_the_sprite(visit: Visit) -> None:
    """A name tabler does not have would leave an empty square."""
    page = visit.open("/styleguide", person=user_with())

    named = page.evaluate(
        "() => [...document.querySelectorAll('use')].map(use => use.getAttribute('href'))"
    )
    sprite = page.request.get(visit.server + named[0].split("#")[0]).text()

    asked = {name.split("#")[1] for name in named} | {item.icon for item in menu.registered()}
    assert {name for name in asked if f'id="{name}"' not in sprite} == set()


def test_the_stream_says_when_it_is_lost_and_found(visit: Visit) -> None:
    page = visit.open("/styleguide", person=user_with())
    state = page.locator("[data-live-state]")
    expect(state).to_have_attribute("data-live-state", "on")

    visit.faults_expected = True
    page.context.set_offline(True)
    expect(state).to_have_attribute("data-live-state", "off")
    page.context.set_offline(False)

    expect(state).to_have_attribute("data-live-state", "on", timeout=10_000)
