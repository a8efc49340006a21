"""Cameras from workbooks."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import translation

from luchang.apps.passages.models import Camera
from luchang.apps.passages.policies import MANAGE_CAMERA
from luchang.apps.passages.states import CameraDirection
from luchang.apps.passages.views.imports import CAMERAS, change, register
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.lists.imports.planning import plan
from luchang.kernel.lists.imports.workbooks import form
from tests.factories import identity
from tests.factories.passages import AT, camera
from tests.factories.workbooks import workbook

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
