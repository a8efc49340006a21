"""A kind of paper about a vehicle of the force, for one test."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from luchang.kernel.papers import kinds
from luchang.kernel.papers.kinds import PaperField, PaperKind
from luchang.kernel.records.attachments import registry

SHIPPED = "## 一、基本情况\n车辆{{ number }}，{{ seats }}座。\n- {{ duties }}\n"


@pytest.fixture
def kind(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> PaperKind:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    shipped = tmp_path / "slip.txt"
    shipped.write_text(SHIPPED, encoding="utf-8")
    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setattr(registry, "_owners", dict(registry._owners))
    registry.register(
        "force.vehicle",
        may_see=lambda actor, key: True,
        may_attach=lambda actor, key: actor.is_system,
    )
    return kinds.declare(
        PaperKind(
            code="force.slip",
            title="车辆交接单",
            subject="force.vehicle",
            permission="force.manage_force",
            fields=(
                PaperField("seats", "座位", lambda row: str(row.seats)),
                PaperField("duties", "注意事项", lambda row: "每日检查\n按时保养"),
            ),
            shipped=shipped,
            number=lambda row: row.plate,
        )
    )
