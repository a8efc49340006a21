"""The auditor's pages. Nobody else opens them, and looking into the log is itself on record."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from luchang.kernel import clock
from luchang.kernel.audit import services, tasks
from luchang.kernel.audit.models import AuditEntry, Seal
from luchang.kernel.audit.selectors import entries_for, seal_status, trail_of
from luchang.kernel.audit.states import Action
from luchang.kernel.audit.verification import Flaw
from luchang.kernel.history import Change, event_model_of, history_by_key
from luchang.kernel.identity.access import allow
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.identity.policies import SEE_AUDIT
from luchang.kernel.jobs.queues import enqueue
from luchang.kernel.lists.columns import Coded, Column, Moment, Number
from luchang.kernel.lists.filters import Choice, DateRange, TextSearch
from luchang.kernel.lists.specs import ListSpec, PageAction

TONES = {
    Action.REVEAL: "danger",
    Action.REFUSED: "danger",
    Action.EXPORT: "warning",
    Action.PRINT: "warning",
    Action.ADMINISTER: "info",
    Action.CREATE: "success",
    Action.CHANGE: "primary",
    Action.MOVE: "primary",
}
SECTION = (_("系统管理"), "")


def _trail_address(entry: AuditEntry) -> str:
    if not entry.subject_id or "/" in entry.subject_id:
        return ""
    return reverse("audit_trail", args=[entry.subject, entry.subject_id])


def _subject(entry: AuditEntry) -> str:
    return subject_name(entry.subject)


def _seals(actor: Actor) -> QuerySet[Seal]:
    actor.check(SEE_AUDIT)
    return Seal.objects.defer("marks")


ENTRIES = ListSpec[AuditEntry](
    code="audit.entries",
    title=_("审计日志"),
    permission=SEE_AUDIT,
    rows=entries_for,
    order=("-at",),
    columns=(
        Column("at", _("时间"), format=Moment(), sort="at"),
        Column("actor_name", _("人员"), sort="actor_name"),
        Column("action", _("操作"), format=Coded(Action, TONES), sort="action"),
        Column("subject", _("对象"), _subject, sort="subject"),
        Column("subject_id", _("对象编号"), link=_trail_address),
        Column("purpose", _("事由")),
        Column("address", _("地址")),
        Column("request_id", _("请求编号"), is_shown=False),
        Column("detail", _("详情"), lambda entry: str(entry.detail), is_shown=False),
        Column("pk", _("序号"), format=Number(), is_shown=False),
    ),
    filters=(
        TextSearch(
            contains=("actor_name", "subject_id", "purpose"), hint=_("人员、对象编号、事由")
        ),
        DateRange("at", _("时间")),
        Choice("deed", _("操作"), Action, field="action"),
        Choice("subject", _("对象"), lambda: subjects()),  # noqa: PLW0108 - defined below
    ),
    actions=(PageAction(_("封存状态"), "audit_seals", SEE_AUDIT, icon="shield-check"),),
    parents=(SECTION,),
)

SEALS = ListSpec[Seal](
    code="audit.seals",
    title=_("审计封存"),
    permission=SEE_AUDIT,
    rows=_seals,
    order=("-number",),
    columns=(
        Column("number", _("封存编号"), format=Number(), sort="number"),
        Column("at", _("封存时间"), format=Moment(), sort="at"),
        Column("count", _("条数"), format=Number(), sort="count"),
        Column("first_id", _("首条"), format=Number()),
        Column("last_id", _("末条"), format=Number()),
        Column("digest", _("摘要")),
        Column("archive", _("归档文件")),
    ),
    filters=(
        TextSearch(contains=("digest", "archive"), hint=_("摘要、归档文件")),
        DateRange("at", _("封存时间")),
    ),
    parents=(SECTION, (_("审计日志"), "audit.entries")),
)


def subject_name(subject: str) -> str:
    """A kind of record as its app calls it; the label itself where no app does."""
    try:
        return str(apps.get_model(subject)._meta.verbose_name)  # noqa: SLF001 - Django's public name
    except (LookupError, ValueError):
        return subject


def subjects() -> dict[str, str]:
    """The kinds of record that stand in the log."""
    found = AuditEntry.objects.order_by("subject").values_list("subject", flat=True).distinct()
    return {subject: subject_name(subject) for subject in found}


@allow(SEE_AUDIT)
@require_GET
def trail(request: HttpRequest, subject: str, subject_id: str) -> HttpResponse:
    """Everything that was done with one record, and how its fields changed."""
    actor = actor_of(request)
    entries = trail_of(actor, subject=subject, subject_id=subject_id)
    services.record_reading(
        by=actor, subject="audit.auditentry", subject_ids=[f"{subject} {subject_id}"[:64]],
        at=clock.now(),
    )  # fmt: skip
    content = {
        "subject": subject_name(subject),
        "subject_id": subject_id,
        "entries": entries,
        "changes": _changes(subject, subject_id) if entries else [],
        "tones": {action: TONES.get(action, "") for action in Action},
    }
    return render(request, "screens/administration/audit/trail.html", content)


@allow(SEE_AUDIT)
@require_GET
def seals(request: HttpRequest) -> HttpResponse:
    """Whether the log is as it was sealed, and how far the sealing is."""
    status = seal_status()
    found = status.verification.findings if status.verification else []
    content = {
        "status": status,
        "findings": [finding | {"label": FLAWS[Flaw(finding["flaw"])]} for finding in found],
        "seals": Seal.objects.defer("marks").order_by("-number")[:10],
    }
    return render(request, "screens/administration/audit/seals.html", content)


@allow(SEE_AUDIT)
@require_POST
def verify_now(request: HttpRequest) -> HttpResponseBase:
    """Have the whole log checked by the worker."""
    queued = enqueue(tasks.verify_nightly, once="audit verify", timestamp=0)
    told = gettext("校验已开始，稍后刷新查看结果。") if queued else gettext("校验正在进行。")
    messages.success(request, told)
    return redirect("audit_seals")


FLAWS: dict[Flaw, Any] = {
    Flaw.EDITED: _("内容被修改"),
    Flaw.DELETED: _("记录被删除"),
    Flaw.INSERTED: _("事后插入"),
    Flaw.REORDERED: _("顺序被调换"),
    Flaw.SEAL_ALTERED: _("封存被篡改"),
    Flaw.SEAL_MISSING: _("封存缺失"),
    Flaw.TAIL_CUT: _("末尾被截断"),
    Flaw.OUTSIDE_LOST: _("库外摘要丢失"),
    Flaw.FROM_NOWHERE: _("来源不明的记录"),
}


def _changes(subject: str, subject_id: str) -> list[Change]:
    """The history of a tracked record, newest first; none for what is not tracked."""
    try:
        model = apps.get_model(subject)
        event_model_of(model)
        key = model._meta.pk.to_python(subject_id)  # noqa: SLF001 - Django's public name
    except (LookupError, ValueError, ValidationError):
        return []
    return list(reversed(history_by_key(model, key)))
