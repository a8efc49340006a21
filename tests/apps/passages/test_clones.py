"""Suspected clones: found by what no vehicle can drive, decided by an officer, and not again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luchang.apps.passages.models import (
    CloneMove,
    CloneSuspect,
    Episode,
    LeftOutCamera,
    VehicleWatch,
)
from luchang.apps.passages.policies import (
    JUDGE_CLONE,
    PROPOSE_WATCH,
    SEE_CLONES,
)
from luchang.apps.passages.selectors import clones as selectors
from luchang.apps.passages.services import clones as services
from luchang.apps.passages.services.clone_refusals import CloneRefused
from luchang.apps.passages.services.comparing import compare_plates
from luchang.apps.passages.states import Ailment, WatchCategory, WatchResponse, WatchStatus
from luchang.apps.passages.states.clones import CLONE, CloneExplanation, CloneStatus
from luchang.kernel import clock
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.audit.states import Action
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM, Unreached
from luchang.kernel.records.models import Todo
from luchang.kernel.states import IllegalTransition
from tests.factories import clones as make
from tests.factories import enquiries, passages
from tests.factories.enquiries import MORNING, driving, store_of
from tests.factories.identity import actor_with, browser_of, organisation, tree, user_with
from tests.factories.town import build_town

if TYPE_CHECKING:
    from django.conf import LazySettings

    from luchang.apps.passages.models import CloneComparison
    from luchang.core.passages.passage import Passage
    from luchang.kernel.segments import Store

pytestmark = pytest.mark.django_db
S = CloneStatus
CLONE_PLATE, HONEST, MISREAD = "湘BD0001", "湘BD0002", "湘BD0003"
AFTER = MORNING + timedelta(days=3, hours=1)
"""The morning after three days of passages."""


class Town:
    """Six cameras of one brigade and one of another on a road network; three days of passages."""

    def __init__(self, folder: Path) -> None:
        build_town()
        self.tree = tree()
        self.cameras = enquiries.cameras(self.tree.own)
        self.near, self.far = self.cameras[0], self.cameras[3]
        self.folder = folder

    def store(self, *more: list[Passage]) -> Store:
        honest = [
            driving(self.cameras, HONEST, MORNING + timedelta(days=day), minutes=9.0)
            for day in range(3)
        ]
        once = make.clashing(self.near, self.far, MISREAD, MORNING, days=1)[:2]
        return store_of(self.folder, *honest, once, *more)

    def compared(self, *more: list[Passage]) -> CloneComparison:
        return compare_plates(store=self.store(*more), by=SYSTEM, at=AFTER)


@pytest.fixture
def town(tmp_path: Path, settings: LazySettings) -> Town:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.PASSAGE_STORE = tmp_path / "passages"
    return Town(tmp_path / "passages")


def planted(town: Town, *, image: str = "") -> list[Passage]:
    return make.clashing(town.near, town.far, CLONE_PLATE, MORNING, image=image)


def only() -> CloneSuspect:
    return CloneSuspect.objects.get()


class TestComparison:
    def test_the_clone_is_found_and_nobody_else(self, town: Town) -> None:
        """An honest driver and a plate misread once are no suspects."""
        told = town.compared(planted(town, image="2026-03-02/" + "1" * 40))

        row = only()
        assert (row.plate, row.status, told.found, told.days) == (CLONE_PLATE, S.SUSPECTED, 1, 3)
        assert row.number.startswith("TP2026")
        assert row.moves == row.impossible_moves.count() == 9
        assert row.organisation == town.tree.own
        one = row.impossible_moves.order_by("end_at")[0]
        assert (one.start, one.end, one.took_s) == (town.near, town.far, 20.0)
        assert one.distance_m is not None
        assert one.distance_m > 2_000.0
        assert one.took_s < one.bound_s
        assert one.end_image.endswith("1" * 40)
        assert Todo.objects.open().filter(kind="passages.judge_clone").count() == 1

    def test_comparing_again_adds_nothing_and_asks_nobody_twice(self, town: Town) -> None:
        town.compared(planted(town))
        before = set(CloneMove.objects.values_list("pk", flat=True))

        town.compared()

        assert set(CloneMove.objects.values_list("pk", flat=True)) == before
        assert CloneSuspect.objects.count() == Todo.objects.count() == 1

    def test_a_camera_whose_clock_was_wrong_accuses_nobody_and_is_named(self, town: Town) -> None:
        Episode.objects.create(
            camera=town.far,
            ailment=Ailment.CLOCK,
            detail="设备时钟比平台快95秒",
            began_at=MORNING - timedelta(hours=2),
        )

        town.compared(planted(town))

        assert not CloneSuspect.objects.exists()
        left = LeftOutCamera.objects.get()
        assert (left.camera, left.days) == (town.far, 3)
        assert "95" in left.detail

    def test_only_the_days_of_a_wrong_clock_are_left_out(self, town: Town) -> None:
        """A clock put right after two days leaves the third to be judged."""
        Episode.objects.create(
            camera=town.far,
            ailment=Ailment.CLOCK,
            detail="慢",
            began_at=MORNING - timedelta(days=1),
            ended_at=MORNING + timedelta(days=1),
        )
        store = town.store(planted(town))

        compare_plates(store=store, by=SYSTEM, at=AFTER)
        days = {local(one.end_at).date() for one in CloneMove.objects.all()}

        assert days <= {local(MORNING + timedelta(days=2)).date()}
        assert LeftOutCamera.objects.get().days == 2

    def test_a_clone_seen_by_two_brigades_belongs_to_the_city_above_them(self, town: Town) -> None:
        """Whoever sees the record sees where all of it happened."""
        foreign = enquiries.cameras(town.tree.sibling, 4)[3]

        town.compared(make.clashing(town.near, foreign, CLONE_PLATE, MORNING))

        row = only()
        assert row.organisation == town.tree.city
        assert not selectors.suspects(actor_with(SEE_CLONES, at=town.tree.own)).exists()
        assert selectors.suspects(actor_with(SEE_CLONES, at=town.tree.city)).get() == row

    def test_an_old_suspicion_fades_and_comes_back_with_new_moves(self, town: Town) -> None:
        store = town.store(planted(town))
        compare_plates(store=store, by=SYSTEM, at=AFTER)
        later = MORNING + timedelta(days=27)
        store.append(driving(town.cameras, HONEST, later - timedelta(days=1), minutes=9.0))
        _arranged(store)

        compare_plates(store=store, by=SYSTEM, at=later)
        assert only().status == S.FADED
        assert not Todo.objects.open().exists()

        again = later - timedelta(days=1, hours=2)
        store.append(make.clashing(town.near, town.far, CLONE_PLATE, again, days=1))
        _arranged(store)
        compare_plates(store=store, by=SYSTEM, at=later)
        assert only().status == S.SUSPECTED
        assert Todo.objects.open().count() == 1

    @pytest.mark.parametrize(
        ("explanation", "status"),
        [(CloneExplanation.MISREAD, S.SUSPECTED), (CloneExplanation.SECOND_TYPE, S.EXPLAINED)],
    )
    def test_what_was_explained_comes_back_only_if_it_goes_on(
        self, town: Town, explanation: CloneExplanation, status: CloneStatus
    ) -> None:
        """A second lawful plate of the same number goes on for ever, and stays explained."""
        store = town.store(planted(town))
        compare_plates(store=store, by=SYSTEM, at=AFTER)
        services.explain_clone(
            suspect_id=only().pk, explanation=explanation, reason="已核对图片", by=SYSTEM, at=AFTER
        )
        compare_plates(store=store, by=SYSTEM, at=AFTER)
        assert only().status == S.EXPLAINED

        first = MORNING + timedelta(days=4)
        store.append(make.clashing(town.near, town.far, CLONE_PLATE, first))
        _arranged(store)
        compare_plates(store=store, by=SYSTEM, at=AFTER + timedelta(days=4))

        assert only().status == status

    def test_without_roads_or_passages_it_says_so(self, town: Town, tmp_path: Path) -> None:
        empty = store_of(tmp_path / "empty", [])
        with pytest.raises(CloneRefused) as told:
            compare_plates(store=empty, by=SYSTEM, at=AFTER)
        assert told.value.code == "nothing_to_compare"

    def test_erased_passages_take_their_moves_with_them(self, town: Town) -> None:
        store = town.store(planted(town))
        compare_plates(store=store, by=SYSTEM, at=AFTER)
        second = MORNING + timedelta(days=1) - timedelta(hours=8)

        gone = services.forget_moves(
            plate=CLONE_PLATE, plate_type=2, first=second, last=second + timedelta(days=1),
            by=SYSTEM, at=AFTER,
        )  # fmt: skip

        assert (gone, only().moves) == (3, 6)
        day = local(second).date()
        store.erase(CLONE_PLATE, 2, day, day)
        compare_plates(store=store, by=SYSTEM, at=AFTER)
        assert (
            only()
            .impossible_moves.filter(end_at__gte=second, start_at__lt=second + timedelta(days=1))
            .count()
            == 0
        )


def test_without_a_network_nothing_is_compared(tmp_path: Path, settings: LazySettings) -> None:
    settings.PASSAGE_STORE = tmp_path
    store = store_of(tmp_path, [enquiries.seen(passages.camera(), HONEST, MORNING)])

    with pytest.raises(CloneRefused) as told:
        compare_plates(store=store, by=SYSTEM, at=AFTER)
    assert told.value.code == "no_network"


def _arranged(store: Store) -> None:
    store.seal()
    for day in store.unarranged():
        store.arrange(day)


DEEDS = {
    S.CONFIRMED: lambda row: services.confirm_clone(
        suspect_id=row.pk, reason="两车颜色不同", by=SYSTEM, at=AFTER
    ),
    S.EXPLAINED: lambda row: services.explain_clone(
        suspect_id=row.pk,
        explanation=CloneExplanation.MISREAD,
        reason="误读",
        by=SYSTEM,
        at=AFTER,
    ),
    S.SUSPECTED: lambda row: services.reopen_clone(
        suspect_id=row.pk, reason="有新情况", by=SYSTEM, at=AFTER
    ),
}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wishes=st.lists(st.sampled_from(list(DEEDS)), max_size=6))
def test_a_suspect_takes_the_moves_of_its_table_and_no_other(
    db: None, wishes: list[CloneStatus]
) -> None:
    """Whatever is decided and taken back, who decided stands exactly where somebody did."""
    row = make.suspect(at=organisation())
    for wish in wishes:
        row.refresh_from_db()
        before = S(row.status)
        try:
            with transaction.atomic():
                DEEDS[wish](row)
        except IllegalTransition:
            assert wish not in CLONE.moves[before]
        row.refresh_from_db()
        assert (row.decided_at is not None) == (row.status in {S.CONFIRMED, S.EXPLAINED})
        open_ = Todo.objects.open().filter(subject="passages.clonesuspect", subject_id=row.pk)
        assert open_.exists() == (row.status == S.SUSPECTED)


class TestDecision:
    def test_nothing_is_decided_without_words(self) -> None:
        row = make.suspect(at=organisation())
        with pytest.raises(CloneRefused):
            services.confirm_clone(suspect_id=row.pk, reason="  ", by=SYSTEM, at=AFTER)
        assert only().status == S.SUSPECTED

    def test_another_units_suspect_is_not_there(self) -> None:
        places = tree()
        row = make.suspect(at=places.sibling)
        by = actor_with(JUDGE_CLONE, at=places.own)
        with pytest.raises(Unreached):
            services.confirm_clone(suspect_id=row.pk, reason="两车不同", by=by, at=AFTER)

    def test_a_confirmed_clone_leads_to_one_proposed_watch(self) -> None:
        place = organisation()
        row = make.suspect(at=place)
        by = actor_with(JUDGE_CLONE, PROPOSE_WATCH, at=place)
        wanted = services.Wanted(
            organisation=place,
            receivers=[place],
            response=WatchResponse.STOP,
            starts_at=AFTER,
            ends_at=AFTER + timedelta(days=10),
            case_number="演示案件",
            legal_basis="待核实",
            reason="套牌",
        )
        with pytest.raises(CloneRefused, match="确认"):
            services.watch_clone(suspect_id=row.pk, wanted=wanted, by=by, at=AFTER)
        services.confirm_clone(suspect_id=row.pk, reason="两车颜色不同", by=by, at=AFTER)

        watch = services.watch_clone(suspect_id=row.pk, wanted=wanted, by=by, at=AFTER)

        assert (watch.plate, watch.plate_type) == (row.plate, 2)
        assert (watch.category, watch.status) == (WatchCategory.CLONED, WatchStatus.PROPOSED)
        assert only().watch == watch
        with pytest.raises(CloneRefused, match=watch.number):
            services.watch_clone(suspect_id=row.pk, wanted=wanted, by=by, at=AFTER)
        assert VehicleWatch.objects.count() == 1


class TestPage:
    def test_the_plate_is_masked_and_the_moves_are_told(
        self, tmp_path: Path, settings: LazySettings
    ) -> None:
        settings.PASSAGE_STORE = tmp_path / "passages"
        place = organisation()
        row = make.suspect(at=place, plate="湘BD7777")
        other = CloneMove.objects.get(suspect=row)
        make.left_out(other.start)

        page = browser_of(user_with(SEE_CLONES, at=place)).get(
            reverse("passages.clone", args=[row.pk])
        )

        text = page.content.decode()
        assert "湘BD7777" not in text
        assert "湘B***77" in text
        assert other.start.name in text
        assert "60 秒" in text
        assert "300 秒" in text
        assert "1 台设备因时钟偏差" in text
        assert f"· {other.start.name}" in text
        assert AuditEntry.objects.filter(action=Action.READ, subject_id=str(row.pk)).exists()

    def test_pictures_are_for_those_who_judge_and_each_look_is_told(
        self, tmp_path: Path, settings: LazySettings
    ) -> None:
        settings.PASSAGE_STORE = tmp_path / "passages"
        settings.PASSAGE_PICTURES = tmp_path / "pictures"
        place = organisation()
        now = clock.now()
        image = passages.kept_picture(now)
        row = make.suspect(at=place, found_at=now, image=image)
        address = reverse(
            "passages.clone_picture", args=[row.pk, row.impossible_moves.get().pk, "end"]
        )

        reader, judge = user_with(SEE_CLONES, at=place), user_with(JUDGE_CLONE, at=place)
        assert browser_of(reader).get(address).status_code == 403
        shown = browser_of(judge).get(address)

        kept = (tmp_path / "pictures" / image).read_bytes()
        assert shown["Content-Type"] == "image/jpeg"
        assert shown.content[:2] == kept[:2] == b"\xff\xd8"
        assert shown.content != kept, "who looks at it stands across it"
        assert AuditEntry.objects.filter(
            action=Action.REVEAL, subject_id=str(row.pk), actor_id=judge.pk
        ).exists()
