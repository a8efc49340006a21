"""Interviews: called, held, what was promised followed up, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from luchang.apps.risk.models import Commitment, Interview, Interviewee
from luchang.apps.risk.policies import INTERVIEW, check_holds
from luchang.apps.risk.selectors.instruments import enterprise_key
from luchang.apps.risk.services.instruments.refusals import Refused, reason_of, well_formed
from luchang.apps.risk.states.instruments import CommitmentStatus, InterviewStatus, TargetKind
from luchang.kernel.clock import local
from luchang.kernel.identity.actors import Actor, Unreached, fetch
from luchang.kernel.identity.models import Organisation
from luchang.kernel.records.following import Following, Wait, follow
from luchang.kernel.records.numbering import next_number
from luchang.kernel.states import IllegalTransition

I = InterviewStatus  # noqa: E741 - as the house's tables name their states
LIFE = Following(
    address=lambda row: reverse("risk.interview", args=[row.pk]),
    waits={
        I.PLANNED: Wait(
            "risk.interview", _("待约谈：%(record)s"), INTERVIEW,
            clock="risk.interview", until="planned_at",
        ),
        I.HELD: Wait("risk.follow_up", _("约谈待回访：%(record)s"), INTERVIEW),
        I.FOLLOWED_UP: Wait("risk.close_interview", _("约谈待办结：%(record)s"), INTERVIEW),
    },
)  # fmt: skip
PROMISE = Following(
    address=lambda row: reverse("risk.commitment", args=[row.pk]),
    waits={
        CommitmentStatus.OPEN: Wait(
            "risk.commitment", _("约谈承诺待回访：%(record)s"), INTERVIEW,
            clock="risk.commitment", until="due_at",
        )
    },
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """Whom an interview calls."""

    kind: TargetKind
    name: str
    represented_by: str = ""


@transaction.atomic
def plan(  # noqa: PLR0913 - each is named at the call
    *,
    title: str,
    reason: str,
    planned_at: datetime,
    place: str,
    chaired_by: str,
    targets: Sequence[Target],
    organisation: Organisation,
    by: Actor,
    at: datetime,
) -> Interview:
    """Call somebody, or several together, to an interview.

    Raises:
        Forbidden: `by` holds no interviews there.
        Refused: nobody is called, somebody twice, or malformed.
    """
    check_holds(by, INTERVIEW, organisation)
    names = [each.name.strip() for each in targets]
    if not any(names) or not all(names):
        raise Refused("nobody_called")
    for name in names:
        if names.count(name) > 1:
            raise Refused("called_twice", name=name)
    year = local(at).year
    row = Interview(
        number=f"YT{year}{next_number(f'risk-interview-{year}'):05d}",
        title=title.strip(),
        reason=reason.strip(),
        planned_at=planned_at,
        place=place.strip(),
        chaired_by=chaired_by.strip(),
        organisation=organisation,
    )
    with well_formed():
        row.plan(by=by, at=at)
        for each in targets:
            called = Interviewee(
                interview=row,
                kind=each.kind,
                name=each.name.strip(),
                enterprise_id=enterprise_key(each.kind, each.name, by=by),
                represented_by=each.represented_by.strip(),
            )
            called.full_clean(validate_constraints=False)
            called.save()
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def hold(
    *,
    interview_id: int,
    held_at: datetime,
    attendants: str,
    minutes: str,
    by: Actor,
    at: datetime,
) -> Interview:
    """Write down that the interview was held, who was there and what was said.

    Raises:
        Unreached.
        Refused: it lies ahead, or nothing was written down.
    """
    row = _locked(interview_id, by)
    if held_at > at:
        raise Refused("not_yet", moment=f"{local(held_at):%Y-%m-%d %H:%M}")
    if not minutes.strip():
        raise Refused("no_minutes")
    row.held_at, row.attendants, row.minutes = held_at, attendants.strip(), minutes.strip()
    row.go(I.HELD, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def promise(
    *,
    interview_id: int,
    interviewee_id: int,
    text: str,
    due_on: date,
    by: Actor,
    at: datetime,
) -> Commitment:
    """Write down what somebody promised to do by a day.

    Raises:
        Unreached: no such interview, or nobody of that key was called to it.
        Refused: the day is past.
    """
    row = _locked(interview_id, by)
    if row.status != I.HELD:
        raise IllegalTransition(row.number)
    called = row.interviewees.filter(pk=interviewee_id).first()
    if called is None:
        raise Unreached(f"interviewee {interviewee_id}")
    if due_on < local(at).date():
        raise Refused("promise_in_the_past")
    made = Commitment(
        interview=row,
        interviewee=called,
        organisation=row.organisation,
        text=text.strip(),
        due_on=due_on,
    )
    with well_formed():
        made.promise(by=by, at=at)
    follow(made, PROMISE, by=by, at=at)
    return made


@transaction.atomic
def answer(
    *, commitment_id: int, is_kept: bool, result: str, by: Actor, at: datetime
) -> Commitment:
    """Write down what a visit found of a promise; one that was broken may still be kept later."""
    rows = Commitment.objects.select_for_update(of=("self",)).select_related("organisation")
    row = fetch(rows, by, INTERVIEW, pk=commitment_id)
    status = CommitmentStatus.KEPT if is_kept else CommitmentStatus.BROKEN
    row.answer(status, result=reason_of(result), by=by, at=at)
    follow(row, PROMISE, by=by, at=at)
    return row


@transaction.atomic
def follow_up(*, interview_id: int, result: str, by: Actor, at: datetime) -> Interview:
    """All promises were looked into; what came of the interview.

    Raises:
        Refused: a promise has not been followed up.
    """
    row = _locked(interview_id, by)
    waiting = row.commitments.filter(status=CommitmentStatus.OPEN).count()
    if waiting:
        raise Refused("promises_open", count=waiting)
    row.result = reason_of(result)
    row.go(I.FOLLOWED_UP, by=by, at=at, reason=row.result)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def reopen(*, interview_id: int, reason: str, by: Actor, at: datetime) -> Interview:
    """What came of it is not enough: more is to be promised or visited."""
    row = _locked(interview_id, by)
    row.go(I.HELD, by=by, at=at, reason=reason_of(reason))
    follow(row, LIFE, by=by, at=at, is_met=False)
    return row


@transaction.atomic
def close(*, interview_id: int, by: Actor, at: datetime) -> Interview:
    row = _locked(interview_id, by)
    row.go(I.CLOSED, by=by, at=at)
    follow(row, LIFE, by=by, at=at)
    return row


@transaction.atomic
def call_off(*, interview_id: int, reason: str, by: Actor, at: datetime) -> Interview:
    """Give an interview up before it was held."""
    row = _locked(interview_id, by)
    row.go(I.CANCELLED, by=by, at=at, reason=reason_of(reason))
    follow(row, LIFE, by=by, at=at, is_met=False)
    return row


def _locked(interview_id: int, by: Actor) -> Interview:
    rows = Interview.objects.select_for_update(of=("self",)).select_related("organisation")
    return fetch(rows, by, INTERVIEW, pk=interview_id)
