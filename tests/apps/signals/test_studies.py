"""Studies from the complaint to the acceptance: what each step refuses and leaves behind."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from luchang.apps.signals import services
from luchang.apps.signals.models import Candidate, Proof, Study, TimingPlan
from luchang.apps.signals.policies import APPROVE, MANAGE, REPORT, SEE
from luchang.apps.signals.services import Refused
from luchang.apps.signals.states import (
    Days,
    LayoutOrigin,
    Measure,
    Side,
    StudySource,
    StudyStatus,
)
from luchang.core.signals.layout import Layout, Rules
from luchang.kernel.identity.actors import SYSTEM, Unreached
from luchang.kernel.records.models import Deadline, Move, Todo
from luchang.kernel.states import IllegalTransition
from tests.core.signals.drawn import cross
from tests.factories import identity, signals
from tests.factories.signals import AT, DAY

pytestmark = pytest.mark.django_db
S = StudyStatus
LATER = AT + timedelta(hours=2)


def test_a_complaint_becomes_an_accepted_plan_by_two_persons() -> None:  # noqa: PLR0915 - a story
    """Would catch an approval by the author, a plan that never runs, a to-do left open."""
    junction = signals.junction()
    signals.present_plan(junction)
    patrol = identity.actor_with(SEE, REPORT, at=junction.organisation)
    engineer = identity.actor_with(SEE, MANAGE, APPROVE, at=junction.organisation)
    chief = identity.actor_with(SEE, MANAGE, APPROVE, at=junction.organisation)
    study = services.open_study(
        junction_id=junction.pk, origin=StudySource.COMPLAINT, description="左转排队",
        reference="", days=Days.WORKDAYS, begins_min=420, ends_min=480, by=patrol, at=AT,
    )  # fmt: skip
    counts = signals.counted(junction)
    services.use_counts(of=study, count_set_id=counts.pk, by=engineer, at=AT)
    signals.computed(study)
    assert [each.method for each in study.candidates.all()][:2] == ["present", "webster"]
    chosen = signals.candidate(study)
    services.choose(of=study, candidate_id=chosen.pk, by=engineer, at=AT)
    signals.proven(study)
    Study.objects.filter(pk=study.pk).update(chosen_by=engineer.user_id)
    with pytest.raises(Refused, match="不能审批或验收自己"):
        services.approve(of=study, by=engineer, at=AT)
    services.approve(of=study, by=chief, at=AT)
    with pytest.raises(Refused, match="早于当前时间"):
        services.schedule(of=study, moment=AT, by=engineer, at=LATER)
    services.schedule(of=study, moment=LATER, by=engineer, at=AT)
    with pytest.raises(Refused, match="还没有到"):
        services.begin(of=study, by=engineer, at=AT)
    services.begin(of=study, by=engineer, at=LATER)
    running = TimingPlan.objects.get(study=study)
    assert (running.digest, running.hours) == (chosen.digest, "07:00–08:00")
    signals.compared(study, LATER)
    services.accept(of=study, by=chief, at=LATER)
    study.refresh_from_db()
    assert (study.status, study.accepted_at) == (S.ACCEPTED, LATER)
    assert not Todo.objects.of("signals.study", study.pk).open().exists()
    assert not Deadline.objects.of("signals.study", study.pk).running().exists()
    moves = Move.objects.filter(subject="signals.study", subject_id=study.pk)
    assert [each.after for each in moves] == [str(each) for each in _way()]


def _way() -> list[StudyStatus]:
    return [S.OPEN, S.COUNTED, S.COMPUTED, S.PROVEN, S.APPROVED, S.SCHEDULED, S.IN_FORCE,
            S.COMPARED, S.ACCEPTED]  # fmt: skip


def test_the_database_keeps_author_and_approver_apart() -> None:
    """Would catch a service that forgets to ask, and an update past the services."""
    study = signals.study(until=S.PROVEN)
    person = identity.user_with(SEE, MANAGE, APPROVE, at=study.organisation)
    with pytest.raises(IntegrityError), transaction.atomic():
        Study.objects.filter(pk=study.pk).update(chosen_by=person, approved_by=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Study.objects.filter(pk=study.pk).update(status=S.APPROVED)


def test_a_plan_that_does_worse_is_kept_and_not_passed_on() -> None:
    study = signals.study(until=S.COMPUTED)
    signals.proven(study, before=30.0, after=31.0)
    study.refresh_from_db()
    assert study.status == S.COMPUTED
    assert not Proof.objects.get(study=study).is_better
    with pytest.raises(IllegalTransition):
        services.approve(of=study, by=SYSTEM, at=AT)


def test_advice_and_proofs_of_before_stay_on_record() -> None:
    """Would catch a second computation that wipes out what was shown of the first."""
    study = signals.study(until=S.COMPUTED)
    signals.proven(study, before=30.0, after=31.0)
    services.compute_anew(of=study, reason="效果不好", by=SYSTEM, at=AT)
    signals.computed(study, LATER)
    assert Proof.objects.filter(study=study).count() == 1
    old = study.candidates.earliest("ordinal")
    with pytest.raises(Refused, match="不属于本工单"):
        services.choose(of=study, candidate_id=old.pk, by=SYSTEM, at=LATER)


def test_a_plan_altered_after_its_approval_goes_nowhere() -> None:
    """Would catch a digest that is stored and never compared."""
    study = signals.study(until=S.APPROVED)
    chosen = study.chosen
    assert chosen is not None
    content = {**chosen.content, "offset_s": 7.0}
    Candidate.objects.filter(pk=chosen.pk).update(content=content)
    with pytest.raises(Refused, match="与审批时不一致"):
        services.schedule(of=study, moment=LATER, by=SYSTEM, at=AT)


def test_a_changed_layout_sends_the_plan_back() -> None:
    study = signals.study(until=S.APPROVED)
    layout = Layout(cross().approaches, cross().stages, Rules(amber_s=4.0))
    services.redraw(
        junction_id=study.junction_id, layout=layout, origin=LayoutOrigin.FORM, reason="黄灯",
        by=SYSTEM, at=AT,
    )  # fmt: skip
    with pytest.raises(Refused, match="渠化已经改为v2，方案是按v1计算的"):
        services.schedule(of=study, moment=LATER, by=SYSTEM, at=AT)
    services.send_back(of=study, reason="渠化变了", by=SYSTEM, at=AT)
    study.refresh_from_db()
    assert (study.status, study.approved_digest) == (S.COMPUTED, "")


def test_an_unsafe_candidate_cannot_be_chosen() -> None:
    """Would catch walkers who are given four seconds for eighteen metres."""
    study = signals.study(until=S.COMPUTED)
    chosen = signals.candidate(study)
    steps = [{**step, "green_s": 4.0} for step in chosen.content["steps"]]
    Candidate.objects.filter(pk=chosen.pk).update(content={"steps": steps, "offset_s": 0.0})
    with pytest.raises(Refused, match=r"行人灯组.*过街须18秒"):
        services.choose(of=study, candidate_id=chosen.pk, by=SYSTEM, at=AT)


def test_what_did_not_help_is_taken_back_and_the_old_plan_runs_again() -> None:
    study = signals.study(until=S.IN_FORCE)
    services.roll_back(of=study, reason="更堵了", by=SYSTEM, at=LATER)
    assert TimingPlan.objects.get(study=study).ended_at == LATER
    study.refresh_from_db()
    assert study.status == S.REJECTED


def test_one_junction_has_one_open_study_for_the_same_hours() -> None:
    study = signals.study()
    with pytest.raises(Refused, match=study.number):
        signals.study(study.junction)


def test_counts_that_say_too_little_compute_nothing() -> None:
    study = signals.study()
    junction = study.junction

    def used(count_set: Any) -> None:
        services.use_counts(of=study, count_set_id=count_set.pk, by=SYSTEM, at=AT)

    holes = signals.counted(junction, vehicles=lambda key, _m: None if "left" in key else 60)
    with pytest.raises(Refused, match="缺失或存疑"):
        used(holes)
    zeros = signals.counted(junction, vehicles=lambda _key, _m: 0)
    with pytest.raises(Refused, match=r"缺失或存疑|均为零"):
        used(zeros)
    with pytest.raises(Refused, match="流量数据属于"):
        used(signals.counted(signals.junction(at=junction.organisation)))


def test_few_or_absurd_measurements_are_refused_by_side_and_line() -> None:
    study = signals.study(until=S.IN_FORCE)
    after = (LATER + timedelta(hours=8)).date()

    def measured(side: Side, values: list[float], day: Any) -> None:
        services.measure(
            of=study, side=side, measure=Measure.DELAY_S, values=values, day=day,
            note="", by=SYSTEM, at=LATER,
        )  # fmt: skip

    with pytest.raises(Refused, match="第2行"):
        measured(Side.AFTER, [20.0, -5.0], after)
    with pytest.raises(Refused, match="执行之前"):
        measured(Side.AFTER, [20.0], DAY - timedelta(days=1))
    measured(Side.BEFORE, [30.0, 31, 32, 33, 34], DAY)
    with pytest.raises(Refused, match="实施后只有0个数值"):
        services.compare_sides(of=study, measure=Measure.DELAY_S, by=SYSTEM, at=LATER)


def test_another_brigade_reaches_nothing() -> None:
    study = signals.study(until=S.PROVEN)
    foreign = identity.actor_with(SEE, REPORT, MANAGE, APPROVE, at=identity.organisation())
    with pytest.raises(Unreached):
        services.approve(of=study, by=foreign, at=AT)
    with pytest.raises(Unreached):
        services.open_study(
            junction_id=study.junction_id, origin=StudySource.PATROL, description="x",
            reference="", days=Days.DAILY, begins_min=0, ends_min=60, by=foreign, at=AT,
        )  # fmt: skip
