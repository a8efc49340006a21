"""Chainage is read as officers write it and written as they read it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.common.chainage import Chainage, parse_chainage


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("G320 K1123+400", Chainage("G320", 1_123_400)),
        ("g320国道K1123+400米处", Chainage("G320", 1_123_400)),
        ("Ｇ３２０　Ｋ１１２３＋４００", Chainage("G320", 1_123_400)),
        ("S211K12", Chainage("S211", 12_000)),
        ("沪昆高速G60 K5+4附近", Chainage("G60", 5_004)),
        ("X003 k0 + 050", Chainage("X003", 50)),
    ],
)
def test_what_is_written_on_stones_and_said_on_the_telephone(text: str, wanted: Chainage) -> None:
    assert parse_chainage(text) == wanted


@pytest.mark.parametrize(
    "text", ["", "长江路128号", "K1123+400", "G320", "湘B·D01234", "G320 1123"]
)
def test_what_is_no_chainage(text: str) -> None:
    assert parse_chainage(text) is None


@given(
    st.from_regex(r"[GSXYC]\d{1,4}", fullmatch=True).filter(str.isascii),
    st.integers(0, 9_999_999),
)
def test_what_is_written_is_read_back(route: str, metres: int) -> None:
    stone = Chainage(route, metres)

    assert parse_chainage(str(stone)) == stone


@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    parse_chainage(text)
