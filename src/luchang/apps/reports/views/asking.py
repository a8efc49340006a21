"""How the forms and buttons of the reports are answered."""

from django.utils.translation import gettext_lazy as _

from luchang.apps.reports.services import Refused, TextRefused
from luchang.kernel.papers.faults import words_of
from luchang.kernel.ui.asking import Asker, Asking


def _words(refusal: Exception) -> list[str]:
    """A text that is not understood names each of its lines."""
    if isinstance(refusal, TextRefused):
        return [words_of(problem) for problem in refusal.problems]
    return [str(refusal)]


REPORTS = Asker(
    "reports/form.html",
    (Refused, TextRefused),
    _("报告的状态已经改变，不能这样操作"),
    _words,
)
ask, press = REPORTS.ask, REPORTS.press

__all__ = ["Asking", "ask", "press"]
