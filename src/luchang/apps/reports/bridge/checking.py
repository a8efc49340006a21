"""Having the text of a report read for contradictions before it may be issued."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.core import reading
from luchang.core.documents.placed import Placed
from luchang.core.reading import Flaw, Statistic, Weight
from luchang.kernel.papers.printing import HOUSE_LANGUAGE

TITLES: dict[Flaw, str | Promise] = {
    Flaw.PART_ABOVE_WHOLE: _("部分大于整体"),
    Flaw.SUM_ABOVE_WHOLE: _("各部分之和大于整体"),
    Flaw.SUM_DIFFERS: _("各部分之和与整体不符"),
    Flaw.FACTOR_OF_TEN: _("相差十倍左右"),
    Flaw.SCALE_DOUBTFUL: _("数量级可疑"),
    Flaw.AVERAGE_AGAINST_TOTAL: _("日均与总数不符"),
    Flaw.RATE_ABOVE_HUNDRED: _("比率超过100%"),
    Flaw.RATE_AGAINST_PARTS: _("比率与分子分母不符"),
    Flaw.RATE_WITHOUT_BASE: _("比率没有说明分母"),
    Flaw.FALL_ABOVE_HUNDRED: _("降幅超过100%"),
    Flaw.CHANGE_AGAINST_VALUES: _("增减幅度与数值不符"),
    Flaw.QUALIFIERS_CONTRADICT: _("修饰语互相矛盾"),
    Flaw.PERSONS_BELOW_VEHICLES: _("人数少于车数"),
    Flaw.SUBSET_ABOVE_BASE: _("子集大于总体"),
    Flaw.LONGER_PERIOD_SMALLER: _("较长期间的数字反而较小"),
    Flaw.DAYS_AGAINST_DATES: _("天数与起止日期不符"),
    Flaw.PERIODS_MIXED: _("不同期间的数字混在一起"),
    Flaw.WINDOWS_DIFFER: _("前后所述期间不一致"),
    Flaw.FELL_SINCE_EARLIER: _("累计数比以前报告的小"),
    Flaw.MORE_THAN_REMAINED: _("超过以前报告的余数"),
    Flaw.WORD_REPEATED: _("用词重复"),
    Flaw.WORDS_MISSING: _("缺词"),
    Flaw.TERM_MISWRITTEN: _("用语有误"),
    Flaw.NAMES_DIFFER: _("名称前后不一"),
    Flaw.PARTNER_IS_SELF: _("协作对象是自己"),
}
"""What each kind of finding is called."""


@dataclass(frozen=True)
class Finding:
    """One contradiction in a text, told with its arithmetic."""

    kind: str
    title: str
    quotes: tuple[str, ...]
    arithmetic: str
    likely: str = ""
    """The value most likely meant, empty where nobody can tell."""
    stops: bool = True
    """Whether it must be mended or explained; a slip of wording is only pointed at."""

    @property
    def key(self) -> str:
        """The same finding in a text that was edited elsewhere."""
        return "|".join((self.kind, *self.quotes))

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"quotes": list(self.quotes), "key": self.key}


@dataclass(frozen=True)
class Checked:
    """What the reading found, and how many statistics it read."""

    statistics: int
    findings: Sequence[Finding]


def check(document: Placed, *, title: str, year: int, earlier: Placed | None = None) -> Checked:
    """Read title and sentences of a document and tell what in them cannot be right.

    What counts up must not be less than in the `earlier` report. A rate that stands on an
    indicator is not told to lack its base: its note names both.
    """
    lead = f"{title}\n"
    before = reading.read(earlier.prose(), year=year).statistics if earlier else ()
    found = reading.read(lead + document.prose(), earlier=before, year=year)
    based = _based(document, len(lead))
    with translation.override(HOUSE_LANGUAGE):
        findings = [_finding(each) for each in found.findings if not _is_answered(each, based)]
    return Checked(statistics=len(found.statistics), findings=_once(findings))


def _based(document: Placed, offset: int) -> list[tuple[int, int]]:
    """Where in the text numbers stand that carry their numerator and denominator."""
    return [
        (start + offset, end + offset)
        for start, end, notes in document.numbers()
        if notes and all(document.note(number).denominator for number in notes)
    ]


def _is_answered(finding: reading.Finding, based: list[tuple[int, int]]) -> bool:
    return (
        finding.flaw is Flaw.RATE_WITHOUT_BASE
        and bool(finding.concerned)
        and all(_stands_in(each, based) for each in finding.concerned)
    )


def _stands_in(statistic: Statistic, places: list[tuple[int, int]]) -> bool:
    return any(statistic.start < end and start < statistic.end for start, end in places)


def _finding(found: reading.Finding) -> Finding:
    quotes = [each.quote for each in found.concerned] or [found.quote]
    return Finding(
        kind=found.flaw.value,
        title=str(TITLES[found.flaw]),
        quotes=tuple(dict.fromkeys(quotes)),
        arithmetic="；".join(found.arithmetic),
        likely=_plain(found.likely),
        stops=found.weight is not Weight.WORDING,
    )


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,f}"


def _once(findings: list[Finding]) -> list[Finding]:
    return list({each.key: each for each in findings}.values())
