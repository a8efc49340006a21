"""What signals have done by the worker: plans computed, proven and sent, controllers watched."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from luchang.apps.signals.models import Scheme, Study
from luchang.apps.signals.ports import LinkRefused
from luchang.apps.signals.ports.simulator import SimulatorRefused
from luchang.apps.signals.services import (
    intervening,
    planning,
    proving,
    releasing,
    scheme_advising,
    scheme_planning,
    scheme_proving,
    scheme_releasing,
    schemes,
    studies,
    watching,
)
from luchang.apps.signals.services.refusals import Refused
from luchang.kernel import clock
from luchang.kernel.identity.actors import SYSTEM, Actor
from luchang.kernel.identity.models import User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.jobs.queues import LONG
from luchang.kernel.jobs.runs import JobRefused, Run, long_job
from luchang.kernel.states import IllegalTransition

logger = logging.getLogger(__name__)
LISTEN_S = 8.0
"""How long each round listens: the rest of the minute belongs to other jobs."""


@long_job(studies.COMPUTE, title=_("计算配时方案"), attempts=2)
def compute(run: Run, *, study_id: int, user_id: int | None) -> None:
    """Begun again it computes the same and stores it once."""
    study = _study(study_id)
    try:
        demand, present = studies.problem_of(study)
        layout = studies.layout_of(study)
        advice = planning.advise(
            layout, demand, present, study.junction.code, ticking=_ticking(run)
        )
        studies.store_candidates(
            study_id=study_id, advice=advice, by=_actor(user_id), at=clock.now()
        )
    except (Refused, IllegalTransition) as refusal:
        raise JobRefused(str(refusal)) from refusal
    run.result(name=study.number, url=reverse("signals.study", args=[study_id]))


@long_job(proving.PROVE, title=_("仿真验证配时方案"), attempts=2)
def prove(run: Run, *, study_id: int, user_id: int | None) -> None:
    """A simulator that crashes fails the job with its last words; the study stays as it was."""
    study = _study(study_id)
    try:
        result = proving.simulate(study, ticking=_ticking(run))
        proof = proving.store_proof(
            study_id=study_id,
            candidate_id=study.chosen_id or 0,
            result=result,
            by=_actor(user_id),
            at=clock.now(),
        )
    except (Refused, SimulatorRefused, IllegalTransition) as refusal:
        raise JobRefused(str(refusal)) from refusal
    if not proof.is_better:
        raise JobRefused(str(Refused("worse")))
    run.result(name=study.number, url=reverse("signals.study", args=[study_id]))


def _study(study_id: int) -> Study:
    rows = Study.objects.select_related("junction__layout", "count_set__layout", "chosen__layout")
    return rows.get(pk=study_id)


def _actor(user_id: int | None) -> Actor:
    """Who ordered it; what he may no longer do by then is refused."""
    if user_id is None:
        return SYSTEM
    return actor_for(User.objects.get(pk=user_id), at=clock.now())


def _ticking(run: Run) -> Callable[[int, int, str], None]:
    return lambda done, total, message: run.progress(done, of=total, message=message)


@long_job(releasing.SENDING, title=_("下发配时方案"))
def send(run: Run, *, study_id: int, user_id: int | None) -> None:
    """Begun once: what was sent is never sent again by itself."""
    study = _study(study_id)
    try:
        reference = releasing.send(study, at=clock.now())
        releasing.note_sent(
            study_id=study_id, reference=reference, by=_actor(user_id), at=clock.now()
        )
    except (Refused, LinkRefused) as refusal:
        raise JobRefused(str(refusal)) from refusal
    run.result(name=study.number, url=reverse("signals.study", args=[study_id]))


@long_job(schemes.COMPUTE_SCHEME, title=_("计算方案集"), attempts=2)
def compute_scheme(run: Run, *, scheme_id: int, user_id: int | None) -> None:
    """Begun again it computes the same and stores it once."""
    scheme = _scheme(scheme_id)
    try:
        asked = scheme_planning.asked_of(scheme)
        advice = scheme_advising.advise(asked, ticking=_ticking(run))
        schemes.store_scheme(
            scheme_id=scheme_id, advice=advice, by=_actor(user_id), at=clock.now()
        )
    except (Refused, IllegalTransition) as refusal:
        raise JobRefused(str(refusal)) from refusal
    run.result(name=scheme.number, url=reverse("signals.scheme", args=[scheme_id]))


@long_job(scheme_proving.PROVE_SCHEME, title=_("仿真验证方案集"), attempts=2)
def prove_scheme(run: Run, *, scheme_id: int, user_id: int | None) -> None:
    """A simulator that crashes fails the job with its last words; the scheme stays as it was."""
    scheme = _scheme(scheme_id)
    try:
        result = scheme_proving.simulate_scheme(scheme, ticking=_ticking(run))
        proof = scheme_proving.store_scheme_proof(
            scheme_id=scheme_id,
            candidate_id=scheme.chosen_id or 0,
            result=result,
            by=_actor(user_id),
            at=clock.now(),
        )
    except (Refused, SimulatorRefused, IllegalTransition) as refusal:
        raise JobRefused(str(refusal)) from refusal
    if not proof.is_better:
        raise JobRefused(str(Refused("worse")))
    run.result(name=scheme.number, url=reverse("signals.scheme", args=[scheme_id]))


@long_job(scheme_releasing.SEND_SCHEME, title=_("下发方案集"))
def send_scheme(run: Run, *, scheme_id: int, user_id: int | None) -> None:
    """Begun once: what was sent is never sent again by itself, and what was is told."""
    scheme = _scheme(scheme_id)
    try:
        sent = scheme_releasing.send_scheme(scheme, at=clock.now(), ticking=_ticking(run))
        scheme_releasing.note_scheme_sent(
            scheme_id=scheme_id, sent=sent, by=_actor(user_id), at=clock.now()
        )
    except (Refused, LinkRefused) as refusal:
        raise JobRefused(str(refusal)) from refusal
    if sent.refusal is not None:
        raise JobRefused(str(sent.refusal))
    run.result(name=scheme.number, url=reverse("signals.scheme", args=[scheme_id]))


@long_job(intervening.INTERVENE, title=_("人工干预信号"))
def intervene(run: Run, *, intervention_id: int) -> None:
    """Begun once: what was signed is sent once."""
    try:
        intervening.carry_out(intervention_id=intervention_id, at=clock.now())
    except (Refused, LinkRefused) as refusal:
        raise JobRefused(str(refusal)) from refusal
    address = reverse("signals.intervention", args=[intervention_id])
    run.result(name=str(_("人工干预")), url=address)


def _scheme(scheme_id: int) -> Scheme:
    return Scheme.objects.select_related("organisation", "chosen").get(pk=scheme_id)


@app.periodic(cron="* * * * *", periodic_id="signal interventions", queueing_lock="signals due")
@app.task(name="signals.end_interventions", queue=LONG)
def end_interventions(timestamp: int) -> None:
    """Once a minute: whatever is held beyond its time is handed back."""
    del timestamp
    if settings.SIGNAL_LINK:
        intervening.end_due(at=clock.now())


@app.periodic(cron="* * * * *", periodic_id="signal link", queueing_lock="signals watch")
@app.task(name="signals.watch", queue=LONG)
def watch(timestamp: int) -> None:
    """Once a minute, where a link is configured: states, then what is reported for a while."""
    del timestamp
    if not settings.SIGNAL_LINK:
        return
    try:
        watching.watch(for_s=LISTEN_S)
    except LinkRefused as refusal:
        logger.warning("controllers: %s", refusal)
    watching.forget_old(at=clock.now())
