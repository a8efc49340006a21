"""The demo city's passages: the same every time, marked as invented, and worth looking at."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from django.conf import LazySettings
from numpy.typing import NDArray

from luchang.apps.passages.models import Camera, CloneSuspect
from luchang.apps.passages.policies import (
    CONFIRM_SECTION,
    JUDGE_CLONE,
    MANAGE_SECTION,
    SEARCH,
)
from luchang.apps.passages.selectors.asking import Asked
from luchang.apps.passages.selectors.measuring import measured_of
from luchang.apps.passages.states import EnquiryKind
from luchang.apps.passages.states.clones import CloneStatus
from luchang.core.passages.passage import UNREAD, check_all
from luchang.kernel.segments import Question, Store
from luchang.screens.demo_city.passages import (
    CAR,
    CLONE,
    COACH,
    COMPANION,
    NEWCOMER,
    SECOND_CLONE,
    THIRD_CLONE,
    Invented,
    fill_store,
    register_cameras,
)
from luchang.screens.demo_city.questions import (
    Investigators,
    certify_sections,
    find_clones,
)
from luchang.screens.demo_city.recipe import Area, Township
from tests.factories.identity import actor_with, organisation
from tests.factories.town import CENTRE, build_town

AT = datetime(2026, 3, 4, 6, tzinfo=UTC)
"""Two in the afternoon in Zhuzhou."""
DAYS = [date(2026, 3, 4) - timedelta(days=back) for back in range(3, -1, -1)]
CAMERAS = 40


def times() -> NDArray[np.int32]:
    """Forty cameras on a plain, half a minute to a quarter of an hour apart."""
    places = np.random.default_rng(7).uniform(0.0, 8_000.0, (CAMERAS, 2))
    apart = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    return np.asarray(apart / 11.0 * 1_000.0, np.int32)


@cache
def invented() -> list[dict[str, object]]:
    numbers = list(range(1, CAMERAS + 1))
    table = Invented(numbers, times(), 1).table(DAYS, until_ms=round(AT.timestamp() * 1_000))
    return list(table.to_pylist())


def test_days_of_a_small_city_are_invented_the_same_again() -> None:
    numbers, until_ms = list(range(1, CAMERAS + 1)), round(AT.timestamp() * 1_000)
    one, other = (
        Invented(numbers, times(), 1, vehicles=40).table(DAYS, until_ms=until_ms) for _ in range(2)
    )

    assert one.equals(other)
    assert 30_000 <= len(invented()) <= 60_000


def test_nothing_passes_for_real_and_nothing_lies_in_the_future() -> None:
    rows = invented()

    assert {str(row["plate"])[:3] for row in rows} == {"湘BD", UNREAD}
    assert all(len(str(row["plate"])) in {1, 7} for row in rows)
    assert all(str(row["image"]).startswith("demo/") for row in rows)
    assert max(int(str(row["at_ms"])) for row in rows) < AT.timestamp() * 1_000


def test_those_worth_looking_for_are_there() -> None:
    seen: dict[str, list[dict[str, object]]] = {}
    for row in invented():
        seen.setdefault(str(row["plate"]), []).append(row)

    assert len(seen[CAR]) == len(seen[COMPANION]) > 10
    assert {row["plate_type"] for row in seen[COACH]} == {1}
    assert len({row["camera"] for row in seen[CLONE]}) == 2
    assert len({int(str(row["at_ms"])) // 86_400_000 for row in seen[NEWCOMER]}) == 1


@pytest.mark.django_db
def test_a_city_with_roads_gets_cameras_and_a_store_once(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.PASSAGE_STORE = tmp_path / "passages"
    build_town()
    town = Township("430211002", "泰山路街道", *CENTRE)
    cameras = register_cameras([Area("430211", "天元区", (town,))], [organisation()], at=AT)

    rows = fill_store(cameras, seed=1, at=AT, vehicles=20)

    store = Store.open(tmp_path / "passages")
    assert rows == store.count() > 0
    assert fill_store(cameras, seed=1, at=AT, vehicles=20) == 0
    assert store.unarranged() == ()
    assert store.search(Question(AT - timedelta(days=4), AT, CAR)).total > 10
    assert all("演示" in each.name for each in Camera.objects.all())
    check_all(one.passage for one in store.search(Question(AT - timedelta(days=4), AT)).rows)


@pytest.mark.django_db
def test_clones_are_found_in_the_invented_days_and_a_section_has_somebody_above_its_limit(
    tmp_path: Path, settings: LazySettings
) -> None:
    """By the comparison and the measuring of the product, not by rows made up beside them."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.PASSAGE_STORE = tmp_path / "passages"
    build_town()
    town, city = Township("430211002", "泰山路街道", *CENTRE), organisation()
    cameras = register_cameras([Area("430211", "天元区", (town,))], [city], at=AT)
    fill_store(cameras, seed=1, at=AT, vehicles=60)
    staff = Investigators(
        actor_with(JUDGE_CLONE, MANAGE_SECTION, SEARCH, at=city),
        actor_with(CONFIRM_SECTION, at=city),
    )

    waiting = find_clones(staff, at=AT)
    expired, held = certify_sections(cameras, staff, at=AT)

    found = {row.plate: row.status for row in CloneSuspect.objects.all()}
    assert found[CLONE] == CloneStatus.CONFIRMED
    assert set(found) <= {CLONE, SECOND_CLONE, THIRD_CLONE}
    assert waiting == len(found) - 1
    assert (expired.holds_on(AT.date()), held.holds_on(AT.date())) == (False, True)
    asked = Asked(kind=EnquiryKind.SECTIONS, first=AT - timedelta(days=3), last=AT)
    assert measured_of(asked, staff.analyst).drives
