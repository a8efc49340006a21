"""Congested links on the wall and in the cockpit: now, beside usual, or openly unknown."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from luchang.apps.kpi import services
from luchang.apps.kpi.policies import MANAGE_KIOSKS, SEE_FIGURES
from luchang.apps.passages.models import CountedHour, Link
from luchang.apps.passages.policies import SEE_COUNTS
from luchang.kernel.clock import local
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.selectors import actor_for
from tests.factories import counts, identity

pytestmark = pytest.mark.django_db
QUARTER = timedelta(minutes=15)


def counted(at: Organisation, *, ago: timedelta) -> Link:
    """A link at a quarter of its free speed, usually at two thirds."""
    now = datetime.now(UTC) - ago
    begins = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) - QUARTER
    CountedHour.objects.create(
        day=local(begins).date(), hour=local(begins).hour, stamp="x", until=begins + QUARTER,
        passages=1, at=now,
    )  # fmt: skip
    row = counts.link(at=at)
    counts.timed(row, at=begins, median_s=240.0)
    counts.usual(row, at=begins, median_s=90.0)
    return row


def test_wall_kiosk_and_cockpit_name_the_worst_links_beside_usual() -> None:
    """A kiosk in a hall shows the same road without a way into the records."""
    brigade = identity.organisation()
    row = counted(brigade, ago=timedelta(0))
    other = counts.link()
    person = identity.user_with(SEE_FIGURES, MANAGE_KIOSKS, SEE_COUNTS, at=brigade)
    browser = identity.browser_of(person)
    wall, cockpit = (browser.get(reverse(f"kpi.{name}")) for name in ("wall", "cockpit"))
    at = datetime.now(UTC)
    _kiosk, token = services.issue_kiosk(
        name="大厅", organisation_id=brigade.pk, expires_at=at + timedelta(days=1),
        by=actor_for(person, at=at), at=at,
    )  # fmt: skip
    screen = Client()
    screen.get(reverse("kpi.kiosk_enter", args=[token]))
    hall = screen.get(reverse("kpi.kiosk"))

    for page in (wall, cockpit, hall):
        text = page.content.decode()
        assert row.name in text
        assert "严重拥堵" in text
        assert "+167%" in text
        assert "拥堵指数 4.00" in text
        assert "（常态 1.50）" in text
        assert other.name not in text
    address = reverse("passages.link", args=[row.pk])
    assert address in wall.content.decode()
    assert address not in hall.content.decode()
    layer = next(each for each in wall.context["map"]["layers"] if each["id"] == "links")
    assert [thing["tone"] for thing in layer["things"]] == ["danger"]


def test_counts_of_an_hour_ago_are_not_shown_as_now() -> None:
    brigade = identity.organisation()
    row = counted(brigade, ago=timedelta(hours=2))
    browser = identity.browser_of(identity.user_with(SEE_FIGURES, SEE_COUNTS, at=brigade))
    page = browser.get(reverse("kpi.wall")).content.decode()

    assert "没有近期的过车统计" in page
    assert row.name not in page


def test_who_may_not_see_counts_is_shown_none() -> None:
    brigade = identity.organisation()
    row = counted(brigade, ago=timedelta(0))
    browser = identity.browser_of(identity.user_with(SEE_FIGURES, at=brigade))

    assert row.name not in browser.get(reverse("kpi.wall")).content.decode()
    assert row.name not in browser.get(reverse("kpi.cockpit")).content.decode()
