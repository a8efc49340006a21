"""What is filled in about a study, its measurements, counts and works."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals import selectors
from luchang.apps.signals.bridge.wording import method_text
from luchang.apps.signals.forms.junctions import check_hours, clock_minutes
from luchang.apps.signals.models import Advised, Candidate, CountSet, Junction, SchemeCandidate
from luchang.apps.signals.states import Days, Measure, Side, StudySource, WorkKind
from luchang.kernel.clock import local
from luchang.kernel.identity.choosing import offer
from luchang.kernel.ledgers.forms import DeedForm, day, moment, words

SHEET_BYTES = 1_000_000
MOST_VALUES = 5_000
MOST_VEHICLES = 10_000


class JunctionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: Junction) -> str:
        return f"{obj.name}（{obj.code}）"


class StudyForm(DeedForm):
    """What is wrong where and when."""

    junction = JunctionField(Junction.objects.none(), label=_("路口"))
    origin = forms.ChoiceField(label=_("问题来源"), choices=StudySource.choices)
    reference = forms.CharField(
        label=_("来源编号"),
        max_length=60,
        required=False,
        help_text=_("投诉单、警情或报告的编号，不填写个人信息"),
    )
    days = forms.ChoiceField(label=_("日期"), choices=Days.choices)
    begins = forms.CharField(label=_("时段开始"), initial="07:00", max_length=5)
    ends = forms.CharField(label=_("时段结束"), initial="09:00", max_length=5)
    description = words(_("问题描述"), most=500)

    def prepare(self) -> None:
        offer(self, "junction", selectors.reported_junctions(self.actor))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        said["begins_min"] = clock_minutes(self, "begins")
        said["ends_min"] = clock_minutes(self, "ends")
        check_hours(self, said)
        return said


class CountSetField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: CountSet) -> str:
        minutes = gettext("%(count)s分钟") % {"count": obj.interval_min}
        return f"{obj.day:%Y-%m-%d} {obj.get_origin_display()} {minutes}"


class UseCountsForm(DeedForm):
    count_set = CountSetField(CountSet.objects.none(), label=_("流量数据"))

    def prepare(self) -> None:
        rows = selectors.managed_count_sets(self.actor)
        offer(self, "count_set", rows.filter(junction=self.row.junction_id))


class CandidateField(forms.ModelChoiceField):  # type: ignore[type-arg]  # takes none when run
    def label_from_instance(self, obj: Advised) -> str:
        delay = gettext("车均延误%(delay).1f秒") % {"delay": obj.delay_s or 0.0}
        said = f"{obj.ordinal}. {method_text(obj.method)}，{delay}"
        if not isinstance(obj, SchemeCandidate) or obj.out_s is None or obj.back_s is None:
            return said
        named = {"out": obj.out_s, "back": obj.back_s}
        return said + gettext("，绿波带%(out).0f/%(back).0f秒") % named


class ChooseForm(DeedForm):
    """One of the candidates computed last, be they of a study or a scheme."""

    candidate = CandidateField(
        Candidate.objects.none(), label=_("选定方案"), widget=forms.RadioSelect, empty_label=None
    )

    def prepare(self) -> None:
        offer(self, "candidate", selectors.current_candidates(self.row).filter(is_present=False))


class ScheduleForm(DeedForm):
    moment = moment(_("执行时间"))


class MeasureForm(DeedForm):
    """Values from the street: typed in, or a column of a file."""

    side = forms.ChoiceField(label=_("时期"), choices=Side.choices)
    measure = forms.ChoiceField(label=_("指标"), choices=Measure.choices)
    day = day(_("日期"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
    text = words(
        _("数值"), most=40_000, required=False, help_text=_("每行一个，或用空格、逗号隔开")
    )
    file = forms.FileField(
        label=_("数值文件"), required=False, help_text=_("文本或CSV，第一列为数值，不超过1 MB")
    )

    def clean_side(self) -> Side:
        return Side(self.cleaned_data["side"])

    def clean_measure(self) -> Measure:
        return Measure(self.cleaned_data["measure"])

    def clean_day(self) -> date:
        found: date = self.cleaned_data["day"]
        if found > local(self.at).date():
            raise ValidationError(gettext("日期还没有到"))
        return found

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        text = said.get("text") or ""
        if said.get("file"):
            text = "\n".join(filter(None, (text, self._of_file(said["file"]))))
        values = []
        for line, token in enumerate(re.split(r"[\s,，;；、]+", text.strip()), 1):
            try:
                values.append(float(token))
            except ValueError:
                if token:
                    self.add_error(
                        "text",
                        gettext("第%(line)s个“%(text)s”不是数值")
                        % {
                            "line": line,
                            "text": token[:20],
                        },
                    )
                break
        if not values and not self.errors:
            self.add_error("text", gettext("请填写数值或上传文件"))
        if len(values) > MOST_VALUES:
            self.add_error("text", gettext("一次最多5000个数值"))
        said["values"] = values
        return said

    def _of_file(self, file: Any) -> str:
        if file.size > SHEET_BYTES:
            self.add_error("file", gettext("文件超过1 MB"))
            return ""
        try:
            lines = file.read().decode("utf-8-sig").splitlines()
        except UnicodeDecodeError:
            self.add_error("file", gettext("文件不是UTF-8文本"))
            return ""
        cells = [re.split(r"[,;\t，；]", line)[0].strip() for line in lines]
        if cells and not re.fullmatch(r"[-+]?[\d.]+", cells[0]):
            cells = cells[1:]  # a line of titles
        return "\n".join(cells)


class CompareForm(DeedForm):
    measure = forms.ChoiceField(label=_("比较的指标"), choices=Measure.choices)

    def clean_measure(self) -> Measure:
        return Measure(self.cleaned_data["measure"])


class CountForm(DeedForm):
    vehicles = forms.IntegerField(
        label=_("车辆数"),
        min_value=0,
        max_value=MOST_VEHICLES,
        required=False,
        help_text=_("没有数到则留空，记为缺失"),
    )


class WorkForm(DeedForm):
    junction = JunctionField(Junction.objects.none(), label=_("路口"))
    kind = forms.ChoiceField(label=_("改造类别"), choices=WorkKind.choices)
    description = words(_("改造内容"), most=500)

    def prepare(self) -> None:
        offer(self, "junction", selectors.managed_junctions(self.actor))


class ResultForm(DeedForm):
    result = words(_("完成情况"), most=500)
