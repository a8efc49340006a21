"""Numbers that count nothing: titles, slogans, names, dates, laws, codes, thresholds.

Each pattern is a way of writing, none a phrase of one report; the only list is of political
phrases that every Chinese work report quotes, and even they mostly fall under the quotation marks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from luchang.core.reading.model import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

C = r"[一二两三四五六七八九十双]"
H = r"[\u4e00-\u9fff]"
N = r"[零一二两三四五六七八九十百千万亿]"
CLASSIFIER = r"[个名位起件项例次场批家份条处张本副台辆部座间套只头户类种幅篇]"
SHORT_QUOTE = 16


class Masked(NamedTuple):
    """A stretch of the text whose numbers count nothing."""

    start: int
    end: int
    reason: Reason


PHRASES = (
    r"四个意识|四个自信|两个维护|两个确立|四个全面|三个务必|五位一体|"
    r"三严三实|两学一做|三会一课|三重一大|一岗双责|"
    r"两个毫不动摇|三大攻坚任务|八项规定|六条禁令|五条禁令|十个严禁|"
    r"三个规定|四不两直|四不放过|三管三必须|三个必须|六稳六保|双随机|"
    r"两个一百年|三个代表|五个一工程|三个文明|四个服从|三个不变|四个最严|"
    r"三个确保|三个坚持|五个坚持"
)
ABSTRACT = (
    r"意识|自信|维护|确立|务必|坚持|一律|必须|不准|确保|不放过|铁一般|示范|"
    r"率先|严禁|没有|不变|转变|到位|服从|一批|百年|不"
)
ASPECTS = (
    r"方面|层面|角度|维度|阶段|层次|结合|着力点|抓手|字|突出|强化|注重|聚焦|"
    r"梯次|梯队|步骤|关键|优先|进一步"
)

PATTERNS: tuple[tuple[Reason, str], ...] = (
    (Reason.TITLE, r"《[^》\n]{1,80}》(?:\([^)\n]{1,30}\))?"),
    (Reason.FORMULA, r"\d+(?:\.\d+)?(?:[+×xX*]\d+)+(?:[>=<≥]\d+)?"),
    (
        Reason.DOCUMENT_NUMBER,
        (r"[〔\[(【]\d{4}[〕\])】]\d+号|第?\d{1,4}号(?:令|公告|文|通告|主席令)|" r"令第\d+号"),
    ),
    (
        Reason.DATE,
        (
            r"(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|\d{4}年(?:度|代|版|底|末|"
            r"初)?|\d{1,2}月(?:\d{1,2}[日号])?"
        ),
    ),
    (
        Reason.DATE,
        (
            r"二[〇零0][〇零一二三四五六七八九]{2}年|"
            r"[一二三四五六七八九十]{1,2}月(?:[一二三四五六七八九十]{1,3}[日号]|份)|"
            r"(?<![\d.])[0-3]?\d日(?!均)"
        ),
    ),
    (Reason.DATE, r"(?<!\d)\d{1,2}[·•]\d{1,2}(?!\d)|(?<!\d)\d{2}后(?!台)"),
    (
        Reason.CLOCK,
        (
            r"\d{1,2}[-—–~至]\d{1,2}时|\d{1,2}[::]\d{2}(?::\d{2})?(?!\d)|"
            r"\d{1,2}时(?:\d{1,2}分)?(?:许|起|整)?|"
            r"[零一二三四五六七八九十]{1,2}时(?:起|许|整|至)|[上下]午\d{1,2}点|"
            r"(?:凌晨|早上|晚上|中午)\d{1,2}点"
        ),
    ),
    (Reason.CLOCK, r"\d+[×xX]24小时|24小时(?=[值在不巡全勤守轮驻连])"),
    (
        Reason.TELEPHONE,
        (
            r"(?<!\d)0\d{2,3}[-—]\d{7,8}|(?<!\d)1[3-9]\d{9}(?!\d)|(?:电话|热线|拨打|"
            r"致电|传真|邮编|微信号?|"
            r"QQ)[::]?\d{3,12}(?!\d*[个余多万起件次人部台条份])(?:[、或]\d{3,8})*"
        ),
    ),
    (
        Reason.CODE,
        (
            r"[A-Za-z][A-Za-z/·.\-—]*\d[\d.,+\-—]*(?:[A-Za-z]+|[挂警学])?|"
            r"[京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新][A-Z]·?[A-Z\d]{4,6}[挂警学]?|"
            r"\d+公里[处段]|GB/?T?\d+[-—]\d+|(?:-|—)\d{4}(?=标准)"
        ),
    ),
    (
        Reason.CODE,
        (
            r"\d{1,3}[A-Z](?![A-Za-z])(?!\d)|\d+\.\d+\.\d+(?:\.\d+)*|\d{3}(?:国道|"
            r"省道|县道|乡道)|(?<![\d,])\d{1,3}(?:路|线)(?=公交|车|巴士|[,、,。和及])|"
            r"\d+号(?!召)|(?<![\u4e00-\u9fff])[-—]\d{4}(?=标准)"
        ),
    ),
    (
        Reason.ORDINAL,
        (
            r"第[\d一二三四五六七八九十百零]+(?:条第[\d一二三四五六七八九十]+[款项])?[条款项届次批期轮季度章节号位名代类个种只家步线部阶时责大任书天场]?(?:分|"
            r"之[一二三])?"
        ),
    ),
    (
        Reason.ORDINAL,
        (
            r"(?:[一二三四五六七八九十]|\d{1,2})(?:期工程|号(?!牌)|级|等[所功奖]|"
            r"中队|大队|支队|分局|环路?|线(?!索)|审|档|类区|年级|型|版|届|季度|把手|"
            r"手车|维码|轮摩托|轮车|次元|产业|产)"
        ),
    ),
    (
        Reason.NUMBERING,
        (
            r"(?<=\n)(?:\d{1,2}|[一二三四五六七八九十]+)[、..](?!\d)|^(?:\d{1,2}|"
            r"[一二三四五六七八九十]+)[、..](?!\d)|\(\d{1,2}\)|"
            r"\([一二三四五六七八九十]+\)|"
            r"[一二三四五六七八九十]是(?=[\u4e00-\u9fff])|[①-⑳]|(?:附件|附表|见表|"
            r"如图)\d{1,2}"
        ),
    ),
    (
        Reason.NAME,
        (
            rf"(?<!{N})(?:{C}(?!{N}|"
            rf"{CLASSIFIER})[\u4e00-\u9fff]){{2,}}(?<![死伤亡人车])|"
            rf"(?:一(?!{N})[\u4e00-\u9fff]){{2}}(?<![死伤亡人车])"
        ),
    ),
    (Reason.NAME, PHRASES),
    (Reason.NAME, rf"{C}个[“”]?(?:{ABSTRACT})"),
    (Reason.NAME, rf"{C}(?:个|大|项)?(?:{ASPECTS})"),
    (
        Reason.NAME,
        (
            r"十[一二三四五]五(?=期间|规划|时期|以来|”|末|收官)|"
            r"[\d一二三四五六七八九十百]+周年|建[党国军]\d+年|(?:党龄|在党|从警|"
            r"工龄)\d+年|最后(?:\d+|一)[公里米百]+"
        ),
    ),
    (
        Reason.NAME,
        (
            r"[一二三四五六七八九十]+年(?:行动|规划|计划|方案|目标|攻坚)|"
            r"\d{1,2}年(?:行动|规划|计划)"
        ),
    ),
    (
        Reason.NAME,
        rf"[二两三四五六七八九十][台道门口里]{H}?[市县区镇乡村山江湖路街河桥坪塘沟](?![民政府级域内])",
    ),
    (
        Reason.THRESHOLD,
        (
            r"(?:核载|限载|准载|限速|时速|限高|限重|限宽|每车限|不得超过|不得少于|"
            r"不得低于|不超过|不少于|不低于|不高于|不小于|至少|最多|最高可处?|"
            r"最低)[为配备于在超过]*\d[\d.,万]*(?:公里/小时|%|[\u4e00-\u9fff])"
        ),
    ),
    (
        Reason.THRESHOLD,
        (
            r"(?:一次|一次性|驾驶证|各|共)?(?:记|扣|满)\d{1,2}分|(?:处以?|并处|"
            r"罚款)[\d,,]+元(?:以[上下])?(?:罚款)?|(?<![\d,.])[\d,.]{1,12}(?:mg|毫克)?/\d+(?:ml|"
            r"毫升)|\d+毫克/\d+毫升(?:以[上下])?"
        ),
    ),
    (
        Reason.THRESHOLD,
        (
            r"每[隔个]?\d[\d.]*(?:[\u4e00-\u9fff]{1,2})|"
            r"每[一二两三四五六七八九十](?:个|家|名|人|天|日|月|年|季)"
        ),
    ),
)
ALL = tuple((reason, re.compile(words)) for reason, words in PATTERNS)
QUOTE = re.compile(
    rf"[“\"][^“”\"\n]{{1,{SHORT_QUOTE}}}[”\"]|‘[^‘’\n]{{1,{SHORT_QUOTE}}}’|「[^」\n]{{1,{SHORT_QUOTE}}}」"
)
SPEECH = re.compile(r"[,,。;!?]")
PLAIN_FIGURE = re.compile(r"[\d,.]+(?:万|亿)?(?:%|[人起家个次件台名例])?")


def masks(text: str) -> Iterator[Masked]:
    """Every stretch whose numbers count nothing; stretches may overlap."""
    for found in QUOTE.finditer(text):
        inner = found.group()[1:-1]
        if not SPEECH.search(inner) and not _is_figure(inner):
            yield Masked(found.start(), found.end(), Reason.NAME)
    for reason, pattern in ALL:
        for found in pattern.finditer(text):
            yield Masked(found.start(), found.end(), reason)


def _is_figure(inner: str) -> bool:
    """“98%” in quotation marks is a figure all the same; “122” and “110” are numbers to call."""
    return bool(PLAIN_FIGURE.fullmatch(inner)) and not inner.isdigit()
