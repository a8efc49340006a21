"""A vehicle's passages are erased when two persons agree, and stay erased."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from luchang.apps.passages import services
from luchang.apps.passages.models import Erasure, IntakeRefusal
from luchang.apps.passages.policies import ERASE_VEHICLE
from luchang.apps.passages.selectors import the_store
from luchang.apps.passages.services import upkeep
from luchang.apps.passages.states import ErasureStatus, RefusalReason
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.jobs.models import Job
from luchang.kernel.states import IllegalTransition
from tests.factories import identity as make
from tests.factories.passages import AT, camera, filled_store, passage

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


def person(at: Organisation) -> Actor:
    return make.actor_with(ERASE_VEHICLE, at=at)


def proposed(by: Actor, *, last_day: date = DAY) -> Erasure:
    return services.propose_erasure(
        plate="湘B·D0001",
        plate_type=2,
        first_day=DAY,
        last_day=last_day,
        basis="个人信息保护法第四十七条",
        organisation=Organisation.objects.get(path=by.organisation_path),
        by=by,
        at=AT,
    )


def test_erased_at_two_persons_word_and_not_taken_again(
    tmp_path: Path, settings: Settings
) -> None:
    settings.PASSAGE_STORE = tmp_path
    seen_by = camera()
    filled_store(tmp_path, [seen_by], vehicles=3)
    root = make.organisation()
    row = proposed(person(root))

    services.approve_erasure(erasure_id=row.pk, by=person(root), at=AT)
    assert Job.objects.get().kind == services.ERASING
    rows = services.carry_out_erasure(erasure_id=row.pk, store=the_store(), by=SYSTEM, at=AT)

    row.refresh_from_db()
    assert (rows, row.status, row.rows) == (1, ErasureStatus.DONE, 1)
    assert the_store().holds("湘BD0001") == ()
    the_store().append([passage(seen_by)])
    assert upkeep.seal_passages(store=the_store(), at=AT).barred == 1
    assert [each.reason for each in IntakeRefusal.objects.all()] == [RefusalReason.ERASED]
    told = [each.detail for each in AuditEntry.objects.filter(subject="passages.erasure")]
    assert "湘BD0001" not in str(told)
    assert [each["rows"] for each in told if "rows" in each] == [1]
    with pytest.raises(Erasure.DoesNotExist):
        services.carry_out_erasure(erasure_id=row.pk, store=the_store(), by=SYSTEM, at=AT)


class TestWho:
    def test_nobody_approves_his_own_request(self) -> None:
        by = person(make.organisation())
        row = proposed(by)
        with pytest.raises(services.ErasureRefused) as refused:
            services.approve_erasure(erasure_id=row.pk, by=by, at=AT)
        assert refused.value.code == "own_request"

    def test_the_database_holds_it_too(self) -> None:
        """A service written later that forgets to ask is refused by the table."""
        row = proposed(person(make.organisation()))
        with pytest.raises(IntegrityError), transaction.atomic():
            Erasure.objects.filter(pk=row.pk).update(
                status=ErasureStatus.APPROVED, decided_by=row.proposed_by, decided_at=AT
            )

    def test_a_unit_below_others_cannot_erase_for_the_city(self) -> None:
        below = make.organisation(parent=make.organisation())
        with pytest.raises(services.ErasureRefused) as refused:
            proposed(person(below))
        assert refused.value.code == "not_whole_city"

    def test_withdrawn_by_whoever_asked_and_by_nobody_else(self) -> None:
        root = make.organisation()
        by = person(root)
        row = proposed(by)
        with pytest.raises(services.ErasureRefused):
            services.withdraw_erasure(erasure_id=row.pk, reason="误填", by=person(root), at=AT)
        services.withdraw_erasure(erasure_id=row.pk, reason="误填", by=by, at=AT)
        with pytest.raises(IllegalTransition):
            services.approve_erasure(erasure_id=row.pk, by=person(root), at=AT)

    def test_days_in_the_wrong_order_are_refused(self) -> None:
        with pytest.raises(services.ErasureRefused) as refused:
            proposed(person(make.organisation()), last_day=DAY - timedelta(days=1))
        assert refused.value.code == "days_reversed"


def test_old_days_and_their_pictures_go(tmp_path: Path) -> None:
    store = filled_store(tmp_path / "store", [7], vehicles=2)
    pictures = tmp_path / "pictures"
    for name in ("2026-03-02", "2026-04-20", "not-a-day"):
        (pictures / name).mkdir(parents=True)

    gone = upkeep.drop_old_passages(
        store=store,
        pictures=pictures,
        keep=timedelta(days=180),
        keep_pictures=timedelta(days=30),
        at=AT + timedelta(days=50),
    )

    assert gone == (0, 1)
    assert {each.name for each in pictures.iterdir()} == {"2026-04-20", "not-a-day"}
    later = AT + timedelta(days=200)
    assert upkeep.drop_old_passages(
        store=store, pictures=pictures, keep=timedelta(days=180),
        keep_pictures=timedelta(days=30), at=later,
    ) == (1, 1)  # fmt: skip
    assert store.count() == 0
