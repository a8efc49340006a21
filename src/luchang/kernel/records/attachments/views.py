"""Files in and out. Every fetch asks the record's rules again; nothing is served statically."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from luchang.kernel import clock
from luchang.kernel.identity.access import SIGNED_IN, allow
from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.middleware import actor_of
from luchang.kernel.records.attachments import services, store
from luchang.kernel.records.attachments.models import Attachment
from luchang.kernel.records.attachments.selectors import (
    NotFound,
    attachment_for,
    attachments_of,
    may_attach,
)
from luchang.kernel.records.attachments.states import Refused

_CLOSED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@require_GET
@allow(SIGNED_IN)
def listing(request: HttpRequest, subject: str, subject_id: int) -> HttpResponseBase:
    """The files of one record, as a page's script wants them."""
    actor = actor_of(request)
    try:
        found = attachments_of(subject=subject, subject_id=subject_id, by=actor)
    except NotFound as unknown:
        raise Http404 from unknown
    return JsonResponse({"files": [_summary(each) for each in found]})


@require_POST
@allow(SIGNED_IN)
def upload(request: HttpRequest, subject: str, subject_id: int) -> HttpResponseBase:
    """Take the files of the form field `file`; each is taken or refused by itself.

    A sender that may have to send a file again gives it a `key` and sends it alone.
    """
    actor = actor_of(request)
    if not may_attach(actor, subject, subject_id):
        raise Http404
    taken, refused = [], []
    files = request.FILES.getlist("file")
    key = _key(request.POST.get("key", "")) if len(files) == 1 else None
    for file in files:
        name = file.name or ""
        try:
            made = services.attach(
                subject=subject,
                subject_id=subject_id,
                file=file,
                name=name,
                key=key,
                title=request.POST.get("title", "").replace("\0", "")[:200],
                by=actor,
                at=clock.now(),
            )
        except Refused as refusal:
            refused.append({"name": name[:200], "reason": str(refusal.fault.label)})
        else:
            taken.append(_summary(made))
    status = 201 if taken else 422
    return JsonResponse({"files": taken, "refused": refused}, status=status)


@require_GET
@allow(SIGNED_IN)
def download(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The file, to be saved."""
    actor = actor_of(request)
    return _served(_found(key, actor), actor, as_attachment=True)


@require_GET
@allow(SIGNED_IN)
def picture(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """A picture to be looked at, with the looker's name and the time across it."""
    actor = actor_of(request)
    found = _found(key, actor)
    if not found.kind.is_picture:
        raise Http404
    mark = f"{actor.name} {actor.user_id or ''} {clock.local(clock.now()):%Y-%m-%d %H:%M}"
    return _served(found, actor, as_attachment=False, mark=mark)


@require_GET
@allow(SIGNED_IN)
def thumbnail(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The small picture of lists; not audited one by one, the list that shows it is."""
    found = _found(key, actor_of(request))
    if not found.thumbnail or not store.place_of(found.thumbnail).exists():
        raise Http404
    content = store.place_of(found.thumbnail).read_bytes()
    return HttpResponse(content, content_type="image/jpeg", headers=_CLOSED)


def _key(text: str) -> uuid.UUID | None:
    """The sender's own key; what is none stands for no key."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _found(key: uuid.UUID, actor: Actor) -> Attachment:
    try:
        return attachment_for(key=key, by=actor)
    except NotFound as unknown:
        raise Http404 from unknown


def _served(
    found: Attachment, actor: Actor, *, as_attachment: bool, mark: str = ""
) -> HttpResponseBase:
    try:
        content = services.open_for(attachment=found, by=actor, at=clock.now(), mark=mark)
    except NotFound as lost:
        raise Http404 from lost
    disposition = content_disposition_header(as_attachment, found.name) or "attachment"
    return HttpResponse(
        content,
        content_type=found.media_type,
        headers=_CLOSED | {"Content-Disposition": disposition},
    )


def _summary(attachment: Attachment) -> dict[str, object]:
    return {
        "key": str(attachment.key),
        "name": attachment.name,
        "title": attachment.title,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "by": attachment.uploaded_by_name,
        "at": attachment.uploaded_at.isoformat(),
        "is_picture": attachment.kind.is_picture,
    }
