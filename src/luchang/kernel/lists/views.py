"""The pages of every list: requests read, answers drawn; what is shown follows from the spec."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from luchang.kernel import clock
from luchang.kernel.audit.states import Action
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.models import Organisation
from luchang.kernel.jobs.models import Job
from luchang.kernel.lists import policies, services
from luchang.kernel.lists.asked import Asked
from luchang.kernel.lists.exports import CONTENT_TYPES, FileKind
from luchang.kernel.lists.filters import Circumstances
from luchang.kernel.lists.models import ExportFile, ListPreference, SavedView
from luchang.kernel.lists.organisations import organisations_of
from luchang.kernel.lists.pages import figure_of, heads_of, page_of, row_of
from luchang.kernel.lists.specs import SIZES, BulkAction, ListSpec
from luchang.kernel.lists.states import Density, ListState, read
from luchang.kernel.lists.widgets import widgets_of

PRINT_CAP = 2_000
"""Rows on paper at most; more belong in a file."""
LARGE = 10_000
"""Rows a file may hold that is written while the officer waits; more become a job."""
BULK_CAP = 1_000
"""Rows one bulk action may touch at most."""

Spec = ListSpec[Any]


@dataclass(frozen=True)
class Looking:
    """One request to one list: who asks, what for, and how he likes it."""

    actor: Actor
    state: ListState
    preference: ListPreference
    base: str
    """The address of the list; its other routes lie directly below."""

    @property
    def home(self) -> str:
        return self.base + self.state.query()


def look(request: HttpRequest, spec: Spec, asked: Asked | None = None) -> Looking:
    actor = actor_of(request)
    preference = (
        ListPreference.objects.select_related("default_view")
        .filter(user_id=actor.user_id or 0, list_code=spec.code)
        .first()
    ) or ListPreference(list_code=spec.code)
    now = Circumstances(actor, spec.permission, clock.now())
    asked = Asked.of(request.GET.lists()) if asked is None else asked
    return Looking(
        actor=actor,
        state=read(spec, asked, now, preference.columns),
        preference=preference,
        base=request.path.rpartition("/")[0] + "/",
    )


@require_GET
def page(request: HttpRequest, spec: Spec) -> HttpResponse:
    """The list; only its changing part where htmx asks for it."""
    looking = look(request, spec)
    default = looking.preference.default_view
    if not request.GET and default is not None:
        return redirect(f"{looking.base}?{opened(default)}")
    is_part = bool(request.headers.get("HX-Request")) and not request.headers.get(
        "HX-History-Restore-Request"
    )
    template = "lists/_body.html" if is_part else "lists/page.html"
    response = render(request, template, context(looking))
    patch_vary_headers(response, ["HX-Request"])
    if is_part:
        response["HX-Push-Url"] = looking.home
    return response


def opened(view: SavedView) -> str:
    """The address part that opens a saved view."""
    asked = Asked.of(_lists(view.query))
    return asked.without("page").replaced("view", str(view.pk)).query()


def context(looking: Looking) -> dict[str, object]:
    state, actor = looking.state, looking.actor
    views = SavedView.objects.visible_to(actor).filter(list_code=state.spec.code)
    page = page_of(state)
    imports = state.spec.imports
    return {
        "spec": state.spec,
        "state": state,
        "figure": figure_of(state),
        "base": looking.base,
        "page": page,
        "heads": heads_of(state),
        **bar_of(state),
        "map_href": f"{looking.base}map{state.query(view='0')}" if state.spec.map else "",
        "page_links": [(number, state.at_page(number or 1)) for number in page.numbers],
        "size_links": [(size, state.query(size=str(size), page=())) for size in SIZES],
        "kept": [(name, state.asked.one(name)) for name in ("sort", "size", "cols")],
        "may_import": imports is not None and actor.may(imports.permission),
        "tree_all": looking.base + tree_href(state, ""),
        "preference": looking.preference,
        "densities": Density.choices,
        "views": [(view, f"{looking.base}?{opened(view)}") for view in views],
        "present_view": state.asked.whole("view", 0),
        "may_share": actor.may(policies.SHARE_VIEWS),
        "may_reveal": services.may_reveal(state, actor),
        "actions": [each for each in state.spec.actions if actor.may(each.permission)],
        "bulk": [each for each in state.spec.bulk if actor.may(each.permission)],
        "hidden_columns": [each for each in state.spec.columns if each not in state.columns],
    }


def bar_of(state: ListState) -> dict[str, object]:
    """The filters, and what is set of them."""
    widgets = widgets_of(state)
    return {
        "widgets": widgets,
        "has_more": any(widget.is_folded for widget in widgets),
        "more_is_open": any(widget.is_folded and widget.is_set for widget in widgets),
        "chips": [
            (each.filter.label, each.says, state.without(each.filter)) for each in state.given
        ],
    }


@require_GET
def export(request: HttpRequest, spec: Spec) -> HttpResponse | FileResponse:
    """All filtered rows as a file."""
    looking = look(request, spec)
    asked_kind = request.GET.get("format", FileKind.XLSX.value)
    if looking.state.unreadable or asked_kind not in FileKind.values:
        return HttpResponseBadRequest(gettext("筛选条件有误"))
    kind = FileKind(asked_kind)
    purpose = request.GET.get("purpose", "").strip()[:200] if request.GET.get("reveal") else ""
    if request.GET.get("reveal") and not purpose:
        return HttpResponseBadRequest(gettext("查看敏感信息须填写事由"))
    if looking.state.rows().order_by()[: LARGE + 1].count() > LARGE:
        job = services.export_later(
            state=looking.state,
            kind=kind,
            by=looking.actor,
            at=looking.state.now.at,
            purpose=purpose,
        )
        return redirect(f"{looking.base}export-job?job={job.pk}")
    with tempfile.TemporaryDirectory(prefix="luchang-export-") as folder:
        place = Path(folder) / f"list.{kind.value}"
        services.export(
            state=looking.state,
            kind=kind,
            place=place,
            by=looking.actor,
            at=looking.state.now.at,
            purpose=purpose,
        )
        return _file(place, kind, services.file_name(looking.state, looking.state.now.at))


def _file(place: Path, kind: FileKind, name: str) -> FileResponse:
    response = FileResponse(place.open("rb"), content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.{kind.value}"
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def export_job(request: HttpRequest, spec: Spec) -> HttpResponse:
    """How far the file of a large list is."""
    actor = actor_of(request)
    jobs = Job.objects.filter(asked_by=actor.user_id or 0, kind="lists.export")
    job = jobs.filter(pk=_key(request.GET.get("job", ""))).first()
    if job is None:
        raise Http404
    base = request.path.rpartition("/")[0] + "/"
    return render(request, "lists/export_job.html", {"spec": spec, "job": job, "base": base})


@require_GET
def export_file(request: HttpRequest, spec: Spec) -> FileResponse:
    """The file of a large list, for who ordered it."""
    try:
        key = UUID(request.GET.get("file", ""))
    except ValueError as odd:
        raise Http404 from odd
    file = ExportFile.objects.of(actor_of(request), spec.code).filter(key=key).first()
    if file is None or not file.place.exists():
        raise Http404
    return _file(file.place, FileKind(file.kind), file.name)


@require_GET
def print_out(request: HttpRequest, spec: Spec) -> HttpResponse:
    """The filtered rows as they go on paper, with head and watermark."""
    looking = look(request, spec)
    if looking.state.unreadable:
        return HttpResponseBadRequest(gettext("筛选条件有误"))
    records = list(looking.state.rows()[: PRINT_CAP + 1])
    rows = [row_of(looking.state, record) for record in records[:PRINT_CAP]]
    at = looking.state.now.at
    services.record_taking(
        looking.state, Action.PRINT, by=looking.actor, at=at, rows=len(rows), kind="html"
    )
    return render(
        request,
        "lists/print.html",
        {
            "spec": spec,
            "state": looking.state,
            "rows": rows,
            "is_cut": len(records) > PRINT_CAP,
            "cap": PRINT_CAP,
            "watermark": services.watermark(looking.actor, at),
            "marks": range(40),
        },
    )


@require_GET
def tree(request: HttpRequest, spec: Spec) -> HttpResponse:
    """One level of the organisation tree beside the list: those below `parent`, else the roots."""
    looking = look(request, spec)
    reached = organisations_of(looking.actor, spec.permission)
    parent = looking_for(request)
    if parent:
        found = reached.filter(code=parent).first()
        if found is None:
            raise Http404
        level = reached.filter(parent=found)
    else:
        level = reached.exclude(parent__in=reached)
    has_below = set(
        Organisation.objects.filter(parent__in=level).values_list("parent_id", flat=True)
    )
    chosen = looking.state.asked.one(spec.tree.key) if spec.tree else ""
    nodes = [
        {
            "name": each.short_name,
            "full_name": each.name,
            "href": looking.base + tree_href(looking.state, each.code),
            "below": f"{looking.base}tree{looking.state.query(parent=each.code)}"
            if each.pk in has_below
            else "",
            "is_here": each.code == chosen,
        }
        for each in level.order_by("order", "path")
    ]
    return render(request, "lists/_tree.html", {"nodes": nodes, "is_root": not parent})


def looking_for(request: HttpRequest) -> str:
    """The code of the organisation whose branch is to be opened."""
    return Asked.of(request.GET.lists()).one("parent")


def tree_href(state: ListState, code: str) -> str:
    """The list narrowed to one organisation of the tree; to none for an empty code."""
    tree = state.spec.tree
    if tree is None:
        return ""
    asked = state.asked.without(*tree.names, "page", "parent")
    return "?" + (asked.replaced(tree.key, code) if code else asked.replaced("view", "0")).query()


@require_POST
def save_view(request: HttpRequest, spec: Spec) -> HttpResponse:
    """Keep the present address under a name."""
    name = request.POST.get("name", "").replace("\x00", "").strip()[:40]
    if not name:
        return HttpResponseBadRequest(gettext("请填写视图名称"))
    looking = look(request, spec, Asked.of(_lists(request.POST.get("query", ""))))
    view = services.save_view(
        spec=spec,
        name=name,
        query=looking.state.asked.without("page", "view").query(),
        is_shared=request.POST.get("is_shared") == "1",
        by=looking.actor,
        at=looking.state.now.at,
    )
    if request.POST.get("is_default") == "1":
        services.prefer_view(spec=spec, view_id=view.pk, by=looking.actor)
    return redirect(f"{looking.base}?{opened(view)}")


@require_POST
def delete_view(request: HttpRequest, spec: Spec) -> HttpResponse:
    try:
        services.delete_view(
            view_id=_key(request.POST.get("view", "")), by=actor_of(request), at=clock.now()
        )
    except SavedView.DoesNotExist as missing:
        raise Http404 from missing
    return redirect(request.path.rpartition("/")[0] + "/?view=0")


@require_POST
def prefer(request: HttpRequest, spec: Spec) -> HttpResponse:
    """Keep columns, density or the view to open with, then show the list so."""
    actor = actor_of(request)
    asked = Asked.of(_lists(request.POST.get("query", "")))
    if "density" in request.POST:
        if request.POST["density"] not in Density.values:
            return HttpResponseBadRequest(gettext("无此显示密度"))
        services.prefer_density(spec=spec, density=Density(request.POST["density"]), by=actor)
    if "default_columns" in request.POST:
        services.prefer_columns(spec=spec, keys=(), by=actor)
        asked = asked.without("cols")
    elif "columns" in request.POST:
        keys = [key for key in request.POST.getlist("columns") if spec.column(key)]
        services.prefer_columns(spec=spec, keys=keys, by=actor)
        asked = asked.replaced("cols", ",".join(keys)) if keys else asked.without("cols")
    if "default_view" in request.POST:
        try:
            view_id = _key(request.POST["default_view"]) or None
            services.prefer_view(spec=spec, view_id=view_id, by=actor)
        except SavedView.DoesNotExist as missing:
            raise Http404 from missing
    query = look(request, spec, asked).state.asked.query() or "view=0"
    return redirect(f"{request.path.rpartition('/')[0]}/?{query}")


@require_POST
def bulk(request: HttpRequest, spec: Spec) -> HttpResponse:
    """First press: the list of what would be done. Second press: it is done, once."""
    action = spec.bulk_action(request.POST.get("action", ""))
    if action is None:
        raise Http404
    looking = look(request, spec, Asked.of(_lists(request.POST.get("query", ""))))
    looking.actor.check(action.permission)
    if request.POST.get("confirmed") == "1":
        return _run(request, looking, action)
    ids = _chosen(request, looking.state)
    records = list(spec.rows(looking.actor).filter(pk__in=ids).order_by("pk"))
    if len(records) != len(ids):
        raise Http404
    return render(
        request,
        "lists/bulk.html",
        {
            "spec": spec,
            "action": action,
            "records": records,
            "key": uuid4(),
            "base": looking.base,
            "back": looking.home,
            "query": looking.state.asked.query(),
            "cap": BULK_CAP,
            "is_cut": len(ids) == BULK_CAP,
        },
    )


def _run(request: HttpRequest, looking: Looking, action: BulkAction) -> HttpResponse:
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return HttpResponseBadRequest(gettext("缺少请求编号"))
    outcome = services.run_bulk(
        spec=looking.state.spec,
        action=action,
        ids=_ids(request)[:BULK_CAP],
        key=key,
        by=looking.actor,
        at=looking.state.now.at,
    )
    return render(
        request,
        "lists/bulk_done.html",
        {
            "spec": looking.state.spec,
            "action": action,
            "outcome": outcome,
            "back": looking.home,
        },
    )


def _chosen(request: HttpRequest, state: ListState) -> list[int]:
    """The checked rows, or all filtered rows where that was asked, up to the cap."""
    if request.POST.get("all") == "1":
        return list(state.rows().values_list("pk", flat=True)[:BULK_CAP])
    return _ids(request)[:BULK_CAP]


def _ids(request: HttpRequest) -> list[int]:
    return list(dict.fromkeys(filter(None, map(_key, request.POST.getlist("ids")))))


def _key(text: str) -> int:
    """A primary key out of a form; 0, which no row has, for what cannot be one."""
    is_key = text.isascii() and text.isdigit() and len(text) <= 18  # noqa: PLR2004 - bigint
    return int(text) if is_key else 0


def _lists(query: str) -> list[tuple[str, list[str]]]:
    return list(QueryDict(query[:4_000]).lists())
