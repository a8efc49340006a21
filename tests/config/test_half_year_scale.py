"""HALFYEAR: how much of the half-year a new demo city gets."""

import pytest

from luchang.config.preparation import QUICK_SCALE, half_year_scale


@pytest.mark.parametrize(
    ("said", "meant"),
    [("", QUICK_SCALE), ("1.0", 1.0), ("0", 0.0), ("7", 1.0), ("-1", 0.0), ("viel", QUICK_SCALE)],
)
def test_an_odd_scale_never_stops_the_start(said: str, meant: float) -> None:
    assert half_year_scale(said) == meant
