"""Who may see risks."""

from django.utils.translation import gettext_lazy as _

from luchang.kernel.identity.permissions import Permission, declare

SEE_RISK = "risk.see_risk"

declare(Permission(SEE_RISK, _("查看隐患治理")))
