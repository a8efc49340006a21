"""Which numbers are figures: a numeral with its measure word and qualifiers, or a fixed form.

What a number counts decides, not which number it is. A figure needs a measure word, a share
sign, or a place where only a count can stand (接警数为1,105). Numbers written in characters need
a classifier of things counted, because 一个, 三方面 and 第二 are figures of speech.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from luchang.core.reading import units
from luchang.core.reading.forms import Form, fixed_forms
from luchang.core.reading.model import Kind, Mention, Reason
from luchang.core.reading.names import Masked, masks
from luchang.core.reading.numerals import POWERS, Numeral, scan
from luchang.core.reading.periods import TO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

BEFORE = re.compile(
    r"(?:(?<![附临靠邻最])将?近|接近|大?约为?|大概|超过?|突破|逾|不足|不到|"
    r"不下|几乎)(?:为|达到?)?$"
)
CANONICAL = {
    "将近": "近",
    "接近": "近",
    "几乎": "近",
    "大约": "约",
    "约为": "约",
    "大概": "约",
    "超过": "超",
    "突破": "超",
    "逾": "超",
    "不到": "不足",
    "不下": "以上",
    "上": "上",
    "上下": "左右",
    "有余": "余",
    "之多": "",
}
RIGHT_AFTER = re.compile(
    r"[余多来几](?!人[民员才]|功能|部门|媒体|层次|渠道|平台|元化|样)|左右|"
    r"以上(?=[人名起个件])|有余"
)
AFTER_UNIT = re.compile(
    r"余(?!下|额|量|款)|左右|上下|及?以上|及?以下|以内|之内|"
    r"内(?![部容外心])|之多|有余|多(?=[,,;。、\n)]|$)"
)
LIMIT = frozenset({"以内", "之内", "内"})
DELIMITER = re.compile(r"[,,;。、:!?)(\n”]|$")
DURATIONS = frozenset({"年", "个月", "周", "个工作日", "岁", "里", "度", "步", "方"})
LASTING = re.compile(
    r"(?:连续|历时|为期|长达|平均|耗时|缩短|压缩|提前|用时|工期|气温|至今|奋战|坚守)[^,,;。]{0,6}$"
)
SCORED = re.compile(r"(?:得分|评分|平均|总分|考核|考评|成绩|满意度|测评|分数)[^,,;。]{0,6}$")
SPOKEN_TENS = 10
MORE_WORDS = frozenset({"余", "多", "几", "来"})
SPOKEN_MEASURES = frozenset(
    {
        "公里",
        "小时",
        "个小时",
        "分钟",
        "吨",
        "亩",
        "公顷",
        "平方米",
        "平方公里",
        "米",
        "元",
        "倍",
        "成",
        "公斤",
    }
)
HARMED = re.compile(
    r"(?:当场|不幸|因伤)?(?:死亡|受伤|轻伤|重伤|轻微伤|遇难|失踪|被困|抢救|骨折|经|获救)"
)
NOT_A_UNIT = frozenset("年月日号时点级届版型线区环度里周分岁的和与及是在为多大小余多第乘室楼")
HOTLINE = re.compile(r"1[12]\d|12\d{3}|9[56]\d{3}|400\d+")
YEARLIKE = re.compile(r"(?:19|20)\d\d")
COUNT_PLACE = re.compile(r"(?:[数量额值率计共]?(?:分别)?[为是达至到:]|[\u4e00-\u9fff)])$")
COUNT_NOUN = re.compile(r"[数量额值](?:分别)?[为是达至到共计:]*$")
NO_COUNT_PLACE = re.compile(
    r"(?:第|图|表|附件|版本|编号|代码|桩号|型号|排|栏|页|号|拨打|方|间|之|新|右|左)$"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A statistic before it is told what it counts and when."""

    start: int
    end: int
    number: int
    coefficient: Decimal
    scale: int = 0
    upper: Decimal | None = None
    unit: str = ""
    qualifier: str = ""
    kind: Kind | None = None

    @property
    def value(self) -> Decimal:
        return self.coefficient.scaleb(self.scale)


class Masks:
    """Stretches that count nothing, asked by place."""

    def __init__(self, text: str) -> None:
        self._stretches = sorted(masks(text))
        self._starts = [stretch.start for stretch in self._stretches]
        self._reach = max((s.end - s.start for s in self._stretches), default=0)

    def over(self, start: int, end: int) -> Masked | None:
        """A stretch that overlaps this one."""
        at = bisect_left(self._starts, start - self._reach)
        while at < len(self._starts) and self._starts[at] < end:
            if self._stretches[at].end > start:
                return self._stretches[at]
            at += 1
        return None


class Finder:
    """Sorts the numbers of one squeezed text into figures and mentions."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.masks = Masks(text)
        self.mentions: list[tuple[int, int, Reason]] = []

    def figures(self) -> list[Figure]:
        """All figures in order; what is none is left in `mentions`."""
        forms = [f for f in fixed_forms(self.text) if not self._is_named(f)]
        taken = _Taken(forms)
        found = [_of_form(form) for form in forms]
        numerals = [n for n in scan(self.text) if not taken.holds(n.start, n.end)]
        at = 0
        while at < len(numerals):
            numeral = numerals[at]
            following = numerals[at + 1] if at + 1 < len(numerals) else None
            figure, used = self._read(numeral, following)
            if figure:
                found.append(figure)
            at += used
        return sorted(found, key=lambda figure: figure.number)

    def _is_named(self, form: Form) -> bool:
        """Whether a fixed form stands inside a title or a name."""
        over = self.masks.over(form.number, form.end)
        if over is None or over.reason not in {Reason.TITLE, Reason.NAME}:
            return False
        return over.reason is Reason.TITLE or not form.is_rank

    def _read(self, numeral: Numeral, following: Numeral | None) -> tuple[Figure | None, int]:
        """A figure, or None and a mention; and how many numerals it took."""
        masked = self.masks.over(numeral.start, numeral.end)
        if masked:
            self._mention(numeral, masked.reason)
            return None, 1
        first, ranged = self._range(numeral, following)
        if ranged is None:
            return self._single(numeral, None), 1
        figure = self._single(ranged, first)
        return figure, 2

    def _range(self, low: Numeral, high: Numeral | None) -> tuple[Numeral, Numeral | None]:
        """10—15名, 60%—70%, 3至5家: both numerals, the lower brought to the scale of the upper."""
        if high is None or self.masks.over(high.start, high.end):
            return low, None
        between = self.text[low.end : high.start]
        unit = units.unit_at(self.text, low.end)
        if not re.fullmatch(rf"(?:{re.escape(unit)})?{TO}", between):
            return low, None
        if not low.scale and not unit:
            low = replace(low, scale=high.scale)
        return low, (high if low.value < high.value else None)

    def _single(self, numeral: Numeral, low: Numeral | None) -> Figure | None:
        start = low.start if low else numeral.start
        inner = RIGHT_AFTER.match(self.text, numeral.end)
        at = inner.end() if inner else numeral.end
        unit, at, scale = self._unit(numeral, at)
        before = BEFORE.search(self.text[max(start - 6, 0) : start])
        after = AFTER_UNIT.match(self.text, at) if unit else None
        reason = self._refusal(numeral, unit, at, is_qualified=bool(before))
        if reason is None and self._is_limit(before, after, at):
            reason = Reason.THRESHOLD
        if reason:
            self._mention(numeral, reason)
            return None
        return Figure(
            start - len(before.group()) if before else start,
            after.end() if after else at,
            start,
            (low or numeral).coefficient,
            (low or numeral).scale + scale,
            numeral.value.scaleb(scale) if low else numeral.upper,
            unit,
            _qualifier(before, numeral.inner, inner, after),
        )

    def _unit(self, numeral: Numeral, at: int) -> tuple[str, int, int]:
        """The measure word, where it ends, the 万 of (万元): known, bracketed, any one word."""
        unit = units.unit_at(self.text, at)
        if unit:
            return unit, at + len(unit), 0
        bracketed = units.BRACKETED.search(self.text[max(numeral.start - 8, 0) : numeral.start])
        if bracketed:
            return bracketed["unit"], at, POWERS.get(bracketed["scale"], 0)
        word = self.text[at : at + 1]
        is_word = "\u4e00" <= word <= "\u9fff" and word not in NOT_A_UNIT
        if is_word and not numeral.is_chinese and DELIMITER.match(self.text, at + 1):
            return word, at + 1, 0
        return "", at, 0

    def _is_limit(
        self, before: re.Match[str] | None, after: re.Match[str] | None, at: int
    ) -> bool:
        """57座以上客运, 超过20%的, 3个工作日内: a rule's bound, not a count."""
        if after and after.group() in LIMIT:
            return True
        if after and "以" in after.group():
            return not DELIMITER.match(self.text, after.end())
        exceeds = before is not None and before.group().startswith(("超", "不足", "不到"))
        return exceeds and self.text[at : at + 1] == "的"

    def _refusal(
        self,
        numeral: Numeral,
        unit: str,
        at: int,
        *,
        is_qualified: bool,
    ) -> Reason | None:
        """Why a number that no pattern masks is still no figure; None: it is one."""
        if not unit:
            return self._refusal_without_unit(numeral, at)
        if unit.split("/", maxsplit=1)[0] in DURATIONS and not LASTING.search(self._lead(numeral)):
            return Reason.UNCOUNTED
        if unit == "分" and not (self._is_decimal(numeral) or SCORED.search(self._lead(numeral))):
            return Reason.UNCOUNTED
        if numeral.is_chinese:
            return self._refusal_in_characters(numeral, unit, at, is_qualified=is_qualified)
        return None

    def _lead(self, numeral: Numeral) -> str:
        return self.text[max(numeral.start - 16, 0) : numeral.start]

    def _is_decimal(self, numeral: Numeral) -> bool:
        return "." in self.text[numeral.start : numeral.end]

    def _refusal_without_unit(self, numeral: Numeral, at: int) -> Reason | None:
        written = self.text[numeral.start : numeral.end]
        if numeral.is_chinese:
            return Reason.UNCOUNTED
        if HOTLINE.fullmatch(written):
            return Reason.TELEPHONE
        lead = self._lead(numeral)
        if YEARLIKE.fullmatch(written) and not COUNT_NOUN.search(lead):
            return Reason.DATE
        if not DELIMITER.match(self.text, at) or NO_COUNT_PLACE.search(lead):
            return Reason.UNCOUNTED
        return None if COUNT_PLACE.search(lead) else Reason.UNCOUNTED

    def _refusal_in_characters(
        self,
        numeral: Numeral,
        unit: str,
        at: int,
        *,
        is_qualified: bool,
    ) -> Reason | None:
        """Characters count only with a classifier, and neither 一 nor 二 alone counts anything."""
        written = self.text[numeral.start : numeral.end]
        is_more = (
            is_qualified
            or bool(numeral.inner)
            or self.text[numeral.end : at - len(unit)] in MORE_WORDS
        )
        is_large = is_more or numeral.value > SPOKEN_TENS
        is_classifier = unit[0] in units.SPOKEN or unit in SPOKEN_MEASURES
        if not (is_classifier or (is_large and unit in units.COUNTED)):
            return Reason.UNCOUNTED
        if numeral.is_bare and not is_more:
            return Reason.UNCOUNTED
        if written in {"一", "二"} and not (unit in "人名" and HARMED.match(self.text, at)):
            return Reason.UNCOUNTED
        return None

    def _mention(self, numeral: Numeral, reason: Reason) -> None:
        self.mentions.append((numeral.start, numeral.end, reason))


class _Taken:
    """Places that fixed forms took."""

    def __init__(self, forms: list[Form]) -> None:
        self._spans = sorted((form.start, form.end) for form in forms)
        self._starts = [start for start, _ in self._spans]

    def holds(self, start: int, end: int) -> bool:
        at = bisect_left(self._starts, end) - 1
        return at >= 0 and self._spans[at][1] > start


def _of_form(form: Form) -> Figure:
    return Figure(
        form.start,
        form.end,
        form.number,
        form.value,
        upper=form.upper,
        unit=form.unit,
        qualifier=form.qualifier,
        kind=form.kind,
    )


def _qualifier(
    before: re.Match[str] | None,
    inner: str,
    right: re.Match[str] | None,
    after: re.Match[str] | None,
) -> str:
    """Canonical words; one before and one behind the number stand around an ellipsis."""
    ahead = re.sub(r"(?<=.)(?:为|达到?)$", "", before.group()) if before else ""
    behind = [inner, right.group() if right else "", after.group() if after else ""]
    words = [CANONICAL.get(word, word) for word in behind if word]
    left = CANONICAL.get(ahead, ahead)
    rest = "".join(dict.fromkeys(words))
    return f"{left}…{rest}" if left and rest else left or rest


def ordered(mentions: list[tuple[int, int, Reason]]) -> Iterator[Mention]:
    """Mentions by place, still in squeezed offsets and without their quotes."""
    for start, end, reason in sorted(mentions, key=lambda mention: mention[:2]):
        yield Mention(start, end, "", reason)
