"""The ledgers, as far as somebody's reach goes."""

from django.db.models import Count, Prefetch, QuerySet

from luchang.apps.dispatch.models import Action, Call, Dispatch, Feedback, Incident
from luchang.apps.dispatch.policies import SEE
from luchang.kernel.identity.actors import Actor, within


def incidents(actor: Actor) -> QuerySet[Incident]:
    rows = Incident.objects.select_related("organisation", "taken_by")
    return within(rows, actor, SEE, owner="taken_by")


def calls(actor: Actor) -> QuerySet[Call]:
    rows = Call.objects.select_related("organisation", "operator", "incident")
    return within(rows, actor, SEE, owner="operator")


def dispatches(actor: Actor) -> QuerySet[Dispatch]:
    """Reached through the incident: whoever sees it sees who was sent, from wherever."""
    rows = Dispatch.objects.select_related("incident__organisation", "organisation", "unit")
    return within(
        rows, actor, SEE, organisation="incident__organisation", owner="incident__taken_by"
    )


def feedbacks(actor: Actor) -> QuerySet[Feedback]:
    rows = Feedback.objects.select_related("incident", "dispatch", "organisation", "by")
    return within(
        rows, actor, SEE, organisation="incident__organisation", owner="incident__taken_by"
    )


def actions(actor: Actor) -> QuerySet[Action]:
    """They belong to whoever took the step, not to whose ground it was."""
    return within(Action.objects.select_related("organisation", "incident"), actor, SEE)


def live_incidents(actor: Actor) -> QuerySet[Incident]:
    """The board, most urgent and longest waiting first, with all a card needs."""
    return with_cards(incidents(actor)).live().order_by("grade", "received_at", "pk")  # type: ignore[attr-defined,no-any-return]


def with_cards(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    """What `cards.incident_card` reads, in a fixed number of queries."""
    return rows.annotate(call_count=Count("calls", distinct=True)).prefetch_related(
        Prefetch("dispatches", queryset=Dispatch.objects.order_by("pk"))
    )
