"""Reads, exports, reveals and refusals leave entries; old batches go, and the chain holds."""

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from luchang.core.common.personal import Kind
from luchang.kernel.audit import refusals, retention, services, sinks, tasks
from luchang.kernel.audit.models import AuditEntry, Seal, Verification
from luchang.kernel.audit.reveals import SHOWN_FOR, NotPersonal, PurposeMissing, masked, reveal
from luchang.kernel.audit.sealing import seal_all
from luchang.kernel.audit.states import Action
from luchang.kernel.audit.verification import Flaw, verify
from luchang.kernel.identity.actors import NOBODY, SYSTEM, Actor, Forbidden, Reach
from luchang.kernel.identity.models import User
from luchang.kernel.records.attachments.models import Attachment
from tests.factories.identity import browser_of, user, user_with
from tests.kernel.audit.conftest import AT, Write

REVEAL = "example.reveal"
CLERK = Actor(
    user_id=3,
    name="甲",
    organisation_id=1,
    organisation_path="000001/",
    reaches={REVEAL: Reach(everything=True)},
)


def photo() -> Attachment:
    return Attachment(pk=9, metadata='{"GPS": 1}')


class TestReveal:
    pytestmark = pytest.mark.django_db

    def test_the_value_is_shown_for_a_while_and_the_purpose_kept(self) -> None:
        shown = reveal(
            photo(),
            "metadata",
            permission=REVEAL,
            purpose=" 核对  现场位置 ",
            case_number="A1",
            by=CLERK,
            at=AT,
        )

        assert (shown.value, shown.until) == ('{"GPS": 1}', AT + SHOWN_FOR)
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.purpose) == (Action.REVEAL, "核对 现场位置")
        assert entry.detail == {"field": "metadata", "case_number": "A1"}

    @pytest.mark.parametrize("purpose", ["", "   ", "x", " a\0 b "])
    def test_no_purpose_no_value(self, purpose: str) -> None:
        with pytest.raises(PurposeMissing):
            reveal(photo(), "metadata", permission=REVEAL, purpose=purpose, by=CLERK, at=AT)
        assert not AuditEntry.objects.exists()

    def test_no_permission_no_value(self) -> None:
        with pytest.raises(Forbidden):
            reveal(photo(), "metadata", permission="x.y", purpose="核对位置", by=CLERK, at=AT)

    def test_a_field_without_personal_data_is_not_revealed(self) -> None:
        with pytest.raises(NotPersonal):
            reveal(photo(), "name", permission=REVEAL, purpose="核对位置", by=CLERK, at=AT)

    def test_masked_is_the_default(self) -> None:
        assert masked(photo(), "metadata") == "***"
        assert masked(Attachment(name="a.jpg"), "name") == "***"
        assert Kind.TEXT


@pytest.mark.django_db
def test_a_look_at_one_and_at_many_and_an_export_leave_one_entry_each() -> None:
    services.record_reading(by=CLERK, subject="a.b", subject_ids=[7], at=AT, purpose="回访")
    services.record_reading(by=CLERK, subject="a.b", subject_ids=range(300), at=AT)
    services.record_output(
        by=CLERK, action=Action.EXPORT, subject="a.b", count=300, at=AT, filters={"q": "x"}
    )

    one, many, export = AuditEntry.objects.order_by("pk")
    assert (one.subject_id, one.purpose) == ("7", "回访")
    assert (many.detail["count"], len(many.detail["ids"])) == (300, services.KEYS_LIMIT)
    assert export.detail == {"count": 300, "filters": {"q": "x"}, "in_clear": False}


class TestRefusals:
    pytestmark = pytest.mark.django_db

    def test_a_page_one_may_not_use_is_written_down(self) -> None:
        browser = browser_of(user_with())

        status = browser.get("/attachments/of/example.unknown/1").status_code

        entry = AuditEntry.objects.get(subject="http")
        assert (status, entry.action) == (404, Action.REFUSED)
        assert entry.detail["status"] == 404
        assert entry.subject_id == "/attachments/of/example.unknown/1"

    def test_an_address_that_leads_nowhere_is_not(self) -> None:
        Client().get("/wp-login.php")

        assert not AuditEntry.objects.exists()

    def test_a_flood_of_one_is_cut_and_says_so(self) -> None:
        def note() -> bool:
            return refusals.note(by=CLERK, path="/x", method="GET", status=403, at=AT)

        written = [note() for _ in range(1_000)]

        assert sum(written) == refusals.PER_MINUTE == AuditEntry.objects.count()
        last = AuditEntry.objects.order_by("-pk")[0]
        assert last.detail["more_may_follow"] is True

    def test_a_flood_from_everywhere_is_cut(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(refusals, "ALL_PER_MINUTE", 5)
        for number in range(50):
            somebody = Actor(
                user_id=None,
                name="",
                organisation_id=None,
                organisation_path="",
                address=f"192.0.2.{number}",
            )
            refusals.note(by=somebody, path="/x", method="GET", status=404, at=AT)

        assert AuditEntry.objects.count() == 5

    def test_the_next_minute_counts_anew(self) -> None:
        for _ in range(refusals.PER_MINUTE + 1):
            refusals.note(by=NOBODY, path="/x", method="GET", status=403, at=AT)

        assert refusals.note(
            by=NOBODY, path="/x", method="GET", status=403, at=AT + timedelta(minutes=1)
        )


@pytest.mark.django_db(transaction=True)
class TestRetention:
    LATER = AT + timedelta(days=400)

    def test_old_batches_go_into_files_and_the_chain_still_holds(
        self, write: Write, tmp_path: Path
    ) -> None:
        self.sealed(write)

        done = retention.archive(
            before=AT + timedelta(days=1), into=tmp_path / "old", by=SYSTEM, at=self.LATER
        )

        assert [seal.count for seal in done] == [5, 5]
        assert AuditEntry.objects.filter(subject="dispatch.incident").count() == 5
        for seal in done:
            place = tmp_path / "old" / seal.archive
            assert retention.read_back(place, seal)
            place.write_bytes(gzip.compress(gzip.decompress(place.read_bytes()), 1))
            assert not retention.read_back(place, seal)
        seal_all(at=self.LATER)
        sinks.publish()
        assert verify().findings == ()

    def test_six_months_stay(self, write: Write, tmp_path: Path) -> None:
        self.sealed(write)

        with pytest.raises(retention.TooYoung):
            retention.archive(before=AT, into=tmp_path, by=SYSTEM, at=AT + timedelta(days=183))
        with pytest.raises(CommandError):
            call_command("audit_archive", str(tmp_path), days=30)

    def test_a_tampered_batch_is_not_put_away(self, write: Write, tmp_path: Path) -> None:
        self.sealed(write)
        self.as_superuser("UPDATE audit_auditentry SET purpose = 'z' WHERE subject_id = '7'")

        with pytest.raises(retention.NotSealedAsStored):
            retention.archive(
                before=self.LATER - timedelta(days=200), into=tmp_path, by=SYSTEM, at=self.LATER
            )

        assert AuditEntry.objects.filter(subject_id="7").exists()

    def test_a_deletion_dressed_as_an_archive_is_found(self, write: Write) -> None:
        self.sealed(write)
        self.as_superuser("DELETE FROM audit_auditentry WHERE subject_id::int < 5")
        self.as_superuser(
            "UPDATE audit_seal SET archive = 'x', archive_digest = 'y', archived_at = now() "
            "WHERE number = 1"
        )

        assert Flaw.DELETED in {finding.flaw for finding in verify().findings}

    def test_the_command_puts_away(
        self, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.sealed(write)

        call_command("audit_archive", str(tmp_path), days=200)

        assert "entries in" in capsys.readouterr().out

    def sealed(self, write: Write) -> None:
        for number in range(3):
            write(5)
            seal_all(at=AT + number * timedelta(hours=23))
        sinks.publish()

    def as_superuser(self, statement: str) -> None:
        from django.db import connection  # noqa: PLC0415

        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
class TestSinks:
    def test_the_task_seals_writes_outside_and_checks(self, write: Write, home: Path) -> None:
        write(3)

        tasks.seal.func(0)
        tasks.verify_nightly.func(0)

        seal = Seal.objects.get()
        assert (home / "seals.log").read_text().startswith(f"seal 1 {seal.digest} 3 ")
        assert Verification.objects.get().is_sound

    def test_a_place_that_missed_a_head_catches_up(
        self, write: Write, home: Path, settings: Settings
    ) -> None:
        write(2)
        seal_all(at=AT)  # the process died before it could publish
        write(2)
        settings.SEAL_FILE = str(home / "elsewhere" / "second.log")
        settings.SEAL_COMMAND = f"tee -a {home}/printed"

        tasks.seal.func(0)
        tasks.seal.func(0)

        lines = (home / "seals.log").read_text()
        assert [line.split()[1] for line in lines.splitlines()] == ["1", "2"]
        assert (home / "elsewhere" / "second.log").read_text() == lines
        assert (home / "printed").read_text() == lines

    def test_a_line_torn_by_a_crash_spoils_nothing(self, write: Write, home: Path) -> None:
        (home / "seals.log").write_text("seal 1 deadbe")
        write(2)

        tasks.seal.func(0)

        assert sinks.read(home / "seals.log").last == 1
        assert verify().is_sound

    def test_the_newest_head_is_found_from_the_end_of_a_long_file(self, home: Path) -> None:
        place = home / "long.log"
        archived = "".join(f"archived {number} {'a' * 64}\n" for number in range(2_000))

        place.write_text("seal 7 d 1 t\n" + archived)
        assert sinks.last_head(place) == 7
        place.write_text(archived)
        assert sinks.last_head(place) == 0
        place.write_text("seal 9 d 1 t\n" + archived + "restored 3 t why\n" + "seal 4 ")
        assert sinks.last_head(place) == 3

    @pytest.mark.parametrize("command", ["false", "/no/such/program", "sh -c 'exit 3'"])
    def test_a_failing_command_is_told_and_the_file_written_all_the_same(
        self, write: Write, home: Path, settings: Settings, command: str
    ) -> None:
        settings.SEAL_COMMAND = command
        write(1)

        with pytest.raises(CommandError, match="command failed"):
            call_command("audit_seal")

        assert sinks.read(home / "seals.log").last == 1

    def test_a_file_that_cannot_be_written_is_told(
        self, write: Write, home: Path, settings: Settings
    ) -> None:
        (home / "folder").mkdir()
        settings.SEAL_FILE = str(home / "folder")
        write(1)

        with pytest.raises(sinks.SinkFailed, match="cannot append"):
            tasks.seal.func(0)


@pytest.mark.django_db
def test_signing_in_leaves_an_entry_and_no_password_or_phone_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What identity does is joined into the log; secrets never are."""
    person = user(password="Lu-chang-2026-demo")

    Client().post("/accounts/login/", {"login": person.username, "password": "Lu-chang-2026-demo"})

    assert AuditEntry.objects.filter(action=Action.SIGN_IN).exists()
    everything = caplog.text + "".join(
        f"{entry} {entry.detail}" for entry in AuditEntry.objects.all()
    )
    assert "Lu-chang-2026-demo" not in everything
    assert User.objects.get(pk=person.pk).password not in everything
