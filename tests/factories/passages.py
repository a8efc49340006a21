"""Cameras, and a small store of what they saw, for every test."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from django.conf import settings
from PIL import Image

from luchang.apps.passages import services
from luchang.apps.passages.models import Camera, Episode, Erasure, IntakeRefusal, Subscription
from luchang.apps.passages.states import Ailment, CameraDirection, RefusalReason
from luchang.core.passages.passage import Passage
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation, User
from luchang.kernel.segments import Store
from tests.factories.identity import organisation, user

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""Ten in the morning in Zhuzhou: the first passage of a small store."""

SMALL_CAR = 2
"""号牌种类 02."""

_number = count(1)


def camera(
    *,
    at: Organisation | None = None,
    name: str | None = None,
    direction: CameraDirection = CameraDirection.NORTH,
    lanes: int = 2,
    link: str = "",
    junction: str = "",
) -> Camera:
    """A camera in use that has no secret yet."""
    number = next(_number)
    return services.register_camera(
        device_id=f"43020001021190{number:06d}",
        name=name or f"演示卡口{number:05d}",
        organisation=at or organisation(),
        longitude=113.13,
        latitude=27.83,
        direction=direction,
        lanes=lanes,
        tollgate_id="",
        link=link,
        junction=junction,
        by=SYSTEM,
        at=AT,
    )


def erasure(*, at: Organisation | None = None, proposed_by: User | None = None) -> Erasure:
    """A request that waits for its approval; of any unit, as no service would take it."""
    number = next(_number)
    whose = at or organisation()
    made = Erasure(
        number=f"SC2026{number:05d}",
        organisation=whose,
        plate=f"湘BD{number:04d}",
        plate_type=SMALL_CAR,
        first_day=date(2026, 3, 1),
        last_day=date(2026, 3, 3),
        basis="个人信息保护法第四十七条，演示申请1号",
        proposed_by=proposed_by or user(at=whose),
        proposed_at=AT,
    )
    made.propose(by=SYSTEM, at=AT)
    return made


def refusal(of: Camera | None = None) -> IntakeRefusal:
    return IntakeRefusal.objects.create(
        camera=of or camera(),
        day=AT.date(),
        reason=RefusalReason.LANE,
        count=3,
        first_at=AT,
        last_at=AT,
        last_detail="LaneNo: 5; the camera has 2",
    )


def episode(of: Camera | None = None) -> Episode:
    return Episode.objects.create(
        camera=of or camera(), ailment=Ailment.SILENT, detail="已12分钟没有联系", began_at=AT
    )


def plate(number: int) -> str:
    """A plate nobody has: 湘BD0001 and so on."""
    return f"湘BD{number:04d}"


def passage(
    seen_by: Camera | int,
    *,
    plate: str = "湘BD0001",
    at: datetime = AT,
    plate_type: int = SMALL_CAR,
    lane: int = 1,
    direction: int = 0,
    speed_kmh: int | None = 50,
    image: str = "",
) -> Passage:
    """One passage, received half a second after it happened."""
    at_ms = round(at.timestamp() * 1000)
    return Passage(
        plate=plate,
        plate_type=plate_type,
        camera=seen_by if isinstance(seen_by, int) else seen_by.number,
        lane=lane,
        direction=direction,
        at_ms=at_ms,
        received_ms=at_ms + 500,
        speed_kmh=speed_kmh,
        image=image,
    )


def kept_picture(at: datetime) -> str:
    """A picture beside a passage of that moment, as the intake keeps it; its reference."""
    reference = f"{local(at):%Y-%m-%d}/{next(_number):040d}"
    place = Path(settings.PASSAGE_PICTURES) / reference
    place.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 48)).save(place, "JPEG")
    return reference


def filled_store(
    folder: Path,
    cameras: Sequence[Camera | int],
    *,
    vehicles: int = 5,
    at: datetime = AT,
    arranged: bool = True,
) -> Store:
    """A store in which each vehicle passes the cameras one after another, five minutes apart.

    Vehicle `n` (`plate(n)`, from 1) begins `n` minutes after `at`. Point the pages at it with
    `settings.PASSAGE_STORE = folder`.
    """
    store = Store.open(folder)
    store.append(
        [
            passage(each, plate=plate(n), at=at + timedelta(minutes=n + 5 * place))
            for n in range(1, vehicles + 1)
            for place, each in enumerate(cameras)
        ]
    )
    store.seal()
    if arranged:
        for day in store.unarranged():
            store.arrange(day)
    return store


def subscription(
    *,
    at: Organisation | None = None,
    of: Sequence[Camera] = (),
    address: str = "http://127.0.0.1:9/VIID/SubscribeNotifications",
    begins_at: datetime = AT,
    ends_at: datetime = AT + timedelta(days=365 * 50),
    asked_at: datetime = AT,
) -> Subscription:
    """One that waits for its approval, of a subscriber of the same unit."""
    whose = at or organisation()
    seen_by = of or [camera(at=whose)]
    wanted = services.Wanted(
        code=f"{next(_number):033d}",
        detail="13",
        resources=[one.device_id for one in seen_by],
        address=address,
        begins_at=begins_at,
        ends_at=ends_at,
        title="演示订阅",
    )
    return services.ask_subscription(
        subscriber_id=camera(at=whose).pk, wanted=wanted, by=SYSTEM, at=asked_at
    )
