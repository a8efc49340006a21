"""Measure words: what a number counts, from a general list of the language's classifiers."""

from __future__ import annotations

import re

PERSONS = ("人次", "人份", "名次", "人", "名", "位", "户次", "户", "口")
VEHICLES = (
    "台次",
    "辆次",
    "车次",
    "台套",
    "台",
    "辆",
    "部",
    "架次",
    "架",
    "艘次",
    "艘",
    "列",
    "班次",
)
EVENTS = (
    "件次",
    "例次",
    "场次",
    "批次",
    "次数",
    "起",
    "例",
    "件",
    "宗",
    "次",
    "场",
    "批",
    "项次",
    "项",
    "趟",
    "轮",
    "笔",
    "单",
    "桩",
    "条次",
    "步",
    "遍",
    "期次",
    "期",
)
THINGS = (
    "个工作日",
    "个次",
    "个小时",
    "个月",
    "个",
    "家次",
    "家",
    "份",
    "条",
    "处",
    "副",
    "本",
    "张",
    "篇",
    "顶",
    "册",
    "幅",
    "块",
    "面",
    "座",
    "栋",
    "幢",
    "间",
    "套",
    "枚",
    "支",
    "只",
    "头",
    "匹",
    "羽",
    "尾",
    "株",
    "棵",
    "盆",
    "箱",
    "袋",
    "包",
    "瓶",
    "罐",
    "桶",
    "盒",
    "筐",
    "车皮",
    "床",
    "张次",
    "针次",
    "剂次",
    "剂",
    "针",
    "片",
    "粒",
    "颗",
    "组",
    "对",
    "双",
    "把",
    "根",
    "盏",
    "盘",
    "具",
    "门",
    "扇",
    "道",
    "层",
    "所",
    "类",
    "种",
    "款",
    "字",
    "页",
    "节",
    "堂",
    "课时",
    "学时",
    "样",
    "孔",
    "眼",
    "宗地",
    "标段",
    "点位",
    "杆",
    "席",
    "票",
    "股",
    "发",
    "丛",
    "部次",
    "艇",
    "束",
    "卷",
    "封",
    "宿",
    "档",
    "集",
    "首",
    "幕",
    "餐",
    "吨次",
)
MEASURES = (
    "平方公里",
    "平方千米",
    "平方米",
    "立方米",
    "千瓦时",
    "兆瓦时",
    "千瓦",
    "兆瓦",
    "公里",
    "千米",
    "海里",
    "厘米",
    "毫米",
    "米",
    "公顷",
    "亩",
    "公斤",
    "千克",
    "毫克",
    "克",
    "吨",
    "毫升",
    "升",
    "小时",
    "分钟",
    "秒",
    "天",
    "周",
    "年",
    "岁",
    "度",
    "摄氏度",
    "℃",
    "分贝",
    "方",
    "斤",
    "km2",
    "km",
    "kg",
    "KM",
    "m",
    "t",
    "TEU",
    "标箱",
    "GB",
    "TB",
    "MB",
    "兆",
    "里",
    "分",
)
MONEY = ("美元", "欧元", "港元", "元", "块钱")
SHARES = ("个百分点", "个基点", "百分点", "倍", "成", "折")
SIGNS = ("%", "‰")
TENTHS = {"成": 1}
SECONDARY = re.compile(
    r"/(?:[公千]?[斤克米升]|吨|亩|日|天|月|年|人|次|户|小时|分钟|秒|辆|平方米|立方米|平方公里)"
)

ALL = sorted({*PERSONS, *VEHICLES, *EVENTS, *THINGS, *MEASURES, *MONEY, *SHARES, *SIGNS}, key=len)
UNIT = re.compile("|".join(re.escape(unit) for unit in reversed(ALL)))
BRACKETED = re.compile(rf"\((?P<scale>[百千万亿]?)(?P<unit>{UNIT.pattern})\):?$")

PERSON_UNITS = frozenset(PERSONS) - {"名次", "人份", "户", "户次"}
VEHICLE_UNITS = frozenset(VEHICLES)
COUNTED = frozenset({*PERSONS, *VEHICLES, *EVENTS, *THINGS})
SHARE_UNITS = frozenset({*SIGNS, "个百分点", "百分点"})

SPOKEN = frozenset("人名位个件项起例场次批家份条处张本副台辆部座间套只头户类幅篇")
"""Classifiers that a number written in characters counts things with."""

HEAD_UNITS = (
    (re.compile(r"考核|任务|措施|制度|工作|指标|工程|行动|改革|机制|举措|原则"), "项"),
    (re.compile(r"疾|问题|隐患|风险|违法|乱象|案件|矛盾|短板"), "类"),
)
"""What an enumeration without a measure word (三大考核) is counted in, by its head noun."""

DIFFERENT_WORDS = re.compile(
    r"部委|名单|名义|次年|次日|次干|位于|位置|位列|位居|人民|人才|家长|家庭|"
    r"家属|部门|部署|部分|部队|台阶|条例|"
    r"件事|口岸|口径|户籍|户外|项目|场所|场地|例如|例外|点半|方面|方向|方案|"
    r"度假|成立|成为|成功|成员|成果|分别|分局|分队|"
    r"分布|分期|分类|年度|年底|年末|年初|年来|年级|年代|周年|周边|周岁|套路|"
    r"头条|头盔|组织|组长|发生|发放|"
    r"发布|发现|发出|发稿|发展|发动|首次|集中|集体|集团|层级|类似|片区|具体|"
    r"对比|把关|面对|道路|道口|"
    r"字头|课堂|门店|门前|节约|批评|批准|步行|轮胎|单位|单行|里程|里面|包括|"
    r"包保|包车|只有|只要|本地|本市|本级|处理|处罚|处置|处于|件均|起至|起来"
)
"""Two characters that begin like a measure word and are another word."""


def unit_at(text: str, position: int) -> str:
    """The measure word that stands at a position, empty where there is none."""
    found = UNIT.match(text, position)
    if not found or DIFFERENT_WORDS.match(text, found.end() - 1):
        return ""
    secondary = SECONDARY.match(text, found.end())
    return found.group() + (secondary.group() if secondary else "")


def head_unit(noun: str) -> str:
    """Measure word that a noun is usually counted with."""
    return next((unit for head, unit in HEAD_UNITS if head.search(noun)), "个")
