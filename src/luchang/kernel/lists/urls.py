"""The routes of one list, all at the address it is given and directly below it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

from luchang.kernel.identity.access import allow
from luchang.kernel.lists import map_views, views
from luchang.kernel.lists.imports import views as import_views
from luchang.kernel.lists.specs import ListSpec, register

View = Callable[..., HttpResponseBase]


def list_routes(address: str, spec: ListSpec[Any]) -> list[URLPattern]:
    """Routes for `spec` below `address`, which ends with a slash or is empty.

    The list itself is named by the spec's code, the others `<code>.export` and so on. Put them
    before routes that take any text in the same place.
    """
    register(spec)
    opens: dict[str, tuple[View, tuple[str, ...]]] = {
        "export": (views.export, (spec.permission,)),
        "export-job": (views.export_job, (spec.permission,)),
        "export-file": (views.export_file, (spec.permission,)),
        "print": (views.print_out, (spec.permission,)),
        "prefer": (views.prefer, (spec.permission,)),
        "save-view": (views.save_view, (spec.permission,)),
        "delete-view": (views.delete_view, (spec.permission,)),
    }
    if spec.tree is not None:
        opens["tree"] = (views.tree, (spec.permission,))
    if spec.map is not None:
        opens["map"] = (map_views.map_page, (spec.permission,))
        opens["points"] = (map_views.map_points, (spec.permission,))
    if spec.bulk:
        opens["bulk"] = (views.bulk, tuple(action.permission for action in spec.bulk))
    if spec.imports is not None:
        needs = (spec.imports.permission,)
        opens["import"] = (import_views.take_in, needs)
        opens["import-run"] = (import_views.import_run, needs)
        opens["import-errors"] = (import_views.import_errors, needs)
        opens["import-form"] = (import_views.import_form, needs)
    return [
        path(address, _bound(views.page, spec, (spec.permission,)), name=spec.code),
        *(
            path(f"{address}{name}", _bound(view, spec, needs), name=f"{spec.code}.{name}")
            for name, (view, needs) in opens.items()
        ),
    ]


def _bound(view: View, spec: ListSpec[Any], permissions: tuple[str, ...]) -> View:
    @allow(*permissions)
    @wraps(view)
    def bound(request: HttpRequest) -> HttpResponseBase:
        return view(request, spec)

    return bound
