"""Files over HTTP: each fetch asked, each header closed, no upload ends in a 5xx."""

import io
import time
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.records.attachments import registry, store
from luchang.kernel.records.attachments.models import Attachment
from tests.factories.identity import browser_of, user_with
from tests.kernel.records.attachments.conftest import SUBJECT
from tests.kernel.records.attachments.corpus import HONEST, HOSTILE, PDF, image

pytestmark = pytest.mark.django_db

LIMIT_S = 5.0


@pytest.fixture
def mine() -> Client:
    """Signed in as somebody who may do everything with the cases of this test."""
    registry.register(
        SUBJECT, may_see=lambda by, case: case == 7, may_attach=lambda by, case: True
    )
    return browser_of(user_with())


def upload(client: Client, name: str, content: bytes, case: int = 7) -> Any:
    file = SimpleUploadedFile("x", content)
    file.name = name  # the raw name, which Django's own class would already tidy
    return client.post(f"/attachments/of/{SUBJECT}/{case}/add", {"file": file})


def test_what_is_uploaded_is_listed_and_comes_back(mine: Client) -> None:
    answer = upload(mine, "letter.pdf", PDF)

    assert answer.status_code == 201
    (listed,) = mine.get(f"/attachments/of/{SUBJECT}/7").json()["files"]
    fetched = mine.get(f"/attachments/{listed['key']}")
    assert fetched.content == PDF
    assert fetched["Content-Type"] == "application/pdf"
    assert fetched["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert fetched["X-Content-Type-Options"] == "nosniff"
    assert fetched["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in fetched["Cache-Control"]
    assert AuditEntry.objects.filter(action="READ", subject_id=listed["key"]).exists()


def test_a_picture_is_shown_with_the_lookers_name_and_small_without(mine: Client) -> None:
    key = upload(mine, "现场.png", image("PNG", (600, 400))).json()["files"][0]["key"]

    shown = mine.get(f"/attachments/{key}/picture")
    small = mine.get(f"/attachments/{key}/thumbnail")

    assert shown.content != mine.get(f"/attachments/{key}").content
    assert shown["Content-Disposition"].startswith("inline")
    assert Image.open(io.BytesIO(small.content)).size == (320, 213)


@pytest.mark.parametrize("path", ["", "/picture", "/thumbnail"])
def test_a_file_of_a_record_one_may_not_see_does_not_exist(mine: Client, path: str) -> None:
    key = upload(mine, "a.jpg", image()).json()["files"][0]["key"]
    Attachment.objects.update(subject_id=8)

    assert mine.get(f"/attachments/{key}{path}").status_code == 404
    assert mine.get(f"/attachments/{uuid.uuid4()}{path}").status_code == 404
    assert mine.get(f"/attachments/of/{SUBJECT}/8").status_code == 404
    assert upload(mine, "a.jpg", image(), case=8).status_code == 404
    assert upload(mine, "a.jpg", image(), case=10**18).status_code == 404


def test_the_rule_is_asked_again_at_every_fetch(mine: Client) -> None:
    key = upload(mine, "a.jpg", image()).json()["files"][0]["key"]
    assert mine.get(f"/attachments/{key}").status_code == 200

    registry.register(SUBJECT, may_see=lambda by, case: False, may_attach=lambda by, case: False)

    assert mine.get(f"/attachments/{key}").status_code == 404


def test_who_has_not_signed_in_gets_nothing(mine: Client) -> None:
    key = upload(mine, "a.jpg", image()).json()["files"][0]["key"]

    assert Client().get(f"/attachments/{key}").status_code == 302
    assert upload(Client(), "a.jpg", image()).status_code == 302


def test_what_is_no_picture_has_no_picture_and_a_lost_file_is_not_found(mine: Client) -> None:
    key = upload(mine, "letter.pdf", PDF).json()["files"][0]["key"]

    assert mine.get(f"/attachments/{key}/picture").status_code == 404
    assert mine.get(f"/attachments/{key}/thumbnail").status_code == 404
    store.place_of(Attachment.objects.get().digest).unlink()
    assert mine.get(f"/attachments/{key}").status_code == 404


def test_no_hostile_upload_ends_in_a_server_error_or_takes_long(mine: Client) -> None:
    slow: list[str] = []
    for name, make in HOSTILE.items():
        content = make()
        started = time.monotonic()
        answer = upload(mine, name, content)
        if time.monotonic() - started > LIMIT_S:
            slow.append(name)
        assert answer.status_code == 422, name
        assert answer.json()["refused"][0]["reason"]

    assert slow == []
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    "name", ["x" * 5_000 + ".pdf", "a\0b.pdf", "../../x.pdf", "\u202efdp.pdf", "%00.pdf", ""]
)
def test_a_strange_name_never_ends_in_a_server_error(mine: Client, name: str) -> None:
    assert upload(mine, name or "?", PDF).status_code < 500


def test_good_and_bad_files_together_are_told_apart(mine: Client) -> None:
    files = [
        SimpleUploadedFile("letter.pdf", HONEST["letter.pdf"]()),
        SimpleUploadedFile("bad.pdf", HOSTILE["program-as.pdf"]()),
    ]

    answer = mine.post(f"/attachments/of/{SUBJECT}/7/add", {"file": files})

    assert answer.status_code == 201
    assert [each["name"] for each in answer.json()["files"]] == ["letter.pdf"]
    assert [each["name"] for each in answer.json()["refused"]] == ["bad.pdf"]
    assert mine.post(f"/attachments/of/{SUBJECT}/7/add").status_code == 422
