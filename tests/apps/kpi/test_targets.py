"""Targets of units and years: who sets them, what they hold for, where they are shown."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from luchang.apps.kpi import services
from luchang.apps.kpi.models import Target
from luchang.apps.kpi.policies import MANAGE_ASSESSMENTS, SEE_FIGURES, SET_TARGETS
from luchang.apps.kpi.selectors.targets import Goal, goal_of, is_reached, offered
from luchang.apps.kpi.selectors.values import Value, value
from luchang.apps.kpi.services.assessments import Wanted
from luchang.apps.kpi.views.targets import TARGET_IMPORT
from luchang.kernel import clock
from luchang.kernel.history import history_of
from luchang.kernel.identity.actors import Actor, Forbidden, Unreached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.lists.imports import services as imports
from luchang.kernel.lists.imports.workbooks import form
from luchang.kernel.lists.models import ImportRun
from luchang.kernel.metrics import Period, find
from tests.factories import identity
from tests.factories.workbooks import workbook

pytestmark = pytest.mark.django_db
SHARE, COUNT = "risk.in_time", "risk.struck_off"
AT = datetime(2026, 7, 1, 4, tzinfo=UTC)
SEES = (SEE_FIGURES, SET_TARGETS, "dispatch.see_incidents", "risk.see_risk")


@pytest.fixture
def city() -> Organisation:
    return identity.organisation()


@pytest.fixture
def brigade(city: Organisation) -> Organisation:
    return identity.organisation(parent=city)


@pytest.fixture
def by(city: Organisation) -> Actor:
    return identity.actor_with(*SEES, MANAGE_ASSESSMENTS, at=city)


def _set(by: Actor, at: Organisation, code: str = SHARE, number: float = 80.0) -> Target:
    return services.set_target(
        code=code, organisation=at, year=2026, number=number, basis="年度工作要点", by=by, at=AT
    )


def _goal(at: Organisation, code: str = SHARE, year: int = 2026) -> Goal | None:
    return goal_of(code, path=at.path, year=year)


class TestWhatHolds:
    def test_a_share_set_above_holds_below_until_a_unit_has_its_own(
        self, by: Actor, city: Organisation, brigade: Organisation
    ) -> None:
        """Would catch a brigade judged by the default where its city said otherwise."""
        assert _goal(brigade) == Goal(90.0)
        _set(by, city, number=88.0)
        assert _goal(brigade) == Goal(88.0, city.short_name)
        own = _set(by, brigade, number=80.0)
        assert _goal(brigade) == Goal(80.0, brigade.short_name)
        assert _goal(brigade, year=2027) == Goal(90.0)
        services.withdraw_target(target_id=own.pk, reason="有误", by=by, at=AT)
        assert _goal(brigade) == Goal(88.0, city.short_name)

    def test_a_number_set_for_the_city_is_nobody_elses(
        self, by: Actor, city: Organisation, brigade: Organisation
    ) -> None:
        """Would catch each of nine brigades being asked for what the city does as a whole."""
        _set(by, city, COUNT, 900.0)
        assert _goal(city, COUNT) == Goal(900.0, city.short_name, of_year=True)
        assert _goal(brigade, COUNT) is None

    def test_the_target_of_a_year_says_nothing_of_a_month(self, by: Actor) -> None:
        goal = Goal(100.0, "市", of_year=True)

        def judged(period: Period, number: float) -> bool | None:
            found: Value = value(COUNT, period, by=by)
            return is_reached(goal, _with(found, number), at=AT)

        assert judged(Period.months(2026, 3), 500.0) is None
        this_year, last_year = Period.months(2026, 1, 12), Period.months(2025, 1, 12)
        assert [judged(this_year, each) for each in (99.0, 100.0)] == [None, True]
        assert [judged(last_year, each) for each in (99.0, 100.0)] == [False, True]


def _with(found: Value, number: float) -> Value:
    from dataclasses import replace  # noqa: PLC0415 - beside its only use

    return replace(found, number=number)


class TestWhoAndWhat:
    def test_only_who_sets_targets_there(self, by: Actor, city: Organisation) -> None:
        with pytest.raises(Forbidden):
            _set(by, identity.organisation())
        with pytest.raises(Forbidden):
            _set(identity.actor_with(SEE_FIGURES, "dispatch.see_incidents", at=city), city)
        foreign = identity.actor_with(*SEES)
        row = _set(by, city)
        with pytest.raises(Unreached):
            services.change_target(target_id=row.pk, number=1.0, basis="", by=foreign, at=AT)

    @pytest.mark.parametrize(
        ("code", "number", "reason"),
        [
            ("no.such", 1.0, "unknown_indicator"),
            (SHARE, 101.0, "number_out_of_range"),
            (SHARE, float("nan"), "number_out_of_range"),
            ("dispatch.incidents", 1.0, "no_better"),
        ],
    )
    def test_what_can_have_none_is_refused(
        self, by: Actor, city: Organisation, code: str, number: float, reason: str
    ) -> None:
        with pytest.raises(services.Refused) as refused:
            _set(by, city, code, number)
        assert refused.value.reason == reason
        assert str(refused.value)

    def test_of_one_unit_and_year_there_is_one(self, by: Actor, city: Organisation) -> None:
        row = _set(by, city)
        with pytest.raises(services.Refused) as refused:
            _set(by, city)
        assert refused.value.reason == "target_there"
        with pytest.raises(IntegrityError, match="target_once"), transaction.atomic():
            Target.objects.create(
                code=SHARE, organisation=city, year=2026, number=1.0, set_by_name="", set_at=AT
            )
        services.change_target(target_id=row.pk, number=85.0, basis="", by=by, at=AT)
        fields = [each.name for change in history_of(row) for each in change.fields]
        assert "number" in fields

    def test_numbers_of_penalties_are_never_offered(self) -> None:
        """公安部令157 第66条."""
        known = [find(code) for code in offered()]
        assert SHARE in offered()
        assert not any(each.counts_penalties for each in known)


class TestShown:
    def test_indicator_and_cockpit_show_the_goal_of_ones_own_unit(
        self, by: Actor, city: Organisation
    ) -> None:
        now = clock.now()
        services.set_target(
            code="dispatch.arrived_in_time", organisation=city, year=clock.local(now).year,
            number=77.0, basis="", by=by, at=now,
        )  # fmt: skip
        browser = identity.browser_of(identity.user_with(*SEES, at=city))
        page = browser.get(reverse("kpi.indicator", args=["dispatch.arrived_in_time"]))
        assert page.context["target"][0] == Goal(77.0, city.short_name)
        assert f"{city.short_name}设定" in page.content.decode()
        cockpit = browser.get(reverse("kpi.cockpit")).content.decode()
        assert "目标 77" in cockpit

    def test_a_scheme_takes_the_target_of_its_unit_where_none_is_written(
        self, by: Actor, city: Organisation
    ) -> None:
        _set(by, city, number=82.0)
        said = [
            Wanted("按时签收", Decimal(50), SHARE),
            Wanted("到期销号", Decimal(50), "risk.found"),
        ]
        kept = services.draft_scheme(
            title="考核", organisation_id=city.pk, basis="", items=said[:1], by=by, at=AT
        )
        assert [each.target for each in kept.items.all()] == [82.0]
        with pytest.raises(services.Refused) as refused:
            services.draft_scheme(
                title="考核", organisation_id=city.pk, basis="", items=said, by=by, at=AT
            )
        assert refused.value.reason == "no_target"


def test_a_workbook_sets_targets_and_comes_back_unchanged(
    by: Actor, city: Organisation, brigade: Organisation
) -> None:
    head = ["指标代码", "单位", "年度", "目标值", "依据"]
    rows = [[SHARE, city.code, 2026, 88.5, ""], [COUNT, brigade.code, 2026, 120, "要点"]]

    def run(content: bytes) -> ImportRun:
        taken = imports.receive(
            spec=TARGET_IMPORT, name="目标.xlsx", content=content, by=by, at=clock.now()
        )
        return imports.check(spec=TARGET_IMPORT, run_id=taken.pk, by=by, at=clock.now())

    checked = run(workbook(head, *rows))
    assert checked.wrong == 0, checked.first_faults
    imports.confirm(spec=TARGET_IMPORT, run_id=checked.pk, only_valid=False, by=by, at=clock.now())
    assert _goal(city) == Goal(88.5, city.short_name)
    back = run(form(TARGET_IMPORT, TARGET_IMPORT.rows(by)))
    assert (back.new, back.changed, back.wrong) == (0, 0, 0), back.first_faults
    wrong = run(workbook(head, [SHARE, identity.organisation().code, 2026, 1, ""]))
    assert "没有此机构" in wrong.first_faults[0]["what"]
