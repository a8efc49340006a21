"""Properties: no text breaks the reader, places are true, long runs cost linear time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luchang.core.reading import read

PIECES = st.sampled_from(
    [
        "上半年",
        "今年以来",
        "7月30日至8月16日",
        "截至",
        "其中",
        "日均",
        "查处",
        "违法行为",
        "万",
        "亿",
        "余",
        "近",
        "约",
        "百分之",
        "分之",
        "%",
        ",",
        ",",
        "。",
        ";",
        "、",
        "\n",
        "“",
        "”",
        "《",
        "》",
        "(",
        ")",
        "第",
        "一",
        "二",
        "两",
        "三",
        "十",
        "百",
        "千",
        "点",
        "大",
        "个",
        "起",
        "人次",
        "台次",
        "率",
        "达",
        "为",
        "至",
        "—",
        "-",
        "1",
        "23",
        "456",
        "7,890",
        "0.5",
        "共计",
        "包括",
        "由",
        "下降到",
        "同比",
        "整改",
        "人员",
        "车辆",
        "检查",
        "2021年",
        "2月",
        "31日",
        "当日",
        "本月",
        "9999年",
        "0000年",
        "13月",
        "名列",
        "前",
        "荣获",
        "等奖",
        "未发生一起",
        "均",
        "和",
        "为期",
        "天",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=80).map("".join)))
def test_any_text_is_read_and_every_quote_stands_where_it_says(text: str) -> None:
    reading = read(text)
    again = read(text, earlier=reading.statistics)

    places = [(s.start, s.end, s.quote) for s in reading.statistics]
    places += [(m.start, m.end, m.quote) for m in reading.mentions]
    places += [(f.start, f.end, f.quote) for f in again.findings]
    for start, end, quote in places:
        assert start < end
        assert text[start:end] == quote
    assert all(s.upper is None or s.upper >= s.value for s in reading.statistics)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(min_value=1, max_value=999_999),
    st.sampled_from(["起", "人次", "台", "家", "份", "条", "公里", "场次"]),
    st.sampled_from(["", "余", "多"]),
    st.sampled_from(["", "近", "约"]),
)
def test_a_figure_written_is_the_figure_read(
    number: int, unit: str, behind: str, ahead: str
) -> None:
    (statistic,) = read(
        f"今年以来,共完成工作{ahead}{number}{behind}{unit}。", year=2022
    ).statistics

    assert (int(statistic.value), statistic.unit) == (number, unit)
    assert set(statistic.qualifier) - {"…"} == set(ahead + behind)


@pytest.mark.parametrize(
    "piece",
    [
        "9",
        "一",
        "万",
        "A",
        "1,",
        "1.1",
        "“",
        "《",
        "(",
        "1月",
        "其中1起,",
        "率",
        "平安",
        "1+",
        "的和",
        "百分之",
        "1至",
        " 1",
        "1\n",
    ],
)
def test_twice_the_text_takes_about_twice_the_time(piece: str) -> None:
    """An expression that looks again from every place would take sixteen times as long.

    The processor's time is compared: the wall clock would also measure who else is at work.
    """

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        best = 1e9
        for _ in range(2):
            begin = time.process_time()
            read(text)
            best = min(best, time.process_time() - begin)
        return best

    read(piece * 50)
    short, long = seconds(4_000), seconds(16_000)

    assert long < 8 * short + 0.1
