"""What is measured: the printed report against its key, texts of other kinds, findings, speed."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from benchmarks.figures import answer_key
from benchmarks.figures.figure import Figure
from benchmarks.figures.texts import KeyedText, Score, load, score
from luchang.core.reading import Finding, Flaw, Reading, Weight, read
from tools.shared_data import DataAbsent

CHARACTERS = 10_000
RUNS = 5
JUNE = (
    "截至2021年6月15日,查处“百吨王”违法行为169起,“野蛮驾驶”违法行为19481起,行人违法行为16251起,"
    "低速载货汽车、拖拉机、摩托车非法载人违法行为3467起。汽车驾驶员安全带使用率95.5%,"
    "乘车人安全带使用率74.7%,电摩驾乘人员安全头盔佩戴率47.04%。"
    "全市55个农村派出所中,已有28个挂牌成立交警中队。"
)
"""The figures of June 2021 that were published, entered as an earlier report."""

CONTRADICTIONS: dict[str, tuple[tuple[Flaw, str], ...]] = {
    "X1": tuple(
        (Flaw.SCALE_DOUBTFUL, quote)
        for quote in ("49603万起", "2751万起", "20252万起", "30455万起")
    ),
    "X2": ((Flaw.FACTOR_OF_TEN, "132万起"),),
    "X3": ((Flaw.AVERAGE_AGAINST_TOTAL, "5000余起"),),
    "X4": ((Flaw.PERSONS_BELOW_VEHICLES, "67000余人"),),
    "X5": (
        (Flaw.QUALIFIERS_CONTRADICT, "近2000余场次"),
        (Flaw.QUALIFIERS_CONTRADICT, "18198余次"),
    ),
    "X6": ((Flaw.RATE_WITHOUT_BASE, "100%"),),
    "smaller": (
        (Flaw.PERIODS_MIXED, "61家"),
        (Flaw.PARTNER_IS_SELF, "配合交警部门"),
        (Flaw.WORD_REPEATED, "优先特殊群体优先"),
        (Flaw.WORDS_MISSING, "进一步一个脚印"),
        (Flaw.WORDS_MISSING, "的自觉和行动自觉"),
        (Flaw.TERM_MISWRITTEN, "变形拖拉机"),
        (Flaw.NAMES_DIFFER, "平安交通示范乡村"),
        (Flaw.NAMES_DIFFER, "“四铁”"),
        (Flaw.WINDOWS_DIFFER, "7月下旬到8月中旬"),
    ),
}
WITH_JUNE: dict[str, tuple[tuple[Flaw, str], ...]] = {
    "X7": ((Flaw.FELL_SINCE_EARLIER, "60.5%"), (Flaw.FELL_SINCE_EARLIER, "93.3%")),
    "X8": ((Flaw.MORE_THAN_REMAINED, "40个"),),
}


def measure(*, quick: bool) -> Iterator[Figure]:
    """Every figure; the printed report's only where it is on this machine."""
    try:
        yield from printed_report()
    except DataAbsent as absent:
        yield Figure("statistics of the printed report", None, "%", note=str(absent))
    for folder in ("held_out", "tuned"):
        yield from kinds(folder)
    yield from speed(runs=2 if quick else RUNS)


def printed_report() -> Iterator[Figure]:
    """Recall, precision and contradictions of the report with an answer key."""
    text = answer_key.report()
    reading = read(text)
    result = answer_key.score(text, reading)
    data = "printed half-year report, 2021"
    note = "; ".join(result.missed + result.wrong)
    yield Figure("printed report: recall", result.recall, "%", 97, "higher", data=data,
                 n=result.wanted, note=note)  # fmt: skip
    yield Figure("printed report: precision", result.precision, "%", 97, "higher", data=data,
                 n=result.read, note="; ".join(result.surplus))  # fmt: skip
    told = {**_found(reading, CONTRADICTIONS)}
    earlier = read(JUNE).statistics
    told |= _found(read(text, earlier=earlier), WITH_JUNE)
    lacking = "; ".join(name for name, is_found in told.items() if not is_found)
    yield Figure("printed report: known contradictions found", sum(told.values()), "", len(told),
                 "higher", data=data, n=len(told), note=lacking)  # fmt: skip
    known = {pair for pairs in CONTRADICTIONS.values() for pair in pairs}
    false = [f for f in reading.findings if (f.flaw, f.quote) not in known]
    yield Figure("printed report: false findings", len(false), "", 3, "lower", data=data,
                 n=len(reading.findings), note=_named(false))  # fmt: skip


def _found(reading: Reading, wanted: dict[str, tuple[tuple[Flaw, str], ...]]) -> dict[str, bool]:
    have = {(finding.flaw, finding.quote) for finding in reading.findings}
    return {
        f"{name} {quote}": (flaw, quote) in have
        for name, ps in wanted.items()
        for flaw, quote in ps
    }


def _named(findings: list[Finding]) -> str:
    return "; ".join(f"{finding.flaw} {finding.quote}" for finding in findings)


def kinds(folder: str) -> Iterator[Figure]:
    """Recall and precision of each kind of text, and how many planted findings were told."""
    scores: dict[str, Score] = defaultdict(Score)
    everything = Score()
    planted = told = false = 0
    surplus: list[Finding] = []
    for keyed in load(folder):
        reading = read(keyed.text, year=keyed.year)
        result = score(keyed, reading)
        scores[keyed.kind].add(result)
        everything.add(result)
        wanted, extra = findings(keyed, reading)
        planted += len(keyed.findings)
        told += wanted
        false += len(extra)
        surplus += extra
    for kind, result in sorted(scores.items()):
        yield from _pair(f"{folder}: {kind}", result)
    yield from _pair(f"{folder}: all kinds", everything, 97)
    yield Figure(f"{folder}: planted contradictions found", told, "", planted, "higher", n=planted)
    yield Figure(f"{folder}: false findings", false, "", 3, "lower", note=_named(surplus))


def _pair(name: str, result: Score, goal: float | None = None) -> Iterator[Figure]:
    note = "; ".join(result.missed + result.wrong)
    yield Figure(f"{name}, recall", result.recall, "%", goal, "higher", n=result.wanted, note=note)
    note = "; ".join(result.surplus)
    precision = f"{name}, precision"
    yield Figure(precision, result.precision, "%", goal, "higher", n=result.read, note=note)


def findings(keyed: KeyedText, reading: Reading) -> tuple[int, list[Finding]]:
    """How many planted findings were told, and which others; words are no figures."""
    told = [f for f in reading.findings if (f.flaw.value, f.quote) in keyed.findings]
    extra = [f for f in reading.findings if f not in told and f.weight is not Weight.WORDING]
    return len({(f.flaw, f.quote) for f in told}), extra


def speed(*, runs: int) -> Iterator[Figure]:
    """Processor time for ten thousand characters of the keyed texts, and for what none is."""
    texts = [keyed.text for folder in ("held_out", "tuned") for keyed in load(folder)]
    text = "\n".join(texts)
    while len(text) < CHARACTERS:
        text += "\n" + text
    text = text[:CHARACTERS]
    seconds = []
    for _ in range(runs):
        begin = time.process_time()
        read(text)
        seconds.append(time.process_time() - begin)
    yield Figure(
        "10,000 characters, CPU", median(seconds), "s", 2, "lower", n=runs, data="keyed texts"
    )
    digits = "9" * 200_000
    begin = time.process_time()
    read(digits)
    elapsed = time.process_time() - begin
    yield Figure("200,000 digits in a row, CPU", elapsed, "s", 2, "lower", n=1)
