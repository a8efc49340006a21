"""Pages of an import: send a workbook, see what it would do, take it."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET, require_http_methods

from luchang.kernel import clock
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.jobs.models import Job
from luchang.kernel.jobs.services import start_job
from luchang.kernel.jobs.states import JobStatus
from luchang.kernel.lists.exports import CONTENT_TYPES, FileKind
from luchang.kernel.lists.imports import services
from luchang.kernel.lists.imports.reader import LARGEST_FILE
from luchang.kernel.lists.imports.workbooks import form
from luchang.kernel.lists.models import ImportRun
from luchang.kernel.lists.specs import ListSpec
from luchang.kernel.lists.states import ImportStatus

Spec = ListSpec[Any]
UNPROCESSABLE = 422
SHOWN_FAULTS = 200
SMALL = 100_000
"""Bytes of a file that is read while the officer waits; a larger one becomes a job."""
FEW = 300
"""Rows tried while he waits: in a small file there may be a hundred thousand."""


class Many(Exception):
    """More rows than anybody should wait for."""


@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest, spec: Spec) -> HttpResponse:
    """Choose a workbook; sent, it is checked and its page opens."""
    base = request.path.rpartition("/")[0] + "/"
    if request.method == "GET":
        return render(request, "lists/import.html", {"spec": spec, "base": base})
    sent = request.FILES.get("file")
    if sent is None or sent.size is None or sent.size > LARGEST_FILE:
        return HttpResponseBadRequest(gettext("请选择不超过20 MB的 .xlsx 文件"))
    actor, at = actor_of(request), clock.now()
    name = (sent.name or "").replace("\x00", "")
    run = services.receive(spec=_imports(spec), name=name, content=sent.read(), by=actor, at=at)
    page = f"{base}import-run?run={run.pk}"
    if sent.size > SMALL:
        _order("check", spec, run, actor)
        return redirect(page)
    try:
        run = services.check(spec=_imports(spec), run_id=run.pk, by=actor, at=at, told=_few_only)
    except Many:
        _order("check", spec, run, actor)
        return redirect(page)
    if _takes_nothing(run):
        context = _context(request, spec, run, "")
        return render(request, "lists/import_run.html", context, status=UNPROCESSABLE)
    return redirect(page)


@require_http_methods(["GET", "POST"])
def import_run(request: HttpRequest, spec: Spec) -> HttpResponse:
    """What the file would do; posted, it is taken."""
    actor = actor_of(request)
    run = _run_of(request, spec, actor)
    notice = ""
    if request.method == "POST":
        only_valid = request.POST.get("rows") == "valid"
        try:
            if run.total <= services.AT_ONCE:
                run = services.confirm(
                    spec=_imports(spec),
                    run_id=run.pk,
                    only_valid=only_valid,
                    by=actor,
                    at=clock.now(),
                )
            else:
                services.check_may_confirm(run, only_valid=only_valid)
                _order("valid" if only_valid else "all", spec, run, actor)
        except services.NotAllRight as refusal:
            notice = str(refusal)
        except services.DataChanged:
            notice = gettext("数据在预览之后有变化，请核对新的预览")
        run = _run_of(request, spec, actor)
    return render(request, "lists/import_run.html", _context(request, spec, run, notice))


def _few_only(done: int, of: int) -> None:
    """Told of the first row, it says whether the rest shall follow."""
    if of > FEW:
        raise Many(done)


def _takes_nothing(run: ImportRun) -> bool:
    """Whether a file is answered like a form in which nothing can be accepted."""
    return run.status == ImportStatus.REFUSED or (run.wrong > 0 and run.valid == 0)


def _context(request: HttpRequest, spec: Spec, run: ImportRun, notice: str) -> dict[str, object]:
    job = Job.objects.filter(pk=run.job_id).first() if run.job_id else None
    earlier = (
        ImportRun.objects.filter(
            import_code=run.import_code, digest=run.digest, status=ImportStatus.APPLIED
        )
        .exclude(pk=run.pk)
        .filter(user=run.user_id)
        .defer("content", "errors")
        .first()
    )
    return {
        "spec": spec,
        "run": run,
        "job": job if job is not None and job.is_open else None,
        "failed_job": job if job is not None and job.error else None,
        "is_stopped": job is not None and job.status == JobStatus.CANCELLED,
        "earlier": earlier,
        "notice": notice,
        "base": request.path.rpartition("/")[0] + "/",
        "more_faults": run.wrong > SHOWN_FAULTS,
    }


@require_GET
def import_errors(request: HttpRequest, spec: Spec) -> HttpResponse:
    """The workbook that names every fault."""
    run = _run_of(request, spec, actor_of(request))
    if run.errors is None:
        raise Http404
    return _workbook(bytes(run.errors), gettext("导入错误清单"))


@require_GET
def import_form(request: HttpRequest, spec: Spec) -> HttpResponse:
    """The form to fill in; with what there is now where `rows=1` asks for it."""
    imports, actor = _imports(spec), actor_of(request)
    rows = imports.rows(actor).order_by(*imports.order)[: services.MOST_IN_FORM]
    content = form(imports, rows.iterator(chunk_size=2_000) if request.GET.get("rows") else ())
    if request.GET.get("rows"):
        services.record_form(imports, by=actor, at=clock.now(), rows=rows.count())
    return _workbook(content, f"{spec.title}-{gettext('导入模板')}")


def _workbook(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        headers={
            "Content-Type": CONTENT_TYPES[FileKind.XLSX],
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}.xlsx",
            "Cache-Control": "no-store",
        },
    )


def _order(what: str, spec: Spec, run: ImportRun, actor: Actor) -> None:
    job = start_job(
        kind="lists.import",
        by=actor,
        at=clock.now(),
        title=f"{spec.title} {run.name}"[:120],
        arguments={
            "list_code": spec.code,
            "run_id": run.pk,
            "what": what,
            "user_id": actor.user_id,
            "language": get_language() or settings.LANGUAGE_CODE,
        },
    )
    run.follow(job.pk)


def _run_of(request: HttpRequest, spec: Spec, actor: Actor) -> ImportRun:
    text = request.GET.get("run", "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):  # noqa: PLR2004 - bigint
        raise Http404
    runs = ImportRun.objects.sent_by(actor, _imports(spec).code).defer("content")
    run = runs.filter(pk=int(text)).first()
    if run is None:
        raise Http404
    return run


def _imports(spec: Spec) -> Any:
    if spec.imports is None:
        raise Http404
    return spec.imports
