"""A paper says what its record said when it was ordered, from a text that is kept by editions."""

import io
from pathlib import Path

import docx
import pytest
from django.db import DatabaseError, transaction

from luchang.apps.force.models import Vehicle
from luchang.core.documents.language import Fault
from luchang.kernel.audit.models import AuditEntry
from luchang.kernel.identity.actors import SYSTEM, Forbidden
from luchang.kernel.jobs import runs
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.states import JobStatus
from luchang.kernel.papers import fonts, selectors, services
from luchang.kernel.papers.kinds import PaperField, PaperKind, declare, find
from luchang.kernel.papers.models import Paper, PaperFile, PaperText
from luchang.kernel.papers.refusals import PaperRefused, TextMisread
from luchang.kernel.papers.states import FileKind
from luchang.kernel.records.attachments import store
from tests.factories import force
from tests.factories.force import NOON
from tests.factories.identity import actor_with, organisation
from tests.kernel.papers.conftest import SHIPPED
from tests.papers import needs_paper, pdf_text

pytestmark = pytest.mark.django_db
LOCAL = "车辆{{ number }}由{{ organisation }}保管。\n"


def ordered(kind: PaperKind) -> Paper:
    vehicle = force.vehicle(at=organisation(name="天元大队"))
    by = actor_with("force.manage_force", at=vehicle.organisation)
    return services.order_paper(row=vehicle, kind=kind, by=by, at=NOON)


def rewritten(kind: PaperKind, source: str = LOCAL) -> PaperText:
    edition = services.current_text(kind, at=NOON).edition
    return services.rewrite_text(
        code=kind.code, source=source, edition=edition, by=SYSTEM, at=NOON
    )


def content_of(file: PaperFile) -> bytes:
    return store.place_of(file.attachment.digest).read_bytes()


# What a paper says


def test_word_holds_the_words_of_the_record_and_every_line_of_a_field(kind: PaperKind) -> None:
    made = ordered(kind)

    file = services.make_file(paper=made, kind=FileKind.WORD, at=NOON)

    opened = docx.Document(io.BytesIO(content_of(file)))
    text = [paragraph.text for paragraph in opened.paragraphs]
    assert f"车辆{made.number}，5座。" in text
    assert text.index("按时保养") == text.index("每日检查") + 1
    assert "车辆交接单" in text
    assert "天元大队" in text
    assert not any("{{" in each or "{%" in each for each in text)


@needs_paper
def test_pdf_holds_the_same(kind: PaperKind) -> None:
    made = ordered(kind)

    file = services.make_file(paper=made, kind=FileKind.PDF, at=NOON)

    text = pdf_text(content_of(file)).replace("\r\n", "")
    for words in ("车辆交接单", f"{made.number}，5座", "每日检查", "按时保养", made.sm3[:16]):
        assert words in text


def test_a_paper_stays_as_it_was_ordered_when_record_and_text_change(kind: PaperKind) -> None:
    """A notice that was served must be the one that is shown a year later."""
    made = ordered(kind)
    Vehicle.objects.filter(pk=made.subject_id).update(seats=9)
    rewritten(kind)

    file = services.make_file(paper=made, kind=FileKind.WORD, at=NOON)

    text = [each.text for each in docx.Document(io.BytesIO(content_of(file))).paragraphs]
    assert f"车辆{made.number}，5座。" in text
    assert made.text.edition == 1


def test_the_files_are_those_of_the_record_and_the_order_is_audited(kind: PaperKind) -> None:
    made = ordered(kind)
    file = services.make_file(paper=made, kind=FileKind.WORD, at=NOON)
    again = services.make_file(paper=made, kind=FileKind.WORD, at=NOON)

    deeds = AuditEntry.objects.filter(subject="papers.paper", subject_id=str(made.pk))
    assert again == file
    assert (file.attachment.subject, file.attachment.subject_id) == (
        "force.vehicle",
        made.subject_id,
    )
    assert file.attachment.name == f"车辆交接单_{made.number}.docx"
    assert {each.detail["deed"] for each in deeds} == {"ORDER", "RENDER"}
    vehicle = Vehicle.objects.get(pk=made.subject_id)
    assert [each.pk for each in selectors.papers_of(vehicle)] == [made.pk]


def test_nobody_makes_papers_where_he_holds_nothing(kind: PaperKind) -> None:
    vehicle = force.vehicle()
    stranger = actor_with("force.manage_force", at=organisation())

    with pytest.raises(Forbidden):
        services.order_paper(row=vehicle, kind=kind, by=stranger, at=NOON)
    assert selectors.makeable(vehicle, stranger) == []
    assert selectors.makeable(vehicle, SYSTEM) == [kind]
    assert not Job.objects.exists()


def test_papers_texts_and_files_are_changed_by_nobody(kind: PaperKind) -> None:
    made = ordered(kind)
    services.make_file(paper=made, kind=FileKind.WORD, at=NOON)

    for model in (Paper, PaperText, PaperFile):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(kind="x")
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all().delete()


def test_the_job_makes_both_or_tells_what_the_machine_lacks(
    kind: PaperKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a font the Word file must be there all the same."""
    made = ordered(kind)
    job = Job.objects.get()
    monkeypatch.setattr(fonts, "chinese_font", lambda: None)

    runs.execute(job_id=job.pk)

    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert "apt-get install" in job.error
    assert [file.kind for file in made.files.all()] == [FileKind.WORD]


# The text


def test_an_unknown_field_is_refused_naming_its_line_and_nothing_is_kept(kind: PaperKind) -> None:
    with pytest.raises(TextMisread) as refusal:
        rewritten(kind, "## 一\n\n持有人{{ owner }}，{{ seats }}座。\n")

    assert [(each.line, each.fault, each.what) for each in refusal.value.problems] == [
        (3, Fault.UNKNOWN_FIELD, "owner")
    ]
    assert "第3行" in str(refusal.value)
    assert services.current_text(kind, at=NOON).source == SHIPPED


def test_editions_are_kept_with_who_and_when(kind: PaperKind) -> None:
    services.current_text(kind, at=NOON)
    made = rewritten(kind)

    assert [
        (each.edition, each.is_shipped, each.written_by_name)
        for each in PaperText.objects.filter(kind=kind.code)
    ] == [(2, False, "系统"), (1, True, "系统")]
    assert services.current_text(kind, at=NOON) == made


def test_an_update_follows_a_shipped_text_and_leaves_a_local_one_alone(
    kind: PaperKind, tmp_path: Path
) -> None:
    """A site that put its own wording in must not find the product's there after an update."""
    assert services.load_shipped(at=NOON) == [kind.code]
    assert services.load_shipped(at=NOON) == []

    (tmp_path / "slip.txt").write_text("新的原文。\n", encoding="utf-8")
    assert services.load_shipped(at=NOON) == [kind.code]
    rewritten(kind)
    (tmp_path / "slip.txt").write_text("更新的原文。\n", encoding="utf-8")

    assert services.load_shipped(at=NOON) == []
    assert services.current_text(kind, at=NOON).source == LOCAL
    restored = services.restore_text(code=kind.code, by=SYSTEM, at=NOON)
    assert (restored.source, restored.is_shipped, restored.edition) == ("更新的原文。\n", True, 4)
    with pytest.raises(PaperRefused):
        services.restore_text(code=kind.code, by=SYSTEM, at=NOON)


def test_the_second_of_two_writers_is_told_that_the_text_has_changed(kind: PaperKind) -> None:
    before = services.current_text(kind, at=NOON)
    rewritten(kind)

    with pytest.raises(PaperRefused) as refusal:
        services.rewrite_text(
            code=kind.code, source="别的。\n", edition=before.edition, by=SYSTEM, at=NOON
        )

    assert refusal.value.code == "changed_meanwhile"


def test_a_text_is_changed_only_by_full_reach(kind: PaperKind) -> None:
    """A brigade's clerk would otherwise rewrite the whole city's notices."""
    here = actor_with("papers.manage_texts", at=organisation())

    with pytest.raises(Forbidden):
        services.rewrite_text(code=kind.code, source=LOCAL, edition=1, by=here, at=NOON)
    with pytest.raises(Forbidden):
        services.restore_text(code=kind.code, by=here, at=NOON)
    assert not selectors.texts(here).exists()


def test_a_kind_with_two_fields_of_one_name_is_no_kind(kind: PaperKind) -> None:
    with pytest.raises(ValueError, match="two fields"):
        PaperKind(
            code="a.b",
            title="x",
            subject="force.vehicle",
            permission="force.manage_force",
            fields=(PaperField("date", "日期", str),),
            shipped=Path("x"),
        )
    with pytest.raises(ValueError, match="declared twice"):
        declare(PaperKind(**{**kind.__dict__, "title": "另一种"}))
    assert find(kind.code) is kind
