"""HALFYEAR: how much of the half-year a new demo city gets."""

import subprocess
import sys
from pathlib import Path

import pytest

from luchang.config import preparation
from luchang.config.home import HALF_YEAR_DUE
from luchang.config.launch import Launcher
from luchang.config.parts import Part
from luchang.config.preparation import AFTERWARDS, QUICK_SCALE, half_year_scale


@pytest.mark.parametrize(
    ("said", "meant"),
    [("", QUICK_SCALE), ("1.0", 1.0), ("0", 0.0), ("7", 1.0), ("-1", 0.0), ("viel", QUICK_SCALE)],
)
def test_an_odd_scale_never_stops_the_start(said: str, meant: float) -> None:
    assert half_year_scale(said) == meant


def test_a_little_waits_for_the_first_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start that is held up by records nobody has asked for yet."""
    loaded: list[str] = []
    monkeypatch.setenv("LUCHANG_HOME", str(tmp_path))
    monkeypatch.setattr(preparation, "call_command", lambda name, **_: loaded.append(name))
    monkeypatch.setenv("HALFYEAR", "")
    preparation.load_half_year()
    assert (tmp_path / HALF_YEAR_DUE).read_text() == f"{QUICK_SCALE:g}"
    assert not loaded

    (tmp_path / HALF_YEAR_DUE).unlink()
    monkeypatch.setenv("HALFYEAR", str(AFTERWARDS * 2))
    preparation.load_half_year()
    assert not (tmp_path / HALF_YEAR_DUE).exists()
    assert loaded == ["demo_half_year"]


@pytest.mark.parametrize(("code", "still_due"), [(0, False), (1, True)])
def test_what_was_not_loaded_is_tried_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, still_due: bool
) -> None:
    """A load that was stopped half-way is forgotten, or one that was done is begun each time."""
    monkeypatch.setenv("LUCHANG_HOME", str(tmp_path))
    (tmp_path / HALF_YEAR_DUE).write_text("0.02")
    launcher = Launcher(port=1, demo=False)
    loading = Part("half_year", [sys.executable, "-c", f"raise SystemExit({code})"])
    loading.start({})
    assert isinstance(loading.process, subprocess.Popen)
    loading.process.wait()
    launcher.half_year = loading
    launcher.end_half_year()

    assert (tmp_path / HALF_YEAR_DUE).exists() is still_due
