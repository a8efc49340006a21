"""From counts to candidates, for one junction, a road or a day: ordered, computed, kept."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from luchang.apps.signals.bridge import plans
from luchang.apps.signals.models import Retiming, Scheme, Study
from luchang.apps.signals.policies import MANAGE
from luchang.apps.signals.services import planning, scheme_advising
from luchang.apps.signals.services import scheme_planning as together
from luchang.apps.signals.services.life import R, check_idle, check_in, locked, moved, ordered
from luchang.apps.signals.services.members import layout_of, running_at, scheme_members
from luchang.apps.signals.services.refusals import Refused
from luchang.apps.signals.states import StudyStatus
from luchang.core.signals.layout_junction import digest
from luchang.kernel.identity.actors import Actor
from luchang.kernel.jobs.models import Job

COMPUTE = "signals.compute"
S = StudyStatus
Advice = planning.Advice | together.SchemeAdvice


@transaction.atomic
def order_candidates(*, of: Retiming, by: Actor, at: datetime) -> Job:
    """Have plans computed; the job moves the study or scheme on.

    Raises:
        Unreached.
        Refused: no layout, half a corridor, not enough counts, or a job is under way.
        IllegalTransition: it does not wait for plans.
    """
    row = locked(of, by, MANAGE)
    check_in(row, S.COUNTED)
    check_idle(row)
    inputs_of(row)
    return ordered(row, COMPUTE, total=3, by=by, at=at)


def inputs_of(of: Retiming) -> str:
    """Digest of everything a computation is made from.

    Raises:
        Refused: something of it is missing.
    """
    if isinstance(of, Study):
        return planning.digest_of(layout_of(of.junction), demand_for(of))
    assert isinstance(of, Scheme)  # noqa: S101 - there is no third kind
    return together.digest_of(together.asked_of(of))


def advise(of: Retiming, *, ticking: Callable[[int, int, str], None]) -> Sequence[Advice]:
    """The plans that run now and what each method makes of the counts, judged alike.

    Raises:
        Refused: no plan can be made from these counts.
    """
    if isinstance(of, Study):
        layout, code = layout_of(of.junction), of.junction.code
        row = running_at(of.junction, of.begins_min, of.ends_min)
        present = plans.read(row.content, code) if row else None
        return planning.advise(layout, demand_for(of), present, code, ticking=ticking)
    assert isinstance(of, Scheme)  # noqa: S101 - there is no third kind
    return scheme_advising.advise(together.asked_of(of), ticking=ticking)


@transaction.atomic
def store_candidates(*, of: R, advice: Sequence[Advice], by: Actor, at: datetime) -> R:
    """Keep what was advised, with what it was computed from.

    Raises:
        IllegalTransition: the study or scheme has moved on meanwhile.
        Refused: nothing that may be run came out.
    """
    row = locked(of, by, MANAGE)
    if not any(each.method != "present" for each in advice):
        raise Refused("no_candidates")
    inputs = inputs_of(row)
    _remember_layouts(row)
    row.chosen = None
    moved(row, S.COMPUTED, by=by, at=at)
    known = row.candidates.aggregate(last=Max("ordinal"))["last"] or 0
    drawn_for = {"layout": row.layout} if isinstance(row, Study) else {}
    for ordinal, each in enumerate(advice, known + 1):
        kept = each.kept()
        row.candidates.create(
            ordinal=ordinal,
            method=each.method,
            digest=digest(kept["content"]),
            is_present=each.method == "present",
            version=each.version,
            seed=each.seed,
            input_digest=inputs,
            at=at,
            **drawn_for,
            **kept,
        )
    return row


def _remember_layouts(row: Retiming) -> None:
    """The layouts the junctions have now are those the plans are for."""
    if isinstance(row, Study):
        row.layout = row.junction.layout
        return
    for member in scheme_members(row):
        member.layout = member.junction.layout
        member.save(update_fields=["layout"])


@transaction.atomic
def count_anew(*, of: R, reason: str, by: Actor, at: datetime) -> R:
    """The counts were no good: others are needed."""
    row = locked(of, by, MANAGE)
    check_idle(row)
    if isinstance(row, Study):
        row.count_set = None
    moved(row, S.OPEN, by=by, at=at, reason=reason, is_met=False)
    return row


@transaction.atomic
def compute_anew(*, of: R, reason: str, by: Actor, at: datetime) -> R:
    """None of the candidates will do, or a layout has changed."""
    row = locked(of, by, MANAGE)
    check_idle(row)
    row.chosen = None
    moved(row, S.COUNTED, by=by, at=at, reason=reason, is_met=False)
    return row


@transaction.atomic
def cancel(*, of: R, reason: str, by: Actor, at: datetime) -> R:
    row = locked(of, by, MANAGE)
    check_idle(row)
    moved(row, S.CANCELLED, by=by, at=at, reason=reason, is_met=False)
    return row


def demand_for(study: Study) -> planning.Demand:
    """What came at the hours of a study."""
    if study.count_set is None:
        raise Refused("no_counts", hours=study.hours)
    return planning.demand_of(
        study.count_set, begins_min=study.begins_min, ends_min=study.ends_min
    )
