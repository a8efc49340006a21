"""Long jobs: who declares one writes a function that takes a `Run` and tells it how far it is.

@long_job("places.import_roads", title=_("导入路网"))
def import_roads(run: Run, *, path: str) -> None:
    for n, way in enumerate(ways):
        ...
        run.progress(n, of=len(ways), message=way.name)
    run.result(name="路网", url=reverse("places:roads"))
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from luchang.kernel import clock
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.states import JobStatus
from luchang.kernel.live.services import tell_user

logger = logging.getLogger(__name__)
THROTTLE_S = 0.5
TOPIC = "job"


class Cancelled(Exception):
    """Somebody asked for this job to stop; its code lets it through."""


class Interrupted(Exception):
    """The worker is being stopped; the job is begun again or fails, as its kind allows."""


class Superseded(Exception):
    """The run was taken for dead and another has begun; what it did is thrown away."""


class JobRefused(Exception):
    """The job cannot be done; the text is the sentence the person reads."""


B = TypeVar("B", bound=Callable[..., None])


@dataclass(frozen=True)
class Kind:
    """One kind of long job, as its app declares it."""

    code: str
    title: str | Promise
    body: Callable[..., None]
    whole: bool
    """The body and its being done are one transaction: a dead run leaves nothing behind."""
    beside: bool
    """Its progress is written on a second connection: the body holds transactions open."""
    attempts: int
    """How often it is begun if its worker dies; more than one only for bodies that may repeat."""


_kinds: dict[str, Kind] = {}
_stopping = threading.Event()


def interrupt_all() -> None:
    """End every run of this process at its next progress point."""
    _stopping.set()


def long_job(
    code: str,
    *,
    title: str | Promise,
    whole: bool = False,
    beside: bool = False,
    attempts: int | None = None,
) -> Callable[[B], B]:
    """Declare a kind of long job; belongs in an app's `tasks`.

    A `whole` job runs in one transaction with its own completion and is begun again, up to three
    times, when its worker dies. Any other is begun once unless `attempts` says that its body may
    be repeated; after that it fails with a sentence.

    A body that tells its progress inside a transaction of its own says `beside`: else nobody sees
    the progress before the commit, and who cancels waits for it.
    """

    def declare(body: B) -> B:
        if code in _kinds:
            raise ValueError(f"{code} is declared twice")
        _kinds[code] = Kind(
            code, title, body, whole, beside or whole, attempts or (3 if whole else 1)
        )
        return body

    return declare


def kind(code: str) -> Kind:
    """The declared kind.

    Raises:
        LookupError: nobody declares it.
    """
    return _kinds[code]


def attempts_of(code: str) -> int:
    """How often a kind may be begun; one that nobody declares any more, never again."""
    return _kinds[code].attempts if code in _kinds else 0


@dataclass
class Run:
    """One attempt at one long job: where its body reports to."""

    job_id: int
    attempt: int
    beside: Executor | None = None
    """A thread with a connection of its own, for bodies that hold a transaction open."""
    result_name: str = ""
    result_url: str = ""
    _told_at: float = field(default=float("-inf"))

    def progress(self, done: int, *, of: int | None = None, message: str = "") -> None:
        """Say how far it is; written and shown at most twice a second, so call it freely.

        Raises:
            Interrupted: the worker is being stopped.
            Cancelled: somebody asked for the job to stop.
            Superseded: another run has taken over.
        """
        if _stopping.is_set():
            raise Interrupted
        if time.monotonic() - self._told_at < THROTTLE_S:
            return
        self._told_at = time.monotonic()
        write = partial(note_progress, self.job_id, self.attempt, done, of, message)
        if self.beside is None:
            write()
        else:
            self.beside.submit(_with_own_connection, write).result()

    def result(self, *, name: str, url: str) -> None:
        """Where the result is found; shown once the job is done."""
        self.result_name, self.result_url = name, url


def note_progress(job_id: int, attempt: int, done: int, total: int | None, message: str) -> None:
    """Write and show the progress of a run that still has the job."""
    with transaction.atomic():
        job = current(job_id, attempt)
        if job.cancel_requested_at is not None:
            raise Cancelled
        job.note(done=done, total=total or job.total, message=message[:200])
        show(job, at=clock.now())


def current(job_id: int, attempt: int) -> Job:
    """The job, locked, if this attempt still has it.

    Raises:
        Superseded: it has not.
    """
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.attempt != attempt or job.status != JobStatus.RUNNING:
        raise Superseded(f"job {job_id}, attempt {attempt}")
    return job


def show(job: Job, *, at: datetime) -> None:
    """Tell the screens of the person who asked for it."""
    if job.asked_by_id is None:
        return
    tell_user(
        user_id=job.asked_by_id,
        topic=TOPIC,
        kind=job.status.lower(),
        data={
            "id": job.pk,
            "title": job.title,
            "status": job.status,
            "done": job.done,
            "total": job.total,
            "percent": job.percent,
            "message": job.message,
            "error": job.error,
            "result_url": job.result_url,
            "version": job.version,
        },
        at=at,
    )


def execute(*, job_id: int) -> None:
    """Run the body of one waiting job to its end; called in the worker.

    Reads the clock itself: a run takes as long as it takes.

    Raises:
        Interrupted: the worker is being stopped; the job is still marked as running.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job_id)
        if job.status != JobStatus.WAITING:
            return  # cancelled meanwhile, or a second copy of the same order
        job.begin(at=clock.now())
        show(job, at=clock.now())
    known = _kinds.get(job.kind)
    if known is None:
        _end(job, partial(_fail, error=str(_("没有程序处理此类任务"))))
        return
    try:
        _perform(known, job)
    except Interrupted:
        raise
    except Superseded:
        logger.warning("%s was taken over by another run", job)
    except Cancelled:
        _end(job, Job.cancel)
    except JobRefused as refusal:
        _end(job, partial(_fail, error=str(refusal)))
    except Exception as failure:
        logger.exception("job %s failed", job.pk)
        _end(job, partial(_fail, error=_sentence(failure)))


def _perform(known: Kind, job: Job) -> None:
    with ThreadPoolExecutor(1) if known.beside else nullcontext() as beside:
        run = Run(job.pk, job.attempt, beside)
        with transaction.atomic() if known.whole else nullcontext():
            known.body(run, **job.arguments)
            with transaction.atomic():
                held = current(job.pk, job.attempt)
                held.finish(result_name=run.result_name, result_url=run.result_url, at=clock.now())
                show(held, at=clock.now())


def _end(job: Job, change: Callable[..., None]) -> None:
    """End this attempt unless another has taken over."""
    with transaction.atomic(), suppress(Superseded):
        held = current(job.pk, job.attempt)
        change(held, at=clock.now())
        show(held, at=clock.now())


def _fail(job: Job, *, error: str, at: datetime) -> None:
    job.fail(error, at=at)


def _sentence(failure: Exception) -> str:
    return str(_("处理出错：%(what)s")) % {"what": f"{type(failure).__name__} {failure}"}


def _with_own_connection(write: Callable[[], None]) -> None:
    try:
        write()
    finally:
        connection.close()
