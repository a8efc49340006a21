"""What is published never names a plate, a person or a number, however it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luchang.core.common.identifiers import plain, resident_check_digit
from luchang.core.common.publishing import published

SEPARATORS = st.sampled_from(["", " ", "·", "-", "—", ".", "　", "•", "(", ")", "_", "\n"])
WIDE = str.maketrans(
    {chr(narrow): chr(narrow + 0xFEE0) for narrow in range(ord("0"), ord("z") + 1)}
)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@st.composite
def plates(draw: st.DrawFn) -> str:
    province = draw(st.sampled_from("湘粤赣鄂京沪"))
    rest = draw(st.text(f"0123456789{LETTERS}", min_size=5, max_size=6))
    return province + draw(st.sampled_from(LETTERS)) + rest


@st.composite
def resident_numbers(draw: st.DrawFn) -> str:
    born = draw(st.dates()).strftime("%Y%m%d").rjust(8, "0")
    area = draw(st.sampled_from(["430202", "430211", "440106"]))
    first = f"{area}{born}{draw(st.integers(0, 999)):03d}"
    return first + resident_check_digit(first)


@st.composite
def typed(draw: st.DrawFn, number: st.SearchStrategy[str]) -> tuple[str, str]:
    """A number, and one of the ways somebody types it."""
    found = draw(number)
    way = "".join(character + draw(SEPARATORS) for character in found)
    if draw(st.booleans()):
        way = way.lower()
    return found, way.translate(WIDE) if draw(st.booleans()) else way


@given(typed(plates()), st.text(), st.text())
def test_no_plate_is_left_in_what_is_published(
    number: tuple[str, str], before: str, after: str
) -> None:
    plate, way = number

    told = published(f"{before}{way}{after}", secrets=[plate])

    assert plate not in plain(told)


@given(
    typed(resident_numbers()), st.text("甲乙，。 ", max_size=9), st.text("丙丁；、 ", max_size=9)
)
def test_no_resident_number_is_left_though_nobody_named_it(
    number: tuple[str, str], before: str, after: str
) -> None:
    resident, way = number

    assert resident not in plain(published(f"{before}{way}{after}"))


@given(st.text("欧阳张王李某建国丽华", min_size=2, max_size=4), st.text(), st.text())
def test_no_name_is_left(name: str, before: str, after: str) -> None:
    assert name not in plain(published(f"{before}{name}{after}", names=[name]))


@given(typed(plates()), st.text("甲乙，。 ", max_size=9))
def test_an_outline_keeps_nothing_of_a_plate(number: tuple[str, str], before: str) -> None:
    plate, way = number

    told = plain(published(f"{before}{way}", outline=True))

    assert plate[:2] not in told
    assert plate[-2:] not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("湘B·D0001违法", "湘B***01违法"),
        ("车湘ｂ12345，", "车湘B***45，"),
        ("驾驶人欧阳某某（430202198805050010）", "驾驶人欧*（430***********0010）"),
        ("电话13800000001。", "电话138****0001。"),
        ("2021年6月15日10时，G320国道K1234处", "2021年6月15日10时，G320国道K1234处"),
        ("罚款200元，记6分，超员20%以上", "罚款200元，记6分，超员20%以上"),
    ],
)
def test_the_rest_of_a_sentence_stays(text: str, told: str) -> None:
    """A mask that swallows dates and articles leaves nothing to publish."""
    assert published(text, names=["欧阳某某"]) == told


def test_a_number_without_grammar_is_left_out_whole() -> None:
    assert published("车号 湘0101234 拖拉机", secrets=["湘01·01234"]) == "车号 *** 拖拉机"


def test_what_overlaps_is_not_half_shown() -> None:
    told = published("湘B12345张三丰", names=["张三", "张三丰"])

    assert "三" not in told
