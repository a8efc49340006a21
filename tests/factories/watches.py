"""Watches, and alarms before organisations, for every test."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from luchang.apps.passages.models import AlarmReceipt, Camera, VehicleWatch, WatchAlarm
from luchang.apps.passages.services import alarms, watching
from luchang.apps.passages.services.watching import Proposal
from luchang.apps.passages.states import WatchCategory, WatchResponse
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from tests.factories.identity import organisation
from tests.factories.passages import SMALL_CAR, camera, passage

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
_number = count(1)


def proposal(*, at: Organisation | None = None, now: datetime = AT, **more: Any) -> Proposal:
    """Another plate each time, the whole city, a month from `now`."""
    place = at or organisation()
    given: dict[str, Any] = {
        "organisation": place,
        "receivers": [place],
        "category": WatchCategory.CASE,
        "response": WatchResponse.STOP,
        "reason": "演示布控",
        "case_number": "演示案件",
        "legal_basis": "待核实",
        "starts_at": now,
        "ends_at": now + timedelta(days=30),
        "plate": f"湘BD{next(_number):04d}",
        "plate_type": SMALL_CAR,
    }
    return Proposal(**{**given, **more})


def watch(
    *,
    at: Organisation | None = None,
    by: Actor = SYSTEM,
    now: datetime = AT,
    is_active: bool = True,
    **more: Any,
) -> VehicleWatch:
    """A watch, approved unless said otherwise."""
    made = watching.propose_watch(proposal=proposal(at=at, now=now, **more), by=by, at=now)
    if is_active and not made.is_emergency:
        made = watching.approve_watch(watch_id=made.pk, by=SYSTEM, at=now)
    return made


def alarm(
    of: VehicleWatch | None = None,
    *,
    seen_by: Camera | None = None,
    now: datetime = AT,
    image: str = "",
) -> WatchAlarm:
    """The watched vehicle passes a camera of the watching organisation."""
    meant = of or watch(now=now)
    one = passage(seen_by or camera(at=meant.organisation), plate=meant.plate, at=now, image=image)
    raised = alarms.raise_alarm(watch_id=meant.pk, passage=one, at=now)
    assert raised is not None
    return raised


def receipt(
    *, at: Organisation | None = None, now: datetime = AT, image: str = ""
) -> AlarmReceipt:
    """An alarm that waits to be received at an organisation."""
    return AlarmReceipt.objects.get(alarm=alarm(watch(at=at, now=now), now=now, image=image))


def receipts_of(made: WatchAlarm) -> Sequence[AlarmReceipt]:
    return list(AlarmReceipt.objects.filter(alarm=made).order_by("organisation__path"))
