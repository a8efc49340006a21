"""Links and counted junctions: proposed, confirmed, refused; whoever does not manage them, not."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from luchang.apps.passages import tasks
from luchang.apps.passages.models import CongestionScale, CountedHour, Link, LinkTime, Movement
from luchang.apps.passages.policies import MANAGE_CAMERA, SEE_COUNTS
from luchang.apps.passages.services import junctions, links, scales
from luchang.apps.passages.services.count_refusals import CountRefused
from luchang.apps.passages.states import LINK, LinkStatus
from luchang.core.passages.quarters import Pair
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM, Forbidden, Unreached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.jobs.models import Job
from luchang.kernel.records.moves import history
from luchang.kernel.segments import Store
from luchang.kernel.states import IllegalTransition
from tests.factories import counts as make
from tests.factories.counts import AT, store_of, traffic
from tests.factories.identity import actor_with, browser_of, organisation, user_with
from tests.factories.passages import camera

pytestmark = pytest.mark.django_db
S = LinkStatus
FIELDS: dict[str, Any] = {"limit_kmh": 60, "road": "新华路", "junction_code": ""}
DEEDS = {
    S.CONFIRMED: lambda row: links.confirm_link(
        link_id=row.pk, name=row.name, length_m=900, free_s=60.0, by=SYSTEM, at=AT, **FIELDS
    ),
    S.REJECTED: lambda row: links.reject_link(link_id=row.pk, reason="绕行", by=SYSTEM, at=AT),
    S.SUGGESTED: lambda row: links.reconsider_link(link_id=row.pk, by=SYSTEM, at=AT),
    S.RETIRED: lambda row: links.retire_link(link_id=row.pk, reason="改道", by=SYSTEM, at=AT),
}


def proposed(at: Organisation | None = None) -> Link:
    place = at or organisation()
    pair = (camera(at=place).number, camera(at=place).number)
    (made,) = links.propose([Pair(pair, 80, 0.6, 45_300.0, 60_000.0)], by=SYSTEM, at=AT)
    return made


def refused(code: str, act: object) -> None:
    with pytest.raises(CountRefused) as found:
        act()  # type: ignore[operator]
    assert found.value.code == code
    assert str(found.value)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wishes=st.lists(st.sampled_from(list(S)), max_size=6))
def test_a_link_takes_the_moves_of_its_table_and_no_other(db: None, wishes: list[S]) -> None:
    """In any order; what is refused changes nothing, what is done stands in the history."""
    row, told = proposed(), [S.SUGGESTED.value]
    for wish in wishes:
        row.refresh_from_db()
        try:
            with transaction.atomic():
                DEEDS[wish](row)
        except IllegalTransition:
            assert wish not in LINK.moves[S(row.status)]
        else:
            told.append(wish.value)
    row.refresh_from_db()
    assert row.status == told[-1]
    assert list(history(row).order_by("pk").values_list("after", flat=True)) == told


def test_the_database_refuses_a_move_past_the_table() -> None:
    row = proposed()
    with pytest.raises(Exception, match="status"), transaction.atomic():
        Link.objects.filter(pk=row.pk).update(status=S.RETIRED)


def test_a_proposal_carries_what_it_was_made_from_and_is_made_once() -> None:
    row = proposed()
    assert (row.status, row.seen_vehicles, row.free_s) == (S.SUGGESTED, 80, 45.3)
    assert len(row.path) >= 2
    pair = Pair((row.start.number, row.end.number), 99, 0.9, 1_000.0, 2_000.0)

    assert links.propose([pair], by=SYSTEM, at=AT) == []
    links.reject_link(link_id=row.pk, reason="绕行", by=SYSTEM, at=AT)
    assert links.propose([pair], by=SYSTEM, at=AT) == [], "what was refused is not asked again"


def test_links_are_proposed_only_where_both_cameras_are_managed() -> None:
    own, other = organisation(), organisation()
    pair = Pair((camera(at=own).number, camera(at=other).number), 99, 0.9, 1_000.0, 2_000.0)

    assert links.propose([pair], by=actor_with(MANAGE_CAMERA, at=own), at=AT) == []
    assert len(links.propose([pair], by=SYSTEM, at=AT)) == 1


def test_the_job_proposes_from_the_store_what_is_often_driven(
    settings: Settings, tmp_path: Path
) -> None:
    """Fifty drive on, three turn off: one link, its free time near the fast ones."""
    settings.PASSAGE_STORE = tmp_path
    place = organisation()
    here, on, off = camera(at=place), camera(at=place), camera(at=place)
    store_of(
        tmp_path,
        [
            *traffic(here, on, vehicles=50, seconds=48),
            *traffic(here, off, vehicles=3, seconds=90, first=600),
        ],
    )
    ticks: list[int] = []
    made = links.suggest_links(
        day=local(AT).date(), by=SYSTEM, at=AT, ticking=lambda done, _of: ticks.append(done)
    )

    assert [(row.start, row.end, row.free_s) for row in made] == [(here, on, 48.0)]
    assert ticks == list(range(24))
    refused(
        "no_passages",
        lambda: links.suggest_links(
            day=date(2020, 1, 1), by=SYSTEM, at=AT, ticking=lambda _done, _of: None
        ),
    )


def test_odd_links_are_refused_in_words() -> None:
    row = make.link()
    entered: dict[str, Any] = {"name": "路段", "by": SYSTEM, "at": AT}

    refused("link_taken", lambda: make.link(row.start, row.end))
    refused("same_camera", lambda: make.link(row.start, row.start))
    refused("too_fast", lambda: make.link(length_m=5_000, free_s=60))
    refused(
        "malformed",
        lambda: links.enter_link(
            start=camera(), end=camera(), length_m=500, free_s=0.5 + 29.5, limit_kmh=900, **entered
        ),
    )
    refused(
        "too_fast",
        lambda: links.correct_link(
            link_id=row.pk, name="x", length_m=9_000, free_s=10.0, by=SYSTEM, at=AT, **FIELDS
        ),
    )


def test_a_foreign_link_is_as_good_as_absent_and_a_foreign_camera_forbidden() -> None:
    row, by = make.link(), actor_with(MANAGE_CAMERA, at=organisation())

    with pytest.raises(Unreached):
        links.retire_link(link_id=row.pk, reason="x", by=by, at=AT)
    with pytest.raises(Forbidden):
        links.enter_link(
            start=row.end, end=row.start, name="x", length_m=100, free_s=60, by=by, at=AT
        )
    with pytest.raises(Forbidden):
        links.order_suggestions(
            day=date(2026, 3, 1), by=actor_with(SEE_COUNTS, at=organisation()), at=AT
        )


def test_a_movement_is_told_by_lanes_or_by_the_next_camera_and_only_once() -> None:
    row = make.junction()
    seen_by = camera(at=row.organisation, lanes=2)
    way = make.movement(row, "E-left", seen_by=seen_by, lanes=[2, 1, 2])
    assert way.lanes == [1, 2]

    refused("way_taken", lambda: make.movement(row, "E-left", seen_by=seen_by))
    refused("way_untold", lambda: make.movement(row, "E-right", seen_by=seen_by, lanes=[]))
    refused("lane_absent", lambda: make.movement(row, "E-right", seen_by=seen_by, lanes=[3]))
    refused("way_unknown", lambda: make.movement(row, "E-on_foot", seen_by=seen_by))
    refused(
        "same_camera",
        lambda: make.movement(row, "E-right", seen_by=seen_by, lanes=[], onto=seen_by),
    )
    refused("code_taken", lambda: make.junction(code=row.code))
    junctions.end_movement(movement_id=way.pk, by=SYSTEM, at=AT)
    refused("movement_ended", lambda: junctions.end_movement(movement_id=way.pk, by=SYSTEM, at=AT))
    assert make.movement(row, "E-left", seen_by=seen_by).pk != way.pk


def test_the_database_holds_what_the_services_ask() -> None:
    row, way = make.link(), make.movement(make.junction())
    for rows, change in (
        (Link.objects.filter(pk=row.pk), {"end": row.start}),
        (Link.objects.filter(pk=row.pk), {"free_s": 0}),
        (Movement.objects.filter(pk=way.pk), {"lanes": []}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_levels_are_set_for_days_to_come_and_confirmed_only_by_a_source() -> None:
    def set_(**other: object) -> CongestionScale:
        said = {
            "valid_from": local(AT).date(), "free_percent": 70, "smooth_percent": 50,
            "slight_percent": 40, "moderate_percent": 30, "article": "", "is_confirmed": False,
        }  # fmt: skip
        return scales.set_scale(**{**said, **other}, by=SYSTEM, at=AT)  # type: ignore[arg-type]

    refused("scale_past", lambda: set_(valid_from=local(AT).date() - timedelta(days=1)))
    refused("scale_not_falling", lambda: set_(smooth_percent=80))
    refused("scale_not_falling", lambda: set_(free_percent=100))
    refused("scale_unfounded", lambda: set_(is_confirmed=True))
    assert set_().scale.shares == (0.7, 0.5, 0.4, 0.3)
    refused("scale_taken", set_)


def test_the_pages_of_links_and_levels_do_what_they_say() -> None:
    place = organisation()
    browser = browser_of(user_with(SEE_COUNTS, MANAGE_CAMERA, at=place))
    row = proposed(at=place)
    assert "确认启用" in browser.get(f"/passages/links/{row.pk}").content.decode()

    form = {"name": "新华路东段", "road": "新华路", "length_m": 800, "free_s": 50}
    assert browser.post(f"/passages/links/{row.pk}/confirm", form).status_code == 302
    asked = browser.post("/passages/links/suggest", {"day": "2026-03-01"})
    scale = {
        "valid_from": "2099-01-01", "free_percent": 70, "smooth_percent": 50,
        "slight_percent": 40, "moderate_percent": 60,
    }  # fmt: skip
    odd = browser.post("/passages/congestion/scales/set", scale)
    good = browser.post("/passages/congestion/scales/set", {**scale, "moderate_percent": 30})

    row.refresh_from_db()
    assert (row.status, row.length_m) == (S.CONFIRMED, 800)
    assert asked.status_code == good.status_code == 302
    assert Job.objects.filter(kind=links.SUGGEST).exists()
    assert odd.status_code == 422
    assert "依次降低" in odd.content.decode()
    assert "2099-01-01" in browser.get("/passages/congestion/scales/").content.decode()


def test_the_workers_rounds_count_what_arrived(settings: Settings, tmp_path: Path) -> None:
    """Through the tasks themselves: sealed and counted, nobody has to press anything."""
    settings.PASSAGE_STORE = tmp_path
    road = make.link()
    Store.open(tmp_path).append(traffic(road.start, road.end, vehicles=10, seconds=60))

    tasks.seal(0)
    tasks.count_quarters(0)

    assert LinkTime.objects.filter(link=road).count() > 0
    assert CountedHour.objects.exists()
