"""The pages of the figures, over HTTP."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from luchang.apps.kpi import services
from luchang.apps.kpi.models import Dashboard
from luchang.apps.kpi.services.dashboards import Chosen
from luchang.apps.kpi.states import Drawing, Span
from luchang.kernel import clock
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.models import User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.metrics import declared
from tests.factories import dispatch as make
from tests.factories.identity import browser_of, organisation, user_with
from tests.factories.indicators import season

pytestmark = pytest.mark.django_db
ALL = (
    *{each.permission for each in declared()},
    "kpi.see_figures",
    "kpi.share_dashboards",
    "kpi.manage_kiosks",
    "kpi.manage_assessments",
)


@pytest.fixture
def leader() -> User:
    return user_with(*ALL, at=season(size=40).city)


@pytest.fixture
def browser(leader: User) -> Client:
    return browser_of(leader)


def test_every_indicator_has_its_page_and_its_rows(browser: Client) -> None:
    """An indicator without a list, or a kind a page cannot draw, shows here."""
    for each in declared():
        page = browser.get(reverse("kpi.indicator", args=[each.code]), {"span": "HALF_YEAR"})
        assert page.status_code == 200, each.code
        assert browser.get(page.context["value"].href).status_code == 200, each.code


def test_catalogue_shows_what_one_may_see_and_no_more() -> None:
    """Somebody without 122 must not learn its numbers from the catalogue."""
    browser = browser_of(user_with("kpi.see_figures", "force.see_force"))

    page = browser.get(reverse("kpi.catalogue"))

    shown = {entry.code for _, rows in page.context["groups"] for entry, _ in rows}
    assert shown
    assert all(code.startswith("force.") for code in shown)
    assert browser.get(reverse("kpi.indicator", args=["dispatch.incidents"])).status_code == 404


def test_no_records_are_a_dash_and_no_zero(browser: Client) -> None:
    page = browser.get(
        reverse("kpi.indicator", args=["dispatch.signed_in_time"]),
        {"from": "1999-01-01", "to": "1999-01-31"},
    )

    assert page.context["value"].text == "—"
    assert page.context["value"].number is None


def test_a_strange_address_is_a_page_or_a_404(browser: Client) -> None:
    page = reverse("kpi.indicator", args=["dispatch.incidents"])
    for query in (
        "span=x",
        "from=2026-13-01&to=x",
        "scope=moon",
        "q=%27",
        "from=9999-12-31&to=9999-12-31",
    ):
        assert browser.get(f"{page}?{query}").status_code in {200, 404}, query
    foreign = organisation()
    assert browser.get(page, {"branch": foreign.code}).status_code == 404


def test_a_dashboard_is_built_reordered_and_shared(browser: Client, leader: User) -> None:
    rows = {
        "title": "我的看板",
        "code": ["dispatch.calls", "dispatch.incidents"],
        "span": ["TODAY", "MONTH"],
        "drawing": ["NUMBER", "TREND"],
        "is_cockpit": "1",
        "is_shared": "1",
    }
    browser.post(reverse("kpi.new_dashboard"), rows)
    kept = Dashboard.objects.get()
    rows |= {"code": ["dispatch.incidents", "dispatch.calls"]}
    browser.post(reverse("kpi.build_dashboard", args=[kept.pk]), rows)

    assert [tile.code for tile in kept.tiles.all()] == ["dispatch.incidents", "dispatch.calls"]
    assert browser.get(reverse("kpi.cockpit")).context["present"] == kept.pk
    below = browser_of(user_with(*ALL, at=organisation(parent=leader.organisation)))
    assert below.get(reverse("kpi.dashboard", args=[kept.pk])).status_code == 200
    assert below.get(reverse("kpi.build_dashboard", args=[kept.pk])).status_code == 404
    beside = browser_of(user_with(*ALL))
    assert beside.get(reverse("kpi.dashboard", args=[kept.pk])).status_code == 404


def test_a_dashboard_refuses_what_its_maker_may_not_see() -> None:
    """Sharing must not become a way around a permission."""
    clerk = user_with("kpi.see_figures", "force.see_force")
    wanted = [Chosen("dispatch.calls", Span.TODAY, Drawing.NUMBER)]

    with pytest.raises(services.Refused):
        services.save_dashboard(
            dashboard_id=None,
            title="看板",
            tiles=wanted,
            is_shared=False,
            is_cockpit=False,
            by=actor_for(clerk, at=clock.now()),
            at=clock.now(),
        )


class TestKiosk:
    def issued(self, by: User) -> str:
        at = clock.now()
        _, token = services.issue_kiosk(
            name="一楼大厅",
            organisation_id=by.organisation_id or 0,
            expires_at=at + timedelta(days=1),
            by=actor_for(by, at=at),
            at=at,
        )
        return token

    def opened(self, token: str) -> Client:
        screen = Client()
        assert screen.get(reverse("kpi.kiosk_enter", args=[token])).status_code == 302
        return screen

    def test_it_shows_the_wall_and_not_one_link(self, leader: User) -> None:
        make.incident(by=make.desk(leader.organisation), at=clock.now())
        screen = self.opened(self.issued(leader))

        page = screen.get(reverse("kpi.kiosk"))

        assert page.status_code == 200
        body = (
            page.content.decode()
            .partition('<main class="lc-wall-body"')[2]
            .partition("</main>")[0]
        )
        assert "href=" not in body
        assert '"href"' not in body
        assert "长江北路" not in body
        assert screen.get(reverse("kpi.kiosk_figures")).status_code == 200

    def test_it_opens_nothing_else(self, leader: User) -> None:
        """A token on a wall in a corridor must not be a key to the records."""
        screen = self.opened(self.issued(leader))
        for name in (
            "kpi.wall",
            "kpi.catalogue",
            "dispatch.incidents",
            "workbench",
            "kpi.cockpit",
        ):
            assert screen.get(reverse(name)).status_code in {302, 401, 403}, name

    def test_revoked_expired_and_invented_tokens_show_nothing(self, leader: User) -> None:
        token = self.issued(leader)
        screen = self.opened(token)
        at = clock.now()
        assert services.open_kiosk(token=token, address="", at=at + timedelta(days=2)) is None
        kiosk = services.open_kiosk(token=token, address="", at=at)
        assert kiosk is not None
        services.revoke_kiosk(kiosk_id=kiosk.pk, by=actor_for(leader, at=at), at=at)

        assert screen.get(reverse("kpi.kiosk")).status_code == 404
        assert Client().get(reverse("kpi.kiosk")).status_code == 404
        assert Client().get(reverse("kpi.kiosk_enter", args=["x" * 43])).status_code == 404

    def test_issue_use_and_revocation_are_in_the_audit(self, leader: User) -> None:
        token = self.issued(leader)
        self.opened(token)
        self.opened(token)

        deeds = AuditEntry.objects.filter(subject="kpi.kiosk").values_list("action", flat=True)
        assert sorted(deeds) == ["ADMINISTER", "READ"]
        assert not AuditEntry.objects.filter(detail__icontains=token).exists()

    def test_it_is_not_issued_for_longer_than_a_year_or_for_others(self, leader: User) -> None:
        at = clock.now()
        by = actor_for(leader, at=at)
        with pytest.raises(services.Refused):
            services.issue_kiosk(
                name="大屏",
                organisation_id=leader.organisation_id or 0,
                expires_at=at + timedelta(days=400),
                by=by,
                at=at,
            )


def test_the_wall_leads_from_each_number_to_its_records(browser: Client, leader: User) -> None:
    incident = make.incident(by=make.desk(leader.organisation), at=clock.now())

    page = browser.get(reverse("kpi.wall"))
    shown = {each.code: each for each in (*page.context["wall"].now, *page.context["wall"].today)}

    rows = browser.get(shown["dispatch.waiting"].href)
    assert incident.pk in [row.pk for row in rows.context["page"].rows]
    assert reverse("dispatch.incident", args=[incident.pk]) in page.content.decode()
