"""Response objects: one for a request, or one for each object of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from luchang.gateways.gat1400.codes import Status
from luchang.kernel.clock import local

CONTENT_TYPE = "application/VIID+JSON;charset=utf-8"
LONGEST_WHY = 200

WORDS = {
    Status.OK: "OK",
    Status.OTHER: "other error",
    Status.BUSY: "busy, try again later",
    Status.DEVICE: "device error",
    Status.INVALID_OPERATION: "invalid operation",
    Status.JSON_FORMAT: "not JSON",
    Status.JSON_CONTENT: "JSON content",
}


class Judgement(NamedTuple):
    """What became of one object."""

    key: str
    status: Status = Status.OK
    why: str = ""


class _Status(msgspec.Struct, rename="pascal", gc=False):
    request_url: str = msgspec.field(name="RequestURL")
    status_code: int
    status_string: str
    id: str
    local_time: str


class _One(msgspec.Struct):
    found: _Status = msgspec.field(name="ResponseStatusObject")


class _Some(msgspec.Struct):
    found: list[_Status] = msgspec.field(name="ResponseStatusObject")


class _List(msgspec.Struct):
    found: _Some = msgspec.field(name="ResponseStatusListObject")


_encode = msgspec.json.Encoder().encode


def moment(at: datetime) -> str:
    """Time as the standard writes it, by the clocks of China."""
    return f"{local(at):%Y%m%d%H%M%S}"


def one(path: str, judged: Judgement, *, at: datetime) -> bytes:
    """What became of a request."""
    return _encode(_One(_status(path, judged, moment(at))))


def each(
    path: str, keys: Sequence[str], faults: Mapping[int, Judgement], *, at: datetime
) -> bytes:
    """What became of each object of a list; `faults` by their place in it."""
    now, fine = moment(at), WORDS[Status.OK]
    said = [_Status(path, 0, fine, key, now) for key in keys]
    for place, judged in faults.items():
        said[place] = _status(path, judged, now)
    return _encode(_List(_Some(said)))


def time(server: str, *, at: datetime) -> bytes:
    """The clock a device may set itself by; mode 1 is the network's."""
    told = {
        "VIIDServerID": server,
        "TimeMode": "1",
        "LocalTime": moment(at),
        "TimeZone": "Asia/Shanghai",
    }
    return _encode({"SystemTimeObject": told})


def _status(path: str, judged: Judgement, now: str) -> _Status:
    words = judged.why[:LONGEST_WHY] if judged.why else WORDS[judged.status]
    return _Status(path, judged.status, words, judged.key, now)
