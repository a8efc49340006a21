"""Watches of the demo city: one that acts, with an alarm answered and one waiting, one proposed.

Their plates are of the demo passages, which nobody has; every text of theirs says it is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from luchang.apps.passages import selectors as passages
from luchang.apps.passages.services import alarms, watching
from luchang.apps.passages.states import Finding, PlateKind, WatchCategory, WatchResponse
from luchang.kernel.identity.models import Organisation
from luchang.screens.demo_city.passages import CAR, CLONE, WHOLE_DAYS

if TYPE_CHECKING:
    from luchang.apps.passages.models import AlarmReceipt, VehicleWatch
    from luchang.apps.passages.services.watching import Proposal
    from luchang.kernel.identity.actors import Actor
    from luchang.kernel.segments import Found

LASTS = timedelta(days=30)
BEFORE = timedelta(minutes=30)
"""The watch acts so long before the vehicle is first seen under it."""
SIGNED_AFTER, ANSWERED_AFTER = timedelta(minutes=2), timedelta(minutes=45)
APART = timedelta(hours=2)
"""At least between the two passages that raise an alarm."""
MOST_LOOKED_AT = 200


@dataclass(frozen=True)
class Watchers:
    """Who proposes, who proposes and receives, and who approves."""

    squadron: Actor
    brigade: Actor
    chief: Actor


def watch_vehicles(watchers: Watchers, *, at: datetime) -> list[VehicleWatch]:
    """An active watch on the plate of two vehicles, and one that waits for its approval."""
    return [_active(watchers, at=at), _proposed(watchers, at=at)]


def _active(watchers: Watchers, *, at: datetime) -> VehicleWatch:
    seen = _seen(at)
    begins = (seen[0].at if seen else at) - BEFORE
    proposal = _proposal(
        watchers.brigade,
        plate=CLONE,
        category=WatchCategory.CLONED,
        response=WatchResponse.STOP,
        reason="演示布控（虚构）：同一号牌短时间内出现在相距很远的两处，疑似套牌",
        case_number="演示案件1",
        begins=begins,
    )
    watch = watching.propose_watch(proposal=proposal, by=watchers.brigade, at=begins)
    watch = watching.approve_watch(watch_id=watch.pk, by=watchers.chief, at=begins)
    for number, one in enumerate(seen):
        is_last = number == len(seen) - 1
        raised_at = at if is_last else one.at
        alarm = alarms.raise_alarm(watch_id=watch.pk, passage=one.passage, at=raised_at)
        if alarm is not None and not is_last:
            _answer(alarm.receipts.get(), watchers.brigade, raised_at)
    return watch


def _answer(receipt: AlarmReceipt, by: Actor, raised_at: datetime) -> None:
    alarms.sign_alarm(receipt_id=receipt.pk, by=by, at=raised_at + SIGNED_AFTER)
    alarms.answer_alarm(
        receipt_id=receipt.pk,
        finding=Finding.MISSED,
        report="演示反馈（虚构）：沿途查找未发现该车",
        by=by,
        at=raised_at + ANSWERED_AFTER,
    )


def _proposed(watchers: Watchers, *, at: datetime) -> VehicleWatch:
    proposal = _proposal(
        watchers.squadron,
        plate=CAR,
        category=WatchCategory.CASE,
        response=WatchResponse.REPORT,
        reason="演示布控（虚构）：演示案件的涉案车辆，等待审批",
        case_number="演示案件2",
        begins=at,
    )
    return watching.propose_watch(proposal=proposal, by=watchers.squadron, at=at)


def _seen(at: datetime) -> list[Found]:
    """Two passages of the cloned plate, the earlier first; fewer where it was seen less."""
    from luchang.kernel.segments import Question  # noqa: PLC0415 - kernels take a second to load

    days = timedelta(days=WHOLE_DAYS + 1)
    question = Question(at - days, at, CLONE, most=MOST_LOOKED_AT)
    found = passages.the_store().search(question).rows
    if not found:
        return []
    last = found[0]
    before = next((one for one in found if one.at <= last.at - APART), None)
    return [last] if before is None else [before, last]


def _proposal(
    by: Actor,
    *,
    plate: str,
    category: WatchCategory,
    response: WatchResponse,
    reason: str,
    case_number: str,
    begins: datetime,
) -> Proposal:
    """For the proposer's own organisation, which receives its alarms too."""
    own = Organisation.objects.get(pk=by.organisation_id or 0)
    return watching.Proposal(
        organisation=own,
        receivers=[own],
        category=category,
        response=response,
        reason=reason,
        case_number=case_number,
        legal_basis="待核实（演示）",
        starts_at=begins,
        ends_at=begins + LASTS,
        plate=plate,
        plate_type=PlateKind.SMALL,
    )
