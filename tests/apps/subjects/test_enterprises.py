"""Enterprises and freight sources: what is refused, and what the database holds."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from luchang.apps.subjects import services
from luchang.apps.subjects.models import Enterprise
from luchang.apps.subjects.policies import MANAGE, SEE
from luchang.apps.subjects.services.refusals import REASONS
from luchang.core.common import invented_numbers
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.history import history_of
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from luchang.kernel.records.moves import history
from luchang.kernel.states import IllegalTransition
from tests.factories import subjects as make
from tests.factories.identity import actor_with, tree
from tests.factories.subjects import NOON, TODAY, refused

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class TestEnterprises:
    def test_credit_code_is_checked_and_kept_plain(self) -> None:
        """A number typed with blanks becomes another enterprise, or one that does not add up."""
        code = invented_numbers.credit_code(900_001)
        row = make.enterprise(credit_code=f" {code[:8]} {code[8:].lower()}")

        assert row.credit_code == code
        with refused("credit_code_malformed"):
            make.enterprise(credit_code=code[:17] + ("0" if code[17] != "0" else "1"))

    def test_one_credit_code_is_one_enterprise_and_none_is_no_code(self) -> None:
        row = make.enterprise()
        with refused("credit_code_taken"):
            make.enterprise(credit_code=row.credit_code)
        make.enterprise(credit_code="")
        make.enterprise(credit_code="")

    def test_correcting_to_a_taken_code_is_refused_in_words(self) -> None:
        """The clash of an update shown as a fault of the site."""
        first, second = make.enterprise(), make.enterprise()
        with refused("credit_code_taken"):
            services.correct_enterprise(
                enterprise_id=second.pk, credit_code=first.credit_code or "", by=SYSTEM, at=NOON
            )

    def test_what_is_corrected_stands_in_history_masked(self) -> None:
        row = make.enterprise()
        services.correct_enterprise(
            enterprise_id=row.pk, responsible_phone="13811112222", name="新名", by=SYSTEM, at=NOON
        )

        told = {each.name: (each.before, each.after) for each in history_of(row)[-1].fields}
        assert told["responsible_phone"] == ("138****1234", "138****2222")
        assert told["name"][1] == "新名"
        assert "13811112222" not in str(AuditEntry.objects.latest("pk").detail)

    def test_closing_needs_a_reason_and_ends_changes_until_reopened(self) -> None:
        row = make.enterprise()
        with refused("reason_missing"):
            services.close_enterprise(enterprise_id=row.pk, reason=" ", by=SYSTEM, at=NOON)
        services.close_enterprise(enterprise_id=row.pk, reason="停业", by=SYSTEM, at=NOON)
        with refused("not_standing"):
            services.correct_enterprise(enterprise_id=row.pk, name="x", by=SYSTEM, at=NOON)
        services.reopen_enterprise(enterprise_id=row.pk, reason="复业", by=SYSTEM, at=NOON)

        assert [move.after for move in history(row)] == ["ACTIVE", "CLOSED", "ACTIVE"]

    def test_nobody_changes_what_another_unit_supervises(self) -> None:
        places = tree()
        mine = actor_with(MANAGE, at=places.own)
        row = make.enterprise(at=places.sibling)
        with pytest.raises(Forbidden):
            services.correct_enterprise(enterprise_id=row.pk, name="x", by=mine, at=NOON)
        with pytest.raises(Forbidden):
            make.enterprise(at=places.sibling, by=mine)

    def test_handing_over_takes_both_sides(self) -> None:
        """A brigade that puts its enterprise on another one's desk, or takes one off it."""
        places = tree()
        mine, city = actor_with(MANAGE, at=places.own), actor_with(MANAGE, at=places.city)
        row = make.enterprise(at=places.own)
        ask: dict[str, Any] = {"enterprise_id": row.pk, "organisation": places.sibling, "at": NOON}
        with pytest.raises(Forbidden):
            services.hand_over_enterprise(**ask, by=mine)
        services.hand_over_enterprise(**ask, by=city)

        row.refresh_from_db()
        assert row.organisation == places.sibling

    def test_half_a_place_is_no_place(self) -> None:
        with refused("place_half"):
            make.enterprise(longitude=113.1)

    def test_grammar_is_held_by_the_database_too(self) -> None:
        row = make.enterprise()
        with pytest.raises(IntegrityError), transaction.atomic():
            Enterprise.objects.filter(pk=row.pk).update(credit_code="91430200MA4L0000I0")


class TestSources:
    def test_listed_rectified_and_listed_again_are_two_listings(self) -> None:
        """One date on the source: the first rectification would be forgotten and not counted."""
        row = make.source()
        for listed, rectified in ((TODAY - 9 * DAY, TODAY - 5 * DAY), (TODAY - 2 * DAY, TODAY)):
            services.list_as_key(
                source_id=row.pk, reason="超限超载", listed_on=listed, by=SYSTEM, at=NOON
            )
            services.rectify_source(
                source_id=row.pk, rectified_on=rectified, measures="装称重", by=SYSTEM, at=NOON
            )

        assert [each.rectified_on for each in row.listings.all()] == [TODAY, TODAY - 5 * DAY]

    def test_a_key_source_is_rectified_before_it_closes(self) -> None:
        row = make.source()
        services.list_as_key(source_id=row.pk, reason="超载", listed_on=TODAY, by=SYSTEM, at=NOON)
        with pytest.raises(IllegalTransition):
            services.close_source(source_id=row.pk, reason="关停", by=SYSTEM, at=NOON)

    @pytest.mark.parametrize(
        ("day", "measures", "code"),
        [
            (TODAY + DAY, "x", "in_future"),
            (TODAY - 3 * DAY, "x", "rectified_before_listed"),
            (TODAY, " ", "measures_missing"),
        ],
    )
    def test_rectification_has_a_day_and_measures(
        self, day: date, measures: str, code: str
    ) -> None:
        row = make.source()
        services.list_as_key(
            source_id=row.pk, reason="超载", listed_on=TODAY - DAY, by=SYSTEM, at=NOON
        )
        with refused(code):
            services.rectify_source(
                source_id=row.pk, rectified_on=day, measures=measures, by=SYSTEM, at=NOON
            )

    def test_a_unit_names_a_source_once(self) -> None:
        row = make.source()
        with refused("source_named"):
            make.source(at=row.organisation, name=row.name)
        make.source(name=row.name)

    def test_a_foreign_enterprise_is_no_owner(self) -> None:
        places = tree()
        mine = actor_with(MANAGE, SEE, at=places.own)
        with refused("foreign_enterprise"):
            make.source(at=places.own, enterprise=make.enterprise(at=places.sibling), by=mine)


def test_every_refusal_is_said_in_both_languages() -> None:
    """A key without words, or words that want a name nobody gives."""
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert all(str(reason) for reason in REASONS.values())
