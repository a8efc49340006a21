"""The mayor's list: who stands on it at a month's end, and that it stays as it was."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import InternalError, transaction
from django.db.utils import ProgrammingError

from luchang.apps.risk import selectors, services
from luchang.apps.risk.models import MayorsEntry
from luchang.apps.risk.policies import SEE_RISK
from luchang.apps.risk.services import month_before
from luchang.apps.risk.states.hazards import HazardStatus
from luchang.apps.risk.tasks import close_month
from luchang.kernel.clock import SHANGHAI
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.records import deadlines
from luchang.kernel.records.models import DeadlineRule
from tests.factories import hazards as make
from tests.factories import identity

pytestmark = pytest.mark.django_db
H = HazardStatus
APRIL = date(2026, 4, 1)
FOUND = datetime(2026, 4, 1, 2, tzinfo=UTC)
AFTER = datetime(2026, 5, 3, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _store(tmp_path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = str(tmp_path)


def _close(month: date = APRIL, at: datetime = AFTER) -> int:
    return services.close_month(month=month, by=SYSTEM, at=at)


def _due(day: int) -> datetime:
    return datetime(2026, 4, day, 18, tzinfo=SHANGHAI)


def test_what_is_overdue_by_more_than_seven_days_stands_on_it_once() -> None:
    """Would catch an entry written twice, and one for a hazard that is barely late."""
    late = make.hazard(until=H.SIGNED, when=FOUND, due=_due(10))
    make.hazard(until=H.SIGNED, when=FOUND, due=_due(24))
    unsigned = make.hazard(until=H.HANDED_OVER, when=FOUND, due=_due(10))
    assert _close() == 2
    assert _close() == 0
    entry = MayorsEntry.objects.get(hazard=late)
    assert (entry.month, entry.days_overdue, entry.status) == (APRIL, 20, H.SIGNED)
    assert MayorsEntry.objects.get(hazard=unsigned).status == H.HANDED_OVER


def test_it_asks_how_things_stood_when_the_month_ended() -> None:
    """Would catch a task that runs on the third and forgives what was submitted on the second."""
    late = make.hazard(until=H.SIGNED, when=FOUND, due=_due(10))
    just = make.hazard(until=H.SIGNED, when=FOUND, due=_due(10))
    make.advance(just, H.SUBMITTED, when=datetime(2026, 4, 30, 15, 59, tzinfo=UTC))
    make.advance(late, H.SUBMITTED, when=AFTER - timedelta(hours=1))
    make.hazard(until=H.HANDED_OVER, when=AFTER - timedelta(hours=1), due=AFTER)
    assert _close() == 1
    assert MayorsEntry.objects.get().hazard == late


def test_what_the_mayor_saw_stays() -> None:
    row = make.hazard(until=H.SIGNED, when=FOUND, due=_due(10))
    _close()
    for change in (
        lambda: MayorsEntry.objects.update(days_overdue=1),
        lambda: MayorsEntry.objects.all().delete(),
    ):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            change()
    make.advance(row, H.SUBMITTED, when=AFTER)
    assert _close(date(2026, 5, 1), datetime(2026, 6, 2, tzinfo=UTC)) == 0
    assert MayorsEntry.objects.count() == 1


def test_how_many_days_is_a_rule_that_can_be_revised() -> None:
    make.hazard(until=H.SIGNED, when=FOUND, due=_due(24))
    deadlines.load_declared()
    rule = DeadlineRule.objects.get(code="risk.mayors_list")
    deadlines.revise(
        rule_id=rule.pk, amount=3, valid_from=APRIL, article="市政府督查通知", by=SYSTEM, at=FOUND
    )
    assert _close() == 1


def test_a_month_that_is_not_over_has_no_list() -> None:
    with pytest.raises(ValueError, match="2026-05"):
        _close(date(2026, 5, 1))
    with pytest.raises(CommandError):
        call_command("close_mayors_month", "2999-01")


def test_finder_and_receiver_see_their_entries_and_a_stranger_none() -> None:
    brigade, county = identity.organisation(), make.government()
    make.hazard(at=brigade, receiver=county, until=H.SIGNED, when=FOUND, due=_due(10))
    _close()
    for place, seen in ((brigade, 1), (county, 1), (make.government(), 0)):
        actor = identity.actor_with(SEE_RISK, at=place)
        assert selectors.mayors_list(actor).count() == seen


def test_the_worker_closes_the_last_month_once_a_day_passes() -> None:
    close_month(0)
    assert services.is_month_closed(month_before(datetime.now(UTC)))
    assert not services.is_month_closed(date(1999, 1, 1))
    assert month_before(datetime(2026, 1, 3, tzinfo=UTC)) == date(2025, 12, 1)
    close_month(0)
