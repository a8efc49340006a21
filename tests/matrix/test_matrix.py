"""No route without a rule, no id without a specimen, no cell that answers other than declared."""

import pytest
from django.test import Client

from luchang.kernel.identity.access import PUBLIC
from luchang.kernel.lists.specs import registered
from tests.factories import identity
from tests.matrix import owed
from tests.matrix.cells import breaches
from tests.matrix.protocol import Place, Specimen
from tests.matrix.routes import Route, routes
from tests.matrix.specimens import all_specimens

ROUTES = {route.name: route for route in routes()}
SPECIMENS = all_specimens()

NOBODYS = {
    "kpi.build_dashboard",  # one's own, or shared from above: tests/apps/kpi/test_pages.py
    "kpi.dashboard",
    "kpi.delete_dashboard",
    "kpi.indicator",  # an indicator belongs to everybody who may see its records
    "kpi.kiosk_enter",  # takes a secret, not a key
    "kpi.kiosk_tiles",  # the base map
    "administration.role",  # roles belong to all organisations; its services ask for all
    "style_guide_frame",
}
"""Routes whose parameter names no record of any organisation."""

SHARED_LISTS = {
    "kpi.units",  # the units beside one's own, by name: a place is a place among them
    "kpi.units.export",
    "places.streets",  # the roads of the whole city
    "places.streets.export",
}
"""Lists that show the same to all who may open them, or names alone."""

PUBLIC_ROUTES = {
    "kpi.kiosk",  # with the token of a screen
    "kpi.kiosk_enter",
    "kpi.kiosk_figures",
    "kpi.kiosk_tiles",
    "account_login",
    "account_logout",
    "mfa_authenticate",
    "display",
    "healthz",
    "set_language",
}
"""The only routes open to those who have not signed in; a new one is added here knowingly."""


def undeclared(all_routes: list[Route]) -> list[str]:
    return [route.name for route in all_routes if route.access is None]


def without_specimen(all_routes: list[Route], specimens: list[Specimen]) -> list[str]:
    shown = {(each.route, each.place) for each in specimens}
    missing = []
    for route in all_routes:
        if route.path_ids and (route.name, Place.PATH) not in shown:
            missing.append(f"{route.name} takes {route.path_ids} in its address")
        if route.named_ids and not {
            (route.name, place) for place in (Place.BODY, Place.FILTER)
        } & (shown):
            missing.append(f"{route.name} takes {route.named_ids} in its query or body")
    return [each for each in missing if name_in(each) not in NOBODYS]


def name_in(told: str) -> str:
    return told.partition(" takes ")[0]


def test_every_route_declares_who_may_use_it() -> None:
    assert undeclared(list(ROUTES.values())) == []


def test_only_these_routes_are_public() -> None:
    public = {name for name, route in ROUTES.items() if route.access == PUBLIC}
    assert public <= PUBLIC_ROUTES


def test_every_route_with_an_id_has_a_specimen() -> None:
    missing = {name_in(told) for told in without_specimen(list(ROUTES.values()), SPECIMENS)}
    assert missing == owed.ROUTES


def test_every_list_has_a_specimen_of_what_it_shows_and_what_it_exports() -> None:
    shown = {(each.route, each.place) for each in SPECIMENS}
    missing = {
        code
        for spec in registered()
        for code, place in ((spec.code, Place.LIST), (f"{spec.code}.export", Place.EXPORT))
        if code in ROUTES and (code, place) not in shown
    }
    assert missing - SHARED_LISTS == owed.LISTS


def test_no_specimen_is_left_of_a_route_that_is_gone() -> None:
    assert {each.route for each in SPECIMENS} - set(ROUTES) == set()


@pytest.mark.django_db
@pytest.mark.parametrize("specimen", SPECIMENS, ids=str)
def test_cell(specimen: Specimen) -> None:
    assert breaches(ROUTES[specimen.route], specimen) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", sorted(name for name, route in ROUTES.items() if route.access != PUBLIC)
)
def test_a_person_without_a_post_is_refused_what_needs_a_permission(name: str) -> None:
    """Every route, specimen or not, with ids that exist nowhere."""
    route = ROUTES[name]
    browser = identity.browser_of(identity.user(password=identity.PASSWORD))
    address = "/" + route.address
    for part in route.address.split("<")[1:]:
        kind = part.partition(">")[0]
        value = "00000000-0000-0000-0000-000000000000" if kind.startswith("uuid") else "1"
        address = address.replace(f"<{kind}>", value)

    answer = browser.generic(route.method, address)
    anonymous = Client().generic(route.method, address)

    assert route.access is not None
    if route.access.permissions:
        assert answer.status_code == 403
    assert anonymous.status_code in ({401, 403} if route.is_api else {302})
