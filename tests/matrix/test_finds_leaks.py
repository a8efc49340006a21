"""The matrix is itself tried: on a site with known holes it names each and nothing else."""

import pytest
from pytest_django import Settings

from luchang.kernel.identity import policies
from luchang.kernel.identity.models import Organisation
from tests.factories import identity
from tests.matrix.cells import breaches
from tests.matrix.crowd import Crowd
from tests.matrix.protocol import OWN, Made, Place, Specimen, own_of
from tests.matrix.routes import Route, routes
from tests.matrix.test_matrix import undeclared, without_specimen

LEAKY = "tests.matrix.leaky"
SEE = policies.MANAGE_USERS


class Site:
    """The leaky site and those who try it."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.routes: dict[str, Route] = {route.name: route for route in routes(LEAKY)}

    def found(self, name: str, **rest: object) -> list[str]:
        specimen = Specimen(route=name, **rest)  # type: ignore[arg-type]
        return breaches(self.crowd, self.routes[name], specimen)


@pytest.fixture
def site(settings: Settings, crowd: Crowd) -> Site:
    settings.ROOT_URLCONF = LEAKY
    return Site(crowd)


def person(at: Organisation) -> Made:
    made = identity.user(at=at)
    return Made(ids={"pk": made.pk}, mark=made.name)


def listed(at: Organisation) -> Made:
    return Made(mark=f"{identity.user(at=at, name=f'样人{at.pk}样').name}")


def filtered(at: Organisation) -> Made:
    return Made(query={"organisation": at.pk}, mark=listed(at).mark)


def asked_for(at: Organisation) -> Made:
    return Made(query={"job": identity.user(at=at).pk})


def chosen(at: Organisation) -> Made:
    return Made(form={"ids": [identity.user(at=at).pk]})


def written(at: Organisation) -> Made:
    return Made(files={"file": ("sheet.csv", at.code.encode())})


def transferred(at: Organisation) -> Made:
    """A person of the visitors' own, sent to `at`."""
    return Made(ids={"pk": identity.user(at=own_of(at)).pk}, form={"organisation_id": at.pk})


def test_a_sound_view_has_no_breach(site: Site) -> None:
    assert site.found("sound", make=person) == []
    assert site.found("sound_list", make=listed, place=Place.LIST) == []


def test_a_view_that_forgets_the_scope_is_found(site: Site) -> None:
    faults = site.found("leaky", make=person)

    assert any("system_administrator on sibling" in fault for fault in faults)
    assert any("bare UNIT on child" in fault for fault in faults)
    assert all("does not reach it and got 200" in fault for fault in faults)


def test_a_rule_that_says_too_little_is_found(site: Site) -> None:
    faults = site.found("too_open", make=person, permission=SEE)

    assert any("as no post on own" in fault for fault in faults)


def test_a_foreign_record_that_is_refused_instead_of_unknown_is_found(site: Site) -> None:
    faults = site.found("telling", make=person)

    assert any("on sibling: does not reach it and got 403" in fault for fault in faults)


def test_a_refusal_that_names_the_record_is_found(site: Site) -> None:
    faults = site.found("naming", make=person)

    assert any("on sibling: does not reach it and is told" in fault for fault in faults)
    assert all("is told what it is called" in fault for fault in faults)


def test_a_view_closed_to_those_who_may_is_found(site: Site) -> None:
    faults = site.found("closed_to_all", make=person)

    assert any("bare UNIT on own: reaches it and got 404" in fault for fault in faults)


def test_a_filter_that_opens_the_scope_is_found(site: Site) -> None:
    assert site.found("leaky_list", make=listed, place=Place.LIST) == []
    faults = site.found("leaky_list", make=filtered, place=Place.FILTER)

    assert any("on sibling: is shown it" in fault for fault in faults)


def test_an_export_of_everything_is_found(site: Site) -> None:
    faults = site.found("leaky_export", make=listed, place=Place.EXPORT)

    assert any("bare UNIT on other: is shown it" in fault for fault in faults)


def test_a_result_for_whoever_knows_its_key_is_found(site: Site) -> None:
    faults = site.found("leaky_file", make=asked_for, place=Place.QUERY)

    assert any("on other: does not reach it and got 200" in fault for fault in faults)


def test_a_key_among_many_is_found(site: Site) -> None:
    faults = site.found("leaky_bulk", make=chosen, place=Place.IDS, method="POST")

    assert any("on city: does not reach it and got 200" in fault for fault in faults)


def test_a_foreign_unit_in_an_imported_file_is_found(site: Site) -> None:
    faults = site.found("leaky_import", make=written, place=Place.IMPORT, method="POST")

    assert any("on sibling: does not reach it and got 200" in fault for fault in faults)


def test_a_reference_in_a_body_is_found(site: Site) -> None:
    """The hole scoped querysets do not close: where the id comes in the body."""
    name = "POST /api/users/<pk>/transfer"
    faults = site.found(name, make=transferred, place=Place.BODY, method="POST", beside=OWN)

    assert any("does not reach it and got 200" in fault for fault in faults)


def test_routes_without_a_rule_are_found(site: Site) -> None:
    assert set(undeclared(list(site.routes.values()))) == {
        "undeclared",
        "account_login",
        "GET /api/forgotten",
    } | {name for name in site.routes if name.startswith("openapi")}


def test_routes_with_ids_and_no_specimen_are_found(site: Site) -> None:
    missing = without_specimen(list(site.routes.values()), [])

    assert len(missing) == 8
    assert any("transfer takes ('organisation_id',)" in each for each in missing)
