"""Two entries that are one: nothing that hung on either is lost or counted twice."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import get_resolver

from luchang.apps.subjects import selectors, services
from luchang.apps.subjects.models import Duty, Enterprise, KeyVehicle, Relation
from luchang.apps.subjects.policies import MANAGE
from luchang.apps.subjects.states import (
    DeviceKind,
    EliminationReason,
    InspectionResult,
    SubjectKind,
    VehicleStatus,
)
from luchang.kernel.history import history_of
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from luchang.kernel.records import comments
from luchang.kernel.records.attachments import services as attachments
from luchang.kernel.records.attachments.models import Attachment
from luchang.kernel.records.models import Comment
from luchang.kernel.states import IllegalTransition
from tests.factories import subjects as make
from tests.factories.identity import actor_with, tree
from tests.factories.subjects import NOON, TODAY, refused, settled
from tests.matrix.ledgers import photograph

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def store() -> None:
    get_resolver().url_patterns  # noqa: B018 - tells the store whose files these are


def merged(kind: SubjectKind, survivor: int, double: int) -> None:
    services.merge(
        kind=kind, survivor_id=survivor, double_id=double, reason="重复登记", by=SYSTEM, at=NOON
    )
    settled()


def test_all_that_hung_on_a_double_enterprise_hangs_on_the_survivor() -> None:
    """A fleet that stays with an entry nobody opens any more."""
    kept, double = make.enterprise(), make.enterprise(credit_code="")
    vehicle, source = make.vehicle(enterprise=double), make.source(enterprise=double)
    relation = services.relate(
        driver_id=make.driver().pk, enterprise=double, starts_on=TODAY, by=SYSTEM, at=NOON
    )
    attachments.attach(
        subject="subjects.enterprise", subject_id=double.pk, file=BytesIO(photograph()),
        name="证照.jpg", by=SYSTEM, at=NOON,
    )  # fmt: skip
    comments.comment(subject=double, text="已约谈", by=SYSTEM, at=NOON, may_see=lambda _: True)
    merged(SubjectKind.ENTERPRISE, kept.pk, double.pk)

    for row in (vehicle, source, relation):
        row.refresh_from_db()
        assert row.enterprise == kept
    assert Attachment.objects.get().subject_id == kept.pk
    assert Comment.objects.get().subject_id == kept.pk
    double = Enterprise.objects.get(pk=double.pk)
    assert (double.status, double.merged_into) == ("MERGED", kept)
    assert history_of(vehicle)[-1].fields[0].name == "enterprise"


def test_a_double_of_a_double_points_to_the_last() -> None:
    """A pointer that leads to a pointer."""
    first, second, third = (make.enterprise() for _ in range(3))
    merged(SubjectKind.ENTERPRISE, second.pk, first.pk)
    merged(SubjectKind.ENTERPRISE, third.pk, second.pk)

    assert Enterprise.objects.get(pk=first.pk).merged_into == third
    with refused("merge_standing"):
        merged(SubjectKind.ENTERPRISE, first.pk, third.pk)
    with pytest.raises(IllegalTransition):
        merged(SubjectKind.ENTERPRISE, third.pk, first.pk)


def test_merging_asks_for_both_and_a_reason() -> None:
    places = tree()
    mine = actor_with(MANAGE, at=places.own)
    own, foreign = make.enterprise(at=places.own), make.enterprise(at=places.sibling)
    for pair in ((own.pk, foreign.pk), (foreign.pk, own.pk)):
        with pytest.raises(Forbidden):
            services.merge(
                kind=SubjectKind.ENTERPRISE, survivor_id=pair[0], double_id=pair[1],
                reason="重复", by=mine, at=NOON,
            )  # fmt: skip
    with refused("same_entry"):
        merged(SubjectKind.ENTERPRISE, own.pk, own.pk)
    with refused("reason_missing"):
        services.merge(
            kind=SubjectKind.ENTERPRISE, survivor_id=own.pk, double_id=foreign.pk,
            reason=" ", by=SYSTEM, at=NOON,
        )  # fmt: skip


def test_what_was_due_once_counts_once() -> None:
    """One inspection in the base of the rate twice, or the one that was done forgotten."""
    kept = make.vehicle(inspection_due_on=TODAY - DAY)
    double = make.vehicle(inspection_due_on=TODAY - DAY)
    services.record_inspection(
        vehicle_id=double.pk, done_on=TODAY, result=InspectionResult.PASSED,
        next_due_on=TODAY + 365 * DAY, by=SYSTEM, at=NOON,
    )  # fmt: skip
    merged(SubjectKind.VEHICLE, kept.pk, double.pk)

    counted = Duty.objects.that_count().order_by("due_on")
    assert [(each.vehicle, each.due_on, each.status) for each in counted] == [
        (kept, TODAY - DAY, "MET"),
        (kept, TODAY + 365 * DAY, "OPEN"),
    ]
    kept.refresh_from_db()
    assert kept.inspection_due_on == TODAY + 365 * DAY
    assert kept.inspections.get().done_on == TODAY


def test_the_survivors_own_day_is_the_one_that_holds() -> None:
    kept = make.vehicle(inspection_due_on=TODAY + 5 * DAY)
    double = make.vehicle(inspection_due_on=TODAY + 9 * DAY, scrapping_due_on=TODAY + 9 * DAY)
    merged(SubjectKind.VEHICLE, kept.pk, double.pk)
    kept.refresh_from_db()

    assert (kept.inspection_due_on, kept.scrapping_due_on) == (TODAY + 5 * DAY, TODAY + 9 * DAY)
    assert kept.duties.open().count() == 2


def test_devices_are_not_fitted_twice() -> None:
    kept, double = make.vehicle(), make.vehicle()
    for row, serial in ((kept, "A"), (double, "A"), (double, "B")):
        services.fit_device(
            vehicle_id=row.pk, kind=DeviceKind.VIDEO, serial=serial, by=SYSTEM, at=NOON
        )
    merged(SubjectKind.VEHICLE, kept.pk, double.pk)

    assert list(kept.devices.values_list("serial", flat=True)) == ["A", "B"]


def test_an_eliminated_entry_survives_and_settles_what_the_other_owed() -> None:
    """The double of a scrapped coach that goes on being urged for years."""
    kept = make.vehicle()
    services.eliminate_vehicle(
        vehicle_id=kept.pk, reason=EliminationReason.OTHER, done_on=TODAY, by=SYSTEM, at=NOON
    )
    double = make.vehicle(
        inspection_due_on=TODAY - DAY, scrapping_due_on=TODAY + DAY, plate=kept.plate
    )
    with refused("eliminated_survives"):
        merged(SubjectKind.VEHICLE, double.pk, kept.pk)
    merged(SubjectKind.VEHICLE, kept.pk, double.pk)

    assert not Duty.objects.open().exists()
    assert dict(kept.duties.values_list("kind", "status")) == {
        "INSPECTION": "MISSED", "SCRAPPING": "WITHDRAWN",
    }  # fmt: skip
    assert KeyVehicle.objects.get(pk=kept.pk).status == VehicleStatus.ELIMINATED


def test_two_eliminations_are_two_vehicles() -> None:
    first, second = make.eliminated(), make.eliminated()
    with refused("both_eliminated"):
        merged(SubjectKind.VEHICLE, first.vehicle_id, second.vehicle_id)


def test_relations_that_say_the_same_become_one_span() -> None:
    """A driver who appears twice in the fleet, or whose early years are lost."""
    kept, double, firm = make.driver(), make.driver(), make.enterprise()
    days = ((kept, 20, 10), (kept, 4, None), (double, 15, 2))
    for driver, first, last in days:
        services.relate(
            driver_id=driver.pk, enterprise=firm, starts_on=TODAY - first * DAY,
            ends_on=TODAY - last * DAY if last else None, by=SYSTEM, at=NOON,
        )  # fmt: skip
    merged(SubjectKind.DRIVER, kept.pk, double.pk)

    (one,) = Relation.objects.real().filter(driver=kept)
    assert (one.starts_on, one.ends_on) == (TODAY - 20 * DAY, None)
    assert Relation.objects.count() == 3


def test_decisions_follow_the_driver() -> None:
    kept, double = make.driver(), make.driver(licence_due_on=TODAY)
    act = make.decided(of=double)
    merged(SubjectKind.DRIVER, kept.pk, double.pk)
    act.refresh_from_db()

    assert act.driver == kept
    assert make.due(kept).due_on == TODAY


def test_a_key_source_takes_its_listing_along() -> None:
    kept, double = make.source(), make.source()
    for row in (double,):
        services.list_as_key(source_id=row.pk, reason="超载", listed_on=TODAY, by=SYSTEM, at=NOON)
    merged(SubjectKind.SOURCE, kept.pk, double.pk)
    kept.refresh_from_db()

    assert (kept.status, kept.listings.get().listed_on) == ("LISTED", TODAY)
    other = make.source()
    services.list_as_key(source_id=other.pk, reason="超载", listed_on=TODAY, by=SYSTEM, at=NOON)
    with refused("listings_clash"):
        merged(SubjectKind.SOURCE, kept.pk, other.pk)


def test_possible_doubles_are_told_and_found_by_what_names_them() -> None:
    first = make.enterprise(name="演示同名运输")
    second = make.enterprise(name="演示同名运输", at=first.organisation)
    make.enterprise()

    assert list(selectors.possible_doubles(first, SYSTEM)) == [second]
    assert selectors.named(Enterprise, second.credit_code or "", SYSTEM) == [second]
    assert selectors.named(Enterprise, f"#{second.pk}", SYSTEM) == [second]
    assert selectors.named(Enterprise, "#" + "9" * 40, SYSTEM) == []
