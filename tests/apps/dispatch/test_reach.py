"""What a dispatcher names in a command lies within his reach, or is as good as absent."""

import pytest

from luchang.apps.dispatch.models import Advice
from luchang.apps.dispatch.services.dispatches import Order, dispatch_unit
from luchang.apps.dispatch.services.incidents import transfer_incident
from luchang.apps.dispatch.states import TargetKind
from luchang.kernel.identity.actors import SYSTEM, Actor, Unreached
from tests.factories import dispatch as make
from tests.factories import force, identity
from tests.factories.force import NOON

pytestmark = pytest.mark.django_db


def advised(*, asked_by: Actor) -> Advice:
    made = Advice(
        core_version="1",
        graph_digest="0",
        input_hash="0",
        problem="{}",
        candidates=[],
        unit_count=0,
        elapsed_ms=0.0,
        at=NOON,
        asked_by_id=asked_by.user_id,
    )
    made.keep()
    return made


def test_an_incident_goes_to_a_brigade_beyond_the_givers_reach() -> None:
    tree = identity.tree()
    by = make.desk(tree.own)
    row = make.incident(by=by)

    moved = transfer_incident(
        incident_id=row.pk, organisation_id=tree.sibling.pk, reason="管辖", by=by, at=NOON
    )

    assert moved.organisation == tree.sibling


@pytest.mark.parametrize("by_all", [False, True])
def test_an_incident_is_not_handed_to_another_force(*, by_all: bool) -> None:
    """A partner has no desk here: the incident would be out of everybody's sight."""
    tree = identity.tree()
    row = make.incident(by=make.desk(tree.own))

    with pytest.raises(Unreached):
        transfer_incident(
            incident_id=row.pk,
            organisation_id=tree.other.pk,
            reason="管辖",
            by=SYSTEM if by_all else make.desk(tree.own),
            at=NOON,
        )

    row.refresh_from_db()
    assert row.organisation == tree.own


def test_advice_somebody_else_asked_for_is_not_taken_over() -> None:
    """A foreign advice named in the order would show its candidates on the own incident."""
    tree = identity.tree()
    by = make.desk(tree.own)
    foreign = advised(asked_by=make.desk(tree.other))
    own = advised(asked_by=by)

    def sent_on(advice: Advice) -> Advice | None:
        target = force.officer(at=tree.own)
        order = Order(kind=TargetKind.PERSON, target_id=target.pk, advice_id=advice.pk)
        incident = make.incident(by=by)
        return dispatch_unit(incident_id=incident.pk, order=order, by=by, at=NOON).advice

    assert sent_on(foreign) is None
    assert sent_on(own) == own
    foreign.refresh_from_db()
    assert foreign.incident is None
