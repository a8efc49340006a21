"""Passages from files are judged like those of cameras, and do not double."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from luchang.core.passages.passage import Colour, Passage
from luchang.gateways.gat1400.files import FileRefused, Taken, take_file
from tests.gateways.gat1400.platform import NOW, row, sender

DEVICES = {sender(1).device_id: sender(1)}
HEAD = "device_id,time,plate,plate_type,lane,speed_kmh,plate_colour"
ONE = f"{sender(1).device_id},20260302100000,湘B·D0001,02,1,50,蓝"


def taken(path: Path) -> tuple[Taken, list[Passage]]:
    kept: list[Passage] = []
    found = take_file(path, senders=DEVICES, append=kept.extend, keep=timedelta(days=180), at=NOW)
    return found, kept


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_sheet_is_taken_whatever_program_wrote_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "passages.csv"
    path.write_text(f"{HEAD}\n{ONE}\n", encoding=encoding)

    found, [one] = taken(path)

    assert (found.rows, found.refused) == (1, [])
    assert (one.plate, one.plate_type, one.plate_colour) == ("湘BD0001", 2, Colour.BLUE)


def test_each_bad_row_is_named_and_the_others_are_taken(tmp_path: Path) -> None:
    rows = [
        ONE,
        ONE.replace("蓝", "5"),
        ONE.replace(sender(1).device_id, "9" * 20),
        ONE.replace("20260302100000", "tomorrow"),
        ONE.replace("D0001", "D0002"),
    ]
    path = tmp_path / "passages.csv"
    path.write_text("\n".join([HEAD, *rows]))

    found, kept = taken(path)

    assert [number for number, _ in found.refused] == [2, 3, 4]
    assert [one.plate for one in kept] == ["湘BD0001", "湘BD0002"]


def test_a_body_of_the_standard_is_taken_as_it_was_written(tmp_path: Path) -> None:
    body = {"MotorVehicleListObject": {"MotorVehicleObject": [row(1), row(2, LaneNo=9)]}}
    path = tmp_path / "passages.json"
    path.write_bytes(msgspec.json.encode(body))

    found, kept = taken(path)

    assert (len(kept), [number for number, _ in found.refused]) == (1, [2])


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "number,colour\n1,2\n"), ("a.csv", ""), ("a.json", "{"), ("a.json", "[]")],
)
def test_what_is_no_such_file_is_refused_whole(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(FileRefused):
        taken(path)
