"""Questions to the store for every test: purposes, a town with cameras, days of passages."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from luchang.apps.passages.models import Camera, Enquiry
from luchang.apps.passages.selectors.asking import Asked
from luchang.apps.passages.services import enquiries as services
from luchang.apps.passages.services.enquiries import Purpose
from luchang.apps.passages.states import EnquiryKind
from luchang.core.passages.passage import Passage
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records import codes
from luchang.kernel.records.models import CodeList
from luchang.kernel.segments import Store
from tests.apps.places.conftest import SOUTH, STEP, WEST
from tests.factories import passages as make
from tests.factories.identity import LONG_AGO

TABLES = Path(codes.__file__).parents[2] / "apps/passages/tables/purposes.csv"
MORNING = datetime(2026, 3, 2, 0, tzinfo=UTC)
"""Eight in the morning in Zhuzhou, on the first day of the store."""
EVENING = datetime(2026, 3, 3, 12, tzinfo=UTC)
"""Eight in the evening of the second day: when the questions are asked."""
CLONES = Purpose("CLONE", "核查举报的套牌车")
CASE = Purpose("CASE", "核查举报的套牌车", "A4302001")


def purposes() -> None:
    """The purposes the product comes with, once."""
    if not CodeList.objects.filter(code="passages.purpose").exists():
        codes.load(codes.read(TABLES), by=SYSTEM, at=LONG_AGO)


def cameras(at: Organisation, count: int = 6) -> list[Camera]:
    """Along the streets of the small town, from south-west to north-east."""
    made = []
    for number in range(count):
        camera = make.camera(at=at, name=f"演示{number + 1}号卡口")
        camera.longitude = WEST + STEP * (number % 5)
        camera.latitude = SOUTH + STEP * (number // 2 % 5)
        camera.save()
        made.append(camera)
    return made


def seen(
    camera: Camera | int,
    plate: str,
    at: datetime,
    *,
    plate_type: int = make.SMALL_CAR,
    image: str = "",
) -> Passage:
    return make.passage(camera, plate=plate, at=at, plate_type=plate_type, image=image)


def driving(
    route: list[Camera],
    plate: str,
    begins: datetime,
    *,
    minutes: float = 3.0,
    behind_s: float = 0.0,
) -> list[Passage]:
    """One passage a camera, so many minutes apart."""
    start = begins + timedelta(seconds=behind_s)
    return [
        seen(camera, plate, start + timedelta(minutes=minutes * place))
        for place, camera in enumerate(route)
    ]


def store_of(folder: Path, *batches: list[Passage], arranged: bool = True) -> Store:
    """A store of these passages; point `settings.PASSAGE_STORE` at its folder."""
    store = Store.open(folder)
    for batch in batches:
        store.append(batch)
    store.seal()
    if arranged:
        for day in store.unarranged():
            store.arrange(day)
    return store


def question(kind: EnquiryKind = EnquiryKind.SEARCH, **more: object) -> Asked:
    """From the morning of the first day to the evening of the second."""
    said = {"first": MORNING - timedelta(hours=8), "last": EVENING, **more}
    return Asked(kind=kind, **said)  # type: ignore[arg-type]  # said by the test


def enquiry(by: Actor, asked: Asked | None = None, purpose: Purpose = CLONES) -> Enquiry:
    purposes()
    return services.ask(asked=asked or question(plate="湘BD*"), purpose=purpose, by=by, at=EVENING)
