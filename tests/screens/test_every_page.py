"""Every page template there is, opened in a browser and judged by axe.

Pages are found, not listed: every route that answers a signed-in person's GET with a whole page,
those with ids by their specimens of the permission matrix. One address stands for its template.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connections
from django.urls import reverse

import luchang
from luchang.kernel.identity.access import PUBLIC
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.identity.permissions import administrators_of, declared, with_implied
from tests.browser import Visit
from tests.factories.identity import browser_of, tree, user_with
from tests.factories.town import build_town
from tests.matrix.protocol import Place
from tests.matrix.routes import Route, routes
from tests.matrix.specimens import all_specimens
from tests.screens.test_accessibility import serious

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
ROOT = Path(luchang.__file__).parent
FRAMES = ("shell/page.html", "shell/plain.html", "shell/wall.html", "shell/phone.html")
LOOKS: list[dict[str, Any]] = [
    {"language": "zh-hans", "theme": "light"},
    {"language": "en", "theme": "dark"},
]
SHOWN_ELSEWHERE = {
    "account/account_inactive.html": "a refusal of the sign-in",
    "account/login.html": "test_accessibility",
    "account/logout.html": "test_accessibility",
    "account/reauthenticate.html": "asked only before a sensitive step",
    "administration/secret.html": "shown once, after a password or a token was made",
    "kpi/indicator.html": "apps/kpi/test_pages, each indicator's",
    "kpi/kiosk.html": "journeys/test_wall_to_record, with a token",
    "lists/bulk.html": "the answer to a POST",
    "lists/bulk_done.html": "the answer to a POST",
    "lists/conflict.html": "the answer to a POST that came too late",
    "lists/export_job.html": "a job of its own person",
    "lists/import_run.html": "the answer to an upload: journeys/test_import_of_officers",
    "lists/map.html": "test_ledger_map",
    "mfa/authenticate.html": "between password and session",
    "mfa/reauthenticate.html": "asked only before a sensitive step",
    "mfa/recovery_codes/generate.html": "once the codes are used up",
    "mfa/recovery_codes/index.html": "once a second factor is there",
    "mfa/totp/activate_form.html": "asked for with the password",
    "mfa/totp/deactivate_form.html": "once a second factor is there",
    "papers/editor.html": "the frame of the editors of reports and papers",
    "papers/text.html": "texts of papers are kept for the whole city: kernel/papers",
    "screens/administration/audit/trail.html": "one record's; the matrix asks for it",
    "screens/style_guide_phone.html": "test_accessibility",
    "screens/style_guide_plain.html": "test_accessibility",
    "screens/style_guide_wall.html": "test_accessibility",
    "shell/help.html": "the frame of the help pages, each drawn: test_help",
    "subjects/revise_rule.html": "rules belong to the whole city: apps/subjects/test_rules",
}
"""Whole pages that no plain GET leads to, and where or when they are met."""


@dataclass(frozen=True)
class Opened:
    """One address that stands for a template, and who may open it."""

    template: str
    address: str
    person: User


def whole_pages() -> set[str]:
    """Templates that extend a frame, whichever app they lie in."""
    found = set()
    for file in ROOT.glob("**/templates/**/*.html"):
        first = file.read_text().lstrip().partition("\n")[0]
        if any(f'extends "{frame}"' in first for frame in (*FRAMES, "account/entrance.html")):
            found.add(file.relative_to(file.parents[-1]).as_posix().partition("/templates/")[2])
    return {name for name in found if name not in {"account/entrance.html"}}


def addresses(own: Organisation) -> Iterator[tuple[Route, str]]:
    """Where each page route leads to, with the ids of records in `own`."""
    made = {
        each.route: each.make
        for each in all_specimens()
        if each.place is Place.PATH and each.method == "GET"
    }
    for route in routes():
        if route.is_api or route.access is None or route.access == PUBLIC:
            continue
        if not route.path_ids:
            yield route, "/" + route.address
        elif route.name in made:
            yield route, reverse(route.url_name, kwargs=dict(made[route.name](own).ids))


def holding(codes: tuple[str, ...]) -> tuple[str, ...]:
    """All that one person may hold of the same app, so that a page shows every button it has."""
    apps = {code.partition(".")[0] for code in codes}
    wide = tuple(sorted(each.code for each in declared() if each.code.partition(".")[0] in apps))
    return next(
        each
        for each in (wide, codes, codes[:1])
        if len(administrators_of(with_implied(each))) <= 1
    )


def opened() -> Iterator[Opened]:
    """The first page of every template, as its server sends it."""
    force = tree()
    seen: set[str] = set()
    people: dict[tuple[str, ...], User] = {}
    for route, address in addresses(force.own):
        needs = holding(route.access.permissions if route.access else ())
        if needs not in people:
            people[needs] = user_with(*needs, at=force.city)
        answer = browser_of(people[needs]).get(address)
        names = [drawn.name for drawn in getattr(answer, "templates", ())]
        answer.close()  # a file among them would stay open
        if answer.status_code != 200 or not names or names[0] in seen:
            continue
        if b"<html" in answer.content and names[0] in whole_pages():
            seen.add(names[0])
            yield Opened(names[0], address, people[needs])


def apart(ask: Callable[[], Iterator[Opened]]) -> list[Opened]:
    """Asked in a thread of its own: Playwright's loop holds this one."""

    def asked() -> list[Opened]:
        try:
            return list(ask())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asked).result()


@pytest.mark.parametrize("look", LOOKS, ids=["zh-light", "en-dark"])
def test_no_page_template_has_a_serious_barrier(
    look: dict[str, Any], visit: Visit, tmp_path: Path, settings: LazySettings
) -> None:
    """Contrast, names, roles, order, in both languages, by day and by night."""
    settings.MEDIA_ROOT = str(tmp_path)
    build_town()
    pages = apart(opened)
    found = []
    for each in pages:
        window = visit.open(each.address, person=each.person, **look)
        visit.shoot(window, f"every-{each.template.replace('/', '-')}-{look['language']}")
        found += [f"{each.address} {barrier}" for barrier in serious(window)]
        if "<" in window.title():
            found.append(f"{each.address} has markup in its title")
        if window.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            found.append(f"{each.address} is wider than its window")
        window.context.close()

    assert found == []
    unseen = whole_pages() - {each.template for each in pages} - set(SHOWN_ELSEWHERE)
    assert unseen == set(), "a page nobody has looked at"
