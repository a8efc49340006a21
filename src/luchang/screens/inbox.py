"""What waits for a person: to-dos, notices, and the jobs he has ordered."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from luchang.kernel import clock
from luchang.kernel.identity.access import SIGNED_IN, allow
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.jobs import services as jobs
from luchang.kernel.jobs.models import Job
from luchang.kernel.live.selectors import latest
from luchang.kernel.records import notices
from luchang.kernel.records.kinds import Colour
from luchang.kernel.records.models import Mute, Notification, Todo
from luchang.kernel.states import IllegalTransition

PAGE = 30
TONES = {
    Colour.NONE: "neutral",
    Colour.CALM: "success",
    Colour.SOON: "warning",
    Colour.OVERDUE: "danger",
}


@allow(SIGNED_IN)
@require_GET
def todos(request: HttpRequest) -> HttpResponse:
    """待办 and 已办, the nearest due first."""
    actor, at = actor_of(request), clock.now()
    is_done = request.GET.get("tab") == "done"
    waiting = Todo.objects.waiting_for(actor)
    closed = Todo.objects.closed_by(actor).order_by("-closed_at", "-pk")
    shown = closed if is_done else waiting.order_by("due_at", "pk")
    since = latest()
    page = _page(request, shown.select_related("organisation", "assignee"))
    return render(
        request,
        "inbox/todos.html",
        {
            "page": page,
            "rows": [(todo, *_look(todo.colour(at=at))) for todo in page],
            "is_done": is_done,
            "since": since,
            "tabs": [
                {
                    "label": _("待办"),
                    "href": "?tab=open",
                    "here": not is_done,
                    "count": waiting.count(),
                },
                {"label": _("已办"), "href": "?tab=done", "here": is_done},
            ],
        },
    )


@allow(SIGNED_IN)
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """Everything that was brought to this person's notice, and what he does not want to see."""
    actor = actor_of(request)
    muted = set(Mute.objects.filter(user=actor.user_id).values_list("kind", flat=True))
    since = latest()
    return render(
        request,
        "inbox/notices.html",
        {
            "page": _page(request, Notification.objects.of(actor)),
            "unread": notices.unread(actor),
            "kinds": [(kind, kind.code in muted) for kind in notices.declared()],
            "titles": {kind.code: kind.title for kind in notices.declared()},
            "since": since,
        },
    )


@allow(SIGNED_IN)
@require_POST
def read_notices(request: HttpRequest) -> HttpResponseBase:
    """Mark one or all as read; with one, go where it leads."""
    actor, named = actor_of(request), request.POST.get("id", "")
    chosen = int(named) if named.isascii() and named.isdecimal() else None
    notices.mark_read(by=actor, at=clock.now(), notification_id=chosen)
    if chosen is not None:
        found = Notification.objects.of(actor).filter(pk=chosen).first()
        if found is None:
            raise Http404
        if found.url and url_has_allowed_host_and_scheme(found.url, allowed_hosts=None):
            return redirect(found.url)
    return redirect("notices")


@allow(SIGNED_IN)
@require_POST
def mute_notices(request: HttpRequest) -> HttpResponseBase:
    """Do not show a kind of notice any more, or show it again."""
    known = {kind.code: kind for kind in notices.declared()}
    kind = known.get(request.POST.get("kind", ""))
    if kind is None or kind.must_reach:
        raise Http404
    change = notices.unmute if request.POST.get("again") else notices.mute
    change(kind=kind.code, by=actor_of(request))
    return redirect("notices")


@allow(SIGNED_IN)
@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """The long jobs this person has ordered, the newest first."""
    since = latest()
    page = _page(request, Job.objects.of(actor_of(request).user_id))
    is_part = bool(request.headers.get("HX-Request"))
    template = "inbox/job_rows.html" if is_part else "inbox/jobs.html"
    return render(request, template, {"page": page, "since": since})


@allow(SIGNED_IN)
@require_POST
def change_job(request: HttpRequest, job_id: int, deed: str) -> HttpResponseBase:
    """Stop a job of one's own, or have a failed one done again."""
    change = {"cancel": jobs.cancel_job, "retry": jobs.retry_job}.get(deed)
    if change is None:
        raise Http404
    try:
        change(job_id=job_id, by=actor_of(request), at=clock.now())
    except jobs.JobNotFound as unknown:
        raise Http404 from unknown
    except IllegalTransition:
        pass  # it ended by itself a moment ago; the list shows how
    return redirect("jobs")


def _page(request: HttpRequest, rows: "QuerySet[Any]") -> "Page[Any]":
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def _look(colour: Colour) -> tuple[str, str]:
    return str(colour.label), TONES[colour]
