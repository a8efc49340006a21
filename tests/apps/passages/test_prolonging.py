"""More time for a watch: asked for by one, granted by another; approvals of many at once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from luchang.apps.passages.models import VehicleWatch
from luchang.apps.passages.policies import (
    APPROVE_WATCH,
    PROPOSE_WATCH,
    SEE_CAMERAS,
    SEE_WATCHES,
)
from luchang.apps.passages.selectors import watching as selectors
from luchang.apps.passages.services import prolonging, watching
from luchang.apps.passages.services.watch_refusals import WatchRefused
from luchang.apps.passages.states import WatchStatus
from luchang.kernel import clock, history
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import User
from luchang.kernel.records.models import Notification, Todo
from luchang.kernel.records.moves import history as moves
from luchang.kernel.states import IllegalTransition
from tests.factories import identity, watches
from tests.factories.watches import AT

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MAY = (SEE_WATCHES, PROPOSE_WATCH, SEE_CAMERAS)


def refusal(code: str) -> pytest.RaisesExc[WatchRefused]:
    return pytest.raises(WatchRefused, check=lambda refused: refused.code == code)


def asked(row: VehicleWatch, *, days: int = 30, by: object = SYSTEM) -> VehicleWatch:
    return prolonging.ask_for_more_time(
        watch_id=row.pk,
        until=row.ends_at + days * DAY,
        reason="尚未查获",
        by=by,  # type: ignore[arg-type]
        at=AT + DAY,
    )


def test_more_time_is_asked_for_by_one_and_granted_by_another() -> None:
    """Would catch a proposer who prolongs his own watch for ever."""
    place = identity.organisation()
    proposer = identity.actor_with(*MAY, APPROVE_WATCH, at=place, when=AT)
    asker = identity.actor_with(*MAY, APPROVE_WATCH, at=place, when=AT)
    approver = identity.actor_with(SEE_WATCHES, APPROVE_WATCH, at=place, when=AT)
    row = watches.watch(at=place, by=proposer)
    ended = row.ends_at

    row = asked(row, by=asker)

    assert (row.status, row.ends_at) == (WatchStatus.PROLONGING, ended)
    assert [each.number for each in selectors.entries(at=AT, only=[row.pk])] == [row.pk]
    todo = Todo.objects.open().get(subject_id=row.pk)
    assert (todo.kind, todo.organisation) == ("passages.prolong_watch", place)
    for own in (asker, proposer):
        with refusal("own_prolonging"):
            prolonging.grant_more_time(watch_id=row.pk, by=own, at=AT + DAY)
    row = prolonging.grant_more_time(watch_id=row.pk, by=approver, at=AT + DAY * 2)
    assert (row.status, row.ends_at, row.prolong_to) == (
        WatchStatus.ACTIVE,
        ended + DAY * 30,
        None,
    )
    assert not Todo.objects.open().filter(subject_id=row.pk).exists()
    last = moves(row).last()
    assert last is not None
    assert (last.before, last.after, last.actor_id) == ("PROLONGING", "ACTIVE", approver.user_id)
    assert last.reason.startswith("延期至")
    told = set(
        Notification.objects.filter(title__contains="已批准延期").values_list("user", flat=True)
    )
    assert told == {proposer.user_id, asker.user_id}
    changed = [field.name for change in history.history_of(row) for field in change.fields]
    assert "ends_at" in changed


def test_denied_or_not_decided_it_ends_when_it_was_to_end() -> None:
    denied, waiting = asked(watches.watch()), asked(watches.watch())
    prolonging.deny_more_time(watch_id=denied.pk, reason="已无必要", by=SYSTEM, at=AT + DAY)
    with refusal("nothing_asked"):
        prolonging.grant_more_time(watch_id=denied.pk, by=SYSTEM, at=AT + DAY)

    watching.keep_time(at=waiting.ends_at)

    for row in (denied, waiting):
        row.refresh_from_db()
        assert row.status == WatchStatus.EXPIRED
        assert not Todo.objects.open().filter(subject_id=row.pk).exists()
    with refusal("nothing_asked"):
        prolonging.grant_more_time(watch_id=waiting.pk, by=SYSTEM, at=waiting.ends_at)


def test_it_may_be_prolonged_again_and_each_time_is_kept() -> None:
    row = watches.watch()
    for turn in range(2):
        asked(row)
        row = prolonging.grant_more_time(watch_id=row.pk, by=SYSTEM, at=AT + DAY * (2 + turn))

    kept = [each.reason for each in moves(row).filter(before="PROLONGING")]
    assert len(set(kept)) == 2


def test_what_may_not_be_asked_for() -> None:
    row = watches.watch()
    with refusal("not_longer"):
        asked(row, days=0)
    with refusal("too_long"):
        asked(row, days=152)  # 181 days after AT + DAY
    with pytest.raises(IllegalTransition):
        asked(watches.watch(is_active=False))
    with refusal("over"):
        prolonging.ask_for_more_time(
            watch_id=row.pk, until=row.ends_at + DAY, reason="迟了", by=SYSTEM, at=row.ends_at
        )
    asked(row)
    with pytest.raises(IllegalTransition):
        asked(row)


def test_the_database_holds_that_a_longer_end_is_asked_for() -> None:
    row = watches.watch()
    with pytest.raises(IntegrityError), transaction.atomic():
        VehicleWatch.objects.filter(pk=row.pk).update(status=WatchStatus.PROLONGING)


def test_a_list_is_approved_at_once_and_each_is_recorded_on_its_own() -> None:
    """One entry for a whole list would not say who approved which watch; his own stays."""
    place = identity.organisation()
    officer = identity.actor_with(*MAY, APPROVE_WATCH, at=place)
    now = clock.now()
    rows = [watches.watch(at=place, is_active=False, now=now) for _ in range(2)]
    own = watches.watch(at=place, is_active=False, now=now, by=officer)
    browser = identity.browser_of(User.objects.get(pk=officer.user_id or 0))

    answer = browser.post(
        reverse("passages.watches") + "bulk",
        {
            "action": "approve",
            "ids": [each.pk for each in (*rows, own)],
            "confirmed": "1",
            "key": "6f0c7d0c-2f4e-4f57-9f26-6c1b4f0f5d3a",
        },
    )

    assert own.number in answer.content.decode()
    for row in rows:
        row.refresh_from_db()
        assert (row.status, row.approved_by_id) == (WatchStatus.ACTIVE, officer.user_id)
        entries = AuditEntry.objects.of("passages.vehiclewatch", str(row.pk))
        assert officer.user_id in [each.actor_id for each in entries]
    own.refresh_from_db()
    assert own.status == WatchStatus.PROPOSED
