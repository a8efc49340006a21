"""Times that a report names: dates, windows, half-years, 今年以来, 截至; and where they hold."""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from luchang.core.reading.model import Period
from luchang.core.reading.numerals import chinese_value

TO = r"(?:[-—–~至到]|起至)+"
_Y = r"(?:(?P<{0}y>\d{{4}}|[今去本]|前)年(?:的)?)?"
_M = r"(?P<{0}m>1[0-2]|0?[1-9])"
_D = r"(?P<{0}d>3[01]|[12]\d|0?[1-9])"
_CLOCK = r"(?:\d{1,2}[时:]\d{0,2}分?|\d{1,2}[-—–~]\d{1,2}时)?"
_THIRD = r"(?P<{0}t>[上中下])旬"
DECEMBER = 12
QUARTER_MONTHS = 3
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
FEASTS = {
    "元旦": (1, 1),
    "劳动节": (5, 1),
    "五一": (5, 1),
    "七一": (7, 1),
    "八一": (8, 1),
    "国庆": (10, 1),
}
FEAST_DAYS = {"五一": 5, "劳动节": 5, "国庆": 7}
THIRDS = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}
YEARS_BACK = {"今": 0, "本": 0, "去": 1, "前": 2}


class Found(NamedTuple):
    """A time expression in the squeezed text; `is_base`: what a change is compared with."""

    start: int
    end: int
    period: Period
    is_base: bool


Reader = Callable[["re.Match[str]", int | None], Period]


def document_year(text: str) -> int | None:
    """The year that a report speaks of, as far as its own dates say."""
    spans = re.compile(r"(?<!\d)20\d\d年?[-—–~至到]20\d\d年")
    years = Counter(re.findall(r"(?<!\d)(20\d\d)年(?!代)", spans.sub("", text)))
    years.update(re.findall(r"(?<!\d)(20\d\d)年?[-—–~至到]20\d\d年", text))
    chinese = re.findall(r"二[〇零0]([〇零一二三四五六七八九]{2})年", text)
    years.update("20" + "".join(str(chinese_value(c) or 0) for c in pair) for pair in chinese)
    return int(max(years, key=lambda year: (years[year], year))) if years else None


def scan(text: str, year: int | None) -> Iterator[Found]:
    """Every time expression, the longest reading first; none inside another."""
    anchor: date | None = None
    for found in EXPRESSION.finditer(text):
        name = next(name for name in READERS if found[name] is not None)
        if _is_only_a_plan(name, text, found.end()):
            continue
        period = _anchored(READERS[name](found, year), found, anchor)
        anchor = period.end if name in DATED and period.end else anchor
        yield Found(found.start(), found.end(), period, _is_base(text, found))


def _anchored(period: Period, found: re.Match[str], anchor: date | None) -> Period:
    """当日 is the day that was named last, 本月 its month."""
    if anchor is None:
        return period
    if period.label in {"当日", "当天"}:
        return replace(period, start=anchor, end=anchor)
    if found["own"]:
        first, last = int(found["from"] or 1), int(found["to"] or 31)
        month = str(anchor.month)
        return _ordered(
            period.label, _day(anchor.year, month, first), _day(anchor.year, month, last)
        )
    return period


def _is_only_a_plan(name: str, text: str, end: int) -> bool:
    """2021-2023年创建目标: the years of a plan, not the time something was counted in."""
    return name == "years" and not re.match(r"期间|间|[,,]|以来|来", text[end : end + 2])


def _is_base(text: str, found: re.Match[str]) -> bool:
    """去年同期, 比上月: what is compared with, not the time of the figure."""
    before, after = text[max(found.start() - 3, 0) : found.start()], text[found.end() :][:3]
    return bool(
        re.search(r"[比较]$", before)
        or "同期" in found.group()
        or re.match(r"的?(?:同期|相比)|的[约近超]?[\d一二两三四五六七八九十]", after)
    )


def _day(year: int | None, month: str | None, day: int) -> date | None:
    if year is None or month is None:
        return None
    return date(year, int(month), min(day, monthrange(year, int(month))[1]))


def _year(words: str | None, year: int | None) -> int | None:
    if words is None:
        return year
    if words in YEARS_BACK:
        return None if year is None else year - YEARS_BACK[words]
    return int(words) if date.min.year <= int(words) else None


def _window(found: re.Match[str], year: int | None) -> Period:
    """7月30日至8月16日, 8月14日至20日, 1月1日至6月15日."""
    first = _year(found["ay"], year)
    last = _year(found["by"], first)
    month = found["bm"] or found["am"]
    start = _day(first, found["am"], int(found["ad"]))
    end = _day(last, month, int(found["bd"]))
    return _ordered(found.group(), start, end)


def _ordered(label: str, start: date | None, end: date | None) -> Period:
    if start and end and end < start:
        end = _day(end.year + 1, str(end.month), end.day)
    if start and end and end < start:
        return Period(label)
    return Period(label, start, end)


def _thirds(found: re.Match[str], year: int | None) -> Period:
    """7月下旬到8月中旬."""
    first = _year(found["cy"], year)
    month = found["dm"] or found["cm"]
    third = found["dt"] or found["ct"]
    start = _day(first, found["cm"], THIRDS[found["ct"]][0])
    return _ordered(found.group(), start, _day(first, month, THIRDS[third][1]))


def _months(found: re.Match[str], year: int | None) -> Period:
    """1—5月, 3月至5月, 2020年12月至2021年2月."""
    first = _year(found["ey"], year)
    start = _day(first, found["em"], 1)
    return _ordered(found.group(), start, _day(_year(found["fy"], first), found["fm"], 31))


def _until(found: re.Match[str], year: int | None) -> Period:
    """截至6月15日: from the beginning of that year on."""
    at = _year(found["gy"], year)
    month = found["gm"]
    end = _day(at, month, int(found["gd"] or 31)) if month else _day(at, "12", 31)
    return Period(found.group(), None, end, cumulative=True)


def _since(found: re.Match[str], year: int | None) -> Period:
    """5月以来, 6月15日以来."""
    start = _day(_year(found["hy"], year), found["hm"], int(found["hd"] or 1))
    return Period(found.group(), start, None, cumulative=True)


def _date(found: re.Match[str], year: int | None) -> Period:
    day = _day(_year(found["iy"], year), found["im"], int(found["id"]))
    return Period(found.group(), day, day)


def _month(found: re.Match[str], year: int | None) -> Period:
    at = _year(found["jy"], year)
    third = THIRDS.get(found["jt"], (1, 31))
    return Period(found.group(), _day(at, found["jm"], third[0]), _day(at, found["jm"], third[1]))


def _half(found: re.Match[str], year: int | None) -> Period:
    at = _year(found["ky"], year)
    first = found["which"] == "上"
    start, end = ("1", "6") if first else ("7", "12")
    return Period(found.group(), _day(at, start, 1), _day(at, end, 31))


def _quarter(found: re.Match[str], year: int | None) -> Period:
    at = _year(found["ly"], year)
    last = QUARTERS[found["number"]] * QUARTER_MONTHS
    first = 1 if found["up_to"] else last - QUARTER_MONTHS + 1
    return Period(found.group(), _day(at, str(first), 1), _day(at, str(last), 31))


def _this_year(found: re.Match[str], year: int | None) -> Period:
    back = 1 if found.group().startswith("去年以来") else 0
    start = _day(None if year is None else year - back, "1", 1)
    return Period(found.group(), start, None, cumulative=True)


def _whole_year(found: re.Match[str], year: int | None) -> Period:
    at = _year(found["oy"], year)
    return Period(found.group(), _day(at, "1", 1), _day(at, "12", 31))


def _years(found: re.Match[str], _: int | None) -> Period:
    first, last = int(found["first"]), int(found["last"])
    if not date.min.year <= first <= last:
        return Period(found.group())
    return Period(found.group(), date(first, 1, 1), date(last, DECEMBER, 31))


def _feast(found: re.Match[str], year: int | None) -> Period:
    name = found["name"]
    month, day = FEASTS[name]
    length = FEAST_DAYS.get(name, 1)
    at = _year(found["py"], year)
    start = _day(at, str(month), day)
    return Period(found.group(), start, _day(at, str(month), day + length - 1))


def _spoken(found: re.Match[str], _: int | None) -> Period:
    """A time that only its label knows: 春运期间, 本周, 行动开展以来."""
    return Period(found.group(), cumulative=bool(re.search("以来|截", found.group())))


def _y(name: str) -> str:
    return _Y.format(name)


def _m(name: str) -> str:
    return _M.format(name)


def _d(name: str) -> str:
    return _D.format(name)


def _t(name: str) -> str:
    return _THIRD.format(name)


PATTERNS: dict[str, tuple[str, Reader]] = {
    "window": (
        rf"{_y('a')}{_m('a')}月{_d('a')}[日号]?{_CLOCK}起?{TO}{_y('b')}(?:{_m('b')}月)?{_d('b')}[日号]",
        _window,
    ),
    "thirds": (rf"{_y('c')}{_m('c')}月{_t('c')}{TO}(?:{_m('d')}月)?{_t('d')}", _thirds),
    "months": (rf"{_y('e')}{_m('e')}月?份?{TO}{_y('f')}{_m('f')}月(?!\d|[上中下]旬)份?", _months),
    "until": (
        (
            rf"截[至止]到?{_y('g')}(?:{_m('g')}月)?(?:{_d('g')}[日号]|底|"
            rf"末)?(?<!截[至止])(?<!截[至止]到){_CLOCK}"
        ),
        _until,
    ),
    "since": (rf"{_y('h')}{_m('h')}月(?:{_d('h')}[日号])?(?:份)?以来", _since),
    "date": (rf"(?<!\d){_y('i')}{_m('i')}月{_d('i')}[日号]", _date),
    "month": (rf"(?<!\d){_y('j')}{_m('j')}月(?:(?P<jt>[上中下])旬|份|底|末|初)?", _month),
    "half": (rf"{_y('k')}(?P<which>[上下])半年(?:度)?(?:以来)?", _half),
    "quarter": (rf"{_y('l')}(?P<up_to>前)?第?(?P<number>[一二三四1-4])个?季度", _quarter),
    "years": (rf"(?<!\d)(?P<first>\d{{4}})年?{TO}(?P<last>\d{{4}})年", _years),
    "ytd": (r"今年以来|年初以来|去年以来|今年(?!同期)|本年度|年内|新年以来", _this_year),
    "year": (r"(?P<oy>\d{4}|去|前)年(?:度|全年|以来)?(?!代|第|同期)|全年(?!龄)", _whole_year),
    "feast": (
        (
            rf"{_y('p')}(?:“?(?P<name>{'|'.join(FEASTS)})”?)(?:假期|期间|长假|小长假|"
            rf"节|黄金周|当天|前夕|表彰|大会)+"
        ),
        _feast,
    ),
    "month_days": (
        rf"(?P<own>本月|当月)(?:(?P<from>\d{{1,2}})日?{TO}(?P<to>\d{{1,2}})日)?",
        _spoken,
    ),
    "spoken": (
        (
            r"截[至止]目前|截[至止]到?年底|春运(?:期间|以来)?|暑运期间|去年同期|"
            r"上年同期|上年度|上年|上月|上周|本周|当日|当天|昨日|"
            r"近[一二两三四五六七八九十]年来?|[一二两三四五六七八九十]年来|"
            r"“?十[一二三四五]五”?(?:期间|以来)|"
            r"[\u4e00-\u9fff]{2,8}(?:开展|启动|实施|运行|成立|施行|开通)以来|"
            r"(?:春节|清明|端午|中秋|元宵|假日|节日|汛期|高考|中考)(?:假期|期间)"
        ),
        _spoken,
    ),
}
READERS: dict[str, Reader] = {name: reader for name, (_, reader) in PATTERNS.items()}
DATED = frozenset({"window", "months", "until", "date", "month"})
"""Expressions that later words such as 当日 lean on."""
EXPRESSION = re.compile("|".join(f"(?P<{name}>{words})" for name, (words, _) in PATTERNS.items()))
