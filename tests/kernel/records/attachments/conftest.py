"""A record that owns files, an officer of its unit and one of another."""

from pathlib import Path

import pytest
from pytest_django import Settings

from luchang.kernel.identity.actors import Actor, Reach
from luchang.kernel.records.attachments import registry

SUBJECT = "example.case"
OWN_CASE, FOREIGN_CASE = 7, 8
PERMISSION = "example.see_case"


def officer(user_id: int = 1, *, at: int = OWN_CASE) -> Actor:
    return Actor(
        user_id=user_id,
        name="甲",
        organisation_id=at,
        organisation_path=f"{at:06d}/",
        reaches={PERMISSION: Reach(at=frozenset({at}))},
    )


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = settings.HOME = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def owned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each case belongs to the organisation of the same number."""

    def reaches(by: Actor, case: int) -> bool:
        return by.covers(PERMISSION, organisation_id=case, path=f"{case:06d}/")

    monkeypatch.setattr(registry, "_owners", {})
    registry.register(SUBJECT, may_see=reaches, may_attach=reaches)
