"""Masks show what they promise and no more; look-up forms join what is the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.common.personal import Kind, mask, normalise

PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    ("kind", "clear", "masked"),
    [
        (Kind.NAME, "欧阳某某", "欧*"),
        (Kind.NAME, " 张三 ", "张*"),
        (Kind.NAME, "", ""),
        (Kind.RESIDENT_ID, "11010519491231002X", "110***********002X"),
        (Kind.RESIDENT_ID, "E123456", "*******"),
        (Kind.PHONE, "138 0013 8000", "138****8000"),
        (Kind.PHONE, "110", "***"),
        (Kind.PLATE, "湘B·D01234", "湘B****34"),
        (Kind.PLATE, "湘B12345", "湘B***45"),
        (Kind.ADDRESS, "湖南省株洲市天元区长江路1号", "湖南省株洲市天元区***"),
        (Kind.ADDRESS, "株洲市醴陵市某某镇某某村3组", "株洲市醴陵市***"),
        (Kind.ADDRESS, "湖南省株洲市", "湖南省株洲市"),
        (Kind.ADDRESS, "长江路1号", "***"),
        (Kind.ADDRESS, "", ""),
        (Kind.TEXT, "任何", "***"),
        (Kind.TEXT, "", ""),
    ],
)
def test_each_kind_shows_its_part(kind: Kind, clear: str, masked: str) -> None:
    assert mask(kind, clear) == masked


@given(PHONES)
def test_a_masked_phone_hides_four_digits(phone: str) -> None:
    masked = mask(Kind.PHONE, phone)

    assert masked.count("*") == 4
    assert (masked[:3], masked[-4:]) == (phone[:3], phone[-4:])


@given(st.sampled_from(Kind), st.text(min_size=2, max_size=40))
def test_no_mask_ever_shows_the_whole_of_a_longer_text(kind: Kind, clear: str) -> None:
    masked = mask(kind, clear)

    if kind is not Kind.ADDRESS and clear.strip():
        assert masked != clear
        assert "*" in masked or not masked


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        (Kind.PHONE, "+86 138-0013-8000", "13800138000"),
        (Kind.RESIDENT_ID, "110105491231002", "11010519491231002x"),
        (Kind.PLATE, "湘b·12345", "湘B12345"),
        (Kind.PHONE, "ab 12", "AB12"),
        (Kind.NAME, "阿·买提", "阿买提"),
        (Kind.TEXT, " 甲 ", "甲"),
    ],
)
def test_the_same_thing_typed_twice_is_the_same(kind: Kind, one: str, other: str) -> None:
    assert normalise(kind, one) == normalise(kind, other)
