"""The phone of a crew: its task, and the four things it answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from luchang.apps.dispatch import policies
from luchang.apps.dispatch.forms import FeedbackForm
from luchang.apps.dispatch.models import Dispatch
from luchang.apps.dispatch.selectors.files import SUBJECT, files_of
from luchang.apps.dispatch.selectors.labels import category_label
from luchang.apps.dispatch.selectors.reached import tasks_of
from luchang.apps.dispatch.states import DispatchStatus
from luchang.apps.dispatch.views.uploads import upload_terms
from luchang.apps.force import selectors as force
from luchang.kernel import clock
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.live.selectors import latest


@require_GET
@allow(policies.ANSWER)
def phone(request: HttpRequest) -> HttpResponse:
    """What the crew has to do now."""
    actor, at = actor_of(request), clock.now()
    since = latest()
    unit = force.unit_of_user(user_id=actor.user_id or 0, at=at)
    return render(
        request,
        "dispatch/patrol.html",
        {
            "since": since,
            "unit": unit,
            "form": FeedbackForm(),
            "page": {
                "tasks": [task(each, actor) for each in tasks_of(actor, at=at)],
                "person": actor.user_id,
                "texts": _texts(),
                "files": upload_terms(),
            },
        },
    )


@require_GET
@allow(policies.ANSWER)
def tasks(request: HttpRequest) -> JsonResponse:
    """The same as data, after news or a lost connection."""
    actor = actor_of(request)
    found = tasks_of(actor, at=clock.now())
    return JsonResponse({"tasks": [task(each, actor) for each in found]})


def task(dispatch: Dispatch, actor: Actor) -> dict[str, Any]:
    """One order as the phone draws it; the caller's number is not on it."""
    incident = dispatch.incident
    return {
        "id": dispatch.pk,
        "number": dispatch.number,
        "version": dispatch.version,
        "status": dispatch.status,
        "status_text": str(DispatchStatus(dispatch.status).label),
        "is_handling": dispatch.handling_at is not None,
        "is_reinforcement": dispatch.reason == "REINFORCEMENT",
        "sent_at": dispatch.sent_at.isoformat() if dispatch.sent_at else None,
        "due": _due(dispatch),
        "incident": {
            "number": incident.number,
            "grade": incident.grade,
            "grade_text": incident.get_grade_display(),
            "category": category_label(incident.category),
            "address": incident.address,
            "description": incident.description,
            "plates": incident.plates,
            "injured": incident.injured,
            "has_hazardous_goods": incident.has_hazardous_goods,
            "lon": incident.longitude,
            "lat": incident.latitude,
        },
        "files": _files(dispatch, actor),
    }


def _files(dispatch: Dispatch, actor: Actor) -> dict[str, Any]:
    """What hangs on its incident, small, and where more goes."""
    rows = files_of(dispatch.incident, by=actor)
    return {
        "add": reverse("attachments:upload", args=[SUBJECT, dispatch.incident_id]),
        "all": [
            {
                "name": row.file.name,
                "href": reverse(
                    "attachments:picture" if row.file.thumbnail else "attachments:download",
                    args=[row.file.key],
                ),
                "thumbnail": reverse("attachments:thumbnail", args=[row.file.key])
                if row.file.thumbnail
                else "",
            }
            for row in rows
        ],
    }


def _due(dispatch: Dispatch) -> str | None:
    due = {
        DispatchStatus.SENT: dispatch.sign_due_at,
        DispatchStatus.SIGNED: dispatch.arrive_due_at,
        DispatchStatus.ARRIVED: dispatch.incident.feedback_due_at,
    }.get(DispatchStatus(dispatch.status))
    return due.isoformat() if due else None


def _texts() -> dict[str, str]:
    return {
        "none": _("当前没有任务"),
        "none_how": _("新任务会立即出现在这里并震动提醒。"),
        "sign": _("签收"),
        "arrive": _("到达现场"),
        "handle": _("开始处置"),
        "feedback": _("填写反馈"),
        "finish": _("完成并离开"),
        "return": _("无法出警"),
        "return_why": _("请填写无法出警的原因"),
        "camera": _("现场拍照"),
        "gallery": _("选择照片或文件"),
        "files": _("现场照片与文件"),
        "queued": _("排队中的任务"),
        "unsent": _("{count} 条未发出，联网后自动重发"),
        "unsent_list": _("未发出的内容"),
        "sending": _("正在发送…"),
        "sent": _("已发出"),
        "refused": _("被拒绝：{why}"),
        "drop": _("删除"),
        "hazardous": _("涉及危险品"),
        "injured": _("受伤 {count} 人"),
        "reinforcement": _("增援"),
        "incident": _("警情"),
        "plates": _("号牌"),
        "due": _("剩余"),
    }
