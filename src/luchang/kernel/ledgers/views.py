"""The routes of a record: its page, its deeds, its remarks and files."""

import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from luchang.kernel import clock
from luchang.kernel.audit.reveals import PurposeMissing, reveal
from luchang.kernel.audit.services import record_reading
from luchang.kernel.identity.actors import Actor, Forbidden
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.models import User
from luchang.kernel.identity.selectors import actor_for
from luchang.kernel.ledgers.files import may_withdraw
from luchang.kernel.ledgers.pages import (
    address_of,
    facts_of,
    may_remark,
    may_reveal,
    page_of,
)
from luchang.kernel.ledgers.specs import Deed, Ledger, Opening, form_of
from luchang.kernel.records.attachments import services as attachments
from luchang.kernel.records.attachments.selectors import NotFound, attachment_for
from luchang.kernel.records.attachments.states import Refused as FileRefused
from luchang.kernel.records.comments import EmptyComment, comment
from luchang.kernel.records.moves import subject_of
from luchang.kernel.ui.asking import Asker, Asking

M = TypeVar("M", bound=Model)
REMARK_LIMIT = 2_000
REASON_LIMIT = 200


def record(request: HttpRequest, ledger: Ledger[Any], pk: int) -> HttpResponse:
    """The record: what it is, what is to be done with it, all that happened to it."""
    actor, at = actor_of(request), clock.now()
    row = found(ledger, actor, pk)
    if ledger.reads_are_told:
        record_reading(by=actor, subject=subject_of(row), subject_ids=[row.pk], at=at)
    return render(request, "ledgers/record.html", page_of(ledger, row, actor=actor, at=at))


def begin(request: HttpRequest, ledger: Ledger[Any], opening: Opening) -> HttpResponse:
    """The form of a new record, and the way to it once it is there."""
    actor, at = actor_of(request), clock.now()
    proposed = opening.initial(request.GET.dict(), at) if opening.initial else {}
    form = form_of(opening.form, None, actor=actor, at=at, initial=proposed, **_sent(request))

    def act() -> str:
        return address_of(ledger, opening.act(form.cleaned_data, actor, at))

    asking = Asking(
        str(opening.title),
        [_list_of(ledger)],
        act,
        str(opening.done),
        icon=opening.icon,
        more={"ledger": ledger, "note": opening.note, "picker": _picker(ledger, form)},
    )
    return _asker(ledger).ask(request, form, asking)


def carry_out(request: HttpRequest, ledger: Ledger[Any], deed: Deed[Any], pk: int) -> HttpResponse:
    """Ask for what a deed needs, and do it; a deed without questions is done at once."""
    actor, at = actor_of(request), clock.now()
    row = found(ledger, actor, pk)
    back = address_of(ledger, row)
    if not deed.is_offered(actor, row):
        return _not_offered(request, ledger, deed, row, actor)
    if deed.form is None:
        return _asker(ledger).press(
            request, lambda: deed.act(row, {}, actor, at), done=str(deed.done), back=back
        )
    proposed = deed.initial(row, at) if deed.initial else {}
    form = form_of(deed.form, row, actor=actor, at=at, initial=proposed, **_sent(request))

    def act() -> str:
        deed.act(row, form.cleaned_data, actor, at)
        return back

    asking = Asking(
        str(deed.title),
        [_list_of(ledger), (ledger.heading(row), back)],
        act,
        str(deed.done),
        icon=deed.icon,
        more={"ledger": ledger, "row": row, "facts": facts_of(ledger, row, actor)}
        | {"note": deed.note, "is_dangerous": deed.kind == "danger"}
        | {"picker": _picker(ledger, form)},
    )
    return _asker(ledger).ask(request, form, asking)


def remark(request: HttpRequest, ledger: Ledger[Any], pk: int) -> HttpResponse:
    """Add a remark; whoever is named in it and sees the record is told."""
    actor, at = actor_of(request), clock.now()
    row = found(ledger, actor, pk)
    if not may_remark(ledger, actor):
        raise Forbidden(f"{actor.name} may not remark on {row}")
    text = request.POST.get("text", "").replace("\0", "")[:REMARK_LIMIT]

    def may_see(user: User) -> bool:
        reader = actor_for(user, at=at)
        return reader.may(ledger.permission) and ledger.rows(reader).filter(pk=row.pk).exists()

    address = address_of(ledger, row)

    def act() -> object:
        return comment(subject=row, text=text, by=actor, at=at, url=address, may_see=may_see)

    asker = Asker("", (EmptyComment,), ledger.stale, words=lambda _refusal: [_("请填写备注内容")])
    return asker.press(request, act, done=_("已添加备注"), back=address)


def withdraw_file(
    request: HttpRequest, ledger: Ledger[Any], pk: int, key: uuid.UUID
) -> HttpResponse:
    """Take a file off the record; its name, its sender and the reason stay in the history."""
    actor, at = actor_of(request), clock.now()
    row = found(ledger, actor, pk)
    try:
        file = attachment_for(key=key, by=actor)
    except NotFound as unknown:
        raise Http404 from unknown
    if (file.subject, file.subject_id) != (subject_of(row), row.pk):
        raise Http404
    if not may_withdraw(ledger, actor, row, file):
        raise Forbidden(f"{actor.name} may not withdraw {file.key} of {row}")
    reason = " ".join(request.POST.get("reason", "").replace("\0", "").split())[:REASON_LIMIT]

    def act() -> None:
        if not reason:
            raise EmptyComment
        attachments.remove(attachment=file, reason=reason, by=actor, at=at)

    asker = Asker(
        "", (EmptyComment, FileRefused), ledger.stale, words=lambda _refusal: [_("请写明原因")]
    )
    return asker.press(request, act, done=_("已撤回附件"), back=address_of(ledger, row))


def show_in_full(request: HttpRequest, ledger: Ledger[Any], pk: int) -> HttpResponse:
    """One personal value in clear, for a purpose, on record."""
    actor, at = actor_of(request), clock.now()
    row = found(ledger, actor, pk)
    column = ledger.fact(request.POST.get("fact", "")[:60])
    if column is None or not column.reveal:
        raise Http404
    if not may_reveal(actor, column, row):
        raise Forbidden(f"{actor.name} may not see {column.key} of {row} in full")
    values: dict[str, object] = {"column": column}
    try:
        shown = reveal(
            row,
            str(column.value or column.key),
            permission=column.reveal,
            purpose=request.POST.get("purpose", ""),
            by=actor,
            at=at,
        )
        values["shown"] = shown
    except PurposeMissing:
        values["why"] = _("请写明查看事由，至少四个字")
    return render(request, "ledgers/_revealed.html", values)


def found(ledger: Ledger[M], actor: Actor, pk: int) -> M:
    """Raises Http404 for what is not there or not his."""
    row = ledger.rows(actor).filter(pk=pk).first()
    if row is None:
        raise Http404(f"{ledger.name} {pk}")
    return row


def _not_offered(
    request: HttpRequest, ledger: Ledger[Any], deed: Deed[Any], row: Model, actor: Actor
) -> HttpResponse:
    """Forbidden where it is not his to do; told where the record has moved on."""
    if not deed.is_within(actor, row):
        raise Forbidden(f"{actor.name} may not {deed.key} {row}")

    def act() -> None:
        raise _Stale

    asker = Asker("", (_Stale,), ledger.stale, words=lambda _refusal: [str(ledger.stale)])
    return asker.press(request, act, done="", back=address_of(ledger, row))


class _Stale(Exception):
    """The record has moved on since the page was drawn."""


def _picker(ledger: Ledger[Any], form: forms.Form) -> Mapping[str, object] | None:
    """The map of a form that asks for a point."""
    if ledger.ground is None or not {"longitude", "latitude"} <= set(form.fields):
        return None
    return {**ledger.ground(), "layers": [{"id": "picked", "kind": "place", "things": []}]}


def _asker(ledger: Ledger[Any]) -> Asker:
    return Asker("ledgers/form.html", ledger.refusals, ledger.stale)


def _list_of(ledger: Ledger[Any]) -> tuple[str, str]:
    return str(ledger.listed.title), reverse(ledger.listed.code)


def _sent(request: HttpRequest) -> dict[str, Any]:
    if request.method != "POST":
        return {}
    return {"data": request.POST, "files": request.FILES}
