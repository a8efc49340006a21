"""Junctions timed better are counted by studies and schemes alike, and each of them once."""

from datetime import datetime, timedelta

import pytest

from luchang.apps.signals.kpis import TIMED
from luchang.apps.signals.models import Junction, Scheme, Study
from luchang.apps.signals.policies import SEE
from luchang.apps.signals.states import StudyStatus
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.metrics import Period
from tests.factories import identity, schemes, signals
from tests.factories.signals import AT

pytestmark = pytest.mark.django_db
S = StudyStatus


def counted(by: Actor = SYSTEM, *, at: datetime = AT) -> float | None:
    day = local(at).date()
    return TIMED.over(Period.of_days(day, day + timedelta(days=1)), by=by)


def test_a_road_counts_every_junction_and_one_timed_twice_counts_once() -> None:
    """Would catch schemes that count for nothing, or as one, and a junction that counts twice."""
    junctions = schemes.row_of_junctions(2)
    signals.study(junctions[0], until=S.ACCEPTED)
    assert counted() == 1
    schemes.corridor(junctions, until=S.ACCEPTED)
    assert counted() == 2
    signals.study(until=S.ACCEPTED)
    assert counted() == 3
    assert counted(at=AT + timedelta(days=40)) == 0


def test_a_scheme_nobody_accepted_counts_for_nothing() -> None:
    scheme = schemes.corridor(until=S.COMPARED)
    assert counted() == 0
    assert Scheme.objects.get(pk=scheme.pk).accepted_at is None


def test_each_brigade_counts_its_own_junctions_of_a_road_of_two() -> None:
    """Would catch a road through two brigades that counts for neither, or for both as a whole."""
    head = identity.organisation()
    ours, theirs = (identity.organisation(parent=head) for _ in range(2))
    row = schemes.row_of_junctions(2, at=ours)
    Junction.objects.filter(pk=row[1].pk).update(organisation=theirs)
    schemes.corridor(row, until=S.ACCEPTED)
    assert counted() == 2
    for brigade in (ours, theirs):
        assert counted(identity.actor_with(SEE, at=brigade)) == 1
    assert not Study.objects.exists()
