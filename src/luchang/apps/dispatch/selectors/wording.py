"""Why a unit stands where it stands, and why two reports look alike, as sentences."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from luchang.apps.force.states import UnitKind
from luchang.core.dispatch.duplicates import Evidence, EvidenceCode
from luchang.core.dispatch.ranking import ReasonCode

WALK_WORTH_SAYING_M = 50.0


def spoken_s(seconds: float) -> str:
    """A duration as one says it: 40秒, 3分20秒, 1小时5分."""
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004 - a minute
        return _("%(seconds)d秒") % {"seconds": whole}
    if whole < 3_600:  # noqa: PLR2004 - an hour
        minutes, rest = divmod(whole, 60)
        if not rest:
            return _("%(minutes)d分钟") % {"minutes": minutes}
        return _("%(minutes)d分%(seconds)d秒") % {"minutes": minutes, "seconds": rest}
    hours, rest = divmod(whole // 60, 60)
    return _("%(hours)d小时%(minutes)d分") % {"hours": hours, "minutes": rest}


def reasons_in_words(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """One short sentence for each reason that tells the dispatcher something."""
    told = (_REASONS[ReasonCode(each["code"])](each) for each in reasons)
    return [words for words in told if words]


def evidence_in_words(evidence: Sequence[Evidence]) -> list[str]:
    """One short sentence for each piece of evidence, for or against."""
    return [_EVIDENCE[each.code](each) for each in evidence]


def _walk(reason: Mapping[str, Any]) -> str:
    if reason["value"] < WALK_WORTH_SAYING_M:
        return ""
    return _("离开道路步行约%(metres)d米") % {"metres": round(reason["value"])}


def _unsuited(reason: Mapping[str, Any]) -> str:
    kinds = "、".join(str(UnitKind(code).label) for code in reason["codes"])
    return _("%(kinds)s不适合此类警情") % {"kinds": kinds}


def _with_time(text: Callable[[], str]) -> Callable[[Mapping[str, Any]], str]:
    return lambda reason: text() % {"time": spoken_s(reason["value"])}


def _plain(text: Callable[[], str]) -> Callable[[Mapping[str, Any]], str]:
    return lambda _reason: text()


_REASONS: dict[ReasonCode, Callable[[Mapping[str, Any]], str]] = {
    ReasonCode.ROAD_TIME: _with_time(lambda: _("行驶约%(time)s")),
    ReasonCode.OFF_ROAD: _walk,
    ReasonCode.FREE_SOON: _with_time(lambda: _("约%(time)s后完成当前任务")),
    ReasonCode.STALE_FIX: _with_time(lambda: _("位置是%(time)s前的")),
    ReasonCode.UNSUITED_KIND: _unsuited,
    ReasonCode.LOAD: lambda reason: _("本班已出警%(times)d次") % {"times": reason["value"]},
    ReasonCode.DETOUR: _with_time(lambda: _("因道路封闭绕行多%(time)s")),
    ReasonCode.NO_FIX: _plain(lambda: _("没有定位")),
    ReasonCode.LOST_FIX: _with_time(lambda: _("失去定位已%(time)s")),
    ReasonCode.FAR_FROM_ROADS: _plain(lambda: _("附近没有道路")),
    ReasonCode.UNREACHABLE: _plain(lambda: _("道路不通")),
    ReasonCode.MISSING_SKILL: lambda reason: (
        _("缺少资质：%(skills)s") % {"skills": "、".join(reason["codes"])}
    ),
    ReasonCode.BUSY: _with_time(lambda: _("有任务，约%(time)s后空闲")),
}

_EVIDENCE: dict[EvidenceCode, Callable[[Evidence], str]] = {
    EvidenceCode.DISTANCE: lambda e: _("相距%(metres)d米") % {"metres": round(e.value)},
    EvidenceCode.TIME: lambda e: _("%(time)s前报警") % {"time": spoken_s(e.value)},
    EvidenceCode.CATEGORY: lambda e: _("类别相同") if e.weight > 0 else _("类别不同"),
    EvidenceCode.PLATE: lambda e: _("号牌相同") if e.weight > 0 else _("号牌不同"),
    EvidenceCode.PHONE: lambda _e: _("同一来电号码"),
    EvidenceCode.TEXT: lambda e: _("描述相似%(share)d%%") % {"share": round(100 * e.value)},
}
