"""What every list keeps beside its rows: views, preferences, files, jobs, the tree."""

from datetime import UTC, datetime
from itertools import count
from uuid import uuid4

from django.urls import get_resolver

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import Organisation
from luchang.kernel.jobs.models import Job
from luchang.kernel.lists.models import ExportFile, SavedView
from luchang.kernel.lists.specs import registered
from tests.factories import identity
from tests.matrix.protocol import Made, Make, Place, Specimen, nobody

NOW = datetime.now(UTC)
COLLEAGUE = ("own",)
"""What belongs to one person is foreign to the colleague at the next desk already."""

ELSEWHERE = ("city", "child", "sibling", "other")
"""Everybody's page names his own unit."""

_number = count(1)


def _job(code: str) -> Make:
    def make(at: Organisation) -> Made:
        made = Job.objects.create(
            kind="lists.export",
            title=f"样件{next(_number)}样",
            asked_by=identity.user(at=at),
            organisation=at,
            asked_at=NOW,
        )
        return Made(query={"job": made.pk}, mark=made.title)

    del code
    return make


def _file(code: str) -> Make:
    def make(at: Organisation) -> Made:
        made = ExportFile.write(
            key=uuid4(),
            list_code=code,
            user_id=identity.user(at=at).pk,
            kind="csv",
            name="样表",
            at=NOW,
        )
        made.place.parent.mkdir(parents=True, exist_ok=True)
        made.place.write_text("样内容样")
        return Made(query={"file": made.key}, mark="样内容样")

    return make


def _view(code: str, at: Organisation, *, is_shared: bool) -> SavedView:
    return SavedView.keep(
        list_code=code,
        name=f"样图{next(_number)}样",
        owner_id=identity.user(at=at).pk,
        query="q=x",
        organisation_id=at.pk if is_shared else None,
        at=NOW,
    )


def _shared_view(code: str) -> Make:
    return lambda at: Made(mark=_view(code, at, is_shared=True).name, query={"size": "20"})


def _preferred(code: str) -> Make:
    return lambda at: Made(form={"default_view": _view(code, at, is_shared=True).pk})


def _deleted(code: str) -> Make:
    return lambda at: Made(form={"view": _view(code, at, is_shared=True).pk})


def _branch(at: Organisation) -> Made:
    return Made(query={"parent": at.code})


def _named_branch(at: Organisation) -> Made:
    """The name of the organisation whose code is typed into the filter."""
    return Made(query={"organisation": at.code}, mark=at.short_name)


def shares_with(actor: Actor, at: Organisation) -> bool:
    """A view is shared with a unit and all below it."""
    return actor.organisation_path.startswith(at.path)


def _specimens() -> list[Specimen]:
    get_resolver().url_patterns  # noqa: B018 - loads every app's routes, which register the lists
    found = []
    for spec in registered():
        code = spec.code
        if code.startswith("example."):
            continue
        found += [
            Specimen(
                f"{code}.export-job", _job(code), Place.QUERY, reached=nobody, where=COLLEAGUE
            ),
            Specimen(
                f"{code}.export-file", _file(code), Place.QUERY, reached=nobody, where=COLLEAGUE
            ),
            Specimen(
                f"{code}.delete-view",
                _deleted(code),
                Place.BODY,
                "POST",
                reached=nobody,
                where=COLLEAGUE,
            ),
            Specimen(f"{code}.prefer", _preferred(code), Place.BODY, "POST", reached=shares_with),
            Specimen(code, _shared_view(code), Place.LIST, reached=shares_with),
        ]
        if spec.tree is not None:
            found += [
                Specimen(f"{code}.tree", _branch, Place.QUERY),
                Specimen(code, _named_branch, Place.FILTER, where=ELSEWHERE),
            ]
    return found


SPECIMENS = _specimens()
