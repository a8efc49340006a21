"""The build's own part: which icons go into the sprite, and when to build at all."""

from pathlib import Path

import pytest

from tools import front

pytestmark = pytest.mark.skipif(
    not front.ICONS.is_dir(), reason="the icons are not installed: make front"
)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(front, "SOURCE", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.html", '{% icon "tractor" %}'),
        ("a.html", '{% empty none icon="tractor" %}'),
        ("a.py", 'MenuItem(Section.ROADS, _("农机"), "rural.tractors", SEE, "tractor", 10)'),
        ("a.py", 'row = {"icon": "tractor"}'),
    ],
)
def test_finds_an_icon_however_it_is_named(source: Path, file: str, text: str) -> None:
    assert "tractor" not in front.icon_names()

    (source / file).write_text(text)

    assert "tractor" in front.icon_names()


def test_an_unknown_icon_is_left_out_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    drawn = front.sprite(["car", "no-such-icon", "point-filled"])

    assert 'id="car"' in drawn
    assert 'id="point-filled"' in drawn
    assert "no-such-icon" in capsys.readouterr().err


def test_another_icon_is_a_reason_to_build() -> None:
    assert front.stamp(["car"]) != front.stamp(["car", "tractor"])
