"""The papers of instruments are made from editable texts and say what the record says."""

import io
from pathlib import Path

import docx
import pytest
from django.conf import LazySettings
from django.db.models import Model

from luchang.apps.risk.bridge import papers
from luchang.apps.risk.policies import INTERVIEW, SEE_RISK, SERVE_NOTICES
from luchang.apps.risk.states.instruments import InterviewStatus, NoticeStatus, TransferStatus
from luchang.core.documents.language import Fault
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.jobs import runs
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.states import JobStatus
from luchang.kernel.papers import drawing, services
from luchang.kernel.papers.kinds import PaperKind
from luchang.kernel.papers.models import Paper
from luchang.kernel.papers.refusals import TextMisread
from luchang.kernel.papers.states import FileKind
from luchang.kernel.records.attachments import store
from tests.factories import risk_instruments as make
from tests.factories.identity import browser_of, organisation, user_with
from tests.factories.risk_instruments import AT
from tests.papers import needs_paper, pdf_text

pytestmark = pytest.mark.django_db
KINDS = (papers.SUMMONS, papers.MINUTES, papers.NOTICE, papers.LETTER)


@pytest.fixture(autouse=True)
def files(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.code)
def test_a_shipped_text_is_understood(kind: PaperKind) -> None:
    """A renamed field would stop every notice of a site the morning after an update."""
    assert drawing.blocks_of(kind.shipped_source, kind, kind.specimen)


def word_of(row: Model, kind: PaperKind) -> str:
    made = services.order_paper(row=row, kind=kind, by=SYSTEM, at=AT)
    opened = docx.Document(io.BytesIO(drawing.drawn(made, FileKind.WORD)))
    return "\n".join(each.text for each in opened.paragraphs)


def test_a_notice_says_to_whom_what_and_by_when() -> None:
    row = make.notice(at=organisation(name="天元大队"), until=NoticeStatus.SERVED)

    text = word_of(row, papers.NOTICE)

    for words in (
        "限期整改通知书", "天元大队", row.number, f"{row.target_name}：", "动态监控不在线",
        "2026年3月17日10时00分前", "恢复在线", "每日抽查",
    ):  # fmt: skip
        assert words in text


def test_summons_minutes_and_letter_say_what_their_records_say() -> None:
    called = make.interview("演示甲公司", "演示乙公司", until=InterviewStatus.HELD)
    promised = make.commitment()
    sent = make.transfer(until=TransferStatus.SENT)

    summons = word_of(called, papers.SUMMONS)
    minutes = word_of(promised.interview, papers.MINUTES)
    letter = word_of(sent, papers.LETTER)

    assert "演示甲公司\n演示乙公司" in summons
    assert f"{promised.interviewee.name}：{promised.text}（2026年4月1日前完成）" in minutes
    assert "检查记录\n照片" in letter
    assert "演示交通运输局：" in letter


@needs_paper
def test_the_job_puts_word_and_pdf_among_the_files_of_the_record_and_on_its_page() -> None:
    place = organisation(name="天元大队")
    row = make.notice(at=place, until=NoticeStatus.SERVED)
    browser = browser_of(user_with(SEE_RISK, SERVE_NOTICES, at=place))

    browser.post(f"/risk/notices/{row.pk}/paper-rectification-notice")
    job = Job.objects.get()
    runs.execute(job_id=job.pk)
    page = browser.get(f"/risk/notices/{row.pk}").content.decode()

    job.refresh_from_db()
    made = Paper.objects.get()
    assert (job.status, job.error) == (JobStatus.DONE, "")
    assert [each.kind for each in made.files.order_by("pk")] == [FileKind.WORD, FileKind.PDF]
    for file in made.files.all():
        assert f"/attachments/{file.attachment.key}" in page
        assert browser.get(f"/attachments/{file.attachment.key}").status_code == 200
    kept = made.file(FileKind.PDF)
    assert kept
    text = pdf_text(store.place_of(kept.attachment.digest).read_bytes()).replace("\r\n", "")
    assert "责令你单位于2026年3月17日10时00分前完成" in text


def test_a_closed_record_still_gets_its_paper(settings: LazySettings) -> None:
    """The minutes are wanted most when all is over."""
    del settings
    row = make.interview(until=InterviewStatus.CLOSED)
    made = services.order_paper(row=row, kind=papers.MINUTES, by=SYSTEM, at=AT)

    file = services.make_file(paper=made, kind=FileKind.WORD, at=AT)

    assert file.attachment.subject == "risk.interview"


def test_a_notice_text_with_the_field_of_another_paper_is_refused_with_its_line() -> None:
    edition = services.current_text(papers.NOTICE, at=AT).edition

    with pytest.raises(TextMisread) as refusal:
        services.rewrite_text(
            code=papers.NOTICE.code, source="{{ target }}：\n\n{{ minutes }}\n",
            edition=edition, by=SYSTEM, at=AT,
        )  # fmt: skip

    assert [(each.line, each.fault, each.what) for each in refusal.value.problems] == [
        (3, Fault.UNKNOWN_FIELD, "minutes")
    ]


def test_the_paper_is_offered_to_who_may_make_it() -> None:
    row = make.interview()
    seer = browser_of(user_with(SEE_RISK, at=row.organisation))
    holder = browser_of(user_with(SEE_RISK, INTERVIEW, at=row.organisation))

    assert "制作约谈通知书" not in seer.get(f"/risk/interviews/{row.pk}").content.decode()
    assert "制作约谈通知书" in holder.get(f"/risk/interviews/{row.pk}").content.decode()
    assert seer.post(f"/risk/interviews/{row.pk}/paper-interview-summons").status_code == 403
