"""Links, junctions that are counted and what was counted of them, as their routes take them."""

from datetime import UTC, datetime, timedelta
from itertools import count

from luchang.apps.passages.models import (
    CameraVolume,
    CongestionScale,
    CountedHour,
    CountedJunction,
    TurnCount,
)
from luchang.apps.passages.policies import MANAGE_CAMERA, SEE_COUNTS
from luchang.apps.passages.services.links import propose, retire_link
from luchang.apps.passages.states import CountQuality
from luchang.apps.passages.views.counts_ledgers import JUNCTION_LEDGER, LINK_LEDGER
from luchang.core.passages.quarters import Pair
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from tests.factories import counts
from tests.factories.passages import camera
from tests.matrix.ledgers import of_ledger, opened
from tests.matrix.lists import of_list
from tests.matrix.protocol import Made, Make, Place, Specimen, everybody, once, own_of

QUARTER = timedelta(minutes=15)
_number = count(1)


def _last_quarter() -> datetime:
    """A quarter that was counted a moment ago: pages show it when nobody asks for another."""
    now = datetime.now(UTC)
    begins = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0) - QUARTER
    CountedHour.objects.get_or_create(
        day=local(begins).date(),
        hour=local(begins).hour,
        defaults={"stamp": "x", "until": begins + QUARTER, "passages": 0, "at": now},
    )
    last = CountedHour.objects.order_by("-until").values_list("until", flat=True)[0]
    return last - QUARTER


@once
def _link(at: Organisation) -> Made:
    made = counts.link(at=at, road=f"寻路{next(_number)}号")
    counts.timed(made, at=_last_quarter())
    form = {"name": made.name, "length_m": 900, "free_s": 60, "reason": "改道"}
    return Made(ids={"pk": made.pk}, mark=made.name, sought=made.road, form=form)


@once
def _suggested(at: Organisation) -> Made:
    start, end = camera(at=at), camera(at=at)
    (made,) = propose(
        [Pair((start.number, end.number), 50, 0.5, 40_000.0, 60_000.0)], by=SYSTEM, at=counts.AT
    )
    form = {"name": made.name, "length_m": 900, "free_s": 60, "reason": "不是一条路"}
    return Made(ids={"pk": made.pk}, mark=made.name, form=form)


@once
def _retired(at: Organisation) -> Made:
    made = counts.link(at=at)
    retire_link(link_id=made.pk, reason="改道", by=SYSTEM, at=counts.AT)
    return Made(ids={"pk": made.pk}, mark=made.name)


@once
def _junction(at: Organisation) -> Made:
    made = counts.junction(at=at)
    return Made(ids={"pk": made.pk}, mark=made.name, sought=made.code)


@once
def _turned(at: Organisation) -> Made:
    row = CountedJunction.objects.select_related("organisation").get(name=_junction(at).mark)
    way = counts.movement(row)
    TurnCount.objects.create(
        movement=way, begins_at=counts.AT, vehicles=6, fives=[1, 2, 3],
        quality=CountQuality.MEASURED,
    )  # fmt: skip
    return Made(
        ids={"pk": row.pk, "movement": way.pk}, mark=row.name, sought=row.code,
        query={"day": f"{local(counts.AT):%Y-%m-%d}"},
    )  # fmt: skip


@once
def _seen(at: Organisation) -> Made:
    made = camera(at=at)
    CameraVolume.objects.create(
        camera=made, begins_at=counts.AT, vehicles=5, quality=CountQuality.MEASURED
    )
    return Made(mark=made.name, sought=made.device_id)


@once
def _scale(at: Organisation) -> Made:
    del at
    row, _ = CongestionScale.objects.get_or_create(
        valid_from=datetime(2026, 1, 1, tzinfo=UTC).date(),
        defaults={
            "free_percent": 71.5, "smooth_percent": 50, "slight_percent": 40,
            "moderate_percent": 30, "by_name": "设定人某", "at": counts.AT,
        },
    )  # fmt: skip
    return Made(mark=row.by_name)


def _shown(at: Organisation) -> Made:
    made = _link(at)
    return Made(mark=made.mark)


def _entered(at: Organisation) -> Made:
    form = {"name": f"新路段{next(_number)}", "length_m": 900, "free_s": 60}
    return Made(form={**form, "start": camera(at=at).pk, "end": camera(at=at).pk})


def _opened(at: Organisation) -> Made:
    form = {"code": f"Q{next(_number):06d}", "name": "新流量路口"}
    return Made(form={**form, "longitude": 113.1, "latitude": 27.8, "organisation": at.pk})


def _defined(at: Organisation) -> Made:
    """A junction of the visitors' own is given a camera of `at`."""
    form = {"arm": "W", "turn": "right", "lane_text": "1", "camera": camera(at=at).pk}
    return Made(ids=_junction(own_of(at)).ids, form=form)


def _ended(at: Organisation) -> Made:
    """A junction of the visitors' own ends a movement of `at`."""
    ids = {"pk": _turned(own_of(at)).ids["pk"]}
    return Made(ids=ids, form={"movement": _turned(at).ids["movement"]})


def _is_own(actor: Actor, at: Organisation) -> bool:
    return at == own_of(at) and actor.covers(MANAGE_CAMERA, organisation_id=at.pk, path=at.path)


def _day(make: Make) -> Make:
    def made(at: Organisation) -> Made:
        found = make(at)
        return Made(ids={"pk": found.ids["pk"]}, query=found.query)

    return made


def _sought(at: Organisation) -> Made:
    made = _link(at)
    return Made(query={"q": made.sought}, mark=f'/passages/links/{made.ids["pk"]}"')


SPECIMENS = [
    *of_ledger(
        LINK_LEDGER,
        _link,
        deeds={
            "confirm": _suggested, "reject": _suggested, "reconsider": _suggested,
            "resume": _retired,
        },
    ),
    *of_ledger(JUNCTION_LEDGER, _junction),
    *of_list("passages.link_times", _link),
    *of_list("passages.turn_counts", _turned),
    *of_list("passages.volumes", _seen),
    *of_list("passages.scales", _scale, has_tree=False, reached=everybody),
    opened(LINK_LEDGER, "enter", _entered),
    opened(JUNCTION_LEDGER, "enter", _opened),
    Specimen(
        "passages.junction.define", _defined, Place.BODY, "POST", beside="own",
        permission=MANAGE_CAMERA,
    ),
    Specimen(
        "passages.junction.end-movement", _ended, Place.BODY, "POST", beside="own",
        permission=MANAGE_CAMERA, reached=_is_own,
        where=("own", "child", "sibling", "other", "city"),
    ),
    Specimen("passages.link_day", _day(_link)),
    Specimen("passages.turns_day", _day(_turned)),
    Specimen("passages.congestion", _shown, Place.LIST),
    Specimen("passages.congestion_again", _shown, Place.LIST),
    Specimen("passages.congestion_export", _shown, Place.EXPORT),
    Specimen("search", _sought, Place.LIST, permission=SEE_COUNTS),
]  # fmt: skip
