"""Keeping the texts of papers, ordering papers, making their files."""

import hashlib
import io
import json
from datetime import datetime

from django.db import connection, models, transaction

from luchang.kernel.audit import services as audit
from luchang.kernel.audit.states import Action
from luchang.kernel.crypto.sm import sm3
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.jobs.services import start_job
from luchang.kernel.papers import drawing, policies
from luchang.kernel.papers.kinds import PaperKind, declared, find
from luchang.kernel.papers.models import Paper, PaperFile, PaperText, next_edition
from luchang.kernel.papers.refusals import PaperRefused
from luchang.kernel.papers.states import ENDINGS, Deed, FileKind
from luchang.kernel.records.attachments import services as attachments

TEXT, PAPER = "papers.papertext", "papers.paper"
JOB = "papers.render"
LONGEST_NAME = 100


@transaction.atomic
def load_shipped(*, at: datetime) -> list[str]:
    """Bring the texts to what the product ships; the codes of those that were changed.

    A text that was written on this site is left as it is: it is no longer ours.
    """
    return [kind.code for kind in declared() if _follow(kind, at=at)]


@transaction.atomic
def current_text(kind: PaperKind, *, at: datetime) -> PaperText:
    """The edition papers of this kind are made from now; the shipped one if there is none yet."""
    known = PaperText.objects.of(kind.code).current().first()
    if known is None:
        _follow(kind, at=at)
        known = PaperText.objects.of(kind.code).current().get()
    return known


@transaction.atomic
def rewrite_text(*, code: str, source: str, edition: int, by: Actor, at: datetime) -> PaperText:
    """Give papers of a kind a new text; papers that were made keep theirs.

    `edition` is the one `by` has before him.

    Raises:
        Forbidden: `by` does not keep the texts.
        TextMisread: a field the kind does not have, or a slip of the pen; each with its line.
        PaperRefused: somebody else changed it meanwhile, or nothing is changed.
    """
    policies.check_can_manage_texts(by)
    kind = find(code)
    drawing.read_text(source, kind)
    _one_at_a_time(code)
    known = current_text(kind, at=at)
    if known.edition != edition:
        raise PaperRefused("changed_meanwhile")
    if known.source == source:
        raise PaperRefused("unchanged")
    return _write(kind, source, Deed.REWRITE, by=by, at=at)


@transaction.atomic
def restore_text(*, code: str, by: Actor, at: datetime) -> PaperText:
    """Back to the text that came with the product; updates change it again from then on.

    Raises:
        Forbidden: `by` does not keep the texts.
        PaperRefused: it is that text already.
    """
    policies.check_can_manage_texts(by)
    kind = find(code)
    _one_at_a_time(code)
    if current_text(kind, at=at).is_shipped:
        raise PaperRefused("already_shipped")
    return _write(kind, kind.shipped_source, Deed.RESTORE, by=by, at=at)


@transaction.atomic
def order_paper(*, row: models.Model, kind: PaperKind, by: Actor, at: datetime) -> Paper:
    """Freeze what the record says now into a paper; its files are made after the commit.

    Whether `by` may see the record is for the caller to ask.

    Raises:
        Forbidden: `by` does not make such papers where the record belongs.
    """
    policies.check_can_make(by, kind, row)
    text = current_text(kind, at=at)
    values = kind.values_of(row, author=by.name, at=at)
    made = Paper(
        kind=kind.code,
        text=text,
        title=kind.house_title,
        subject=kind.subject,
        subject_id=row.pk,
        number=values["number"],
        organisation=kind.organisation(row),
        values=values,
        sm3=_digest(text, values),
        ordered_at=at,
        ordered_by_id=by.user_id,
        ordered_by_name=by.name,
    )
    made.order()
    _record(PAPER, made.pk, Action.CREATE, Deed.ORDER, by=by, at=at, kind=kind.code, sm3=made.sm3)
    start_job(kind=JOB, by=by, at=at, title=str(made), arguments={"paper_id": made.pk})
    return made


def make_file(*, paper: Paper, kind: FileKind, at: datetime) -> PaperFile:
    """One file of a paper among the files of its record; made once.

    Raises:
        PaperUnavailable: this machine cannot make PDFs; names what is missing.
    """
    known = PaperFile.objects.filter(paper=paper, kind=kind).first()
    return known or _keep(paper, kind, drawing.drawn(paper, kind), at=at)


@transaction.atomic
def _keep(paper: Paper, kind: FileKind, content: bytes, *, at: datetime) -> PaperFile:
    made = attachments.attach(
        subject=paper.subject,
        subject_id=paper.subject_id,
        file=io.BytesIO(content),
        name=file_name(paper, kind),
        title=paper.title,
        by=SYSTEM,
        at=at,
    )
    file = PaperFile.objects.create(
        paper=paper,
        kind=kind,
        attachment=made,
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=at,
    )
    detail = {"file": kind.value, "sha256": file.sha256}
    _record(PAPER, paper.pk, Action.CREATE, Deed.RENDER, by=SYSTEM, at=at, **detail)
    return file


def file_name(paper: Paper, kind: FileKind) -> str:
    """As it lies on somebody's desk: title and number."""
    words = [word for word in (paper.title, paper.number) if word]
    return f"{'_'.join(words)[:LONGEST_NAME]}.{ENDINGS[kind]}"


def _follow(kind: PaperKind, *, at: datetime) -> bool:
    """Whether the shipped text became a new edition."""
    _one_at_a_time(kind.code)
    known = PaperText.objects.of(kind.code).current().first()
    source = kind.shipped_source
    if known is not None and (not known.is_shipped or known.sha256 == _sha256(source)):
        return False
    _write(kind, source, Deed.SHIP, by=SYSTEM, at=at)
    return True


def _write(kind: PaperKind, source: str, deed: Deed, *, by: Actor, at: datetime) -> PaperText:
    text = next_edition(
        kind.code,
        source=source,
        sha256=_sha256(source),
        is_shipped=source == kind.shipped_source,
        by=by,
        at=at,
    )
    detail = {"kind": kind.code, "edition": text.edition}
    _record(TEXT, text.pk, Action.CHANGE, deed, by=by, at=at, **detail)
    return text


def _one_at_a_time(code: str) -> None:
    """Two editions of one text are written one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 3))", [f"text {code}"])


def _digest(text: PaperText, values: dict[str, str]) -> str:
    said = {"kind": text.kind, "edition": text.edition, "source": text.source, "values": values}
    return sm3(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hex()


def _sha256(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def _record(
    subject: str,
    key: int,
    action: Action,
    deed: Deed,
    *,
    by: Actor,
    at: datetime,
    **detail: object,
) -> None:
    audit.record(
        by=by,
        action=action,
        subject=subject,
        subject_id=key,
        at=at,
        detail={"deed": deed.value, **detail},
    )
