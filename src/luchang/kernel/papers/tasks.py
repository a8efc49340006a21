"""What the paper kit does in the worker: Word and PDF of a paper."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel import clock
from luchang.kernel.jobs.runs import JobRefused, Run, long_job
from luchang.kernel.papers import services
from luchang.kernel.papers.models import Paper
from luchang.kernel.papers.paper import PaperUnavailable
from luchang.kernel.papers.states import FileKind


@long_job(services.JOB, title=_("制作文书"), attempts=2)
def render(run: Run, *, paper_id: int) -> None:
    """Word first: it needs nothing of the machine. Begun again it makes what is still missing."""
    made = Paper.objects.select_related("text", "organisation").get(pk=paper_id)
    try:
        for done, kind in enumerate((FileKind.WORD, FileKind.PDF)):
            run.progress(done, of=2, message=str(kind.label))
            services.make_file(paper=made, kind=kind, at=clock.now())
    except PaperUnavailable as refusal:
        raise JobRefused(str(refusal)) from refusal
