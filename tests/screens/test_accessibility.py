"""Every page template of the shell, judged by axe in both languages, by day and by night."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import DESK, PHONE, Visit
from tests.factories.identity import organisation, user_with

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LOOKS: list[dict[str, Any]] = [
    {"language": "zh-hans", "theme": "light"},
    {"language": "en", "theme": "dark"},
    {"language": "zh-hans", "theme": "dark", "size": PHONE, "large_type": True},
]
SIGNED_IN = [
    "/",
    "/settings",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/logout/",
    "/styleguide",
    "/styleguide/wall",
    "/styleguide/phone",
    "/styleguide/plain",
    "/nowhere",
]
BEFORE = ["/accounts/login/", "/nowhere"]


def serious(page: "Page") -> list[str]:
    """What axe calls serious or critical, with the element it is about."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: make front")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]} {node['any'][:1]}"
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS, ids=["zh-light", "en-dark", "zh-large-phone"])
def test_no_page_has_a_serious_barrier(visit: Visit, look: dict[str, Any]) -> None:
    """Contrast, names, roles, order: what shuts somebody out, in any look."""
    person = user_with(at=organisation(name="株洲市公安局交通警察支队石峰大队"))
    window = visit.window(person=person, **look)
    found = []
    for path in SIGNED_IN:
        visit.go(window, path)
        found += [f"{path} {barrier}" for barrier in serious(window)]
    outside = visit.window(**look)
    for path in BEFORE:
        visit.go(outside, path)
        found += [f"{path} {barrier}" for barrier in serious(outside)]

    assert found == []


def test_dialogs_and_menus_have_no_serious_barrier(visit: Visit) -> None:
    page = visit.open("/styleguide", person=user_with(), size=DESK)

    page.keyboard.press("Control+k")
    found = serious(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="打开对话框").click()
    found += serious(page)
    page.keyboard.press("Escape")
    page.locator(".lc-who").click()
    found += serious(page)

    assert found == []
