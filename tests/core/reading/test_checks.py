"""Each check on a sentence that deserves it, and on its neighbour that does not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from luchang.core.reading import Finding, Flaw, read

F = Flaw


def told(text: str, *, earlier: str = "", year: int | None = 2022) -> list[Finding]:
    """Findings of a text, after an earlier one."""
    before = read(earlier, year=year).statistics
    return list(read(text, earlier=before, year=year).findings)


DESERVED: list[tuple[Flaw, str, str, str | None]] = [
    (F.PART_ABOVE_WHOLE, "查处酒驾120起,其中醉驾150起。", "150起", None),
    (F.PART_ABOVE_WHOLE, "查处违法1.2万起,其中酒驾156万起。", "156万起", "156"),
    (F.PART_ABOVE_WHOLE, "发生事故0起,其中亡人事故2起。", "2起", None),
    (F.SUM_ABOVE_WHOLE, "查处违法1000起,其中酒驾600起、超速700起。", "1000起", None),
    (F.SUM_DIFFERS, "投入警车57台,包括轿车30台、越野车12台、摩托车18台。", "57台", "60"),
    (F.SUM_DIFFERS, "查处酒驾30起、超员12起、超速18起,共计57起。", "57起", "60"),
    (
        F.FACTOR_OF_TEN,
        "查处违法48.6万起,其中超速2.51万起、闯灯1.24万起、违停1.11万起。",
        "48.6万起",
        None,
    ),
    (F.PERIODS_MIXED, "上半年查处酒驾1000起,其中今年以来醉驾300起。", "300起", None),
    (F.PERIODS_MIXED, "上半年,约谈企业30家。今年以来,整治企业61家。", "61家", None),
    (F.SUBSET_ABOVE_BASE, "排查隐患88处,整改96处。", "96处", None),
    (F.SUBSET_ABOVE_BASE, "全县55个派出所中,已有60个挂牌。", "60个", None),
    (
        F.SCALE_DOUBTFUL,
        "全市查处违法行为12.4万起。其中,查处违停违法行为38612万起。",
        "38612万起",
        "38612",
    ),
    (F.SCALE_DOUBTFUL, "全县出动警力1.2亿人次。", "1.2亿人次", None),
    (F.SCALE_DOUBTFUL, "查处酒驾违法行为3652万起,查处超员违法行为210起。", "3652万起", "3652"),
    (F.AVERAGE_AGAINST_TOTAL, "上半年受理来信1.2万件,日均受理2600件。", "2600件", "66"),
    (F.AVERAGE_AGAINST_TOTAL, "今年以来受理来信100件,日均受理2600件。", "2600件", None),
    (F.RATE_ABOVE_HUNDRED, "全市头盔佩戴率达到103.5%。", "103.5%", None),
    (F.FALL_ABOVE_HUNDRED, "警情同比下降130%。", "130%", None),
    (F.RATE_AGAINST_PARTS, "督办隐患40处,销号34处,销号率95%。", "95%", "85.0"),
    (F.RATE_WITHOUT_BASE, "检测率和报废率均为100%。", "100%", None),
    (F.CHANGE_AGAINST_VALUES, "事故由80起下降到100起。", "100起", None),
    (F.CHANGE_AGAINST_VALUES, "事故由100起下降到80起,下降30%。", "30%", "20.0"),
    (F.QUALIFIERS_CONTRADICT, "开展活动近2000余场次。", "近2000余场次", None),
    (F.QUALIFIERS_CONTRADICT, "播放宣传片18198余次。", "18198余次", None),
    (F.QUALIFIERS_CONTRADICT, "发放资料12.3456万余份。", "12.3456万余份", None),
    (F.PERSONS_BELOW_VEHICLES, "检查人员67000余人,检查车辆68401台次。", "67000余人", None),
    (F.PERSONS_BELOW_VEHICLES, "出动警力50人次,警车60台次。", "50人次", None),
    (
        F.LONGER_PERIOD_SMALLER,
        "6月份,查处行人违法340起。上半年,查处行人违法310起。",
        "310起",
        None,
    ),
    (
        F.LONGER_PERIOD_SMALLER,
        "上半年,查处行人违法310起。6月份,查处行人违法340起。",
        "310起",
        None,
    ),
    (F.DAYS_AGAINST_DATES, "6月10日至6月24日,开展为期20天的行动。", "20天", None),
    (
        F.WINDOWS_DIFFER,
        "7月下旬到8月中旬,全员上阵。\n7月30日至8月16日,出动5人次。",
        "7月下旬到8月中旬",
        None,
    ),
    (
        F.WINDOWS_DIFFER,
        "7月30日至8月16日,出动5人次。\n7月下旬到8月中旬,全员上阵。",
        "7月下旬到8月中旬",
        None,
    ),
    (F.WORD_REPEATED, "优先特殊群体优先办理业务。", "优先特殊群体优先", None),
    (F.WORDS_MISSING, "示范创建,进一步一个脚印。", "进一步一个脚印", None),
    (F.WORDS_MISSING, "是全警的自觉和行动自觉。", "的自觉和行动自觉", None),
    (F.TERM_MISWRITTEN, "淘汰变形拖拉机。", "变形拖拉机", None),
    (F.TERM_MISWRITTEN, "截止6月30日,已完成。", "截止", None),
    (
        F.NAMES_DIFFER,
        "“平安交通示范乡村”创建有序,《平安(镇)村创建方案》印发。",
        "平安交通示范乡村",
        None,
    ),
    (F.NAMES_DIFFER, "锻造“四铁”警队,争做“四个铁一般”队伍。", "“四铁”", None),
    (
        F.PARTNER_IS_SELF,
        "全市交警部门上阵。交警部门严查。交警部门守护。配合交警部门检查车站。",
        "配合交警部门",
        None,
    ),
]


@pytest.mark.parametrize(("flaw", "text", "quote", "likely"), DESERVED)
def test_a_contradiction_is_told_at_its_place(
    flaw: Flaw, text: str, quote: str, likely: str | None
) -> None:
    (finding,) = [finding for finding in told(text) if finding.flaw is flaw]

    assert finding.quote == quote
    assert finding.arithmetic
    if likely is not None:
        assert finding.likely == Decimal(likely)


@pytest.mark.parametrize(
    "text",
    [
        "查处酒驾120起,其中醉驾15起。",
        "查处违法1000起,其中货车600起,涉及超载700起。",
        "投入警车60台,包括轿车30台、越野车12台、摩托车18台。",
        "查处酒驾30起、超员12起、超速18起,共计60起。",
        "查处违法48.6万起,其中超速2.51万起、闯灯1.24万起、违停0.9万起。",
        "排查隐患88处,整改86处。",
        "查处酒驾88起、超员96起。",
        "全国铁路发送旅客40122万人次,出动志愿者300人次。",
        "投入资金12345.67万元,慰问金800元。",
        "上半年受理来信1.2万件,日均受理66件。",
        "人均办理60件,共办理1.2万件。",
        "日均受理60件。",
        "完成率达到105%。",
        "税收同比增长130%。",
        "督办隐患40处,销号34处,销号率85%。",
        "督办隐患40处,销号率85%。",
        "全市乡镇覆盖率达100%。",
        "应检车辆20台,检测率100%。",
        "事故由100起下降到80起,下降20%。",
        "由100起下降到80起。",
        "开展活动2000余场次。",
        "播放宣传片18190余次。",
        "发放资料12.3万余份。",
        "约有10至1258人参加。",
        "检查人员9000余人,检查车辆6000台次。",
        "培训驾驶人200人,排查车辆500辆。",
        "查获人员20人,酒驾车30起。",
        "6月份,查处行人违法310起。上半年,查处行人违法340起。",
        "全市6月份查处行人违法340起。上半年,城区查处行人违法310起。",
        "7月份查处行人违法340起。上半年,查处行人违法310起。",
        "6月10日至6月24日,开展为期15天的行动。",
        "6月10日至6月24日,开展为期14天的行动。",
        "历时5天。",
        "7月下旬到8月中旬,全员上阵。\n9月3日至9月6日,出动5人次。",
        "7月3日至7月6日上阵。7月5日至7月9日,出动5人次。",
        "7月下旬上阵。\n\n一\n\n二\n\n三\n\n四\n\n五\n7月22日至7月29日出动。",
        "6月份接警5起。今年以来,累计接警50起。",
        "不断深入,不断创新。",
        "“平安校园”创建有序,“平安交通村”创建有序。",
        "交警部门配合交警部门。",
    ],
)
def test_what_can_be_true_is_left_alone(text: str) -> None:
    assert told(text) == []


EARLIER = (
    "截至6月15日,查处酒驾169起,乘车人安全带使用率74.7%,头盔佩戴率47%,驾驶人安全带使用率95.5%,事故率3%。"
    "全市55个农村派出所中,已有28个挂牌成立中队。"
)


@pytest.mark.parametrize(
    ("text", "flaw", "quote"),
    [
        ("今年以来,查处酒驾150起。", F.FELL_SINCE_EARLIER, "150起"),
        ("1月1日至6月30日,查处酒驾150起。", F.FELL_SINCE_EARLIER, "150起"),
        ("乘车人安全带使用率提升至60.5%。", F.FELL_SINCE_EARLIER, "60.5%"),
        ("驾驶人安全带使用率为93.3%。", F.FELL_SINCE_EARLIER, "93.3%"),
        ("今年,又有40个农村派出所挂牌成立中队。", F.MORE_THAN_REMAINED, "40个"),
    ],
)
def test_an_earlier_report_is_not_undercut(text: str, flaw: Flaw, quote: str) -> None:
    assert [(f.flaw, f.quote) for f in told(text, earlier=EARLIER)] == [(flaw, quote)]


@pytest.mark.parametrize(
    "text",
    [
        "今年以来,查处酒驾250起。",
        "6月份,查处酒驾50起。",
        "2023年以来,查处酒驾50起。",
        "去年以来,查处酒驾150起。",
        "事故率2%。",
        "头盔佩戴率为67%。",
        "今年,又有20个农村派出所挂牌成立中队。",
        "今年,又有40个企业签约。",
        "新增40起。",
    ],
)
def test_what_an_earlier_report_allows_is_left_alone(text: str) -> None:
    assert told(text, earlier=EARLIER) == []


def test_an_earlier_report_tells_a_lost_point_from_a_surplus_ten_thousand() -> None:
    """2751 would be less than the 19,481 of June; 27,510 is not."""
    text = "全市查处违法行为132万起。查处野蛮驾驶违法行为2751万起。"
    earlier = "截至6月15日,查处野蛮驾驶违法行为19481起。"

    (finding,) = [f for f in told(text, earlier=earlier) if f.flaw is F.SCALE_DOUBTFUL]

    assert finding.likely == 27510


def test_many_doubtful_parts_each_lose_their_ten_thousand() -> None:
    parts = "、".join(f"查处第{n}类违法行为{n}352万起" for n in "123456789")
    text = f"全市查处违法行为132万起。其中,{parts}。"

    likely = [f.likely for f in told(text) if f.flaw is F.SCALE_DOUBTFUL]

    assert likely == [Decimal(f"{n}352") for n in "123456789"]


def test_a_finding_is_told_once() -> None:
    """A part of two lists exceeds both wholes and is named once."""
    findings = told("查处违法100起,其中酒驾50起,其中醉驾120起。")

    assert len({(f.flaw, f.start) for f in findings}) == len(findings)


def test_findings_stand_in_the_order_of_the_text() -> None:
    findings = told("播放18198余次,佩戴率103%,开展近20余场。")

    assert [f.start for f in findings] == sorted(f.start for f in findings)
