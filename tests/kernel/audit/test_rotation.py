"""After a rotation the old key may go: rows and their history read under the new one alone."""

import base64

import pytest
from django.core.management import call_command
from pytest_django import Settings

from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.history import event_model_of, history_of
from luchang.kernel.records.attachments.models import Attachment
from tests.kernel.audit.conftest import AT

OLD = "k1:" + base64.b64encode(bytes(range(60, 92))).decode()
NEW = "k2:" + base64.b64encode(bytes(range(160, 192))).decode()


@pytest.mark.django_db(transaction=True)
def test_rows_and_history_read_under_the_new_key_alone(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PERSONAL_DATA_KEY = OLD
    kept = Attachment.objects.create(
        subject="a.b", subject_id=1, name="a.jpg", media_type="image/jpeg", size=1,
        digest="d", original_digest="d", metadata='{"GPS": 1}', uploaded_at=AT,
    )  # fmt: skip
    before = len(history_of(kept))

    settings.PERSONAL_DATA_KEY = f"{NEW},{OLD}"
    call_command("rotate_personal_data")
    call_command("rotate_personal_data")
    settings.PERSONAL_DATA_KEY = NEW

    assert Attachment.objects.get().metadata == '{"GPS": 1}'
    (event,) = event_model_of(Attachment)._default_manager.all()
    assert event.metadata == '{"GPS": 1}'  # type: ignore[attr-defined]
    assert len(history_of(kept)) == before
    assert AuditEntry.objects.filter(subject="audit.key_rotation").count() == 2
    assert capsys.readouterr().out.split("\n")[:2] == [
        "2 values encrypted anew",
        "0 values encrypted anew",
    ]
