"""The pages beside the ledger: phone, map, overview, workbench."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from luchang.apps.kpi.selectors import values
from luchang.apps.risk import services
from luchang.apps.risk.kpis.hazards import FOUND, IN_TIME, OVERVIEW, shared_out
from luchang.apps.risk.models import Hazard
from luchang.apps.risk.policies import FIND, HAND_OVER, RECTIFY, SEE_RISK
from luchang.apps.risk.states.fields import ExtraField
from luchang.apps.risk.states.hazards import HazardStatus
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.states import Scope
from luchang.kernel.metrics import Period
from luchang.kernel.records.attachments.models import Attachment
from luchang.kernel.records.models import Intake
from tests.factories import hazards as make
from tests.factories import identity

pytestmark = pytest.mark.django_db
H = HazardStatus
SAID = {"category": "5", "severity": "1", "title": "急弯无护栏", "description": "临水"}


@pytest.fixture(autouse=True)
def _store(tmp_path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def brigade() -> Organisation:
    return identity.organisation()


@pytest.fixture
def phone(brigade: Organisation) -> Client:
    return identity.browser_of(identity.user_with(FIND, at=brigade, scope=Scope.OWN))


def _picture(name: str = "现场.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make.photo()[0].read(), "image/jpeg")


class TestPhone:
    def test_a_hazard_arrives_once_however_often_it_is_sent(
        self, phone: Client, brigade: Organisation
    ) -> None:
        """Would catch a second hazard from a phone that never heard the answer."""
        said = {**SAID, "version": make.version().pk, "key": str(uuid4())}
        said |= {"longitude": "113.13", "latitude": "27.83"}
        answers = [
            phone.post("/risk/phone", {**said, "photos": [_picture(), _picture("二.jpg")]})
            for _again in range(2)
        ]
        assert [each.status_code for each in answers] == [302, 302]
        row = Hazard.objects.get()
        assert (row.organisation, row.longitude) == (brigade, 113.13)
        assert Attachment.objects.filter(title="整改前").count() == 2
        assert Intake.objects.count() == 1
        assert row.number in phone.get(answers[1]["Location"]).content.decode()

    def test_without_a_picture_or_a_place_it_asks_again(self, phone: Client) -> None:
        said = {**SAID, "version": make.version().pk, "key": str(uuid4())}
        assert phone.post("/risk/phone", said).status_code == 422
        answer = phone.post("/risk/phone", {**said, "photos": _picture()})
        assert answer.status_code == 422
        assert "请填写地点" in answer.content.decode()
        assert not Hazard.objects.exists()

    def test_what_the_list_asks_for_besides_is_asked(self, phone: Client) -> None:
        fields = (ExtraField("length_m", "长度米", "Length", "number", True),)
        version = make.version(make.risk_list(fields=fields))
        said = {**SAID, "version": version.pk, "key": str(uuid4()), "place": "演示路"}
        answer = phone.post("/risk/phone", {**said, "photos": _picture()})
        assert answer.status_code == 422
        assert "长度米" in answer.content.decode()
        answer = phone.post("/risk/phone", {**said, "photos": _picture(), "x_length_m": "12"})
        assert answer.status_code == 302
        assert Hazard.objects.get().values == {"length_m": 12}

    def test_one_key_is_one_hazard(self, phone: Client) -> None:
        said = {**SAID, "version": make.version().pk, "key": str(uuid4()), "place": "演示路"}
        phone.post("/risk/phone", {**said, "photos": _picture()})
        answer = phone.post("/risk/phone", {**said, "title": "另一处", "photos": _picture()})
        assert answer.status_code == 422
        assert Hazard.objects.count() == 1

    def test_somebody_else_s_hazard_is_not_told_as_one_s_own(self, phone: Client) -> None:
        foreign = make.hazard()
        for key in (foreign.pk, "x", "9" * 30):
            assert foreign.number not in phone.get(f"/risk/phone?done={key}").content.decode()


def test_a_failed_picture_leaves_no_hazard_behind(phone: Client) -> None:
    said = {**SAID, "version": make.version().pk, "key": str(uuid4()), "place": "演示路"}
    bad = SimpleUploadedFile("现场.jpg", b"MZ no picture", "image/jpeg")
    assert phone.post("/risk/phone", {**said, "photos": bad}).status_code == 422
    assert not Hazard.objects.exists()
    assert not Intake.objects.exists()


def test_the_map_shows_what_is_open_and_red_what_is_late(brigade: Organisation) -> None:
    now = datetime.now(UTC)
    long_ago = now - timedelta(days=90)
    spot: dict[str, Any] = {"longitude": 113.1, "latitude": 27.8}
    late = make.hazard(
        at=brigade, until=H.SIGNED, when=long_ago, due=long_ago + timedelta(days=1), **spot
    )
    make.hazard(at=brigade, until=H.STRUCK_OFF, when=long_ago, **spot)
    make.hazard(at=brigade)
    browser = identity.browser_of(identity.user_with(SEE_RISK, at=brigade))
    page = browser.get("/risk/hazards/map", follow=True)
    assert (page.context["located"].count, page.context["located"].without_place) == (1, 1)
    points = browser.get(page.context["points_href"]).json()["points"]
    assert [(each[0], each[4]) for each in points] == [(late.pk, "danger")]


def test_parts_of_the_overview_add_up_to_its_tiles(brigade: Organisation) -> None:
    """Would catch a township, an agency or a list that is counted by other rows than the whole."""
    county, version = make.government(), make.version()
    now = datetime.now(UTC)
    for until in (H.FOUND, H.SIGNED, H.STRUCK_OFF):
        make.hazard(
            at=brigade, within=version, receiver=county, until=until, when=now,
            due=now + timedelta(minutes=1), township="430202001",
        )  # fmt: skip
    actor = identity.actor_with(SEE_RISK, at=brigade)
    period = Period.day_of(now)
    for field in ("township", "organisation", "version__risk_list"):
        for each in OVERVIEW:
            parts = shared_out(each, period, by=actor, field=field)
            whole = each.measure(period, by=actor).number
            assert list(parts.values()) in ([], [whole]), (each.code, field)
    by_receiver = shared_out(FOUND, period, by=actor, field="receiver")
    assert by_receiver == {None: 1.0, county.pk: 2.0}
    assert shared_out(IN_TIME, period, by=actor, field="receiver") == {county.pk: 50.0}


def test_the_overview_draws_each_of_its_tables(brigade: Organisation) -> None:
    make.hazard(at=brigade, receiver=make.government(), until=H.SIGNED, when=datetime.now(UTC))
    browser = identity.browser_of(identity.user_with(SEE_RISK, at=brigade))
    page = browser.get("/risk/overview?from=bad&to=9999-12-31")
    assert page.status_code == 200
    lines = [len(table.lines) for table in page.context["tables"]]
    assert lines[:3] == [1, 1, 1]


def test_late_hazards_stand_on_the_workbench_of_both_sides(brigade: Organisation) -> None:
    county = make.government()
    long_ago = datetime.now(UTC) - timedelta(days=90)
    row = make.hazard(
        at=brigade, receiver=county, until=H.SIGNED, when=long_ago,
        due=long_ago + timedelta(days=1),
    )  # fmt: skip
    for permission, place in ((HAND_OVER, brigade), (RECTIFY, county)):
        browser = identity.browser_of(identity.user_with(permission, at=place))
        assert row.title in browser.get("/").content.decode()
    stranger = identity.browser_of(identity.user_with(RECTIFY, at=make.government()))
    assert row.title not in stranger.get("/").content.decode()


def test_the_page_offers_each_side_its_own_deeds(brigade: Organisation) -> None:
    county = make.government()
    row = make.hazard(at=brigade, receiver=county, until=H.SIGNED)
    address = reverse("risk.hazard", args=[row.pk])
    leader = identity.browser_of(identity.user_with(HAND_OVER, at=brigade))
    clerk = identity.browser_of(identity.user_with(RECTIFY, at=county))
    assert "submit" not in _deeds(leader, address)
    assert {"plan", "submit", "extend"} <= _deeds(clerk, address)
    assert "correct" not in _deeds(clerk, address)


def test_a_handed_over_hazard_is_listed_for_the_county_by_its_filters(
    brigade: Organisation,
) -> None:
    county = make.government()
    row = make.hazard(at=brigade, receiver=county, until=H.SIGNED)
    browser = identity.browser_of(identity.user_with(RECTIFY, at=county))
    for query in (
        f"receiver={county.pk}", "status=SIGNED", "overdue=1", "supervised=0", "category=5",
        f"version={row.version_id}", f"risk_list={row.version.risk_list_id}",
    ):  # fmt: skip
        page = browser.get(f"{reverse('risk.hazards')}?{query}").content.decode()
        assert (row.number in page) == (query != "overdue=1" or _is_late(row)), query


def _is_late(row: Hazard) -> bool:
    return row.due_at is not None and row.due_at < datetime.now(UTC)


def _deeds(browser: Client, address: str) -> set[str]:
    return set(re.findall(rf'"{address}/([a-z-]+)"', browser.get(address).content.decode()))


def test_figures_by_finder_and_by_receiver_are_not_asked_in_one_query() -> None:
    """Would catch a county judged by what was found there instead of by what it had to rectify."""
    brigade, county = identity.organisation(), make.government()
    now = datetime.now(UTC)
    row = make.hazard(at=brigade, receiver=county, until=H.STRUCK_OFF, when=now)
    services.reopen(hazard_id=row.pk, accident="SG1", reason="翻车", by=SYSTEM, at=now)
    codes = ["risk.found", "risk.reopened"]
    for place, wanted in ((brigade, [1, 0]), (county, [0, 1])):
        found = values(codes, Period.day_of(now), by=SYSTEM, branch=place.code)
        assert [each.number for each in found] == wanted
