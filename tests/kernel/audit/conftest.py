"""Entries to seal, and a place outside the database for the heads."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from luchang.kernel.audit import services
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import SYSTEM

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
Write = Callable[[int], None]


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def write() -> Write:
    numbers = itertools.count()

    def entries(count: int) -> None:
        for number in itertools.islice(numbers, count):
            services.record(
                by=SYSTEM,
                action=Action.READ,
                subject="dispatch.incident",
                subject_id=number,
                at=AT,
                purpose=f"核对 {number}",
                detail={"n": number, "字段": ["a", 1.5, None]},
            )

    return entries
