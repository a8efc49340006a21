"""The map of a ledger: what the list shows, where it lies, to whom it may be shown."""

import pytest
from django.urls import reverse

from luchang.apps.facilities.policies import SEE
from luchang.apps.facilities.states import FacilityKind
from luchang.kernel.lists import maps
from tests.factories import facilities as make
from tests.factories import identity

pytestmark = pytest.mark.django_db
MAP, POINTS = "facilities.facilities.map", "facilities.facilities.points"


def test_the_map_draws_what_the_list_shows_and_no_more() -> None:
    """Would catch a filter that the map forgets, or a mark out of the viewer's reach."""
    brigade = identity.organisation()
    signal, sign = (
        make.facility(at=brigade, kind=kind) for kind in (FacilityKind.SIGNAL, FacilityKind.SIGN)
    )
    make.facility()
    browser = identity.browser_of(identity.user_with(SEE, at=brigade))
    told = browser.get(reverse(POINTS)).json()
    assert {each[0] for each in told["points"]} == {signal.pk, sign.pk}
    assert [signal.pk, 113.13, 27.83, signal.name, "success"] in told["points"]
    assert f"{told['pages']}{signal.pk}" == reverse("facilities.facility", args=[signal.pk])
    narrowed = browser.get(reverse(POINTS), {"kind": "SIGN"}).json()
    assert [each[0] for each in narrowed["points"]] == [sign.pk]
    assert browser.get(reverse(POINTS), {"kind": "NONE"}).json()["points"] == []


def test_list_and_map_lead_to_each_other_with_their_filters() -> None:
    brigade = identity.organisation()
    make.facility(at=brigade)
    browser = identity.browser_of(identity.user_with(SEE, at=brigade))
    listed = browser.get(reverse("facilities.facilities"), {"kind": "SIGNAL"})
    assert "kind=SIGNAL" in listed.context["map_href"]
    page = browser.get(listed.context["map_href"])
    assert "kind=SIGNAL" in page.context["list_href"]
    assert "kind=SIGNAL" in page.context["points_href"]
    assert page.context["located"].count == 1


def test_more_than_a_map_can_bear_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "MOST", 2)
    brigade = identity.organisation()
    for _each in range(3):
        make.facility(at=brigade)
    browser = identity.browser_of(identity.user_with(SEE, at=brigade))
    assert len(browser.get(reverse(POINTS)).json()["points"]) == 2
    located = browser.get(reverse(MAP), {"view": "0"}).context["located"]
    assert (located.drawn, located.is_cut) == (2, True)
