"""Jobs, notices, the audit log and the ledgers that belong to the platform as a whole."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from luchang.kernel.audit import services as audit
from luchang.kernel.audit.models import Seal
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.identity.models import Organisation
from luchang.kernel.identity.policies import SEE_AUDIT
from luchang.kernel.jobs.models import Delivery, Job, OutboxEvent
from luchang.kernel.jobs.policies import MANAGE_JOBS
from luchang.kernel.records import codes, holidays, notices
from luchang.kernel.records.kinds import TermUnit
from luchang.kernel.records.models import CodeList, DeadlineRule, Notification, ShortMessage
from tests.factories import identity
from tests.matrix.lists import bulk, of_list
from tests.matrix.protocol import Made, Make, Place, Specimen, everybody, nobody, once

NOW = datetime.now(UTC)
PLATFORM = ("own",)
_number = count(1)


@once
def _job(at: Organisation) -> Made:
    """A job that somebody of `at` has ordered."""
    made = Job.objects.create(
        kind="lists.export",
        title=f"样件{next(_number)}样",
        asked_by=identity.user(at=at),
        organisation=at,
        asked_at=NOW,
    )
    return Made(ids={"job_id": made.pk, "deed": "cancel"}, mark=made.title)


def _job_shown(at: Organisation) -> Made:
    return Made(mark=_job(at).mark)


@once
def _notice(at: Organisation) -> Made:
    """Brought to the notice of a colleague at `at`."""
    person = identity.user(at=at)
    title = f"样知{next(_number)}样"
    notices.notify(
        user_ids=[person.pk], kind=notices.declared()[0].code, key=title, title=title, at=NOW
    )
    made = Notification.objects.get(title=title)
    return Made(form={"id": made.pk}, mark=title)


def _notice_shown(at: Organisation) -> Made:
    return Made(mark=_notice(at).mark)


@once
def _entry(at: Organisation) -> Made:
    """What somebody of `at` did with a record."""
    number = next(_number)
    purpose = f"样由{number}样"
    audit.record(
        by=identity.actor_with(at=at),
        action=Action.CHANGE,
        subject="dispatch.incident",
        subject_id=900_000_000 + number,
        at=NOW,
        purpose=purpose,
    )
    ids = {"subject": "dispatch.incident", "subject_id": str(900_000_000 + number)}
    return Made(ids=ids, mark=purpose, sought=ids["subject_id"])


@once
def _seal(at: Organisation) -> Made:
    del at
    digest, archive = f"{next(_number):064d}", f"sample{next(_number)}"
    Seal.objects.create(
        number=900_000_000 + next(_number),
        since=1,
        until=2,
        count=1,
        first_id=1,
        last_id=1,
        content="0",
        marks=b"",
        previous="0",
        digest=digest,
        at=NOW,
        archive=archive,
        archive_digest="0",
        archived_at=NOW,
    )
    return Made(mark=digest, sought=archive)


@once
def _dead_letter(at: Organisation) -> Made:
    del at
    event = OutboxEvent.objects.create(kind="sample.Happened", at=NOW)
    made = Delivery.objects.create(
        event=event,
        handler=f"sample.handler{next(_number)}",
        attempts=3,
        next_at=NOW,
        error=f"样误{next(_number)}样",
    )
    return Made(ids={"pk": made.pk}, mark=made.error, sought=made.handler)


@once
def _code(at: Organisation) -> Made:
    del at
    table = CodeList.objects.create(code=f"sample{next(_number)}", title="样表")
    name, name_en = f"样码{next(_number)}样", f"sample{next(_number)}"
    fields = {"code": "1", "name": name, "name_en": name_en, "valid_from": date(2026, 1, 1)}
    codes.enter(table=table.pk, fields=fields, by=SYSTEM, at=NOW)
    return Made(mark=name, sought=name_en)


@once
def _holiday(at: Organisation) -> Made:
    del at
    name, source = f"样假{next(_number)}样", f"sample{next(_number)}"
    day = date(2099, 1, 1) + timedelta(days=next(_number))
    holidays.correct(day=day, is_working=False, name=name, source=source, by=SYSTEM, at=NOW)
    return Made(mark=name, sought=source)


@once
def _rule(at: Organisation) -> Made:
    del at
    made = DeadlineRule.first(
        code=f"sample.{next(_number)}",
        title=f"样限{next(_number)}样",
        amount=1,
        unit=TermUnit.values[0],
        article=f"sample{next(_number)}",
        valid_from=date(2026, 1, 1),
    )
    return Made(mark=made.title, sought=made.article)


@once
def _message(at: Organisation) -> Made:
    del at
    made = ShortMessage.objects.create(
        key=f"样{next(_number)}",
        number="13800000001",
        text="样",
        asked_at=NOW,
        next_at=NOW,
        error=f"样误{next(_number)}样",
        gateway=f"sample{next(_number)}",
    )
    return Made(mark=made.error, sought=made.gateway)


def _ledger(code: str, make: Make) -> list[Specimen]:
    """All of it for whoever holds its permission anywhere, or nothing."""
    return of_list(
        code,
        make,
        has_tree=False,
        reached=everybody,
        where=PLATFORM,
    )


SPECIMENS = [
    *_ledger("audit.seals", _seal),
    *_ledger("jobs.dead_letters", _dead_letter),
    *_ledger("records.codes", _code),
    *_ledger("records.holidays", _holiday),
    *_ledger("records.rules", _rule),
    *_ledger("records.messages", _message),
    bulk("jobs.dead_letters", _dead_letter, "retry", reached=everybody, where=PLATFORM),
    bulk("jobs.dead_letters", _dead_letter, "drop", reached=everybody, where=PLATFORM),
    *of_list("audit.entries", _entry, has_tree=False),
    Specimen("audit_trail", _entry, Place.LIST, permission=SEE_AUDIT),
    Specimen("change_job", _job, method="POST", permission=MANAGE_JOBS),
    Specimen("jobs", _job_shown, Place.LIST, reached=nobody),
    Specimen("notices", _notice_shown, Place.LIST, reached=nobody),
    Specimen("read_notices", _notice, Place.BODY, "POST", reached=nobody, where=("own",)),
]
