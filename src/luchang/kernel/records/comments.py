"""Comments on any record; a person named in one is told."""

import re
from collections.abc import Callable
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from luchang.kernel.identity.actors import Actor
from luchang.kernel.identity.models import User
from luchang.kernel.records import notices
from luchang.kernel.records.models import Comment
from luchang.kernel.records.moves import subject_of

NOTICE = "records.mention"
MENTION = re.compile(r"@([0-9A-Za-z._-]{3,32})")


class EmptyComment(Exception):
    """A comment says something."""


@transaction.atomic
def comment(
    *,
    subject: models.Model,
    text: str,
    by: Actor,
    at: datetime,
    url: str = "",
    may_see: Callable[[User], bool],
) -> Comment:
    """Add a comment; `@account` tells that person, if `may_see` says the record is his to see.

    Whether `by` reaches the record is for the caller to have decided.

    Raises:
        EmptyComment: there is no text.
    """
    if not text.strip():
        raise EmptyComment
    named = User.objects.filter(username__in=set(MENTION.findall(text)), is_active=True)
    mentioned = sorted(user.pk for user in named if may_see(user))
    made = Comment.objects.create(
        subject=subject_of(subject),
        subject_id=subject.pk,
        text=text.strip(),
        mentioned=mentioned,
        author_id=by.user_id,
        author_name=by.name,
        at=at,
    )
    notices.notify(
        user_ids=[each for each in mentioned if each != by.user_id],
        kind=NOTICE,
        key=f"comment-{made.pk}",
        title=_("%(name)s 提到了您") % {"name": by.name},
        body=made.text,
        url=url,
        at=at,
    )
    return made


def move_all(before: models.Model, after: models.Model) -> int:
    """Take what was said about one record to another, because the two are one; how many.

    Whether the caller reaches both is for him to have decided.
    """
    return comments_on(before).update(subject=subject_of(after), subject_id=after.pk)


def comments_on(subject: models.Model) -> models.QuerySet[Comment]:
    """Oldest first."""
    return Comment.objects.filter(subject=subject_of(subject), subject_id=subject.pk)
