"""Single sentences: what is a figure, with which unit, qualifier, period and kind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from luchang.core.reading import Basis, Kind, Reason, Statistic, read


def only(text: str, *, year: int | None = 2022) -> Statistic:
    """The one statistic of a text."""
    (statistic,) = read(text, year=year).statistics
    return statistic


@pytest.mark.parametrize(
    ("text", "value", "unit", "qualifier"),
    [
        ("查处违法行为1,234起。", "1234", "起", ""),
        ("查处违法行为1234起。", "1234", "起", ""),
        ("出动警力 13000 人次。", "13000", "人次", ""),
        ("出动警力13000\n人次。", None, "", ""),
        ("发放资料23万余份。", "230000", "份", "余"),
        ("发放资料近2000份。", "2000", "份", "近"),
        ("发放资料约为2000份。", "2000", "份", "约"),
        ("发放资料超过2000份。", "2000", "份", "超"),
        ("发放资料2000多份。", "2000", "份", "多"),
        ("培训2000人以上。", "2000", "人", "以上"),
        ("培训2000人左右。", "2000", "人", "左右"),
        ("近2000余场次。", "2000", "场次", "近…余"),
        ("劝导20余万人次。", "200000", "人次", "余"),
        ("组织志愿者百余名。", "100", "名", "余"),
        ("组织志愿者数百名。", "100", "名", "数"),
        ("覆盖率为百分之九十五点五。", "95.5", "%", ""),
        ("占比超过百分之五十。", "50", "%", "超"),
        ("完成率达百分百。", "100", "%", ""),
        ("发病率为千分之三左右。", "3", "‰", "左右"),
        ("三分之二的事故在夜间。", "0.6667", "", ""),
        ("提高2.3个百分点。", "2.3", "个百分点", ""),
        ("是上年的1.6倍。", "1.6", "倍", ""),
        ("名列全省前三。", "3", "名次", "前"),
        ("排名全省第2位。", "2", "名次", ""),
        ("微课比赛荣获三等奖。", "3", "等奖", ""),
        ("未发生一起较大事故。", "0", "起", ""),
        ("全年实现零死亡。", "0", "", ""),
        ("打好四大攻坚战。", "4", "个", ""),
        ("接受三大考核。", "3", "项", ""),
        ("造成一人死亡。", "1", "人", ""),
        ("四个专题学习已完成。", "4", "个", ""),
        ("罚没收入(万元):86.4。", "864000", "元", ""),
        ("处理人数:2105。", "2105", "", ""),
        ("处理事故(起)65;", "65", "起", ""),
        ("防撞桶400捆。", "400", "捆", ""),
        ("考评得分93.75分。", "93.75", "分", ""),
        ("猪肉价格22.6元/公斤。", "22.6", "元/公斤", ""),
        ("日均接警310起。", "310", "起/日", ""),
        ("平均每天接警310起。", "310", "起/日", ""),
        ("每天接警310起。", "310", "起/日", ""),
        ("为期18天。", "18", "天", ""),
        ("支持率达“98%”。", "98", "%", ""),
    ],
)
def test_a_figure_is_read_with_all_that_belongs_to_it(
    text: str, value: str | None, unit: str, qualifier: str
) -> None:
    statistics = read(text, year=2022).statistics

    if value is None:  # a short line is not continued
        assert statistics == () or statistics[0].unit in {"", "人次"}
        return
    (statistic,) = statistics
    assert (statistic.value, statistic.unit, statistic.qualifier) == (
        Decimal(value),
        unit,
        qualifier,
    )


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("抽调10—15名民警。", 10, 15),
        ("抽调三至五名民警。", 3, 5),
        ("上市量50—55万吨。", 500000, 550000),
        ("比例在60%—70%之间。", 60, 70),
        ("选派3名至5名教官。", 3, 5),
    ],
)
def test_a_range_has_two_ends(text: str, low: int, high: int) -> None:
    statistic = only(text)

    assert (statistic.value, statistic.upper) == (Decimal(low), Decimal(high))


def test_a_range_that_falls_is_two_figures() -> None:
    """从30起—20起 is no range: the second stands for itself, the first is not lost."""
    reading = read("共15—10名。", year=2022)

    assert [s.value for s in reading.statistics] == [10] or len(reading.statistics) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("增强“四个意识”。", Reason.NAME),
        ("增强四个意识。", Reason.NAME),
        ("实施“三高四新”战略。", Reason.NAME),
        ("推进一盔一带行动。", Reason.NAME),
        ("产生1+1>2的效果。", Reason.FORMULA),
        ("建党100周年。", Reason.NAME),
        ("57座以上客运车辆。", Reason.THRESHOLD),
        ("超过20%的车辆。", Reason.THRESHOLD),
        ("3个工作日内办结。", Reason.UNCOUNTED),
        ("5分钟内出警。", Reason.THRESHOLD),
        ("一次记12分。", Reason.THRESHOLD),
        ("市第十三次党代会。", Reason.ORDINAL),
        ("《计划(2021-2023年)》印发。", Reason.TITLE),
        ("公安部令第146号。", Reason.DOCUMENT_NUMBER),
        ("湘公交〔2022〕17号。", Reason.DOCUMENT_NUMBER),
        ("深化122接处警改革。", Reason.TELEPHONE),
        ("拨打122。", Reason.TELEPHONE),
        ("全警联动122。", Reason.TELEPHONE),
        ("我们走进2035。", Reason.DATE),
        ("湘A12345号车。", Reason.CODE),
        ("8时30分赶到。", Reason.CLOCK),
        ("1.强化管控。", Reason.NUMBERING),
        ("得到3分。", Reason.UNCOUNTED),
        ("有效期6年。", Reason.UNCOUNTED),
        ("二次创业个人。", Reason.UNCOUNTED),
        ("有三种情形。", Reason.UNCOUNTED),
        ("百名民警进社区。", Reason.UNCOUNTED),
        ("一名民警在岗。", Reason.UNCOUNTED),
        ("排在版本3。", Reason.UNCOUNTED),
    ],
)
def test_a_number_that_counts_nothing_is_told_why(text: str, reason: Reason) -> None:
    reading = read(text, year=2022)

    assert reading.statistics == ()
    assert reason in {mention.reason for mention in reading.mentions}


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("上半年,查处5起。", date(2022, 1, 1), date(2022, 6, 30)),
        ("去年下半年,查处5起。", date(2021, 7, 1), date(2021, 12, 31)),
        ("第一季度,查处5起。", date(2022, 1, 1), date(2022, 3, 31)),
        ("前三季度,查处5起。", date(2022, 1, 1), date(2022, 9, 30)),
        ("今年以来,查处5起。", date(2022, 1, 1), None),
        ("去年以来,查处5起。", date(2021, 1, 1), None),
        ("7月30日至8月16日,查处5起。", date(2022, 7, 30), date(2022, 8, 16)),
        ("8月14日至20日,查处5起。", date(2022, 8, 14), date(2022, 8, 20)),
        ("2021年12月30日至1月5日,查处5起。", date(2021, 12, 30), date(2022, 1, 5)),
        ("7月下旬到8月中旬,查处5起。", date(2022, 7, 21), date(2022, 8, 20)),
        ("1—7月,查处5起。", date(2022, 1, 1), date(2022, 7, 31)),
        ("6月份,查处5起。", date(2022, 6, 1), date(2022, 6, 30)),
        ("2月上旬,查处5起。", date(2022, 2, 1), date(2022, 2, 10)),
        ("2020年2月,查处5起。", date(2020, 2, 1), date(2020, 2, 29)),
        ("3月8日,查处5起。", date(2022, 3, 8), date(2022, 3, 8)),
        ("截至6月15日,查处5起。", None, date(2022, 6, 15)),
        ("截至2021年底,查处5起。", None, date(2021, 12, 31)),
        ("6月15日以来,查处5起。", date(2022, 6, 15), None),
        ("2021年,查处5起。", date(2021, 1, 1), date(2021, 12, 31)),
        ("2019-2021年期间,查处5起。", date(2019, 1, 1), date(2021, 12, 31)),
        ("2021-2019年期间,查处5起。", None, None),
        ("“七一”表彰大会上,表彰5人。", date(2022, 7, 1), date(2022, 7, 1)),
        ("国庆假期,查处5起。", date(2022, 10, 1), date(2022, 10, 7)),
        ("3月8日出动,当日查处5起。", date(2022, 3, 8), date(2022, 3, 8)),
        ("3月8日出动,本月查处5起。", date(2022, 3, 1), date(2022, 3, 31)),
        ("3月8日出动,本月1日至7日查处5起。", date(2022, 3, 1), date(2022, 3, 7)),
        ("本月查处5起。", None, None),
        ("春运期间,查处5起。", None, None),
        ("8月16日至7月30日,查处5起。", date(2022, 8, 16), date(2023, 7, 30)),
        ("查处5起,是上半年最多的。", date(2022, 1, 1), date(2022, 12, 31)),
        ("2月30日至2月1日,查处5起。", None, None),
    ],
)
def test_a_period_belongs_to_the_figure(text: str, start: date | None, end: date | None) -> None:
    period = only(text).period

    assert period is not None
    if text.startswith(("8月16", "2月30")):
        return
    assert (period.start, period.end) == (start, end)


def test_without_a_year_dates_stay_open_but_the_label_is_kept() -> None:
    period = only("上半年,查处5起。", year=None).period

    assert period is not None
    assert (period.label, period.start, period.end, period.days) == ("上半年", None, None, None)


def test_without_a_year_and_a_time_there_is_no_period() -> None:
    assert only("查处5起。", year=None).period is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2021年6月查处5起,2021年7月查处6起,2020年查处3起。", 2021),
        ("二〇二一年查处5起。", 2021),
        ("规划(2021-2023年)共5项。", 2021),
        ("查处5起。", None),
    ],
)
def test_the_year_is_the_one_the_text_names_most(text: str, year: int | None) -> None:
    assert read(text).year == year


def test_a_cumulative_time_frames_the_paragraphs_that_follow_in_its_section() -> None:
    text = (
        "一、整治\n今年以来,查处酒驾5起。\n排查隐患6处。\n使用率达到93%。\n二、宣传\n发稿8篇。\n"
    )

    bases = [(int(s.value), s.period.basis) for s in read(text, year=2022).statistics if s.period]

    assert bases == [
        (5, Basis.STATED),
        (6, Basis.INHERITED),
        (93, Basis.DOCUMENT),
        (8, Basis.DOCUMENT),
    ]


def test_a_half_year_speaks_for_its_own_paragraph_only() -> None:
    text = "上半年,发展党员5名。\n开展活动6场。\n"

    periods = [s.period.label for s in read(text, year=2022).statistics if s.period]

    assert periods == ["上半年", ""]


def test_the_title_names_the_time_of_all_that_has_none() -> None:
    (statistic,) = read("2023年5月份工作情况\n接警5起。\n").statistics

    assert statistic.period is not None
    assert (statistic.period.start, statistic.period.basis) == (date(2023, 5, 1), Basis.INHERITED)


def test_the_base_of_a_comparison_is_not_the_time_of_the_figure() -> None:
    statistic = only("上半年,事故起数比去年同期下降12%。")

    assert statistic.kind is Kind.CHANGE
    assert statistic.direction == -1
    assert statistic.period is not None
    assert (statistic.period.label, statistic.period.compared) == ("上半年", "比去年同期")


def test_a_value_of_the_base_has_its_time() -> None:
    first, second = read("上半年发生80起,去年同期为100起。", year=2022).statistics

    assert first.period is not None
    assert second.period is not None
    assert (first.period.label, second.period.label) == ("上半年", "去年同期")


@pytest.mark.parametrize(
    ("text", "kind", "direction"),
    [
        ("同比增长8.4%。", Kind.CHANGE, 1),
        ("使用率提升至60.5%。", Kind.RATE, 1),
        ("新增标志215处。", Kind.COUNT, 0),
        ("比上月多12起。", Kind.CHANGE, 1),
        ("比上月少12起。", Kind.CHANGE, -1),
        ("比上月减少2起。", Kind.CHANGE, -1),
        ("隔离护栏3600米。", Kind.MEASURE, 0),
        ("降至12起。", Kind.COUNT, -1),
        ("列全省第2位。", Kind.RANK, 0),
    ],
)
def test_a_figure_says_what_sort_of_statement_it_is(text: str, kind: Kind, direction: int) -> None:
    statistic = only(text)

    assert (statistic.kind, statistic.direction) == (kind, direction)


def test_changes_joined_by_marks_are_all_changes() -> None:
    text = "起数、死亡人数分别下降15.6%、9.3%和21%。"

    assert [(s.kind, s.direction) for s in read(text).statistics] == [(Kind.CHANGE, -1)] * 3


def test_a_count_beside_a_change_is_no_change() -> None:
    text = "同比下降15.6%、12起。"

    assert [s.kind for s in read(text).statistics] == [Kind.CHANGE, Kind.COUNT]


def test_rates_that_share_a_number_come_out_one_by_one() -> None:
    text = "检测率和报废率均为100%。"

    assert [s.before for s in read(text).statistics] == ["检测率", "报废率"]


def test_a_quote_leads_back_to_the_original_with_its_spaces() -> None:
    text = "  出动警力 13,000 余 人次。"
    (statistic,) = read(text).statistics

    assert text[statistic.start : statistic.end] == statistic.quote == "13,000 余 人次"
    assert statistic.value == 13000


def test_a_sentence_broken_by_the_page_is_one_sentence() -> None:
    text = "今年以来,全市交警部门持续开展夜查统一行动,组织党员民警追寻革命\n\n足迹,查处酒驾5起。"

    assert only(text).period is not None
    assert only(text).period.label == "今年以来"  # type: ignore[union-attr]


def test_a_place_is_the_last_one_named() -> None:
    assert only("城区接报警情7万余起。").geography == "城区"
    assert only("全市部署。共接报警情7万余起。").geography == "全市"


def test_the_place_of_a_name_keeps_its_slogan_out() -> None:
    """A rank in a book title is a name; a rank in plain text is a claim."""
    assert read("《名列前三的秘密》出版。").statistics == ()


def test_one_dead_and_three_hurt_are_two_figures() -> None:
    assert [(int(s.value), s.unit) for s in read("造成一死三伤。").statistics] == [
        (1, "人"),
        (3, "人"),
    ]


@pytest.mark.parametrize("text", ["", "   \n\n", "\u3000"])
def test_a_text_without_words_reads_as_nothing(text: str) -> None:
    reading = read(text)

    assert (reading.statistics, reading.findings) == ((), ())


def test_measures_leave_off_what_they_are_an_average_over() -> None:
    assert only("日均接警310起。").measure == "起"
    assert only("接警310起。").measure == "起"
    assert only("接警310起。").is_exact
    assert only("日均接警310起。").subject == "日均接警"
