"""An edition as PDF."""

from luchang.apps.reports.bridge.printing import Edition
from luchang.kernel.papers import paper


def pdf(edition: Edition) -> bytes:
    """The edition on A4, its fonts embedded.

    Raises:
        PaperUnavailable: a library or a Chinese font is missing here.
    """
    return paper.pdf("reports/paper.html", {"edition": edition})
