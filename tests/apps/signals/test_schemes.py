"""Corridors and days of plans: half ones refused, computed as one, signed by two, begun as one."""

import io
import zipfile
from datetime import timedelta

import pytest

from luchang.apps.signals import services
from luchang.apps.signals.bridge import schemes as bridge
from luchang.apps.signals.models import (
    Junction,
    Scheme,
    SchemePlan,
    SchemeRelease,
    TimingPlan,
)
from luchang.apps.signals.policies import APPROVE, MANAGE, SEE
from luchang.apps.signals.services import (
    Refused,
    computing,
    day_planning,
    proving,
    scheme_advising,
    scheme_planning,
    schemes,
)
from luchang.apps.signals.services.signing import check_bound
from luchang.apps.signals.states import Channel, Days, LayoutOrigin, PlanOrigin, StudyStatus
from luchang.core.signals.fixed.problem import Limits
from luchang.core.signals.waves import common_cycle_s
from luchang.kernel.identity.actors import SYSTEM, Unreached
from luchang.kernel.states import IllegalTransition
from tests.core.signals.drawn import tee
from tests.factories import identity, signals
from tests.factories import schemes as made
from tests.factories.signals import AT, BEGINS, ENDS

pytestmark = pytest.mark.django_db
S = StudyStatus
QUICK = Limits(draws=1, runs=20, network_runs=20, final_draws=1)


def opened(junctions: list[Junction], **changed: object) -> Scheme:
    asked: dict[str, object] = {
        "junction_ids": [each.pk for each in junctions],
        "name": "",
        "description": "",
        "days": Days.DAILY,
        "begins_min": BEGINS,
        "ends_min": ENDS,
        "speed_kmh": 45.0,
        "by": SYSTEM,
        "at": AT,
    }
    return services.open_corridor(**{**asked, **changed})  # type: ignore[arg-type]


class TestOpening:
    def test_junctions_stand_in_the_order_of_the_road(self) -> None:
        first, second, third = made.row_of_junctions(3)
        scheme = opened([third, first, second])
        rows = list(scheme.members.order_by("ordinal"))
        assert [each.junction_id for each in rows] == [first.pk, second.pk, third.pk]
        assert rows[1].at_m == pytest.approx(394, abs=8)
        assert scheme.name == f"{first.name}—{third.name}"

    def test_half_a_corridor_is_refused_with_names(self) -> None:
        """Would catch a study of one junction that calls itself a road."""
        first, second = made.row_of_junctions(2)
        with pytest.raises(Refused, match="至少要选2个路口"):
            opened([first])
        services.redraw(
            junction_id=second.pk, layout=tee(), origin=LayoutOrigin.FORM, reason="改造",
            by=SYSTEM, at=AT,
        )  # fmt: skip
        Junction.objects.filter(pk=second.pk).update(latitude=27.826, longitude=113.13)
        with pytest.raises(Refused, match=f"{second.name}|{first.name}"):
            opened([first, second])

    def test_a_junction_without_lanes_is_refused_by_name(self) -> None:
        first, second = made.row_of_junctions(2)
        Junction.objects.filter(pk=second.pk).update(layout=None)
        with pytest.raises(Refused, match=f"{second.name}还没有渠化"):
            opened([first, second])

    def test_a_junction_is_in_one_open_scheme_of_its_hours(self) -> None:
        junctions = made.row_of_junctions(2)
        known = opened(junctions)
        with pytest.raises(Refused, match=known.number):
            opened(junctions)
        services.cancel(of=known, reason="不做了", by=SYSTEM, at=AT)
        assert opened(junctions).status == S.OPEN

    def test_junctions_of_others_are_not_timed(self) -> None:
        """Would catch a squadron that sets the signals of another."""
        ours, theirs = identity.organisation(), identity.organisation()
        first, _ = made.row_of_junctions(2, at=ours)
        foreign = signals.junction(at=theirs)
        by = identity.actor_with(SEE, MANAGE, at=ours)
        with pytest.raises(Unreached):
            opened([first, foreign], by=by)

    def test_hours_stand_on_quarters(self) -> None:
        with pytest.raises(Refused, match="07:10"):
            opened(made.row_of_junctions(2), begins_min=430)


class TestCounts:
    def test_every_junction_without_counts_is_named(self) -> None:
        """Would catch a wave computed from a road half of which nobody counted."""
        first, second, third = made.row_of_junctions(3)
        for each in (second, third):
            each.count_sets.all().delete()
        scheme = opened([first, second, third])
        with pytest.raises(Refused) as refused:
            services.use_scheme_counts(
                of=scheme, count_sets=schemes.latest_counts(scheme, SYSTEM),
                by=SYSTEM, at=AT,
            )  # fmt: skip
        assert second.name in str(refused.value)
        assert third.name in str(refused.value)
        assert first.name not in str(refused.value)
        scheme.refresh_from_db()
        assert scheme.status == S.OPEN

    def test_counts_of_another_junction_are_refused(self) -> None:
        first, second = made.row_of_junctions(2)
        scheme = opened([first, second])
        theirs = second.count_sets.get().pk
        with pytest.raises(Refused, match="不属于"):
            services.use_scheme_counts(
                of=scheme, count_sets={first.pk: theirs, second.pk: theirs},
                by=SYSTEM, at=AT,
            )  # fmt: skip


class TestComputing:
    def test_a_corridor_gets_one_cycle_and_bands_both_ways(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The optimiser itself: would catch plans that are not safe, or a wave that is none."""
        monkeypatch.setattr(scheme_planning, "CORRIDOR_LIMITS", QUICK)
        scheme = made.corridor(made.row_of_junctions(3), until=S.COUNTED)
        asked = scheme_planning.asked_of(scheme)
        advice = scheme_advising.advise(asked, ticking=lambda *_told: None)
        by_method = {each.method: each for each in advice}
        assert set(by_method) == {"present", "wave", "coordinated"}
        wave = by_method["wave"]
        assert common_cycle_s([each.plan for each in wave.entries]) == wave.cycle_s
        assert min(wave.out_s or 0, wave.back_s or 0) > 5
        present = by_method["present"]
        assert by_method["coordinated"].expected.delay_s < present.expected.delay_s
        computing.store_candidates(of=scheme, advice=advice, by=SYSTEM, at=AT)
        assert scheme.candidates.count() == 3

    def test_a_day_gets_a_plan_for_its_rush_and_one_for_the_rest(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The optimiser itself: would catch a rush that runs the quiet hours' plan."""
        monkeypatch.setattr(day_planning, "DAY_LIMITS", QUICK)
        scheme = made.day(until=S.COUNTED)
        asked = scheme_planning.asked_of(scheme)
        code = asked.junctions[0].code
        assert day_planning.parts_for(scheme, asked.counted[code]) == [360, 420, 540]
        advice = scheme_advising.advise(asked, ticking=lambda *_told: None)
        by_method = {each.method: each for each in advice}
        assert set(by_method) == {"present", "parts_textbook", "parts"}
        textbook = by_method["parts_textbook"].entries
        assert [(each.begins_min, each.ends_min) for each in textbook] == [
            (360, 420), (420, 540), (540, 720),
        ]  # fmt: skip
        assert textbook[1].plan.cycle_s > textbook[0].plan.cycle_s
        assert by_method["parts"].expected.delay_s <= by_method["present"].expected.delay_s

    @pytest.mark.parametrize(
        ("parts", "why"),
        [([360, 425], "整刻钟"), ([375], "须从06:00"), ([360, 375, 600], "不足30分钟"),
         ([360, 600, 480], "依次"), ([360, 720], "之前")],
    )  # fmt: skip
    def test_parts_that_cannot_be_are_refused(self, parts: list[int], why: str) -> None:
        scheme = made.day(until=S.COUNTED)
        with pytest.raises(Refused, match=why):
            services.set_parts(of=scheme, parts=parts, by=SYSTEM, at=AT)

    def test_parts_that_were_set_are_taken(self) -> None:
        scheme = made.day(until=S.COUNTED)
        services.set_parts(of=scheme, parts=[360, 450], by=SYSTEM, at=AT)
        asked = scheme_planning.asked_of(Scheme.objects.get(pk=scheme.pk))
        code = asked.junctions[0].code
        assert day_planning.parts_for(asked.scheme, asked.counted[code]) == [360, 450]


class TestDeciding:
    def test_nobody_approves_what_he_chose(self) -> None:
        scheme = made.corridor(until=S.COMPUTED)
        engineer = identity.actor_with(SEE, MANAGE, APPROVE, at=scheme.organisation)
        chief = identity.actor_with(SEE, MANAGE, APPROVE, at=scheme.organisation)
        chosen = made.candidate(scheme)
        services.choose(of=scheme, candidate_id=chosen.pk, by=engineer, at=AT)
        both = {"before": signals.shown(45.0), "after": signals.shown(33.0)}
        proving.store_proof(
            of=scheme, candidate_id=chosen.pk, result={"seeds": [1], "plans": both},
            by=engineer, at=AT, shown_by="试验",
        )  # fmt: skip
        with pytest.raises(Refused, match="不能审批"):
            services.approve(of=scheme, by=engineer, at=AT)
        approved = services.approve(of=scheme, by=chief, at=AT)
        assert SchemePlan.objects.filter(scheme=approved).count() == 2
        file = services.export(of=scheme, channel=Channel.GA1049_FILE, by=engineer, at=AT)
        names = zipfile.ZipFile(io.BytesIO(file.content)).namelist()
        assert sum(name.endswith(".xml") for name in names) == 2
        assert f"{scheme.number}-schedule.csv" in names
        assert SchemeRelease.objects.get().digest == approved.approved_digest

    def test_what_was_altered_since_is_neither_begun_nor_exported(self) -> None:
        """Would catch one plan of five edited after the signature."""
        scheme = made.corridor(until=S.APPROVED)
        plan = SchemePlan.objects.filter(scheme=scheme).first()
        assert plan is not None
        plan.content["steps"][0]["green_s"] += 1
        plan.save()
        for leave in (
            lambda: check_bound(scheme),
            lambda: services.schedule(of=scheme, moment=AT + timedelta(days=1), by=SYSTEM, at=AT),
            lambda: services.export(of=scheme, channel=Channel.UTDF_FILE, by=SYSTEM, at=AT),
        ):
            with pytest.raises(Refused, match="与审批时不一致"):
                leave()

    def test_a_layout_that_changed_stops_all_of_it(self) -> None:
        junctions = made.row_of_junctions(2)
        scheme = made.corridor(junctions, until=S.PROVEN)
        services.redraw(
            junction_id=junctions[1].pk, layout=tee(), origin=LayoutOrigin.FORM, reason="改造",
            by=SYSTEM, at=AT,
        )  # fmt: skip
        with pytest.raises(Refused, match=junctions[1].name):
            services.approve(of=scheme, by=SYSTEM, at=AT)

    def test_all_plans_begin_at_once_and_go_back_at_once(self) -> None:
        junctions = made.row_of_junctions(2)
        scheme = made.corridor(junctions, until=S.IN_FORCE)
        running = TimingPlan.objects.filter(scheme=scheme, ended_at=None)
        assert {each.junction_id for each in running} == {each.pk for each in junctions}
        services.roll_back(of=scheme, reason="更堵", by=SYSTEM, at=AT + timedelta(days=1))
        assert not TimingPlan.objects.filter(scheme=scheme, ended_at=None).exists()
        scheme.refresh_from_db()
        assert scheme.status == S.REJECTED

    def test_one_plan_that_may_not_begin_stops_them_all(self) -> None:
        """Would catch half a road at the new cycle."""
        junctions = made.row_of_junctions(2)
        scheme = made.corridor(junctions, until=S.SCHEDULED)
        services.put_in_force(
            junction_id=junctions[1].pk, name="早班", plan=_plan(junctions[1]),
            days=Days.WORKDAYS, begins_min=BEGINS + 15, ends_min=ENDS + 15,
            origin=PlanOrigin.FIELD, by=SYSTEM, at=AT,
        )  # fmt: skip
        with pytest.raises(Refused, match="早班"):
            services.begin(of=scheme, by=SYSTEM, at=AT + timedelta(hours=1))
        assert not TimingPlan.objects.filter(scheme=scheme).exists()

    def test_a_worse_proof_stays_where_it_is(self) -> None:
        scheme = made.corridor(until=S.COMPUTED)
        made.proven(scheme, AT, before=30.0, after=40.0)
        scheme.refresh_from_db()
        assert scheme.status == S.COMPUTED
        with pytest.raises((Refused, IllegalTransition)):
            services.approve(of=scheme, by=SYSTEM, at=AT)

    def test_plans_of_a_day_have_numbers_and_hours(self) -> None:
        scheme = made.day(until=S.APPROVED)
        rows = SchemePlan.objects.filter(scheme=scheme)
        hours = sorted(pair for each in rows for pair in each.hours)
        assert hours == [[360, 420], [420, 540], [540, 720]]
        assert len({each.plan_no for each in rows}) == rows.count()
        entries = bridge.read(made.candidate(scheme).content)
        assert len(entries) == 3

    def test_it_is_accepted_by_another_after_comparison(self) -> None:
        scheme = made.day(until=S.ACCEPTED)
        assert scheme.accepted_at is not None
        assert scheme.comparison is not None
        assert scheme.comparison["is_clear"]


def _plan(of: Junction):  # type: ignore[no-untyped-def]  # read back as it was
    from luchang.apps.signals.bridge import plans  # noqa: PLC0415 - one use

    row = of.plans.first()
    assert row is not None
    return plans.read(row.content, of.code)
