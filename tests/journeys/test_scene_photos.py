"""A picture of the scene, from the phone to the desk that has the incident open."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings

from luchang.apps.dispatch.selectors.files import SUBJECT
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.attachments.models import Attachment
from tests.apps.dispatch.test_files import crew_now, photograph
from tests.browser import PHONE, Visit
from tests.factories import dispatch as make
from tests.factories.identity import organisation, user_with
from tests.screens.test_accessibility import serious

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import FilePayload, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAIT_MS = 30_000
SCENE: "FilePayload" = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
WRONG: "FilePayload" = {"name": "x.exe", "mimeType": "image/jpeg", "buffer": b"MZ"}


@pytest.fixture
def brigade(tmp_path: "Path", settings: LazySettings, transactional_db: None) -> Organisation:
    settings.MEDIA_ROOT = str(tmp_path)
    make.limits()
    return organisation(name="天元大队")


def take(phone: "Page", *files: "FilePayload") -> None:
    with phone.expect_file_chooser() as chooser:
        phone.locator("[data-add=camera]").click(timeout=WAIT_MS)
    chooser.value.set_files(list(files))


def test_a_photo_taken_on_the_phone_is_on_the_desk_without_a_reload(
    visit: Visit, brigade: Organisation
) -> None:
    """Without network it waits in line, and arrives once when it is back."""
    crew = crew_now(brigade)
    row = make.incident(by=make.desk(brigade), at=datetime.now(UTC))
    make.sent(row, crew, at=datetime.now(UTC))
    desk = visit.open(f"/dispatch/incidents/{row.pk}", person=user_with(*make.DESK, at=brigade))
    phone = visit.open("/dispatch/patrol", person=crew.user, size=PHONE, language="en")

    phone.context.set_offline(True)
    take(phone, SCENE, WRONG)
    phone.locator("#unsent .is-refused").wait_for(timeout=WAIT_MS)
    visit.shoot(phone, "scene-phone-unsent")
    assert not Attachment.objects.exists()
    phone.context.set_offline(False)

    desk.locator(".lc-file img").wait_for(timeout=WAIT_MS)
    phone.locator(".d-task-files img").wait_for(timeout=WAIT_MS)
    visit.shoot(phone, "scene-phone")
    visit.shoot(desk, "scene-desk", whole=True)
    assert serious(phone) == []
    assert serious(desk) == []
    assert Attachment.objects.get().subject == SUBJECT
    desk.locator("#file-input").set_input_files([SCENE, WRONG])
    desk.locator(".lc-file").nth(1).wait_for(timeout=WAIT_MS)
    desk.locator(".lc-upload.is-refused").wait_for(timeout=WAIT_MS)
    desk.locator("[data-look]").first.click()
    desk.locator("#file-look[open] img").wait_for(timeout=WAIT_MS)
    visit.shoot(desk, "scene-desk-look")
    visit.faults.clear()
