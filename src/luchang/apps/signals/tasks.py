"""What signals have done by the worker: plans computed, proven and sent, controllers watched."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from luchang.apps.signals.models import Retiming
from luchang.apps.signals.ports import LinkRefused
from luchang.apps.signals.ports.simulator import SimulatorRefused
from luchang.apps.signals.services import computing, intervening, proving, releasing, watching
from luchang.apps.signals.services.life import RELATED
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


@long_job(computing.COMPUTE, title=_("计算配时方案"), attempts=2)
def compute(run: Run, *, subject: str, pk: int, user_id: int | None) -> None:
    """Begun again it computes the same and stores it once."""
    row = _row(subject, pk)
    try:
        advice = computing.advise(row, ticking=_ticking(run))
        computing.store_candidates(of=row, advice=advice, by=_actor(user_id), at=clock.now())
    except (Refused, IllegalTransition) as refusal:
        raise JobRefused(str(refusal)) from refusal
    _leads_to(run, row)


@long_job(proving.PROVE, title=_("仿真验证配时方案"), attempts=2)
def prove(run: Run, *, subject: str, pk: int, user_id: int | None) -> None:
    """A simulator that crashes fails the job with its last words; the record stays as it was."""
    row = _row(subject, pk)
    try:
        result = proving.simulate(row, ticking=_ticking(run))
        proof = proving.store_proof(
            of=row,
            candidate_id=row.chosen_id or 0,
            result=result,
            by=_actor(user_id),
            at=clock.now(),
        )
    except (Refused, SimulatorRefused, IllegalTransition) as refusal:
        raise JobRefused(str(refusal)) from refusal
    if not proof.is_better:
        raise JobRefused(str(Refused("worse")))
    _leads_to(run, row)


@long_job(releasing.SENDING, title=_("下发配时方案"))
def send(run: Run, *, subject: str, pk: int, user_id: int | None) -> None:
    """Begun once: what was sent is never sent again by itself, and what was is told."""
    row = _row(subject, pk)
    try:
        sent = releasing.send(row, at=clock.now(), ticking=_ticking(run))
        releasing.note_sent(of=row, sent=sent, by=_actor(user_id), at=clock.now())
    except (Refused, LinkRefused) as refusal:
        raise JobRefused(str(refusal)) from refusal
    if sent.refusal is not None:
        raise JobRefused(str(sent.refusal))
    _leads_to(run, row)


def _row(subject: str, pk: int) -> Retiming:
    """The study or scheme a job is about."""
    kind = next(each for each in RELATED if each.key == subject)
    found: Retiming = kind.objects.select_related(*RELATED[kind]).get(pk=pk)
    return found


def _leads_to(run: Run, row: Retiming) -> None:
    run.result(name=row.number, url=reverse(f"signals.{row.key}", args=[row.pk]))


def _actor(user_id: int | None) -> Actor:
    """Who ordered it; what he may no longer do by then is refused."""
    if user_id is None:
        return SYSTEM
    return actor_for(User.objects.get(pk=user_id), at=clock.now())


def _ticking(run: Run) -> Callable[[int, int, str], None]:
    return lambda done, total, message: run.progress(done, of=total, message=message)


@long_job(intervening.INTERVENE, title=_("人工干预信号"))
def intervene(run: Run, *, intervention_id: int) -> None:
    """Begun once: what was signed is sent once."""
    try:
        intervening.carry_out(intervention_id=intervention_id, at=clock.now())
    except (Refused, LinkRefused) as refusal:
        raise JobRefused(str(refusal)) from refusal
    address = reverse("signals.intervention", args=[intervention_id])
    run.result(name=str(_("人工干预")), url=address)


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
