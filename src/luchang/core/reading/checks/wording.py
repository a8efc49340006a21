"""Words around the figures: doubled, missing, miswritten; one thing under two names."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from luchang.core.reading.model import Finding, Flaw, Weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from luchang.core.reading.checks.evidence import Case

ADVERBS = (
    "优先|进一步|切实|全面|深入|严格|认真|积极|及时|有效|不断|持续|充分|"
    "大力|着力|扎实|共同|统一|集中|专门|直接|重点"
)
REPEATED = re.compile(
    rf"(?P<word>{ADVERBS})(?P<between>[\u4e00-\u9fff]{{0,6}})(?P=word)(?![性化])"
)
MISSING = (
    re.compile(r"进一步(?=[一二两三四五六七八九十]个)[^,,。;]{1,6}"),
    re.compile(r"的(?P<w>[\u4e00-\u9fff]{2})和[\u4e00-\u9fff]{2}(?P=w)(?![\u4e00-\u9fff]*率)"),
)
MISWRITTEN = {
    "变形拖拉机": "变型拖拉机",
    "截止目前": "截至目前",
    "布署": "部署",
    "按装": "安装",
    "酒架": "酒驾",
    "毒架": "毒驾",
    "超栽": "超载",
    "安全冒": "安全帽",
    "交通以外": "交通意外",
    "做为": "作为",
    "既使": "即使",
    "帐号": "账号",
    "座谈会会": "座谈会",
    "粘贴画": "张贴画",
    "松驰": "松弛",
    "防患未燃": "防患未然",
    "隐患排察": "隐患排查",
}
UNTIL = re.compile(r"截止(?=\d|[本今去上][年月周]|\d{4}年)")
LEADING = "平安|文明|示范|美丽|绿色|智慧|卫生|无讼|星级"
SCHEME = re.compile(
    rf"(?P<name>(?:{LEADING})(?:(?!平安|文明|美丽|绿色|智慧|创建)[\u4e00-\u9fff()]){{1,10}})”?创建"
)
NUMBERED = re.compile(r"“(?P<number>[一二两三四五六七八九十])(?P<short>[\u4e00-\u9fff])”")
PARTNER = re.compile(
    r"(?:配合|协同|会同|协助)(?P<who>[\u4e00-\u9fff]{2,6}?(?:部门|支队|大队|机关))"
)
SUBJECT_TIMES = 3
MOST_NAMES = 60


def _place(case: Case, start: int, end: int, flaw: Flaw, *steps: str) -> Finding:
    first, last = case.page.original(start, end)
    return Finding(
        flaw=flaw,
        weight=Weight.WORDING,
        start=first,
        end=last,
        quote=case.text[first:last],
        arithmetic=steps,
    )


def repeated(case: Case) -> Iterator[Finding]:
    """优先特殊群体优先办理: the adverb stands twice in one breath."""
    for found in REPEATED.finditer(case.page.text):
        yield _place(case, found.start(), found.end(), Flaw.WORD_REPEATED, f"{found['word']} × 2")


def missing(case: Case) -> Iterator[Finding]:
    """进一步一个脚印; 是自觉和行动自觉: the sentence has lost words."""
    for pattern in MISSING:
        for found in pattern.finditer(case.page.text):
            yield _place(
                case, found.start(), found.end(), Flaw.WORDS_MISSING, f"{found.group()} ?"
            )


def miswritten(case: Case) -> Iterator[Finding]:
    """Terms of the trade and set words that are commonly miswritten."""
    for wrong, right in MISWRITTEN.items():
        for found in re.finditer(wrong, case.page.text):
            yield _place(
                case, found.start(), found.end(), Flaw.TERM_MISWRITTEN, f"{wrong} → {right}"
            )
    for found in UNTIL.finditer(case.page.text):
        yield _place(case, found.start(), found.end(), Flaw.TERM_MISWRITTEN, "截止 → 截至")


def names_differ(case: Case) -> Iterator[Finding]:
    """One scheme under two names, in one section; “四铁” and “四个铁一般”."""
    text, page = case.page.text, case.page
    for (a, start, end), (b, other, _) in combinations(_schemes(text), 2):
        is_near = page.place(page.sections, start) == page.place(page.sections, other)
        if is_near and _is_variant(a, b):
            yield _place(case, start, end, Flaw.NAMES_DIFFER, f"{a} / {b}")
            break
    for found in NUMBERED.finditer(text):
        long = re.search(rf"“{found['number']}个{found['short']}[\u4e00-\u9fff]{{1,4}}”", text)
        if long:
            step = f"{found.group()} / {long.group()}"
            yield _place(case, found.start(), found.end(), Flaw.NAMES_DIFFER, step)
            break


def _schemes(text: str) -> list[tuple[str, int, int]]:
    """What is created (创建), from its leading word on."""
    return [
        (re.sub(r"[“”《》()]", "", found["name"]), found.start("name"), found.end("name"))
        for found in SCHEME.finditer(text)
    ][:MOST_NAMES]


def _is_variant(first: str, second: str) -> bool:
    """Different names with the same leading word and the same kind of place behind it."""
    return first != second and first[:2] == second[:2] and first[-1] == second[-1]


def partner_is_self(case: Case) -> Iterator[Finding]:
    """配合交警部门 where the traffic police themselves are the ones who act."""
    text = case.page.text
    for found in PARTNER.finditer(text):
        who = found["who"]
        own = len(re.findall(rf"(?:^|[,,;。\n]|全[市县区]|各级(?:公安)?){re.escape(who)}", text))
        sentence = text[case.page.span(case.page.sentences, found.start())[0] : found.start()]
        if own >= SUBJECT_TIMES and who not in sentence:
            yield _place(
                case, found.start(), found.end(), Flaw.PARTNER_IS_SELF, f"{who} = {who} ?"
            )
