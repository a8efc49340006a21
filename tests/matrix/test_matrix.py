"""No route without a rule, no id without a specimen, no cell that answers other than declared."""

import pytest
from django.db import transaction
from django.test import Client

from luchang.kernel.identity.access import PUBLIC
from luchang.kernel.lists.specs import registered
from tests.matrix.cells import breaches
from tests.matrix.crowd import Crowd
from tests.matrix.protocol import WHERE, Place, Specimen
from tests.matrix.routes import Route, routes
from tests.matrix.specimens import all_specimens

ROUTES = {route.name: route for route in routes()}
SPECIMENS = all_specimens()

NOBODYS = {
    "help_page",  # written for everybody
    "kpi.build_dashboard",  # one's own, or shared from above: tests/apps/kpi/test_pages.py
    "kpi.dashboard",
    "kpi.delete_dashboard",
    "kpi.indicator",  # an indicator belongs to everybody who may see its records
    "kpi.kiosk_enter",  # takes a secret, not a key
    "kpi.kiosk_tiles",  # the base map
    "administration.role",  # roles belong to all organisations; its services ask for all
    "places.tiles",  # the base map is everybody's; its name is the digest of its content
    "style_guide_frame",
}
"""Routes whose parameter names no record of any organisation."""

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

IN_ADDRESS = {Place.PATH, Place.LIST, Place.FILE}
NAMED = {Place.BODY, Place.QUERY, Place.FILTER}


def undeclared(all_routes: list[Route]) -> list[str]:
    return [route.name for route in all_routes if route.access is None]


def without_specimen(all_routes: list[Route], specimens: list[Specimen]) -> list[str]:
    shown = {(each.route, each.place) for each in specimens}
    missing = []
    for route in all_routes:
        places = {place for place in Place if (route.name, place) in shown}
        if route.path_ids and not places & IN_ADDRESS:
            missing.append(f"{route.name} takes {route.path_ids} in its address")
        if route.named_ids and not places & NAMED:
            missing.append(f"{route.name} takes {route.named_ids} in its query or body")
    return [each for each in missing if name_in(each) not in NOBODYS]


def name_in(told: str) -> str:
    return told.partition(" takes ")[0]


def places_of_lists() -> set[tuple[str, Place]]:
    """Where the records of every list come out, and where it takes keys of its rows."""
    needed: set[tuple[str, Place]] = set()
    for spec in registered():
        if spec.code not in ROUTES:
            continue
        needed |= {
            (spec.code, Place.LIST),
            (f"{spec.code}.export", Place.EXPORT),
            (f"{spec.code}.print", Place.FILE),
        }
        if spec.tree is not None:
            needed |= {(spec.code, Place.FILTER), (f"{spec.code}.tree", Place.QUERY)}
        if spec.map is not None:
            needed.add((f"{spec.code}.points", Place.LIST))
        if spec.bulk:
            needed.add((f"{spec.code}.bulk", Place.IDS))
        if spec.imports is not None:
            needed.add((f"{spec.code}.import", Place.IMPORT))
    return needed


def test_every_route_declares_who_may_use_it() -> None:
    assert undeclared(list(ROUTES.values())) == []


def test_only_these_routes_are_public() -> None:
    public = {name for name, route in ROUTES.items() if route.access == PUBLIC}
    assert public <= PUBLIC_ROUTES


def test_every_route_with_an_id_has_a_specimen() -> None:
    missing = {name_in(told) for told in without_specimen(list(ROUTES.values()), SPECIMENS)}
    assert missing == set()


def test_every_list_has_a_specimen_wherever_its_records_come_out_or_are_named() -> None:
    shown = {(each.route, each.place) for each in SPECIMENS}
    assert places_of_lists() - shown == set()


def test_no_specimen_is_left_of_a_route_that_is_gone() -> None:
    assert {each.route for each in SPECIMENS} - set(ROUTES) == set()


@pytest.mark.parametrize("specimen", SPECIMENS, ids=str)
def test_cell(specimen: Specimen, crowd: Crowd) -> None:
    assert breaches(crowd, ROUTES[specimen.route], specimen) == []


@pytest.mark.long
@pytest.mark.parametrize("specimen", SPECIMENS, ids=str)
def test_cell_with_every_role_at_every_place(specimen: Specimen, crowd: Crowd) -> None:
    assert breaches(crowd, ROUTES[specimen.route], specimen, roles_try=WHERE) == []


@pytest.mark.parametrize(
    "name", sorted(name for name, route in ROUTES.items() if route.access != PUBLIC)
)
def test_a_person_without_a_post_is_refused_what_needs_a_permission(
    name: str, crowd: Crowd
) -> None:
    """Every route, specimen or not, with ids that exist nowhere."""
    route = ROUTES[name]
    with transaction.atomic():
        answer = crowd.no_post.fresh().generic(route.method, route.example())
        anonymous = Client().generic(route.method, route.example())
        transaction.set_rollback(True)

    assert route.access is not None
    if route.access.permissions:
        assert answer.status_code == 403
    assert anonymous.status_code in ({401, 403} if route.is_api else {302})
