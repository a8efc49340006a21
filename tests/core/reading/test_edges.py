"""Readings and checks at their edges: what is almost a figure, almost a contradiction."""

from __future__ import annotations

import pytest

from luchang.core.reading import Flaw, read


@pytest.mark.parametrize("text", ["占比百分之一二。", "三分之二三。", "名列前二三名。"])
def test_characters_that_spell_no_number_make_no_figure(text: str) -> None:
    assert read(text, year=2022).statistics == ()


@pytest.mark.parametrize(
    "text",
    [
        "查处酒驾120起,其中醉驾10—15起。",
        "查处违法100起,其中甲类0起、乙类0起、丙类0起。",
        "上半年查处酒驾1000起,其中6月份醉驾300起。",
        "检查人员20人,检查站点30台。",
        "督办隐患40处,销号34个,销号率95%。",
        "5月份查处行人违法340起。6月份查处行人违法310起。",
        "5月以来查处行人违法340起。6月份查处行人违法310起。",
        "今年以来查处行人违法340起。6月以来查处行人违法310起。",
        "全警上阵,每天巡逻12公里。",
        "6月10日,开展为期20天的行动。",
        "今年以来查处酒驾120起。上半年,查处酒驾110起。",
    ],
)
def test_what_is_almost_a_contradiction_is_none(text: str) -> None:
    findings = [f for f in read(text, year=2022).findings if f.flaw is not Flaw.PERIODS_MIXED]

    assert findings == []


def test_parts_that_add_up_once_their_ten_thousand_is_gone_shift_no_total() -> None:
    text = (
        "全市查处违法行为6.2万起。其中,查处甲类违法行为20252万起;"
        "查处乙类违法行为30455万起;查处丙类违法行为11293起。"
    )

    findings = read(text, year=2022).findings

    assert [(f.flaw, str(f.likely)) for f in findings] == [
        (Flaw.SCALE_DOUBTFUL, "20252"),
        (Flaw.SCALE_DOUBTFUL, "30455"),
    ]


def test_an_earlier_report_of_another_year_is_no_base() -> None:
    earlier = read("截至2021年6月15日,查处酒驾169起。").statistics

    assert read("今年以来,查处酒驾150起。", earlier=earlier, year=2022).findings == ()


def test_a_window_that_ends_years_before_it_begins_keeps_its_label_alone() -> None:
    (statistic,) = read("2023年5月1日至2021年3月1日,查处酒驾5起。").statistics

    assert statistic.period is not None
    assert (statistic.period.label[:5], statistic.period.start) == ("2023年", None)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("开展培训46期。", "期"), ("接入视频12,000路。", "路"), ("检查点1,240个次。", "个次")],
)
def test_units_that_are_also_words_of_streets_and_terms(text: str, unit: str) -> None:
    assert [s.unit for s in read(text).statistics] == [unit]


def test_a_rough_window_that_means_the_exact_one_does_not_differ() -> None:
    text = "7月下旬到8月中旬,全员上阵。\n7月21日至8月20日,出动5人次。"

    assert read(text, year=2022).findings == ()


def test_figures_without_any_dates_are_not_held_against_an_earlier_report() -> None:
    earlier = read("上半年,查处酒驾169起。").statistics

    assert read("查处酒驾150起。", earlier=earlier).findings == ()


def test_a_form_that_begins_inside_another_is_left_to_it() -> None:
    """四大 names what the zero is about and counts nothing beside it."""
    assert [int(s.value) for s in read("实现四大领域零死亡。").statistics] == [0]


def test_a_base_named_right_before_its_value_gives_the_time() -> None:
    first, second = read("上半年80起,去年同期100起。", year=2022).statistics

    assert first.period is not None
    assert second.period is not None
    assert second.period.label == "去年同期"


def test_a_time_behind_the_figure_in_its_own_clause_counts() -> None:
    (statistic,) = read("30家企业在上半年被约谈。", year=2022).statistics

    assert statistic.period is not None
    assert statistic.period.label == "上半年"
