"""Certified sections: what cannot be is named, nobody confirms his own, one certificate a day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luchang.apps.passages.models import CertifiedSection
from luchang.apps.passages.policies import CONFIRM_SECTION, MANAGE_SECTION, SEE_SECTIONS
from luchang.apps.passages.services import sections as services
from luchang.apps.passages.services.section_refusals import SectionRefused
from luchang.apps.passages.states.sections import (
    SECTION,
    SectionStatus,
    SectionValidity,
)
from luchang.apps.passages.views.section_imports import FIELDS, SECTION_IMPORT, change, propose
from luchang.kernel import clock
from luchang.kernel.clock import local
from luchang.kernel.history import history_of
from luchang.kernel.identity.actors import SYSTEM, Forbidden, Unreached
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.lists.imports.planning import plan
from luchang.kernel.lists.imports.workbooks import form
from luchang.kernel.records.models import Todo
from luchang.kernel.states import IllegalTransition
from tests.factories import sections as make
from tests.factories.identity import (
    actor_with,
    browser_of,
    organisation,
    tree,
    user,
    user_with,
)
from tests.factories.passages import camera
from tests.factories.sections import AT, FIRST, LAST

if TYPE_CHECKING:
    from luchang.apps.passages.models import Camera

pytestmark = pytest.mark.django_db
S = SectionStatus
ONE_DAY = timedelta(days=1)


def refused(code: str, act: object) -> str:
    with pytest.raises(SectionRefused) as told:
        act()  # type: ignore[operator]
    assert told.value.code == code
    return str(told.value)


def apart(degrees: float) -> tuple[Camera, Camera]:
    """Two cameras of one unit, so far apart on a parallel: 0.01 is about a kilometre."""
    start, end = camera(), camera()
    end.organisation = start.organisation
    end.longitude = start.longitude + degrees
    end.save()
    return start, end


class TestWhatCannotBe:
    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"length_m": Decimal("2000.0")}, "shorter_than_straight"),
            ({"length_m": Decimal("20000.0")}, "too_long_a_drive"),
            ({"valid_until": FIRST - ONE_DAY}, "days_reversed"),
            ({"valid_until": FIRST + timedelta(days=400)}, "certificate_too_long"),
            ({"car_kmh": 200}, "malformed"),
            ({"certificate_number": " "}, "malformed"),
        ],
    )
    def test_the_fault_is_named(self, more: dict[str, Any], code: str) -> None:
        """Three kilometres apart as the crow flies, 40 km/h the lowest limit."""
        assert refused(code, lambda: make.proposed(*apart(0.0305), **more))
        assert not CertifiedSection.objects.exists()

    def test_one_camera_is_no_section(self) -> None:
        one = camera()
        refused("same_camera", lambda: make.proposed(one, one))

    def test_a_length_as_short_as_the_straight_line_is_taken(self) -> None:
        """What two places may be off by does not refuse a straight road."""
        start, end = apart(0.0305)
        straight = services.straight_m(start, end)
        row = make.proposed(start, end, length_m=Decimal(str(round(straight - 15.0, 1))))
        assert row.status == S.PROPOSED

    def test_two_certificates_on_one_day_are_refused_and_the_other_named(self) -> None:
        row = make.section()
        words = refused(
            "overlaps",
            lambda: make.proposed(
                row.start, row.end, valid_from=LAST, valid_until=LAST + timedelta(days=300)
            ),
        )
        assert row.certificate_number in words

        following = make.proposed(
            row.start, row.end, valid_from=LAST + ONE_DAY, valid_until=LAST + timedelta(days=300)
        )
        assert following.status == S.PROPOSED
        assert make.proposed(row.end, row.start).status == S.PROPOSED, "the other way is another"

    def test_the_database_refuses_the_second_certificate_too(self) -> None:
        row = make.section()
        with pytest.raises(IntegrityError), transaction.atomic():
            CertifiedSection.objects.create(
                **{
                    each.attname: getattr(row, each.attname)
                    for each in CertifiedSection._meta.concrete_fields
                    if each.attname not in {"id", "search"}
                }
            )

    def test_after_one_is_turned_down_it_may_be_entered_again(self) -> None:
        row = make.proposed()
        services.reject_section(section_id=row.pk, reason="长度不符", by=SYSTEM, at=AT)
        assert make.proposed(row.start, row.end).status == S.PROPOSED


class TestTwoPersons:
    def test_nobody_confirms_what_he_entered_himself(self) -> None:
        place = organisation()
        by = actor_with(MANAGE_SECTION, CONFIRM_SECTION, at=place)
        other = actor_with(CONFIRM_SECTION, at=place)
        row = services.propose_section(
            start=camera(at=place), end=camera(at=place), certified=make.certified(), by=by, at=AT
        )
        assert Todo.objects.open().filter(kind="passages.confirm_section").count() == 1

        refused("own_section", lambda: services.confirm_section(section_id=row.pk, by=by, at=AT))
        services.confirm_section(section_id=row.pk, by=other, at=AT)

        row.refresh_from_db()
        assert (row.status, row.confirmed_by_name) == (S.CONFIRMED, other.name)
        assert not Todo.objects.open().exists()

    def test_who_corrects_it_cannot_confirm_it_either(self) -> None:
        """A second person who changes the length has become the first."""
        place = organisation()
        row = make.proposed(at=place)
        by = actor_with(MANAGE_SECTION, CONFIRM_SECTION, at=place)
        services.correct_section(
            section_id=row.pk, certified=make.certified(length_m=Decimal(3100)), by=by, at=AT
        )
        refused("own_section", lambda: services.confirm_section(section_id=row.pk, by=by, at=AT))
        changed = [each.name for one in history_of(row)[1:] for each in one.fields]
        assert "length_m" in changed

    def test_the_database_refuses_one_person_for_both(self) -> None:
        row, person = make.section(), user()
        with pytest.raises(IntegrityError), transaction.atomic():
            CertifiedSection.objects.filter(pk=row.pk).update(
                proposed_by=person, confirmed_by=person
            )

    def test_an_expired_certificate_is_not_confirmed(self) -> None:
        row = make.proposed()
        late = AT + timedelta(days=400)
        refused("expired", lambda: services.confirm_section(section_id=row.pk, by=SYSTEM, at=late))

    def test_a_confirmed_one_is_not_corrected(self) -> None:
        row = make.section()
        refused(
            "changed_otherwise",
            lambda: services.correct_section(
                section_id=row.pk, certified=make.certified(), by=SYSTEM, at=AT
            ),
        )

    def test_both_cameras_have_to_be_managed(self) -> None:
        places = tree()
        by = actor_with(MANAGE_SECTION, at=places.own)
        ends = camera(at=places.own), camera(at=places.sibling)
        for start, end in (ends, ends[::-1]):
            with pytest.raises(Forbidden):
                services.propose_section(
                    start=start, end=end, certified=make.certified(), by=by, at=AT
                )
        row = make.proposed(at=places.sibling)
        with pytest.raises(Unreached):
            services.retire_section(section_id=row.pk, since=FIRST, reason="x", by=by, at=AT)


DEEDS = {
    S.CONFIRMED: lambda row: services.confirm_section(section_id=row.pk, by=SYSTEM, at=AT),
    S.REJECTED: lambda row: services.reject_section(
        section_id=row.pk, reason="不符", by=SYSTEM, at=AT
    ),
    S.RETIRED: lambda row: services.retire_section(
        section_id=row.pk, since=date(2026, 3, 1), reason="改道", by=SYSTEM, at=AT
    ),
}


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wishes=st.lists(st.sampled_from(list(DEEDS)), max_size=4))
def test_a_section_takes_the_moves_of_its_table_and_no_other(
    db: None, wishes: list[SectionStatus]
) -> None:
    row = make.proposed()
    for wish in wishes:
        row.refresh_from_db()
        before = S(row.status)
        try:
            with transaction.atomic():
                DEEDS[wish](row)
        except IllegalTransition:
            assert wish not in SECTION.moves[before]
        else:
            assert wish in SECTION.moves[before]


@given(
    day=st.dates(date(2025, 11, 1), date(2027, 3, 1)),
    since=st.one_of(st.none(), st.dates(FIRST, LAST)),
)
def test_a_section_measures_on_the_days_of_its_certificate_and_no_other(
    day: date, since: date | None
) -> None:
    """Until the day it is put out of use, or past its last valid day."""
    row = CertifiedSection(
        status=S.CONFIRMED if since is None else S.RETIRED,
        valid_from=FIRST,
        valid_until=LAST,
        ends_on=since or LAST + ONE_DAY,
    )
    assert row.holds_on(day) == (FIRST <= day <= LAST and (since is None or day < since))
    assert row.holds_on(day) == (row.validity_on(day) == SectionValidity.VALID)


def test_out_of_use_it_measures_what_was_driven_before() -> None:
    row = make.section()
    refused(
        "retired_before",
        lambda: services.retire_section(
            section_id=row.pk, since=FIRST - ONE_DAY, reason="改道", by=SYSTEM, at=AT
        ),
    )
    since = date(2026, 3, 1)
    services.retire_section(section_id=row.pk, since=since, reason="限速改变", by=SYSTEM, at=AT)

    row.refresh_from_db()
    assert row.holds_on(since - ONE_DAY)
    assert not row.holds_on(since)
    assert make.proposed(row.start, row.end, valid_from=since).status == S.PROPOSED


def test_the_page_says_that_a_certificate_has_expired(db: None) -> None:
    today = local(clock.now()).date()
    row = make.section(
        valid_from=date(2025, 6, 1), valid_until=date(2026, 5, 31), published_on=None
    )
    assert row.validity_on(today) == SectionValidity.EXPIRED

    reader = user_with(SEE_SECTIONS, at=row.organisation)
    page = browser_of(reader).get(reverse("passages.section", args=[row.pk])).content.decode()

    assert "证书已过期" in page
    assert "已过期" in browser_of(reader).get(reverse("passages.sections")).content.decode()


class TestWorkbooks:
    @pytest.fixture(autouse=True)
    def chinese(self) -> Any:
        with translation.override("zh-hans"):
            yield

    def test_columns_that_are_missing_leave_what_is_known(self) -> None:
        """A file of the certificates alone must not take the signs away."""
        by = actor_with(MANAGE_SECTION)
        row = make.proposed(road="演示大道", has_sign=True)
        said: dict[str, Any] = {
            name: getattr(row, name)
            for name in (*FIELDS, "start", "end")
            if name not in {"road", "published_on", "has_sign"}
        }
        change(row, {**said, "verifier": "另一检定机构"}, SYSTEM, AT)
        fresh = propose({**said, "start": row.end, "end": row.start}, SYSTEM, AT)

        row.refresh_from_db()
        assert (row.verifier, row.road, row.has_sign) == ("另一检定机构", "演示大道", True)
        assert (fresh.road, fresh.published_on, fresh.has_sign) == ("", None, False)
        with pytest.raises(Forbidden):
            propose({**said, "valid_from": LAST + ONE_DAY, "valid_until": LAST + ONE_DAY}, by, AT)

    def test_the_export_and_the_filled_form_change_nothing(self) -> None:
        places = tree()
        clerk = user_with(MANAGE_SECTION, at=places.own)
        by = actor_for(clerk, at=clock.now())
        make.section(at=places.own, length_m=Decimal("3000.5"))
        make.proposed(at=places.own, published_on=None, has_sign=False)
        make.section(at=places.sibling)
        keys = ",".join(each.key for each in SECTION_IMPORT.columns)
        answer = browser_of(clerk).get(f"/passages/sections/export?format=xlsx&cols={keys}")
        exported = b"".join(answer.streaming_content)  # type: ignore[attr-defined]

        for content in (exported, form(SECTION_IMPORT, SECTION_IMPORT.rows(by))):
            judged = plan(SECTION_IMPORT, content, by)
            assert judged.counts == {"NEW": 0, "CHANGED": 0, "WRONG": 0, "UNCHANGED": 2}, (
                judged.faults
            )
