"""Questions about interviews, exposures, notices and transfers."""

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from luchang.apps.risk.models import (
    Commitment,
    Exposure,
    Interview,
    Interviewee,
    RectificationNotice,
    Transfer,
)
from luchang.apps.risk.policies import SEE_RISK
from luchang.apps.risk.states.instruments import CommitmentStatus
from luchang.kernel.identity.actors import Actor, within
from luchang.kernel.ui.search import Hit


def interviews(actor: Actor) -> QuerySet[Interview]:
    rows = Interview.objects.select_related("organisation").annotate(
        called=Count("interviewees", distinct=True),
        waiting=Count(
            "commitments", filter=Q(commitments__status=CommitmentStatus.OPEN), distinct=True
        ),
    )
    return within(rows, actor, SEE_RISK)


def interviewees(actor: Actor) -> QuerySet[Interviewee]:
    rows = Interviewee.objects.select_related("interview__organisation")
    return within(rows, actor, SEE_RISK, organisation="interview__organisation")


def commitments(actor: Actor) -> QuerySet[Commitment]:
    rows = Commitment.objects.select_related("organisation", "interview", "interviewee")
    return within(rows, actor, SEE_RISK)


def exposures(actor: Actor) -> QuerySet[Exposure]:
    return within(Exposure.objects.select_related("organisation"), actor, SEE_RISK)


def notices(actor: Actor) -> QuerySet[RectificationNotice]:
    return within(RectificationNotice.objects.select_related("organisation"), actor, SEE_RISK)


def transfers(actor: Actor) -> QuerySet[Transfer]:
    return within(Transfer.objects.select_related("organisation"), actor, SEE_RISK)


def find_instruments(actor: Actor, text: str, most: int) -> list[Hit]:
    """For the search box: by number and by whom they are turned to."""
    found = [
        Hit(title=each.title, address=reverse("risk.interview", args=[each.pk]),
            note=each.number, icon="message")
        for each in within(Interview.objects.all(), actor, SEE_RISK).filter(search__found=text)[
            :most
        ]
    ]  # fmt: skip
    found += [
        Hit(
            title=each.target_name,
            address=reverse("risk.notice", args=[each.pk]),
            note=each.number,
            icon="file-text",
        )
        for each in notices(actor).filter(search__found=text)[:most]
    ]
    return found[:most]
