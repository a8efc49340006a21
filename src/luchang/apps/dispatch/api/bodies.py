"""What the API of 122 takes and gives, field by field."""

from typing import Annotated, Any

from ninja import Header, Query, Schema
from pydantic import AwareDatetime, ConfigDict, Field

from luchang.apps.dispatch.selectors import reached
from luchang.apps.dispatch.services.intake import IncidentFacts
from luchang.apps.dispatch.states import CallChannel, CallLink, Grade, TargetKind

PAGE = 200
Key = Annotated[
    str, Header(alias="Idempotency-Key", min_length=1, max_length=128, pattern=r"^[!-~]+$")
]
Source = Annotated[str, Query(max_length=60)]
Before = Annotated[int | None, Query(ge=1, le=reached.LARGEST_KEY)]
PlaceText = Annotated[str, Query(min_length=1, max_length=60)]
Size = Annotated[int, Query(ge=1, le=PAGE)]


class Strict(Schema):
    """A body with a field we do not know is refused: a typing error must not be lost quietly."""

    model_config = ConfigDict(extra="forbid")


class CallIn(Strict):
    channel: CallChannel = CallChannel.INTERFACE
    caller_number: str = Field(default="", max_length=32)
    subscriber_name: str = Field(default="", max_length=60)
    subscriber_address: str = Field(default="", max_length=200)
    caller_name: str = Field(default="", max_length=60)
    contact_number: str = Field(default="", max_length=32)
    recording: str = Field(default="", max_length=60)
    source: str = Field(default="", max_length=60)
    queued_at: AwareDatetime | None = None
    answered_at: AwareDatetime | None = None


class IncidentIn(Strict):
    category: str = Field(..., max_length=24)
    grade: Grade
    address: str = Field(..., min_length=1, max_length=200)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    description: str = Field(default="", max_length=4_000)
    plates: list[str] = Field(default_factory=list, max_length=20)
    injured: int | None = Field(default=None, ge=0, le=10_000)
    dead: int | None = Field(default=None, ge=0, le=10_000)
    has_hazardous_goods: bool = False
    is_hit_and_run: bool = False
    fled_vehicle: str = Field(default="", max_length=300)
    occurred_at: AwareDatetime | None = None

    def facts(self) -> IncidentFacts:
        return IncidentFacts(**self.model_dump() | {"plates": tuple(self.plates)})


class TakeCall(Strict):
    call: CallIn = CallIn()
    incident: IncidentIn


class RepeatCall(Strict):
    call: CallIn = CallIn()
    incident_id: int
    link: CallLink = CallLink.REPEAT
    note: str = Field(default="", max_length=4_000)


class Taken(Schema):
    call_id: int
    call_number: str
    incident_id: int
    incident_number: str
    status: str
    is_new: bool


class ClockOut(Schema):
    clock: str
    since: str
    due: str


class DispatchOut(Schema):
    id: int
    number: str
    version: int
    incident_id: int
    status: str
    target: str
    unit_id: int | None
    is_reinforcement: bool
    is_handling: bool
    expected_s: float | None
    sent_at: str | None
    signed_at: str | None
    arrived_at: str | None
    clock: ClockOut | None


class IncidentOut(Schema):
    id: int
    number: str
    version: int
    status: str
    grade: str
    category: str
    area_class: str
    address: str
    description: str
    lon: float | None
    lat: float | None
    organisation: str
    received_at: str
    is_escalated: bool
    is_demo: bool
    has_hazardous_goods: bool
    injured: int | None
    dead: int | None
    call_count: int
    merged_into: int | None
    dispatches: list[DispatchOut]
    clock: ClockOut | None


class IncidentPage(Schema):
    items: list[IncidentOut]
    next_before: int | None
    """Pass as `before` for the next page; null on the last."""


class AdviceIn(Strict):
    longitude: float = Field(..., ge=-180, le=180)
    latitude: float = Field(..., ge=-90, le=90)
    category: str = Field(default="90", max_length=24)
    grade: Grade = Grade.THIRD


class AdviceOut(Schema):
    id: int
    incident_id: int | None
    core_version: str
    input_hash: str
    unit_count: int
    elapsed_ms: float
    candidates: list[dict[str, Any]]


class DuplicateIn(Strict):
    longitude: float | None = Field(default=None, ge=-180, le=180)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    category: str = Field(default="", max_length=24)
    plates: list[str] = Field(default_factory=list, max_length=20)
    phone: str = Field(default="", max_length=32)
    text: str = Field(default="", max_length=4_000)


class DuplicateOut(Schema):
    incident: IncidentOut
    score: float
    words: list[str]
    """What speaks for and against, in the reader's language."""


class PlaceOut(Schema):
    id: int | None
    kind: str
    name: str
    address: str
    area: str
    lon: float
    lat: float


class RouteOut(Schema):
    type: str = "LineString"
    coordinates: list[tuple[float, float]]


class AreaOut(Schema):
    west: float
    south: float
    east: float
    north: float


class OrderIn(Strict):
    target_id: int
    kind: TargetKind = TargetKind.UNIT
    advice_id: int | None = None
    is_queued: bool = False


class Reason(Strict):
    reason: str = Field(default="", max_length=300)


class Arrival(Strict):
    entered_at: AwareDatetime | None = None


class MergeIn(Strict):
    other_id: int
    reason: str = Field(default="", max_length=300)


class TransferIn(Strict):
    organisation_id: int
    reason: str = Field(default="", max_length=300)


class FeedbackIn(Strict):
    result: str = Field(..., max_length=20)
    text: str = Field(..., max_length=4_000)
    is_final: bool = True
    category: str = Field(default="", max_length=24)
    occurred_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    injured: int | None = Field(default=None, ge=0, le=10_000)
    dead: int | None = Field(default=None, ge=0, le=10_000)
    motor_vehicles: int | None = Field(default=None, ge=0, le=10_000)
    other_vehicles: int | None = Field(default=None, ge=0, le=10_000)
    has_hazardous_goods: bool = False
    has_traffic_control: bool = False
    weather: str = Field(default="", max_length=1)
    visibility: str = Field(default="", max_length=1)
    road_surface: str = Field(default="", max_length=1)
    road_kind: str = Field(default="", max_length=1)
    cause: str = Field(default="", max_length=200)
    clues: str = Field(default="", max_length=500)


class FeedbackOut(Schema):
    id: int
    number: str
    incident_id: int
    is_final: bool


class Tally(Schema):
    """How many records one source has brought."""

    source: str
    calls: int
    incidents: int
