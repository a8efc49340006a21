"""Arms, turns, movements and faults as officers say them."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from luchang.core.signals.demand import CountFault
from luchang.core.signals.detectors import Fault as DetectorFault
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Direction, Layout, StageLayout, Way
from luchang.core.signals.layout_checks import LayoutFault

ARMS = {
    Direction.N: _("北"),
    Direction.NE: _("东北"),
    Direction.E: _("东"),
    Direction.SE: _("东南"),
    Direction.S: _("南"),
    Direction.SW: _("西南"),
    Direction.W: _("西"),
    Direction.NW: _("西北"),
}
TURNS = {
    Turn.LEFT: _("左转"),
    Turn.THROUGH: _("直行"),
    Turn.RIGHT: _("右转"),
    Turn.U_TURN: _("掉头"),
    Turn.ON_FOOT: _("行人"),
}
FAULTS = {
    "few_arms": _("路口至少要有两个进出口，现在只有%(count)s个"),
    "arm_twice": _("%(arm)s进口重复"),
    "nothing_enters": _("没有任何进口车道"),
    "speed": _("%(arm)s进口限速%(speed)s公里/小时不合理（5至120）"),
    "length": _("%(arm)s进口路段长%(length)s米不合理（10至5000）"),
    "crossing": _("%(arm)s侧人行横道长%(length)s米不合理（0至80）"),
    "many_lanes": _("%(arm)s侧车道数不合理（最多10条）"),
    "empty_arm": _("%(arm)s侧既没有进口车道也没有出口车道"),
    "lane_leads_nowhere": _("%(arm)s进口第%(lane)s车道没有填写车道功能"),
    "turn_twice": _("%(arm)s进口第%(lane)s车道的功能重复"),
    "bay": _("%(arm)s进口第%(lane)s车道的展宽段%(length)s米超过了路段长度"),
    "only_bays": _("%(arm)s进口的车道全是展宽车道，没有贯通的车道"),
    "amber": _("黄灯%(value)s秒不在%(least)s至%(most)s秒之间"),
    "all_red": _("全红%(value)s秒不在%(least)s至%(most)s秒之间"),
    "min_green": _("最小绿灯%(value)s秒不在%(least)s至%(most)s秒之间"),
    "walking": _("行人步速%(value)s米/秒不在%(least)s至%(most)s之间"),
    "no_exit": _("%(way)s没有可以驶出的出口"),
    "lanes_cross": _("%(arm)s进口第%(lane)s车道与其右侧车道的去向交叉"),
    "no_stages": _("没有相位"),
    "many_stages": _("相位有%(count)s个，最多12个"),
    "unknown_way": _("相位%(stage)s：路口没有受灯控的%(way)s"),
    "empty_stage": _("相位%(stage)s没有放行任何流向"),
    "green_twice": _("相位%(stage)s中有流向重复"),
    "never_green": _("%(way)s在所有相位中都不放行"),
    "conflict": _("相位%(stage)s：%(way)s与%(other)s冲突"),
    "cannot_yield": _("相位%(stage)s：%(way)s不能以让行方式与%(other)s同时放行"),
    "shared_lane_blocked": _(
        "相位%(stage)s：%(arm)s进口第%(lane)s车道是混行车道，部分流向红灯，会堵住后车"
    ),
}


def way_text(key: str) -> str:
    """A movement as it is said: 东左转, 北行人."""
    way = Way.parse(key)
    return f"{ARMS[way.arm]}{TURNS[way.turn]}"


def fault_text(fault: LayoutFault) -> str:
    named: dict[str, object] = {}
    for name, value in fault.named.items():
        if name in {"way", "other"}:
            named[name] = way_text(str(value))
        elif name == "arm":
            named[name] = ARMS[Direction[str(value)]]
        else:
            named[name] = f"{value:g}" if isinstance(value, float) else value
    return str(FAULTS[fault.code]) % named


def faults_text(faults: Sequence[LayoutFault]) -> str:
    return "；".join(fault_text(each) for each in faults)


def in_words(layout: Layout) -> Layout:
    """Stages that were proposed, named as they are said: 南北直行, 东西左转."""
    return replace(layout, stages=tuple(_named(layout, stage) for stage in layout.stages))


def _named(layout: Layout, stage: StageLayout) -> StageLayout:
    ways = [Way.parse(key) for key in stage.green if not key.endswith(Turn.ON_FOOT.value)]
    arms = "".join(str(ARMS[arm]) for arm in sorted({way.arm for way in ways}))
    turns = {way.turn for way in ways} - {Turn.U_TURN}
    if turns == {Turn.LEFT}:
        return replace(stage, name=f"{arms}{TURNS[Turn.LEFT]}")
    if Turn.LEFT in turns:
        return replace(stage, name=f"{arms}{_('放行')}")
    return replace(stage, name=f"{arms}{TURNS[Turn.THROUGH]}")


def parse_way(text: str, known: Sequence[str]) -> str | None:
    """The movement somebody wrote, in Chinese, as its key, or as in this language."""
    said = text.strip().replace("进口", "").replace(" ", "")
    for key in known:
        way = Way.parse(key)
        plain = f"{_CHINESE_ARMS[way.arm]}{_CHINESE_TURNS[way.turn]}"
        if said in {key, plain, way_text(key).replace(" ", "")}:
            return key
    return None


_CHINESE_ARMS = dict(
    zip(Direction, ["北", "东北", "东", "东南", "南", "西南", "西", "西北"], strict=True)
)
_CHINESE_TURNS = {
    Turn.LEFT: "左转",
    Turn.THROUGH: "直行",
    Turn.RIGHT: "右转",
    Turn.U_TURN: "掉头",
    Turn.ON_FOOT: "行人",
}

METHODS = {
    "present": _("现行方案"),
    "webster": _("韦伯斯特公式"),
    "least_delay": _("延误最小"),
    "other_order": _("另一相序"),
    "few_stops": _("少停车"),
    "wave": _("双向绿波带最宽"),
    "coordinated": _("全线延误最小"),
    "parts": _("分时段延误最小"),
    "parts_textbook": _("分时段韦伯斯特公式"),
}
COUNT_FAULTS = {
    CountFault.NOTHING_COUNTED: _("没有流量"),
    CountFault.NEGATIVE: _("%(where)s流量为负"),
    CountFault.NOT_A_NUMBER: _("%(where)s流量不是数值"),
    CountFault.ABOVE_CAPACITY: _("%(where)s流量超过车道通行能力"),
    CountFault.APPROACH_MISSING: _("%(where)s进口没有流量"),
    CountFault.NO_SUCH_MOVEMENT: _("路口没有流向%(where)s"),
    CountFault.OUTSIDE_PERIOD: _("%(where)s流量在时段之外"),
    CountFault.NO_SIGNALS: _("路口没有灯控流向"),
}
REASONS = {
    "missing": _("没有数据"),
    "over_capacity": _("超过车道通行能力"),
    "stuck": _("数值长时间不变"),
    "silent": _("全天为零"),
    "neighbours": _("按前后时段估算"),
    "scaled": _("按跟踪到的车辆扩样"),
    "silent_camera": _("设备无过车，按常态估计"),
    "lane_split": _("混行车道按比例拆分"),
    "occupied": _("占有率很高却没有车，检测器可能卡死"),
    "no_occupancy": _("有车却没有占有率，检测器可能误报"),
}


DETECTOR_FAULTS = {
    "too_large": _("文件过大"),
    "no_header": _("第%(line)s行：缺少列%(what)s"),
    "no_time": _("第%(line)s行：“%(what)s”不是时间，请写成 2026-03-02 07:15"),
    "no_lane": _("第%(line)s行：“%(what)s”不是车道号"),
    "no_count": _("第%(line)s行：“%(what)s”不是车辆数"),
    "no_occupancy": _("第%(line)s行：“%(what)s”不是占有率（0至100）"),
    "off_grid": _("第%(line)s行：%(what)s不在所选间隔的整点上"),
    "doubled": _("第%(line)s行：同一检测器%(what)s重复"),
    "days": _("文件中有多天的数据：%(what)s，请按天导入"),
    "nothing": _("文件中没有数据"),
}


def detector_fault(fault: DetectorFault) -> str:
    """What is wrong with a line of a detector file, as officers read it."""
    return str(DETECTOR_FAULTS[fault.code]) % {"line": fault.line, "what": fault.what}


def method_text(method: str) -> str:
    """How a candidate was made."""
    return str(METHODS.get(method, method))


def count_fault(fault: CountFault, where: str) -> str:
    """Why no plan can be made from counts."""
    return str(COUNT_FAULTS[fault]) % {"where": where}


def reason_text(reason: str) -> str:
    """Why a count is not simply good."""
    return str(REASONS.get(reason, reason))


MODES = {
    "00": _("释放控制"),
    "01": _("本地手动"),
    "11": _("关灯"),
    "12": _("全红"),
    "13": _("黄闪"),
    "21": _("单点固定周期"),
    "22": _("单点感应"),
    "23": _("单点自适应"),
    "31": _("线协调固定"),
    "32": _("线协调感应"),
    "33": _("线协调自适应"),
    "41": _("区域协调"),
    "51": _("人工干预"),
    "52": _("锁定阶段"),
    "53": _("指定方案"),
}
"""Control modes of GA/T 1049."""

CONTROLLER_FAULTS = {
    "1": _("灯输出故障"),
    "2": _("电源故障"),
    "3": _("时钟故障"),
    "4": _("运行故障"),
    "5": _("方案错误"),
    "9": _("其他故障"),
}


def mode_text(mode: str) -> str:
    """A control mode in words; one nobody knows as it was sent."""
    return str(MODES.get(mode, mode)) if mode else str(_("未上报"))


def fault_name(code: str) -> str:
    return str(CONTROLLER_FAULTS.get(code, code))
