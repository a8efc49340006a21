"""How the forms and buttons of the force are answered."""

from django.utils.translation import gettext_lazy as _

from luchang.apps.force.services import Refused
from luchang.kernel.ui.asking import Asker, Asking

FORCE = Asker("force/form.html", (Refused,), _("班次的状态已经改变，不能这样操作"))
ask, press = FORCE.ask, FORCE.press

__all__ = ["Asking", "ask", "press"]
