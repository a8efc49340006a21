"""Addresses of the reports; included below `reports/`."""

from django.urls import path

from luchang.apps.reports.views import deciding, pages, templates, writing
from luchang.apps.reports.views.lists import REPORTS, SCHEDULES, TEMPLATES
from luchang.kernel.lists.urls import list_routes

urlpatterns = [
    *list_routes("", REPORTS),
    path("new", writing.draft, name="reports.draft"),
    path("<int:pk>/", pages.report, name="reports.report"),
    path("<int:pk>/document", pages.document, name="reports.document"),
    path("<int:pk>/moved", pages.moved, name="reports.moved"),
    path("<int:pk>/verify", pages.verify, name="reports.verify"),
    path("<int:pk>/files", pages.render_files, name="reports.render_files"),
    path("<int:pk>/edit", writing.edit, name="reports.edit"),
    path("<int:pk>/check", writing.check, name="reports.check"),
    path("<int:pk>/explain", writing.explain, name="reports.explain"),
    path("<int:pk>/submit", writing.submit, name="reports.submit"),
    path("<int:pk>/recall", writing.recall, name="reports.recall"),
    path("<int:pk>/address", writing.address, name="reports.address"),
    path("<int:pk>/correct", writing.correct, name="reports.correct"),
    path("<int:pk>/approve", deciding.approve, name="reports.approve"),
    path("<int:pk>/send-back", deciding.send_back, name="reports.send_back"),
    path("<int:pk>/withdraw", deciding.withdraw, name="reports.withdraw"),
    *list_routes("templates/", TEMPLATES),
    path("templates/new", templates.write_template, name="reports.write_template"),
    path("templates/<int:pk>/", templates.template, name="reports.template"),
    path(
        "templates/<int:pk>/rewrite", templates.rewrite_template, name="reports.rewrite_template"
    ),
    path("templates/<int:pk>/retire", templates.retire_template, name="reports.retire_template"),
    *list_routes("schedules/", SCHEDULES),
    path("schedules/new", templates.set_schedule, name="reports.set_schedule"),
    path("schedules/<int:pk>/", templates.schedule, name="reports.schedule"),
]
