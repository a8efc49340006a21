"""Numerals, one by one and as a round trip."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.reading.numerals import chinese_value, scan

CHARACTERS = "零一二三四五六七八九"
UNITS = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))


def spell(number: int) -> str:
    """A number below a trillion in characters, as a clerk writes it."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, rest = divmod(number, size)
            gap = "零" if 0 < rest < size // 10 else ""
            return spell(high) + name + gap + (spell(rest) if rest else "")
    words = ""
    for size, name in UNITS:
        digit, number = divmod(number, size)
        if digit:
            words += CHARACTERS[digit] + name
        elif words and number and not words.endswith("零"):
            words += "零"
    return words.rstrip("零") or "零"


@given(st.integers(min_value=1, max_value=10**12 - 1))
def test_what_a_clerk_spells_out_is_read_back(number: int) -> None:
    words = spell(number)

    if len(words) <= 15:
        assert chinese_value(words) == number


@given(st.integers(min_value=0, max_value=10**14))
def test_digits_mean_the_same_with_and_without_separators(number: int) -> None:
    for words in (f"{number}", f"{number:,}"):
        assert [n.value for n in scan(words)] == [number]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("12.5万", "125000"),
        ("1亿2000万", "120000000"),
        ("3万5千", "35000"),
        ("20余万", "200000"),
        ("2千", "2000"),
        ("5百", "500"),
        ("1.2万亿", "1200000000000"),
        ("二十三", "23"),
        ("两千三百", "2300"),
        ("三点五", "3.5"),
        ("十余", "10"),
        ("一亿两千万", "120000000"),
        ("数百", "100"),
        ("上千", "1000"),
        ("几十", "10"),
        ("数十万", "100000"),
    ],
)
def test_a_numeral_is_worth(words: str, value: str) -> None:
    (numeral,) = scan(words)

    assert numeral.value == Decimal(value)


@pytest.mark.parametrize("words", ["一二三", "十百", "九" * 16, "三二"])
def test_characters_that_spell_no_number_are_none(words: str) -> None:
    """一二三 is a list of names, not 123."""
    assert chinese_value(words) is None
    assert list(scan(words)) == []


def test_a_number_of_twenty_digits_is_a_code() -> None:
    assert list(scan("12345678901234567")) == []


def test_kilograms_are_no_thousands() -> None:
    """5千克 is five kilograms: the 千 belongs to the measure."""
    first, *_ = scan("5千克")

    assert first.value == 5


def test_vague_hundreds_have_an_upper_end_and_above_a_hundred_has_none() -> None:
    (several,) = scan("数百")
    (above,) = scan("上百")

    assert several.upper == 900
    assert above.upper is None
