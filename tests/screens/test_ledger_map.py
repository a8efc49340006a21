"""The map of a ledger in a browser: every mark arrives, on a desk's screen and on a phone's."""

from datetime import UTC, datetime

import pytest

from luchang.apps.facilities.models import Facility
from luchang.apps.facilities.policies import SEE
from luchang.apps.facilities.states import FacilityStatus
from tests.browser import DESK, PHONE, Visit
from tests.factories import facilities as make
from tests.factories import identity

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MANY = 20_000


def _strewn(count: int) -> Facility:
    """A town's facilities, as a grid."""
    first = make.facility()
    Facility.objects.bulk_create(
        Facility(
            number=f"JT{place:06d}",
            kind=first.kind,
            name=f"演示设施{place}",
            place="演示路",
            longitude=112.9 + 0.4 * (place % 200) / 200,
            latitude=27.6 + 0.4 * (place // 200) / 100,
            organisation=first.organisation,
            status=list(FacilityStatus)[place % 3],
        )
        for place in range(count - 1)
    )
    return first


@pytest.mark.parametrize(("count", "size"), [(MANY, DESK), (60, PHONE)], ids=["desk", "phone"])
def test_every_mark_arrives(visit: Visit, count: int, size: tuple[int, int]) -> None:
    """Would catch a map of thousands that never fills, or that is cut without a word."""
    first = _strewn(count)
    person = identity.user_with(SEE, at=first.organisation)
    began = datetime.now(UTC)

    page = visit.open("/facilities/map?view=0", person=person, size=size)
    page.wait_for_selector(f'[data-points][data-filled="{count}"]', timeout=30_000)

    page.wait_for_timeout(1_500)
    visit.shoot(page, f"ledger-map-{size[0]}")
    assert page.locator("[data-points-failed]").is_hidden()
    assert (datetime.now(UTC) - began).total_seconds() < 30
