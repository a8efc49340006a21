"""Bodies of requests. Numbers may come as text, fields we have no use for are not looked at."""

from __future__ import annotations

from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

LONGEST_TEXT = 256
LONGEST_URL = 2_000
MOST_ROWS = 1_000
"""Objects in one body."""

Text = Annotated[str, Meta(max_length=LONGEST_TEXT)]
Address = Annotated[str, Meta(max_length=LONGEST_URL)]
Small = Annotated[int, Meta(ge=0, le=255)]
Code = Annotated[int, Meta(ge=0, le=99)]
PlateCode = Annotated[int, Meta(ge=0, le=255)]
"""A plate colour, which some dialects write in a byte of its own."""


class Wire(msgspec.Struct, rename="pascal", gc=False, kw_only=True):
    """An object whose fields begin with a capital."""


class Named(Wire):
    """Register, UnRegister and Keepalive say only who."""

    device_id: str = msgspec.field(name="DeviceID")


class Saying(Protocol):
    """A body that only names its sender."""

    @property
    def who(self) -> Named: ...


class Register(msgspec.Struct):
    who: Named = msgspec.field(name="RegisterObject")


class UnRegister(msgspec.Struct):
    who: Named = msgspec.field(name="UnRegisterObject")


class Keepalive(msgspec.Struct):
    who: Named = msgspec.field(name="KeepaliveObject")


class SubImage(Wire):
    """A picture that came with an object, or the place where it is."""

    image_id: Text = msgspec.field(name="ImageID", default="")
    type: Text = ""
    storage_path: Address = ""
    data: str = ""


class SubImages(Wire):
    images: list[SubImage] = msgspec.field(name="SubImageInfoObject", default_factory=list)


class Vehicle(Wire):
    """What a motor vehicle and one without a motor have in common; `key` is its number."""

    key: Text = msgspec.field(name="ID", default="")

    device_id: Text = msgspec.field(name="DeviceID", default="")
    mark_time: Text = ""
    appear_time: Text = ""
    has_plate: bool | int | str | None = None
    plate_class: Code | str | None = None
    """Two digits; as text with a leading zero, which is no number of JSON."""
    plate_color: PlateCode | None = None
    plate_no: Text | None = None
    speed: float | None = None
    vehicle_color: Code | None = None
    storage_url_1: Address = msgspec.field(name="StorageUrl1", default="")
    sub_image_list: SubImages | None = None


class MotorVehicle(Vehicle):
    key: Text = msgspec.field(name="MotorVehicleID", default="")
    tollgate_id: Text = msgspec.field(name="TollgateID", default="")
    pass_time: Text = ""
    lane_no: Small | str | None = None
    direction: Annotated[int, Meta(ge=1, le=9)] | None = None
    vehicle_class: Annotated[str, Meta(max_length=8)] = ""


class NonMotorVehicle(Vehicle):
    key: Text = msgspec.field(name="NonMotorVehicleID", default="")


class ImageInfo(Wire):
    image_id: Text = msgspec.field(name="ImageID")


class Image(Wire):
    info: ImageInfo = msgspec.field(name="ImageInfo")
    data: str = ""


class Subscribe(Wire):
    """A subscription; SubscribeDetail and the like may come as numbers."""

    code: Annotated[str, Meta(max_length=64)] = msgspec.field(name="SubscribeID", default="")
    title: Text = ""
    subscribe_detail: Annotated[str, Meta(max_length=64)] | int = ""
    resource_uri: Address = msgspec.field(name="ResourceURI", default="")
    applicant_name: Annotated[str, Meta(max_length=90)] = ""
    applicant_org: Annotated[str, Meta(max_length=100)] = ""
    reason: Text = ""
    receive_addr: Annotated[str, Meta(max_length=512)] = ""
    begin_time: Text = ""
    end_time: Text = ""
    report_interval: Annotated[int, Meta(ge=0, le=86_400)] = 0
    operate_type: Annotated[int, Meta(ge=0, le=1)] = 0


class SubscribeKey(Wire):
    code: Annotated[str, Meta(max_length=64)] = msgspec.field(name="SubscribeID", default="")


class _Subscribes(msgspec.Struct):
    rows: list[msgspec.Raw] = msgspec.field(name="SubscribeObject")


class Subscribes(msgspec.Struct):
    found: _Subscribes = msgspec.field(name="SubscribeListObject")


class _List(msgspec.Struct):
    rows: list[MotorVehicle] = msgspec.field(name="MotorVehicleObject")


class MotorVehicles(msgspec.Struct):
    found: _List = msgspec.field(name="MotorVehicleListObject")


class _Rows(msgspec.Struct, kw_only=True):
    """Objects of a list, not looked into; each standard name of the list is one of these."""

    motor: list[msgspec.Raw] | None = msgspec.field(name="MotorVehicleObject", default=None)
    other: list[msgspec.Raw] | None = msgspec.field(name="NonMotorVehicleObject", default=None)
    images: list[msgspec.Raw] | None = msgspec.field(name="Image", default=None)
    devices: list[msgspec.Raw] | None = msgspec.field(name="APEObject", default=None)
    tollgates: list[msgspec.Raw] | None = msgspec.field(name="TollgateObject", default=None)
    lanes: list[msgspec.Raw] | None = msgspec.field(name="LaneObject", default=None)

    def all(self) -> list[msgspec.Raw]:
        parts = (self.motor, self.other, self.images, self.devices, self.tollgates, self.lanes)
        return [row for part in parts if part for row in part]


class Lists(msgspec.Struct, kw_only=True):
    """Any body that holds a list, opened so far that each object can be judged by itself."""

    motor: _Rows | None = msgspec.field(name="MotorVehicleListObject", default=None)
    other: _Rows | None = msgspec.field(name="NonMotorVehicleListObject", default=None)
    images: _Rows | None = msgspec.field(name="ImageListObject", default=None)
    devices: _Rows | None = msgspec.field(name="APEListObject", default=None)
    tollgates: _Rows | None = msgspec.field(name="TollgateListObject", default=None)
    lanes: _Rows | None = msgspec.field(name="LaneListObject", default=None)

    def all(self) -> list[msgspec.Raw]:
        parts = (self.motor, self.other, self.images, self.devices, self.tollgates, self.lanes)
        return [row for part in parts if part for row in part.all()]


class Key(msgspec.Struct, kw_only=True):
    """The name of an object that could not be read otherwise."""

    motor: str = msgspec.field(name="MotorVehicleID", default="")
    other: str = msgspec.field(name="NonMotorVehicleID", default="")
    ape: str = msgspec.field(name="ApeID", default="")
    tollgate: str = msgspec.field(name="TollgateID", default="")

    def said(self) -> str:
        return self.motor or self.other or self.ape or self.tollgate


read_motor_vehicles = msgspec.json.Decoder(MotorVehicles, strict=False).decode
read_lists = msgspec.json.Decoder(Lists).decode
read_motor_vehicle = msgspec.json.Decoder(MotorVehicle, strict=False).decode
read_other_vehicle = msgspec.json.Decoder(NonMotorVehicle, strict=False).decode
read_image = msgspec.json.Decoder(Image).decode
read_key = msgspec.json.Decoder(Key).decode
read_register = msgspec.json.Decoder(Register).decode
read_unregister = msgspec.json.Decoder(UnRegister).decode
read_keepalive = msgspec.json.Decoder(Keepalive).decode
read_subscribes = msgspec.json.Decoder(Subscribes).decode
read_subscribe = msgspec.json.Decoder(Subscribe, strict=False).decode
read_subscribe_key = msgspec.json.Decoder(SubscribeKey, strict=False).decode
