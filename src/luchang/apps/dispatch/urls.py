"""Pages of 122."""

from django.urls import path

from luchang.apps.dispatch.views import desk, files, incidents, lists, patrol, rules
from luchang.kernel.lists.urls import list_routes

ONE = "incidents/<int:incident_id>"
urlpatterns = [
    path("desk", desk.desk, name="dispatch.desk"),
    path("board", desk.board, name="dispatch.board"),
    path("map", desk.live_map, name="dispatch.map"),
    path("patrol", patrol.phone, name="dispatch.patrol"),
    path("patrol/tasks", patrol.tasks, name="dispatch.patrol_tasks"),
    path("rules", rules.rules, name="dispatch.rules"),
    path("rules/introduce", rules.introduce, name="dispatch.introduce_rule"),
    *list_routes("incidents/", lists.INCIDENTS),
    *list_routes("calls/", lists.CALLS),
    *list_routes("dispatches/", lists.DISPATCHES),
    *list_routes("feedbacks/", lists.FEEDBACKS),
    *list_routes("actions/", lists.ACTIONS),
    path(ONE, incidents.incident, name="dispatch.incident"),
    path(f"{ONE}/close", incidents.close, name="dispatch.close"),
    path(f"{ONE}/reopen", incidents.reopen, name="dispatch.reopen"),
    path(f"{ONE}/cancel", incidents.cancel, name="dispatch.cancel"),
    path(f"{ONE}/escalate", incidents.escalate, name="dispatch.escalate"),
    path(f"{ONE}/merge", incidents.merge, name="dispatch.merge"),
    path(f"{ONE}/unmerge", incidents.unmerge, name="dispatch.unmerge"),
    path(f"{ONE}/note", incidents.note, name="dispatch.note"),
    path(f"{ONE}/files/<uuid:key>/withdraw", files.withdraw, name="dispatch.withdraw_file"),
    path(f"{ONE}/feedback", incidents.desk_feedback, name="dispatch.desk_feedback"),
    path("calls/<int:call_id>/caller", incidents.reveal, name="dispatch.reveal"),
]
