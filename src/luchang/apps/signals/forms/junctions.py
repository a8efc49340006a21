"""What is filled in about a junction: where it is, its lanes, its stages, the plan it runs."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.bridge.wording import ARMS, way_text
from luchang.apps.signals.models import Junction, TimingPlan
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.states import ControllerKind, Days, Grade, NumberedBy
from luchang.core.signals.junction import Turn
from luchang.core.signals.layout import Approach, Direction, LaneLayout, Layout, StageLayout
from luchang.core.signals.plan import Plan, PlanStep
from luchang.kernel.identity.choosing import OrganisationField, offer, reached
from luchang.kernel.identity.models import Organisation
from luchang.kernel.ledgers.forms import DeedForm

NET_BYTES = 20_000_000
DAY_MIN = 1_440
LETTERS = {"左": Turn.LEFT, "直": Turn.THROUGH, "右": Turn.RIGHT, "掉": Turn.U_TURN}
LATIN = {"L": Turn.LEFT, "T": Turn.THROUGH, "R": Turn.RIGHT, "U": Turn.U_TURN}
WRITTEN = {turn: letter for letter, turn in LETTERS.items()}
FOUR = (Direction.N, Direction.E, Direction.S, Direction.W)


class JunctionForm(DeedForm):
    """What it is called and where it is."""

    name = forms.CharField(label=_("路口名称"), max_length=80)
    grade = forms.ChoiceField(label=_("路口等级"), choices=Grade.choices)
    longitude = forms.FloatField(label=_("经度"), min_value=-180, max_value=180)
    latitude = forms.FloatField(label=_("纬度"), min_value=-90, max_value=90)

    def clean_grade(self) -> Grade:
        return Grade(self.cleaned_data["grade"])


class NewJunctionForm(JunctionForm):
    code = forms.CharField(label=_("路口编号"), max_length=20)
    organisation = OrganisationField(Organisation.objects.none(), label=_("管理单位"))
    field_order = ["code", "name", "grade", "organisation"]

    def prepare(self) -> None:
        offer(self, "organisation", reached(self.actor, MANAGE))


class ControllerForm(DeedForm):
    controller_kind = forms.ChoiceField(label=_("信号机接入"), choices=ControllerKind.choices)
    controller_number = forms.CharField(label=_("信号机编号"), max_length=20, required=False)
    controller_address = forms.CharField(
        label=_("信号机地址"), max_length=80, required=False, help_text=_("如 10.0.0.8:4050")
    )

    controller_index = forms.IntegerField(
        label=_("在信号机中的路口序号"), min_value=1, max_value=255, initial=1,
        help_text=_("一台信号机控制一个路口时填1"),
    )  # fmt: skip

    def clean_controller_kind(self) -> ControllerKind:
        return ControllerKind(self.cleaned_data["controller_kind"])


class NumbersForm(DeedForm):
    """The junction's numbers in other systems; what is left empty is taken away."""

    def prepare(self) -> None:
        known = {each.system: each.number for each in self.row.numbers.all()}
        for system in NumberedBy:
            self.fields[f"in_{system}"] = forms.CharField(
                label=system.label, max_length=40, required=False,
                initial=known.get(system.value, ""),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        said["numbers"] = {system: said.get(f"in_{system}") or "" for system in NumberedBy}
        return said


class NetForm(DeedForm):
    """A net of the simulator."""

    file = forms.FileField(
        label=_("SUMO路网文件"), help_text=_(".net.xml 或 .net.xml.gz，不超过20 MB")
    )
    signal = forms.CharField(
        label=_("信号编号"),
        max_length=80,
        required=False,
        help_text=_("路网中只有一个信号路口时可不填"),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > NET_BYTES:
            raise ValidationError(gettext("文件超过20 MB，请只导出需要的路口"))
        content: bytes = file.read()
        return content


class LanesForm(DeedForm):
    """Arms and lanes; the stages are kept where they still fit, or proposed anew."""

    reason = forms.CharField(label=_("改动原因"), max_length=300)
    propose = forms.BooleanField(
        label=_("重新生成标准相位"),
        required=False,
        help_text=_("不选时保留现有相位，删去已不存在的流向"),
    )

    def prepare(self) -> None:
        layout = _layout(self.row)
        arms = layout.arms if layout else {}
        shown = sorted(arms) if arms else list(FOUR)
        left = [each for each in Direction if each not in shown]
        for arm in shown:
            self._add_arm(arm, arms.get(arm))
        if left:
            choices = [("", "—"), *((each.name, ARMS[each]) for each in left)]
            self.fields["new_arm"] = forms.ChoiceField(
                label=_("增加一侧"), choices=choices, required=False,
                help_text=_("保存后再填写该侧的车道"),
            )  # fmt: skip
        self.shown = shown

    def _add_arm(self, arm: Direction, known: Approach | None) -> None:
        named = {"arm": ARMS[arm]}
        name = arm.name
        self.fields |= {
            f"{name}_road": forms.CharField(
                label=gettext("%(arm)s侧道路") % named,
                max_length=40,
                required=False,
                initial=known.road if known else "",
            ),
            f"{name}_speed": forms.FloatField(
                label=gettext("%(arm)s侧限速（公里/小时）") % named,
                initial=f"{known.speed_kmh:g}" if known else "50",
            ),
            f"{name}_lanes": forms.CharField(
                label=gettext("%(arm)s进口车道") % named,
                max_length=60,
                required=False,
                initial=_written_lanes(known),
                help_text=_(
                    "从中心线向外用空格隔开，如：左60 直 直右；数字是展宽段长（米），无进口则留空"
                ),
            ),
            f"{name}_exits": forms.IntegerField(
                label=gettext("%(arm)s侧出口车道数") % named,
                min_value=0,
                max_value=10,
                initial=known.exit_lanes if known else 2,
            ),
            f"{name}_crossing": forms.FloatField(
                label=gettext("%(arm)s侧人行横道长（米）") % named,
                min_value=0,
                max_value=80,
                initial=f"{known.crossing_m:g}" if known else "0",
                help_text=_("没有人行横道填0"),
            ),
            f"{name}_length": forms.FloatField(
                label=gettext("%(arm)s侧路段长（米）") % named,
                min_value=10,
                max_value=5000,
                initial=f"{known.length_m:g}" if known else "300",
            ),
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        arms = []
        for arm in self.shown:
            lanes = self._lanes(arm, said)
            exits = said.get(f"{arm.name}_exits") or 0
            if lanes or exits:
                arms.append(self._approach(arm, lanes, exits, said))
        if new := said.get("new_arm"):
            arms.append(Approach(Direction[new], "", 50.0, (LaneLayout((Turn.THROUGH,)),), 1))
        said["approaches"] = tuple(arms)
        return said

    def _approach(
        self, arm: Direction, lanes: tuple[LaneLayout, ...], exits: int, said: Mapping[str, Any]
    ) -> Approach:
        def number(name: str, otherwise: float) -> float:
            value = said.get(f"{arm.name}_{name}")
            return otherwise if value is None else float(value)

        return Approach(
            arm, str(said.get(f"{arm.name}_road") or "").strip(), number("speed", 50.0), lanes,
            exits, number("crossing", 0.0), number("length", 300.0),
        )  # fmt: skip

    def _lanes(self, arm: Direction, said: Mapping[str, Any]) -> tuple[LaneLayout, ...]:
        tokens = re.split(r"[\s、，,]+", (said.get(f"{arm.name}_lanes") or "").strip())
        found = []
        for place, token in enumerate(each for each in tokens if each):
            match = re.fullmatch(r"([左直右掉LTRUltru]+)(\d{1,3})?米?", token)
            if match is None:
                text = gettext("第%(lane)s车道“%(token)s”不能识别，只用 左、直、右、掉 和数字") % {
                    "lane": place + 1,
                    "token": token,
                }
                self.add_error(f"{arm.name}_lanes", text)
                continue
            turns = tuple(LETTERS.get(each) or LATIN[each.upper()] for each in match[1])
            found.append(LaneLayout(turns, float(match[2] or 0)))
        return tuple(found)


class StagesForm(DeedForm):
    """What is green together, and the times every change keeps."""

    reason = forms.CharField(label=_("改动原因"), max_length=300)
    amber_s = forms.FloatField(label=_("黄灯（秒）"))
    all_red_s = forms.FloatField(label=_("全红（秒）"))
    min_green_s = forms.FloatField(label=_("最小绿灯（秒）"))
    walking_mps = forms.FloatField(label=_("行人步速（米/秒）"))
    free_right = forms.BooleanField(label=_("右转不受灯控"), required=False)

    def prepare(self) -> None:
        layout = _layout(self.row)
        if layout is None:
            return
        rules = layout.rules
        for name in ("amber_s", "all_red_s", "min_green_s", "walking_mps"):
            self.fields[name].initial = f"{getattr(rules, name):g}"
        self.fields["free_right"].initial = layout.free_right
        choices = [(way.key, way_text(way.key)) for way in layout.ways]
        self.count = len(layout.stages) + 1
        for number in range(1, self.count + 1):
            known = layout.stages[number - 1] if number < self.count else None
            self._add_stage(number, known, choices)

    def _add_stage(
        self, number: int, known: StageLayout | None, choices: list[tuple[str, str]]
    ) -> None:
        named = {"number": number}

        def ways(label: str, chosen: tuple[str, ...]) -> forms.MultipleChoiceField:
            return forms.MultipleChoiceField(
                label=label % named, choices=choices, required=False, initial=list(chosen),
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip

        self.fields |= {
            f"s{number}_name": forms.CharField(
                widget=forms.Textarea(attrs={"rows": 1}),
                label=gettext("相位%(number)s名称") % named, max_length=40, required=False,
                initial=known.name if known else "",
                help_text=_("名称和放行都留空即删去该相位"),
            ),
            f"s{number}_protected": ways(
                gettext("相位%(number)s放行"), known.protected if known else ()
            ),
            f"s{number}_yielding": ways(
                gettext("相位%(number)s让行放行"), known.yielding if known else ()
            ),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        stages = []
        for number in range(1, self.count + 1):
            firm = tuple(said.get(f"s{number}_protected") or ())
            gives = tuple(said.get(f"s{number}_yielding") or ())
            name = (said.get(f"s{number}_name") or "").strip()
            if firm or gives or name:
                stages.append(StageLayout(name or f"P{number}", firm, gives))
        said["stages"] = tuple(stages)
        return said


class PlanForm(DeedForm):
    """The plan a junction runs, copied from its controller."""

    name = forms.CharField(label=_("方案名称"), max_length=60)
    days = forms.ChoiceField(label=_("日期"), choices=Days.choices)
    begins = forms.CharField(label=_("开始"), initial="00:00", max_length=5)
    ends = forms.CharField(label=_("结束"), initial="24:00", max_length=5)
    offset_s = forms.FloatField(label=_("相位差（秒）"), initial=0, min_value=0, max_value=300)

    def prepare(self) -> None:
        layout = _layout(self.row)
        self.stages = list(layout.stages) if layout else []
        for place, stage in enumerate(self.stages):
            named = {"number": place + 1, "name": stage.name}
            change = layout.rules.amber_s + layout.rules.all_red_s if layout else 5
            self.fields[f"green_{place}"] = forms.FloatField(
                label=gettext("相位%(number)s %(name)s 绿灯（秒）") % named,
                min_value=0, max_value=300, initial=30, help_text=_("填0表示不放行该相位"),
            )  # fmt: skip
            self.fields[f"change_{place}"] = forms.FloatField(
                label=gettext("相位%(number)s 黄灯加全红（秒）") % named,
                min_value=0, max_value=30, initial=change,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        said["begins_min"] = clock_minutes(self, "begins")
        said["ends_min"] = clock_minutes(self, "ends")
        check_hours(self, said)
        steps = tuple(
            PlanStep(place, said[f"green_{place}"], said.get(f"change_{place}") or 0.0)
            for place in range(len(self.stages))
            if said.get(f"green_{place}")
        )
        said["plan"] = Plan(self.row.code, steps, said.get("offset_s") or 0.0)
        return said


class EndPlanForm(DeedForm):
    plan = forms.ModelChoiceField(TimingPlan.objects.none(), label=_("停用的方案"))

    def prepare(self) -> None:
        offer(self, "plan", TimingPlan.objects.filter(junction=self.row, ended_at=None))


def clock_minutes(form: forms.Form, name: str) -> int:
    """Minutes of the day that a field's clock time says; 24:00 is the end of the day."""
    text = str(form.cleaned_data.get(name) or "").strip().replace("：", ":")
    match = re.fullmatch(r"([01]?\d|2[0-4]):([0-5]\d)", text)
    minutes = int(match[1]) * 60 + int(match[2]) if match else -1
    if not 0 <= minutes <= DAY_MIN:
        form.add_error(name, gettext("请填写时间，如 07:30"))
        return 0
    return minutes


def check_hours(form: forms.Form, said: Mapping[str, Any]) -> None:
    if not form.errors and said["begins_min"] >= said["ends_min"]:
        form.add_error("ends", gettext("结束时间要晚于开始时间"))


def _layout(row: Junction | None) -> Layout | None:
    return row.layout.layout if row is not None and row.layout is not None else None


def _written_lanes(known: Approach | None) -> str:
    if known is None:
        return "左 直 直右"
    return " ".join(
        "".join(WRITTEN[turn] for turn in lane.turns) + (f"{lane.bay_m:g}" if lane.bay_m else "")
        for lane in known.lanes
    )
