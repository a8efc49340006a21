"""Plans on paper for other programs: files that carry what was approved, and files from others."""

from datetime import datetime
from functools import cache
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from luchang.apps.signals.ports.reports import Controller
from luchang.core.signals.approval import ApprovedPlan
from luchang.core.signals.utdf import UtdfRefused

UTDF_TEXTS = {
    "too_large": _("文件过大"),
    "not_utdf": _("第%(line)s行：不是UTDF文件（%(what)s）"),
    "no_junction": _("第%(line)s行：没有路口编号（INTID）"),
    "not_a_number": _("第%(line)s行：“%(what)s”不是数字"),
    "not_finite": _("第%(line)s行：“%(what)s”不是有效数值"),
    "doubled": _("第%(line)s行：%(what)s重复"),
    "unknown_phase": _("%(what)s：所引用的相位没有配时"),
    "too_many_phases": _("%(what)s：UTDF最多8个相位、每个流向最多4个相位"),
    "no_bound": _("进口道%(what)s没有填写方向"),
    "split_movement": _("%(what)s：同一流向的灯组不同时放行，UTDF无法表示"),
    "no_phases": _("路口%(what)s没有相位配时"),
    "no_stage": _("%(what)s：本路口没有只放行这些流向的阶段"),
    "two_stages": _("%(what)s：本路口有多个阶段放行这些流向，无法确定是哪一个"),
    "cycle_sum": _("各相位合计与周期不符：%(what)s"),
}


def utdf_text(refused: UtdfRefused) -> str:
    """Why a UTDF file was not taken or written, as officers read it."""
    named = {"line": refused.line, "what": refused.what}
    return str(UTDF_TEXTS[refused.code]) % named


class PlanDocument(Protocol):
    """The text of a file that carries an approved plan in a protocol's own form.

    Raises:
        LinkRefused: not signed, altered since, unsafe, or not writable in this form.
    """

    def __call__(self, controller: Controller, plan: ApprovedPlan, *, at: datetime) -> str: ...


@cache
def ga1049_document() -> PlanDocument:
    """The writer of GA/T 1049 XML this installation is configured with."""
    return cast("PlanDocument", import_string(settings.SIGNAL_PLAN_DOCUMENT))
