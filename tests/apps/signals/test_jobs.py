"""Long jobs of studies: what fails is seen, what is cancelled leaves the study as it was."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from luchang.apps.signals import services, tasks
from luchang.apps.signals.models import Proof, Study
from luchang.apps.signals.policies import MANAGE, SEE
from luchang.apps.signals.ports.simulator import Outcome, SimulatorRefused, Trial
from luchang.apps.signals.services import Refused, proving
from luchang.apps.signals.states import StudyStatus
from luchang.apps.signals.views import retiming
from luchang.kernel.identity.actors import SYSTEM
from luchang.kernel.jobs import runs
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import cancel_job
from luchang.kernel.jobs.states import JobStatus
from tests.factories import identity, signals
from tests.factories.signals import AT

pytestmark = pytest.mark.django_db


class Shown:
    """A simulator that shows what it is told to."""

    name = "试验仿真器"

    def __init__(self, delay_s: Callable[[Trial], float], *, available: bool = True) -> None:
        self.delay_s, self.available = delay_s, available

    def is_available(self) -> bool:
        return self.available

    def run(self, trial: Trial, *, ticking: Callable[[], None]) -> Outcome:
        ticking()
        delay = self.delay_s(trial)
        return Outcome(delay, delay * 2, 1.0, 50.0, 100.0, 10, 10)


def _with(monkeypatch: pytest.MonkeyPatch, shown: Shown) -> None:
    for module in (proving, retiming):
        monkeypatch.setattr(module, "simulator", lambda: shown)


def _chosen() -> Study:
    study = signals.study(until=StudyStatus.COUNTED)
    signals.present_plan(study.junction)
    signals.computed(study)
    services.choose(of=study, candidate_id=signals.candidate(study).pk, by=SYSTEM, at=AT)
    return study


def _run(job: Job) -> Job:
    runs.execute(job_id=job.pk)
    job.refresh_from_db()
    return job


def test_a_job_computes_and_moves_the_study_on() -> None:
    study = signals.study(until=StudyStatus.COUNTED)
    job = _run(services.order_candidates(of=study, by=SYSTEM, at=AT))
    study.refresh_from_db()
    assert (job.status, study.status) == (JobStatus.DONE, StudyStatus.COMPUTED)
    assert job.result_url == reverse("signals.study", args=[study.pk])


def test_a_better_plan_moves_on_and_a_worse_one_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Would catch a plan passed on because nobody compared it."""
    study = _chosen()
    _with(monkeypatch, Shown(lambda trial: 1000.0 / trial.plan.cycle_s))
    job = _run(services.order_proof(of=study, by=SYSTEM, at=AT))
    study.refresh_from_db()
    assert (job.status, study.status) == (JobStatus.FAILED, StudyStatus.COMPUTED)
    assert "高于现行方案" in job.error
    _with(monkeypatch, Shown(lambda trial: trial.plan.cycle_s))
    job = _run(services.order_proof(of=study, by=SYSTEM, at=AT))
    study.refresh_from_db()
    assert (job.status, study.status) == (JobStatus.DONE, StudyStatus.PROVEN)
    assert [each.is_better for each in Proof.objects.order_by("pk")] == [False, True]


def test_a_crashed_simulator_fails_the_job_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Would catch a study stuck as proven, or a crash that nobody hears of."""

    def crash(_trial: Trial) -> float:
        raise SimulatorRefused("failed", why="segmentation fault")

    study = _chosen()
    _with(monkeypatch, Shown(crash))
    job = _run(services.order_proof(of=study, by=SYSTEM, at=AT))
    study.refresh_from_db()
    assert (job.status, study.status) == (JobStatus.FAILED, StudyStatus.COMPUTED)
    assert "segmentation fault" in job.error
    assert study.chosen is not None
    browser = identity.browser_of(identity.user_with(SEE, MANAGE, at=study.organisation))
    page = browser.get(reverse("signals.study", args=[study.pk])).content.decode()
    assert "segmentation fault" in page


def test_a_cancelled_job_leaves_the_study_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    study = _chosen()
    _with(monkeypatch, Shown(lambda _trial: 1.0))
    job = services.order_proof(of=study, by=SYSTEM, at=AT)
    with pytest.raises(Refused, match="任务正在进行"):
        services.order_proof(of=study, by=SYSTEM, at=AT)
    with pytest.raises(Refused, match="任务正在进行"):
        services.cancel(of=study, reason="不做了", by=SYSTEM, at=AT)
    cancel_job(job_id=job.pk, by=SYSTEM, at=AT)
    assert _run(job).status == JobStatus.CANCELLED
    study.refresh_from_db()
    assert study.status == StudyStatus.COMPUTED
    assert not Proof.objects.exists()


def test_counts_taken_away_meanwhile_are_told_in_words() -> None:
    """Would catch a job that dies of what the study no longer has."""
    study = signals.study(until=StudyStatus.COUNTED)
    job = services.order_candidates(of=study, by=SYSTEM, at=AT)
    Study.objects.filter(pk=study.pk).update(count_set=None)
    assert "没有可用的流量" in _run(job).error


def test_without_the_simulator_the_page_says_how_to_add_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = _chosen()
    _with(monkeypatch, Shown(lambda _trial: 1.0, available=False))
    with pytest.raises(SimulatorRefused, match="EXTRAS=simulation"):
        services.order_proof(of=study, by=SYSTEM, at=AT)
    browser = identity.browser_of(identity.user_with(SEE, MANAGE, at=study.organisation))
    page = browser.get(reverse("signals.study", args=[study.pk])).content.decode()
    assert "EXTRAS=simulation" in page


def test_without_a_link_nobody_is_watched(settings: object) -> None:
    settings.SIGNAL_LINK = ""  # type: ignore[attr-defined]
    tasks.watch(timestamp=0)
