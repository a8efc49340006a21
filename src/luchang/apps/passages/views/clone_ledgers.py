"""What may be done with a suspected clone, and the moves it is suspected for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luchang.apps.passages.models import CloneSuspect
from luchang.apps.passages.policies import JUDGE_CLONE, PROPOSE_WATCH, SEE_CLONES
from luchang.apps.passages.selectors import clones, pictures
from luchang.apps.passages.services import clones as services
from luchang.apps.passages.services.clone_refusals import CloneRefused
from luchang.apps.passages.services.watch_refusals import WatchRefused
from luchang.apps.passages.states import WATCH, WatchResponse
from luchang.apps.passages.states.clones import CloneExplanation, CloneStatus
from luchang.apps.passages.views.clone_forms import (
    ConfirmCloneForm,
    ExplainCloneForm,
    WatchCloneForm,
)
from luchang.apps.passages.views.clone_lists import CLONES, OWNER, PLATE_TYPE
from luchang.apps.places import selectors as places
from luchang.core.common.personal import Kind
from luchang.core.passages.bounds import FAST_FACTOR
from luchang.core.passages.moves import MoveParameters
from luchang.kernel.ledgers.forms import ReasonForm
from luchang.kernel.ledgers.specs import Deed, Ledger, Part, calling
from luchang.kernel.lists.columns import Coded, Column, Moment, Number, Personal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from luchang.apps.passages.models import CloneMove, VehicleWatch
    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.ledgers.specs import Said

USUAL = timedelta(days=30)
MARGIN_DEG = 0.004
"""Around the cameras on the map, so that none lies at the edge."""


def _may_judge(row: CloneSuspect, by: Actor) -> bool:
    return by.covers(JUDGE_CLONE, organisation_id=row.organisation_id, path=row.organisation.path)


def _moves(row: CloneSuspect, by: Actor, at: datetime) -> Mapping[str, object]:
    may_look = _may_judge(row, by)
    rows = [_drawn(one, at, may_look=may_look) for one in clones.moves_of(row)]
    return {
        "rows": rows,
        "most": clones.MOST_MOVES,
        "suspect": row,
        "factor": FAST_FACTOR,
        "threshold": MoveParameters.threshold,
        "may_look": may_look,
        "comparison": clones.last_comparison(),
        "left_out": [each.camera.name for each in clones.left_out(by)],
        "other_types": clones.other_types(row),
    }


def _drawn(one: CloneMove, at: datetime, *, may_look: bool) -> Mapping[str, object]:
    took_s = one.took_s
    speed = None
    if one.distance_m is not None and took_s > 0:
        speed = one.distance_m / took_s * 3.6
    return {
        "start": one.start,
        "start_at": one.start_at,
        "end": one.end,
        "end_at": one.end_at,
        "took_s": took_s,
        "distance_km": None if one.distance_m is None else one.distance_m / 1_000.0,
        "bound_s": one.bound_s,
        "speed_kmh": speed,
        "weight": one.weight,
        "start_picture": _picture(one, "start", at) if may_look else "",
        "end_picture": _picture(one, "end", at) if may_look else "",
    }


def _picture(one: CloneMove, side: str, at: datetime) -> str:
    image = one.start_image if side == "start" else one.end_image
    if not pictures.is_kept(image, at=at):
        return ""
    return reverse("passages.clone_picture", args=[one.suspect_id, one.pk, side])


def _where(row: CloneSuspect, by: Actor, at: datetime) -> Mapping[str, object] | None:
    """The cameras of its moves, and a straight line for each way nobody can have driven."""
    del by, at
    moves = clones.moves_of(row)
    if not moves:
        return None
    cameras = {each.pk: each for one in moves for each in (one.start, one.end)}
    spots = [
        {
            "id": each.pk,
            "lon": each.longitude,
            "lat": each.latitude,
            "name": each.name,
            "tone": "danger",
            "href": reverse("passages.camera", args=[each.pk]),
        }
        for each in cameras.values()
    ]
    lons, lats = ([float(str(each[name])) for each in spots] for name in ("lon", "lat"))
    return places.base_map() | {
        "bounds": [
            [min(lons) - MARGIN_DEG, min(lats) - MARGIN_DEG],
            [max(lons) + MARGIN_DEG, max(lats) + MARGIN_DEG],
        ],
        "layers": [
            {"id": "ways", "kind": "line", "things": _lines(moves)},
            {"id": "seen", "kind": "place", "things": spots},
        ],
    }


def _lines(moves: Sequence[CloneMove]) -> list[Mapping[str, object]]:
    drawn: dict[tuple[int, int], Mapping[str, object]] = {}
    for one in moves:
        line = [[each.longitude, each.latitude] for each in (one.start, one.end)]
        drawn[one.start_id, one.end_id] = {
            "id": f"{one.start_id}-{one.end_id}",
            "tone": "danger",
            "geometry": {"type": "LineString", "coordinates": line},
        }
    return list(drawn.values())


def _wanted(row: CloneSuspect, at: datetime) -> Mapping[str, object]:
    reason = gettext("套牌嫌疑%(number)s已核查确认：%(reason)s") % {
        "number": row.number,
        "reason": row.reason,
    }
    return {
        "starts_at": at,
        "ends_at": at + USUAL,
        "response": WatchResponse.STOP,
        "reason": reason[:500],
    }


def _watch(row: CloneSuspect, said: Said, by: Actor, at: datetime) -> VehicleWatch:
    told = {**said, "receivers": list(said["receivers"])}
    told["response"] = WatchResponse(str(said["response"]))
    wanted = services.Wanted(**told)
    return services.watch_clone(suspect_id=row.pk, wanted=wanted, by=by, at=at)


def _explain(row: CloneSuspect, said: Said, by: Actor, at: datetime) -> CloneSuspect:
    return services.explain_clone(
        suspect_id=row.pk,
        explanation=CloneExplanation(said["explanation"]),
        reason=said["reason"],
        by=by,
        at=at,
    )


def _is_unwatched(row: CloneSuspect) -> bool:
    return row.watch is None or row.watch.status not in WATCH.open


CLONE_LEDGER = Ledger[CloneSuspect](
    model=CloneSuspect,
    listed=CLONES,
    name="passages.clone",
    rows=clones.suspects,
    states="clone_suspect",
    facts=(
        Column("plate", _("号牌号码"), format=Personal(Kind.PLATE, reveal=JUDGE_CLONE)),
        PLATE_TYPE,
        Column("score", _("嫌疑分值"), format=Number(digits=1)),
        Column("moves", _("不可能行程"), format=Number(unit=_("次"))),
        Column("first_at", _("首次"), format=Moment()),
        Column("last_at", _("最近一次"), format=Moment()),
        Column("found_at", _("发现时间"), format=Moment()),
        Column("compared_at", _("比对时间"), format=Moment()),
        OWNER,
        Column("explanation", _("排除原因"), format=Coded(CloneExplanation)),
        Column("reason", _("核查情况"), width=40),
        Column("decided_by_name", _("核查人")),
        Column("decided_at", _("核查时间"), format=Moment()),
        Column(
            "watch",
            _("布控"),
            "watch.number",
            link=lambda row: (
                reverse("passages.watch", args=[row.watch_id]) if row.watch_id else ""
            ),
        ),
    ),
    parts=(Part(template="passages/_clone_moves.html", values=_moves, order=10),),
    map=_where,
    deeds=(
        Deed(
            key="confirm",
            title=_("确认套牌"),
            permission=JUDGE_CLONE,
            form=ConfirmCloneForm,
            act=calling(services.confirm_clone, "suspect_id"),
            done=_("已确认套牌，可据此申请布控"),
            states=(CloneStatus.SUSPECTED,),
            icon="circle-check",
            kind="primary",
            note=_("请先比对两端图片中的车型、颜色和特征；仅凭时间和距离不能认定套牌。"),
        ),
        Deed(
            key="explain",
            title=_("排除嫌疑"),
            permission=JUDGE_CLONE,
            form=ExplainCloneForm,
            act=_explain,
            done=_("已排除；之后再出现不可能行程会重新列出"),
            states=(CloneStatus.SUSPECTED,),
            icon="circle-x",
        ),
        Deed(
            key="reopen",
            title=_("重新核查"),
            permission=JUDGE_CLONE,
            form=ReasonForm,
            act=calling(services.reopen_clone, "suspect_id"),
            done=_("已转为待核查"),
            states=(CloneStatus.CONFIRMED, CloneStatus.EXPLAINED, CloneStatus.FADED),
            icon="refresh",
        ),
        Deed(
            key="watch",
            title=_("申请布控"),
            permission=JUDGE_CLONE,
            may=lambda actor, _row: actor.may(PROPOSE_WATCH),
            form=WatchCloneForm,
            initial=_wanted,
            act=_watch,
            done=_("已申请布控，由他人审批"),
            states=(CloneStatus.CONFIRMED,),
            when=_is_unwatched,
            icon="target",
            kind="primary",
            note=_("布控类别为涉嫌套牌，号牌取自本记录；须经他人审批后生效。"),
        ),
    ),
    refusals=(CloneRefused, WatchRefused),
    remark=SEE_CLONES,
    reads_are_told=True,
)
