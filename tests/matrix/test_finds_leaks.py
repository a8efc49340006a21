"""The matrix is itself tried: on a site with known holes it names each and nothing else."""

import pytest
from pytest_django import Settings

from luchang.kernel.identity import policies
from luchang.kernel.identity.models import Organisation
from tests.factories import identity
from tests.matrix.cells import breaches
from tests.matrix.protocol import Made, Place, Specimen
from tests.matrix.routes import Route, routes
from tests.matrix.test_matrix import undeclared, without_specimen

pytestmark = pytest.mark.django_db
LEAKY = "tests.matrix.leaky"
SEE = policies.MANAGE_USERS


@pytest.fixture(autouse=True)
def site(settings: Settings) -> dict[str, Route]:
    settings.ROOT_URLCONF = LEAKY
    return {route.name: route for route in routes(LEAKY)}


def person(at: Organisation) -> Made:
    made = identity.user(at=at)
    return Made(ids={"pk": made.pk}, mark=made.name)


def listed(at: Organisation) -> Made:
    return Made(mark=identity.user(at=at).name)


def filtered(at: Organisation) -> Made:
    return Made(query={"organisation": at.pk}, mark=identity.user(at=at).name)


def transferred(at: Organisation) -> Made:
    """A person everybody of the tree may reach, sent to `at`."""
    own = Organisation.objects.get(path=own_path(at))
    return Made(ids={"pk": identity.user(at=own).pk}, form={"organisation_id": at.pk})


def own_path(at: Organisation) -> str:
    """The unit of the visitors: the second organisation of the newest tree."""
    del at
    root = Organisation.objects.filter(parent=None, kind="DETACHMENT").latest("pk")
    return Organisation.objects.filter(parent=root).earliest("pk").path


def found(site: dict[str, Route], name: str, **rest: object) -> list[str]:
    specimen = Specimen(route=name, **rest)  # type: ignore[arg-type]
    return breaches(site[name], specimen)


def test_a_sound_view_has_no_breach(site: dict[str, Route]) -> None:
    assert found(site, "sound", make=person) == []
    assert found(site, "sound_list", make=listed, place=Place.LIST, permission=SEE) == []


def test_a_view_that_forgets_the_scope_is_found(site: dict[str, Route]) -> None:
    faults = found(site, "leaky", make=person)

    assert any("system_administrator on other" in fault for fault in faults)
    assert any("bare UNIT on child" in fault for fault in faults)
    assert all("does not reach it and got 200" in fault for fault in faults)


def test_a_rule_that_says_too_little_is_found(site: dict[str, Route]) -> None:
    faults = found(site, "too_open", make=person, permission=SEE)

    assert any("as no post on own" in fault for fault in faults)


def test_a_filter_that_opens_the_scope_is_found(site: dict[str, Route]) -> None:
    assert found(site, "leaky_list", make=listed, place=Place.LIST, permission=SEE) == []
    faults = found(site, "leaky_list", make=filtered, place=Place.FILTER, permission=SEE)

    assert any("on sibling: is shown it" in fault for fault in faults)


def test_a_reference_in_a_body_is_found(site: dict[str, Route]) -> None:
    """The hole scoped querysets do not close: where the id comes in the body."""
    name = "POST /api/users/<pk>/transfer"
    faults = found(site, name, make=transferred, place=Place.BODY, method="POST", permission=SEE)

    assert any("does not reach it and got 200" in fault for fault in faults)


def test_routes_without_a_rule_are_found(site: dict[str, Route]) -> None:
    assert set(undeclared(list(site.values()))) == {
        "undeclared",
        "account_login",
        "GET /api/forgotten",
    } | {name for name in site if name.startswith("openapi")}


def test_routes_with_ids_and_no_specimen_are_found(site: dict[str, Route]) -> None:
    missing = without_specimen(list(site.values()), [])

    assert len(missing) == 5
    assert any("transfer takes ('organisation_id',)" in each for each in missing)
