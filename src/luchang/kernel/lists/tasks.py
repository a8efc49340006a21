"""What lists do in the worker: large imports, large exports."""

from functools import partial
from typing import Any

from django.http import QueryDict
from django.urls import get_resolver, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from luchang.kernel import clock
from luchang.kernel.history import attributed
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.jobs.runs import JobRefused, Run, long_job
from luchang.kernel.lists import services
from luchang.kernel.lists.asked import Asked
from luchang.kernel.lists.exports import FileKind
from luchang.kernel.lists.filters import Circumstances
from luchang.kernel.lists.imports import services as imports
from luchang.kernel.lists.imports.planning import Told
from luchang.kernel.lists.imports.specs import ImportSpec
from luchang.kernel.lists.specs import ListSpec, find
from luchang.kernel.lists.states import read


def actor_now(user_id: int) -> Actor:
    """What the person who asked may do now: he may have lost it since."""
    return actor_for(User.objects.get(pk=user_id), at=clock.now())


def list_of(code: str) -> ListSpec[Any]:
    """The list of that code, in a process that may not have served any page yet."""
    get_resolver().url_patterns  # noqa: B018 - lists are known once the addresses are read
    return find(code)


def tell(run: Run, done: int, of: int | None) -> None:
    run.progress(done, of=of)


@long_job("lists.import", title=_("导入"), beside=True)
def import_workbook(
    run: Run, *, list_code: str, user_id: int, what: str, run_id: int, language: str
) -> None:
    """Check a workbook, or take `all` or only the `valid` of its rows.

    Rows are taken in one transaction: a job that is cancelled leaves none. Faults are kept as
    they are told, so they are told in the language of the one who sent the file.
    """
    with translation.override(language):
        _import(run, list_code, user_id, what, run_id)


def _import(run: Run, list_code: str, user_id: int, what: str, run_id: int) -> None:
    spec = list_of(list_code).imports
    if spec is None:
        raise JobRefused(str(_("此列表不能导入")))
    by, told = actor_now(user_id), partial(tell, run)
    with attributed(by):
        _check_or_take(spec, by, told, what, run_id)


def _check_or_take(spec: ImportSpec[Any], by: Actor, told: Told, what: str, run_id: int) -> None:
    if what == "check":
        imports.check(spec=spec, run_id=run_id, by=by, at=clock.now(), told=told)
        return
    try:
        imports.confirm(
            spec=spec,
            run_id=run_id,
            only_valid=what == "valid",
            by=by,
            at=clock.now(),
            told=told,
        )
    except imports.NotAllRight as refusal:
        raise JobRefused(str(refusal)) from refusal
    except imports.DataChanged as changed:
        raise JobRefused(str(_("数据在预览之后有变化，请核对新的预览"))) from changed


@long_job("lists.export", title=_("导出"), beside=True, attempts=3)
def export_list(
    run: Run, *, list_code: str, query: str, kind: str, purpose: str, user_id: int
) -> None:
    """Write all rows of a large list to a file, within what the person reaches now."""
    spec, by, at = list_of(list_code), actor_now(user_id), clock.now()
    asked = Asked.of(QueryDict(query).lists())
    file = services.export_to_file(
        state=read(spec, asked, Circumstances(by, spec.permission, at)),
        kind=FileKind(kind),
        by=by,
        at=at,
        purpose=purpose,
        told=partial(tell, run),
    )
    run.result(name=file.name, url=f"{reverse(f'{spec.code}.export-file')}?file={file.key}")
