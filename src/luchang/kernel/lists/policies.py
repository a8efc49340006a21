"""Who may share a view of a list with his unit."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.permissions import Permission, declare

SHARE_VIEWS = "lists.share_views"

declare(Permission(SHARE_VIEWS, _("共享列表视图")))
