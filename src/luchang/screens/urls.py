"""Pages that span domains; included at the root."""

from django.urls import include, path

from luchang.kernel.lists.urls import list_routes
from luchang.screens import help as help_pages
from luchang.screens import inbox, ledgers, platform, views
from luchang.screens.administration.audit import views as audit

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("search", views.search, name="search"),
    path("help", help_pages.start, name="help"),
    path("help/<slug:code>", help_pages.help_page, name="help_page"),
    path("settings", views.settings_page, name="settings"),
    path("settings/display", views.display, name="display"),
    path("administration/", include("luchang.screens.administration.urls")),
    path("styleguide", views.style_guide, name="style_guide"),
    path("styleguide/<str:frame>", views.style_guide_frame, name="style_guide_frame"),
    *list_routes("administration/audit/", audit.ENTRIES),
    *list_routes("administration/audit/seals/all/", audit.SEALS),
    path("administration/audit/seals/", audit.seals, name="audit_seals"),
    path("administration/audit/seals/verify", audit.verify_now, name="audit_verify"),
    path(
        "administration/audit/trail/<str:subject>/<str:subject_id>",
        audit.trail,
        name="audit_trail",
    ),
    path("todos", inbox.todos, name="todos"),
    path("notices", inbox.notice_list, name="notices"),
    path("notices/read", inbox.read_notices, name="read_notices"),
    path("notices/mute", inbox.mute_notices, name="mute_notices"),
    path("jobs", inbox.job_list, name="jobs"),
    path("jobs/<int:job_id>/<str:deed>", inbox.change_job, name="change_job"),
    path("platform/codes/new", platform.enter_code, name="enter_code"),
    path("platform/holidays/new", platform.correct_holiday, name="correct_holiday"),
    *(route for address, spec in ledgers.ALL for route in list_routes(address, spec)),
]
