"""COPY brings in what an insert would: odd characters, empty values, keys and histories."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from luchang.apps.dispatch.models import Feedback, Incident
from luchang.kernel.demo import Table, hold
from tests.factories import dispatch as make

pytestmark = pytest.mark.django_db
ODD = "制\t表\\n 换\n行\r\\N {,} \"引\" '号' 🚓"
AT = datetime(2021, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)


def copied(**values: object) -> Incident:
    organisation = make.incident().organisation
    hold(Incident)
    table = Table(Incident)
    key = table.new_id()
    row = {
        "id": key, "number": "X1", "organisation_id": organisation.pk, "status": "OPEN",
        "grade": "3", "initial_category": "11", "category": "11", "area_class": "URBAN",
        "address": "长江路", "received_at": AT, "search": [], "plates": [],
    }  # fmt: skip
    table.copy([row | values])
    table.finish()
    return Incident.objects.get(pk=key)


def test_odd_characters_arrive_as_they_were() -> None:
    row = copied(description=ODD, plates=["湘B", 'a"b\\c', "d,e{}", "NULL", ""])

    assert row.description == ODD
    assert row.plates == ["湘B", 'a"b\\c', "d,e{}", "NULL", ""]


def test_missing_columns_take_the_defaults_and_times_their_microseconds() -> None:
    row = copied(injured=0, is_hit_and_run=True, longitude=113.125, latitude=27.8)

    assert (row.injured, row.dead, row.is_hit_and_run, row.has_hazardous_goods) == (
        0, None, True, False,
    )  # fmt: skip
    assert (row.longitude, row.received_at, row.version, row.source) == (113.125, AT, 1, "")


def test_keys_go_on_behind_those_given_out() -> None:
    """The next real record would collide with an invented one."""
    row = copied()

    assert make.incident().pk > row.pk


def test_a_copied_row_has_its_line_in_the_history() -> None:
    row = copied()
    events = Incident._meta.apps.get_model("dispatch", "IncidentEvent")

    assert events.objects.filter(pgh_obj_id=row.pk, pgh_label="insert").count() == 1


def test_an_empty_table_and_no_rows_leave_the_first_key_usable() -> None:
    with transaction.atomic():
        hold(Feedback)
        table = Table(Feedback)
        table.copy([])
        table.finish()

    assert table.rows == 0
