"""Open hazards on the wall: as far as the wall reaches, by kind and place, without a name."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from luchang.apps.kpi import services
from luchang.apps.kpi.policies import MANAGE_KIOSKS, SEE_FIGURES
from luchang.apps.risk.states.hazards import HazardStatus
from luchang.kernel import clock
from luchang.kernel.identity.selectors import actor_for
from tests.factories import hazards as make
from tests.factories import identity

pytestmark = pytest.mark.django_db
SPOT: dict[str, Any] = {"longitude": 113.1, "latitude": 27.8}


def _things(browser: Client, route: str) -> list[dict[str, Any]]:
    layers = browser.get(reverse(route)).context["map"]["layers"]
    found: list[dict[str, Any]] = next(e["things"] for e in layers if e["id"] == "hazards")
    return found


def test_wall_and_kiosk_show_open_hazards_of_their_reach() -> None:
    """Would catch a struck-off hazard, one of another brigade, a title or a link on a kiosk."""
    brigade, now = identity.organisation(), datetime.now(UTC)
    late = make.hazard(
        at=brigade, until=HazardStatus.SIGNED, when=now - timedelta(days=60),
        due=now - timedelta(days=30), **SPOT,
    )  # fmt: skip
    make.hazard(at=brigade, until=HazardStatus.STRUCK_OFF, **SPOT)
    make.hazard(at=brigade)
    make.hazard(**SPOT)
    person = identity.user_with(SEE_FIGURES, MANAGE_KIOSKS, "risk.see_risk", at=brigade)
    things = _things(identity.browser_of(person), "kpi.wall")
    assert [(each["id"], each["tone"]) for each in things] == [(late.pk, "danger")]
    assert things[0]["href"] == reverse("risk.hazard", args=[late.pk])
    assert late.title not in str(things)
    at = clock.now()
    _kiosk, token = services.issue_kiosk(
        name="大厅", organisation_id=brigade.pk, expires_at=at + timedelta(days=1),
        by=actor_for(person, at=at), at=at,
    )  # fmt: skip
    screen = Client()
    screen.get(reverse("kpi.kiosk_enter", args=[token]))
    things = _things(screen, "kpi.kiosk")
    assert [(each["id"], "href" in each) for each in things] == [(late.pk, False)]
    page = screen.get(reverse("kpi.kiosk")).content.decode()
    assert "没有近期的过车统计" in page
    assert late.title not in page


def test_who_may_not_see_hazards_is_shown_none() -> None:
    brigade = identity.organisation()
    make.hazard(at=brigade, **SPOT)
    browser = identity.browser_of(identity.user_with(SEE_FIGURES, at=brigade))
    assert _things(browser, "kpi.wall") == []
