"""The command that fills the half-year, adds nothing twice and takes all of it away."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from luchang.apps.dispatch.models import Call, Dispatch, Feedback, Incident
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.records.models import Counter, Move
from tests.factories import dispatch as make
from tests.factories.small_city import small_city

MODELS = (Incident, Call, Dispatch, Feedback)


@pytest.fixture
def city(db: None, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    small_city()


def test_a_second_run_adds_nothing(city: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo_half_year", scale=0.001)
    counts = [model.objects.count() for model in MODELS]
    call_command("demo_half_year", scale=0.002)

    assert [model.objects.count() for model in MODELS] == counts
    assert "is there already" in capsys.readouterr().out


def test_removal_leaves_what_is_not_invented(city: None) -> None:
    """Whoever takes the demo away loses records of his own."""
    own = make.incident()
    kept = [model.objects.count() for model in MODELS], Move.objects.count()
    counters = Counter.objects.count()
    call_command("demo_half_year", scale=0.001)
    call_command("demo_half_year", remove=True)

    assert ([model.objects.count() for model in MODELS], Move.objects.count()) == kept
    assert Counter.objects.count() == counters
    assert Incident.objects.get() == own
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT pgh_obj_id FROM dispatch_incidentevent")
        assert cursor.fetchall() == [(own.pk,)]


def test_the_audit_says_what_was_invented(city: None) -> None:
    call_command("demo_half_year", scale=0.001, seed=5)

    entry = AuditEntry.objects.get(subject="dispatch.incident")
    assert (entry.detail["scale"], entry.detail["seed"]) == (0.001, 5)
    assert entry.detail["rows"] == sum(model.objects.count() for model in MODELS)


@pytest.mark.parametrize("scale", [0.0, -1.0, 1.5])
def test_odd_scales_are_refused(db: None, scale: float) -> None:
    with pytest.raises(CommandError, match="scale"):
        call_command("demo_half_year", scale=scale)


def test_without_a_city_it_says_what_is_missing(db: None) -> None:
    with pytest.raises(CommandError, match="build the demo city first"):
        call_command("demo_half_year", scale=0.001)
