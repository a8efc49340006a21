"""County governments as tenants: each meets what was handed to it, by whatever door it comes."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from luchang.apps.risk import services
from luchang.apps.risk.models import Hazard
from luchang.apps.risk.policies import HAND_OVER, RECTIFY
from luchang.apps.risk.states.hazards import HazardStatus
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.attachments.models import Attachment
from luchang.kernel.records.models import Comment
from tests.factories import hazards as make
from tests.factories import identity

pytestmark = pytest.mark.django_db
H = HazardStatus


@pytest.fixture(autouse=True)
def _store(tmp_path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def mine() -> Organisation:
    return make.government()


@pytest.fixture
def county(mine: Organisation) -> Client:
    return identity.browser_of(identity.user_with(RECTIFY, at=mine))


@pytest.fixture
def foreign() -> Hazard:
    """Handed to another county by another brigade, with a picture."""
    return make.hazard(receiver=make.government(), until=H.SUBMITTED)


@pytest.mark.parametrize(
    "deed", ["", "/sign", "/return", "/plan", "/submit", "/extend", "/remark"]
)
def test_a_foreign_hazard_is_not_there(county: Client, foreign: Hazard, deed: str) -> None:
    address = f"/risk/hazards/{foreign.pk}{deed}"
    answers = {county.post(address, {"text": "x", "reason": "x"}).status_code}
    if deed not in {"/sign", "/remark"}:
        answers = {county.get(address).status_code, answers.pop() if deed else 404}
    assert answers == {404}
    assert not Comment.objects.exists()


def test_no_filter_search_export_or_print_brings_it_out(county: Client, foreign: Hazard) -> None:
    for query in (
        "",
        f"receiver={foreign.receiver_id}",
        f"q={foreign.number}",
        "status=SUBMITTED",
    ):
        for door in ("risk.hazards", "risk.hazards.print"):
            page = county.get(f"{reverse(door)}?{query}").content.decode()
            assert foreign.title not in page, (door, query)
    export = county.get(f"{reverse('risk.hazards.export')}?format=csv")
    body = b"".join(export) if export.streaming else export.content
    assert foreign.number.encode() not in body
    assert foreign.title not in county.get(f"/search?q={foreign.number}").content.decode()


def test_its_pictures_are_not_there_and_none_can_be_hung_on_it(
    county: Client, foreign: Hazard
) -> None:
    file = Attachment.objects.get(subject_id=foreign.pk)
    for door in ("download", "picture", "thumbnail"):
        assert county.get(reverse(f"attachments:{door}", args=[file.key])).status_code == 404
    picture = make.photo()[0]
    picture.name = "x.jpg"
    address = reverse("attachments:upload", args=["risk.hazard", foreign.pk])
    assert county.post(address, {"file": picture}).status_code in {403, 404}
    address = reverse("risk.hazard.withdraw-file", args=[foreign.pk, file.key])
    assert county.post(address, {"reason": "x"}).status_code == 404
    assert Attachment.objects.present().filter(subject_id=foreign.pk).count() == 1


def test_a_picture_of_another_hazard_is_not_withdrawn_through_one_s_own(
    county: Client, mine: Organisation, foreign: Hazard
) -> None:
    """Would catch a key that is looked up without asking whose record the file hangs on."""
    own = make.hazard(receiver=mine, until=H.SIGNED)
    file = Attachment.objects.get(subject_id=foreign.pk)
    address = reverse("risk.hazard.withdraw-file", args=[own.pk, file.key])
    assert county.post(address, {"reason": "x"}).status_code == 404


def test_finder_and_receiver_see_the_same_record_and_its_pictures(mine: Organisation) -> None:
    brigade = identity.organisation()
    row = make.hazard(at=brigade, receiver=mine, until=H.SUBMITTED)
    file = Attachment.objects.get(subject_id=row.pk)
    for permission, place in ((HAND_OVER, brigade), (RECTIFY, mine)):
        browser = identity.browser_of(identity.user_with(permission, at=place))
        assert row.title in browser.get(f"/risk/hazards/{row.pk}").content.decode()
        address = reverse("attachments:thumbnail", args=[file.key])
        assert browser.get(address).status_code == 200


def test_a_county_finds_and_hands_over_nothing(county: Client, mine: Organisation) -> None:
    assert county.get("/risk/phone").status_code == 403
    assert county.get("/risk/hazards/find").status_code == 403
    assert county.get("/risk/hazards/import").status_code == 403
    row = make.hazard(receiver=mine, until=H.SIGNED)
    for deed in ("hand-over", "correct", "accept", "supervise", "link"):
        assert county.get(f"/risk/hazards/{row.pk}/{deed}").status_code == 403, deed


def test_boards_and_map_show_a_county_its_own_alone(
    county: Client, mine: Organisation, foreign: Hazard
) -> None:
    long_ago = datetime(2026, 1, 5, tzinfo=UTC)
    spot = {"longitude": 113.1, "latitude": 27.8}
    for place in (mine, make.government()):
        row = make.hazard(
            receiver=place, until=H.SIGNED, when=long_ago, due=long_ago.replace(day=9),
            title=f"隐患{place.pk}号", longitude=spot["longitude"], latitude=spot["latitude"],
        )  # fmt: skip
        services.put_up(hazard_id=row.pk, grade="1", basis="市", by=SYSTEM, at=long_ago)
    services.close_month(month=long_ago.date(), by=SYSTEM, at=datetime(2026, 2, 2, tzinfo=UTC))
    other = Hazard.objects.exclude(receiver=mine).exclude(pk=foreign.pk).get()
    for door in (
        "risk.hazards.points",
        "risk.supervised",
        "risk.mayors_list",
        "workbench",
        "risk.overview",
    ):
        page = county.get(reverse(door)).content.decode()
        assert other.title not in page, door
        if door != "risk.overview":
            assert f"隐患{mine.pk}号" in page, door
