"""Cameras from workbooks."""

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import translation

from luchang.apps.passages.models import Camera
from luchang.apps.passages.policies import MANAGE_CAMERA
from luchang.apps.passages.states import CameraDirection
from luchang.apps.passages.views.imports import CAMERAS, change, register
from luchang.core.passages.directions import direction_in
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.lists.imports.planning import Fate, plan
from luchang.kernel.lists.imports.workbooks import form
from tests.factories import identity
from tests.factories.passages import AT, camera
from tests.factories.workbooks import workbook
from tests.shared_data import data_set

pytestmark = pytest.mark.django_db
TITLES = ["设备编码", "名称", "管理单位", "车道数", "经度", "纬度"]
NEW = "43020000021199000001"


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def test_the_export_and_the_filled_form_change_nothing() -> None:
    tree = identity.tree()
    clerk = identity.user_with(MANAGE_CAMERA, at=tree.own)
    by = actor_for(clerk, at=datetime.now(UTC))
    for at in (tree.own, tree.child, tree.sibling):
        camera(at=at, link="演示路", junction="演示路口")
    address = "/passages/cameras/export?format=xlsx"
    answer = identity.browser_of(clerk).get(address)
    exported = b"".join(answer.streaming_content)  # type: ignore[attr-defined]

    for content in (exported, form(CAMERAS, CAMERAS.rows(by))):
        judged = plan(CAMERAS, content, by)
        found = judged.counts
        assert found == {"NEW": 0, "CHANGED": 0, "WRONG": 0, "UNCHANGED": 2}, judged.faults


def test_a_new_one_is_registered_and_a_known_one_keeps_what_the_file_does_not_say() -> None:
    tree = identity.tree()
    by = identity.actor_with(MANAGE_CAMERA, at=tree.own)
    known = camera(at=tree.own, direction=CameraDirection.EAST, junction="演示路口")
    rows = [
        [NEW, "新设备", tree.own.code, 3, 113.1234567, 27.8],
        [known.device_id, "改名", tree.own.code, 4, "", ""],
        ["123", "坏编码", tree.own.code, 3, 113.1, 27.8],
        [NEW[:-1] + "2", "没有位置", tree.own.code, 3, 200, 27.8],
    ]

    judged = plan(CAMERAS, workbook(TITLES, *rows), by)
    assert judged.counts == {"NEW": 1, "CHANGED": 1, "WRONG": 2, "UNCHANGED": 0}

    said = {"name": "新设备", "organisation": tree.own, "lanes": 3}
    place = {"longitude": 113.123457, "latitude": 27.8}
    register({"device_id": NEW, **said, **place}, by, AT)
    change(known, {"name": "改名", "organisation": tree.own, "lanes": 4}, by, AT)

    known.refresh_from_db()
    assert (known.name, known.lanes, known.longitude) == ("改名", 4, 113.13)
    assert (known.direction, known.junction) == (CameraDirection.EAST, "演示路口")
    assert Camera.objects.get(device_id=NEW).lanes == 3


def test_a_direction_is_read_as_sites_write_it_or_out_of_the_name() -> None:
    tree = identity.tree()
    by = identity.actor_with(MANAGE_CAMERA, at=tree.own)
    told = {
        "东向西": "西向东卡口",
        "由南向北": "演示卡口",
        "未知": "北向南卡口",
        "": "演示路北向南",
    }
    rows = [
        [NEW[:-1] + str(number), name, tree.own.code, 2, 113.1, 27.8, said]
        for number, (said, name) in enumerate(told.items())
    ]

    judged = plan(CAMERAS, workbook([*TITLES, "行驶方向"], *rows), by)
    assert judged.counts["NEW"] == len(told), judged.faults
    for row in judged.rows:
        register(row.values, by, AT)

    made = Camera.objects.order_by("device_id").values_list("direction", flat=True)
    assert list(made) == [
        CameraDirection.WEST,
        CameraDirection.NORTH,
        CameraDirection.UNKNOWN,
        CameraDirection.SOUTH,
    ]


def test_of_a_real_list_of_2683_checkpoints_each_is_taken_once_and_the_doubles_are_told() -> None:
    """Catches a double id that overwrites the first, or ends the whole file."""
    path = data_set("shijiazhuang_kakou") / "kakou.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        listed = list(csv.DictReader(lines))
    tree = identity.tree()
    by = identity.actor_with(MANAGE_CAMERA, at=tree.own)
    codes = {key: number for number, key in enumerate(dict.fromkeys(r["I_ID"] for r in listed))}
    rows = [
        [
            f"43020000021199{codes[row['I_ID']]:06d}",
            row["C_NAME"],
            tree.own.code,
            2,
            row["lng_transformed_csv"],
            row["lat_transformed_csv"],
        ]
        for row in listed
    ]

    judged = plan(CAMERAS, workbook(TITLES, *rows), by)

    assert judged.counts == {"NEW": 2615, "CHANGED": 0, "WRONG": 68, "UNCHANGED": 0}
    assert all("重复" in fault.what for fault in judged.faults)
    for row in [each for each in judged.rows if each.fate == Fate.NEW][:40]:
        register(row.values, by, AT)
    for made in Camera.objects.all():
        assert made.direction == (direction_in(made.name) or CameraDirection.UNKNOWN)
