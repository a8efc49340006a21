"""Files of incidents: who sees them, who adds, what stays in the history, what is served."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import Settings

from luchang.apps.dispatch.models import Incident
from luchang.apps.dispatch.selectors.files import SUBJECT, files_of
from luchang.apps.dispatch.selectors.timeline import timeline
from luchang.apps.dispatch.services import feedbacks, files, incidents
from luchang.apps.dispatch.services.refusals import ReasonMissing, Refused
from luchang.apps.force import services as force_services
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.live.models import StreamEvent
from luchang.kernel.records.attachments import services as attachments
from luchang.kernel.records.attachments import states as attachment_states
from luchang.kernel.records.attachments.captures import capture_of
from luchang.kernel.records.attachments.models import Attachment
from tests.factories import dispatch as make
from tests.factories import force, identity
from tests.factories.identity import browser_of, user_with

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = settings.HOME = tmp_path
    return tmp_path


def photograph() -> bytes:
    """As a phone makes it: with its own clock, its place and its name."""
    exif = Image.Exif()
    exif[0x0110] = "INVENTED PHONE"
    exif.get_ifd(0x8769)[0x9003] = "2024:05:06 07:08:09"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (27.0, 49.0, 39.0)
    gps[3], gps[4] = "E", (113.0, 8.0, 2.0)
    out = io.BytesIO()
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def crew_now(at: Any) -> make.Crew:
    """On duty at this very hour, as the store asks it."""
    now = datetime.now(UTC)
    person = user_with(*make.PATROL, at=at)
    officer = force.officer(at=at, user=person)
    unit = force.unit(at=at)
    planned = force.shift(
        of=unit,
        officers=[officer],
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=7),
    )
    force_services.sign_on(shift_id=planned.pk, by=SYSTEM, at=now - timedelta(hours=1))
    return make.Crew(unit.pk, officer.pk, person, actor_for(person, at=now))


def crash(at: Any) -> Incident:
    return make.incident(by=make.desk(at), at=datetime.now(UTC))


def add(client: Client, row: Incident, **form: str) -> Any:
    file = SimpleUploadedFile("现场.jpg", photograph())
    return client.post(f"/attachments/of/{SUBJECT}/{row.pk}/add", {"file": file, **form})


def listed(client: Client, row: Incident) -> Any:
    return client.get(f"/attachments/of/{SUBJECT}/{row.pk}")


def attached(row: Incident) -> Attachment:
    return attachments.attach(
        subject=SUBJECT,
        subject_id=row.pk,
        file=io.BytesIO(photograph()),
        name="现场.jpg",
        by=make.desk(row.organisation),
        at=datetime.now(UTC),
    )


def test_the_crew_adds_and_the_desk_sees_and_the_sibling_brigade_finds_nothing() -> None:
    tree = identity.tree()
    row, crew = crash(tree.own), crew_now(tree.own)
    make.sent(row, crew, at=datetime.now(UTC))
    phone, desk = browser_of(crew.user), browser_of(user_with(*make.DESK, at=tree.own))
    stranger = browser_of(user_with(*make.DESK, at=tree.sibling))

    answer = add(phone, row)

    assert answer.status_code == 201
    key = answer.json()["files"][0]["key"]
    assert [each["key"] for each in listed(desk, row).json()["files"]] == [key]
    assert desk.get(f"/attachments/{key}/thumbnail").status_code == 200
    assert phone.get(f"/attachments/{key}/picture").status_code == 200
    for path in ("", "/picture", "/thumbnail"):
        assert stranger.get(f"/attachments/{key}{path}").status_code == 404
    assert listed(stranger, row).status_code == 404
    assert add(stranger, row).status_code == 404


def test_a_crew_sent_elsewhere_neither_sees_nor_adds() -> None:
    """Answering orders in general must not open every incident's pictures."""
    tree = identity.tree()
    row, other = crash(tree.own), crash(tree.own)
    crew = crew_now(tree.own)
    make.sent(other, crew, at=datetime.now(UTC))
    key = attached(row).key
    phone = browser_of(crew.user)

    assert add(phone, row).status_code == 404
    assert phone.get(f"/attachments/{key}/thumbnail").status_code == 404
    assert add(phone, other).status_code == 201


def test_who_only_looks_at_incidents_adds_nothing() -> None:
    tree = identity.tree()
    row = crash(tree.own)
    key = attached(row).key
    reader = browser_of(user_with("dispatch.see_incidents", at=tree.own))

    assert reader.get(f"/attachments/{key}").status_code == 200
    assert add(reader, row).status_code == 404
    taken_off = reader.post(f"/dispatch/incidents/{row.pk}/files/{key}/withdraw", {"reason": "x"})
    assert taken_off.status_code == 403
    assert Attachment.objects.get().removed_at is None


def test_after_closure_files_are_read_and_neither_added_nor_taken_off() -> None:
    tree = identity.tree()
    row, crew = crash(tree.own), crew_now(tree.own)
    make.reported(row, crew, at=datetime.now(UTC))
    made = attached(row)
    assert add(browser_of(crew.user), row).status_code == 201, "late pictures still arrive"
    incidents.close_incident(incident_id=row.pk, by=SYSTEM, at=datetime.now(UTC))
    desk, phone = browser_of(user_with(*make.DESK, at=tree.own)), browser_of(crew.user)

    assert desk.get(f"/attachments/{made.key}").status_code == 200
    assert add(desk, row).status_code == 404
    assert add(phone, row).status_code == 404
    assert phone.get(f"/attachments/{made.key}").status_code == 404
    desk.post(f"/dispatch/incidents/{row.pk}/files/{made.key}/withdraw", {"reason": "传错"})
    made.refresh_from_db()
    assert made.removed_at is None
    with pytest.raises(Refused):
        files.withdraw_file(
            incident=row, attachment=made, reason="x", by=make.desk(tree.own), at=datetime.now(UTC)
        )


def over(row: Incident) -> None:
    """The desk settles it itself and closes it."""
    now = datetime.now(UTC)
    feedbacks.report_from_desk(incident_id=row.pk, key="over", facts=make.DONE, by=SYSTEM, at=now)
    incidents.close_incident(incident_id=row.pk, by=SYSTEM, at=now)


def test_a_file_on_its_way_while_the_desk_closes_is_refused_with_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The rule was asked before the closing committed; the row's lock decides."""
    tree = identity.tree()
    row = crash(tree.own)
    looked_into = attachments.inspect

    def closing_meanwhile(*given: Any) -> Any:
        over(row)
        return looked_into(*given)

    monkeypatch.setattr(attachments, "inspect", closing_meanwhile)

    answer = add(browser_of(user_with(*make.DESK, at=tree.own)), row)

    assert answer.status_code == 422
    assert answer.json()["refused"][0]["reason"] == attachment_states.Fault.CLOSED.label
    assert not Attachment.objects.exists()


def test_a_file_sent_again_under_its_key_is_taken_once() -> None:
    """A phone that lost the answer sends the picture again."""
    tree = identity.tree()
    row = crash(tree.own)
    desk = browser_of(user_with(*make.DESK, at=tree.own))

    first, again = add(desk, row, key=KEY), add(desk, row, key=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["files"] == again.json()["files"]
    assert Attachment.objects.count() == 1
    elsewhere = add(desk, crash(tree.own), key=KEY)
    assert elsewhere.status_code == 422
    assert Attachment.objects.count() == 1


def test_each_file_stands_in_the_timeline_and_a_withdrawn_one_twice() -> None:
    tree = identity.tree()
    row = crash(tree.own)
    desk = make.desk(tree.own)
    made = attached(row)

    with pytest.raises(ReasonMissing):
        files.withdraw_file(
            incident=row, attachment=made, reason=" ", by=desk, at=datetime.now(UTC)
        )
    files.withdraw_file(
        incident=row, attachment=made, reason="拍到无关人员", by=desk, at=datetime.now(UTC)
    )

    told = [
        (each.title, each.who, each.body) for each in timeline(row) if "现场.jpg" in each.title
    ]
    assert [title.split("（")[0] for title, _who, _body in told] == [
        "添加附件 现场.jpg",
        "撤回附件 现场.jpg",
    ]
    assert told[1][1:] == (desk.name, "拍到无关人员")
    assert files_of(row, by=desk) == []


def test_a_crew_member_takes_back_its_own_picture_and_no_other() -> None:
    tree = identity.tree()
    row, crew = crash(tree.own), crew_now(tree.own)
    make.sent(row, crew, at=datetime.now(UTC))
    foreign = attached(row)
    add(browser_of(crew.user), row)
    own = Attachment.objects.exclude(pk=foreign.pk).get()

    files.withdraw_file(
        incident=row, attachment=own, reason="模糊", by=crew.actor, at=datetime.now(UTC)
    )
    with pytest.raises(Forbidden):
        files.withdraw_file(
            incident=row, attachment=foreign, reason="x", by=crew.actor, at=datetime.now(UTC)
        )


def test_open_pages_hear_of_a_file_by_the_incidents_own_event() -> None:
    tree = identity.tree()
    row = crash(tree.own)
    before = StreamEvent.objects.filter(topic="incidents").count()

    attached(row)

    last = StreamEvent.objects.filter(topic="incidents").order_by("pk").last()
    assert StreamEvent.objects.filter(topic="incidents").count() == before + 1
    assert last is not None
    assert last.kind == "files"
    assert Incident.objects.get(pk=row.pk).version > row.version


def test_no_served_picture_says_where_it_was_taken_but_the_card_does() -> None:
    tree = identity.tree()
    row = crash(tree.own)
    key = attached(row).key
    desk = browser_of(user_with(*make.DESK, at=tree.own))

    for path in ("", "/picture", "/thumbnail"):
        served = desk.get(f"/attachments/{key}{path}").content
        assert not Image.open(io.BytesIO(served)).getexif(), path
        assert b"INVENTED" not in served
    page = desk.get(f"/dispatch/incidents/{row.pk}").content.decode()
    assert "2024-05-06 07:08:09" in page
    assert "113.133889, 27.827500" in page


@pytest.mark.parametrize(
    "said",
    [
        {"DateTimeOriginal": "0000:00:00 00:00:00"},
        {"GPSLatitude": ["nan", "0", "0"], "GPSLongitude": ["1", "2", "3"]},
        {"GPSLatitude": ["95.0", "0", "0"], "GPSLongitude": ["1", "2", "3"]},
        {"GPSLatitude": "27", "GPSLongitude": 113},
        {"GPSLatitude": [27, None, {}]},
    ],
)
def test_nonsense_from_a_camera_is_nothing_said(said: dict[str, object]) -> None:
    capture = capture_of(Attachment(metadata=json.dumps(said)))

    assert not capture


def test_south_and_west_are_below_zero() -> None:
    said = {
        "GPSLatitude": ["33.0", "30.0", "0.0"],
        "GPSLatitudeRef": "S",
        "GPSLongitude": ["70.0", "0.0", "36.0"],
        "GPSLongitudeRef": "W",
    }

    capture = capture_of(Attachment(metadata=json.dumps(said)))

    assert (capture.latitude, capture.longitude) == (-33.5, -70.01)


def test_a_file_of_another_incident_is_not_withdrawn_through_this_one() -> None:
    tree = identity.tree()
    row, other = crash(tree.own), crash(tree.own)
    made = attached(other)
    desk = browser_of(user_with(*make.DESK, at=tree.own))

    answer = desk.post(f"/dispatch/incidents/{row.pk}/files/{made.key}/withdraw", {"reason": "x"})

    assert answer.status_code == 404
