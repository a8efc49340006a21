"""How long each step takes: mean, median and what nine in ten stay within."""

from typing import Any

from django.db.models import Aggregate, Avg, FloatField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from luchang.apps.dispatch.kpis.rows import (
    OF_CALLS,
    OF_INCIDENTS,
    OF_ORDERS,
    between,
    calls,
    first_dispatches,
    incidents,
)
from luchang.kernel.metrics import Better, Indicator, Unit


class Percentile(Aggregate):
    """Continuous percentile of a number of seconds; null over no rows."""

    template = "PERCENTILE_CONT(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, of: str, *, share: float) -> None:
        super().__init__(of, share=share)


LATE = _("撤销和退回的派警单；增援；时钟有误而出现负值的用时")
INTERVALS = (
    (
        "queue",
        _("接听等待"),
        between(calls, "queued_at", "answered_at"),
        _("已接听的来话"),
        OF_CALLS,
    ),
    (
        "sign",
        _("签收用时"),
        between(first_dispatches, "sent_at", "signed_at"),
        _("已签收的派警单"),
        OF_ORDERS,
    ),
    (
        "travel",
        _("路途用时"),
        between(first_dispatches, "signed_at", "arrived_at"),
        _("已到场的派警单，自签收起"),
        OF_ORDERS,
    ),
    (
        "arrive",
        _("到场用时"),
        between(incidents, "received_at", "arrived_at"),
        _("已到场的警情，自接警起"),
        OF_INCIDENTS,
    ),
    (
        "handle",
        _("处置用时"),
        between(incidents, "arrived_at", "feedback_at"),
        _("已到场并已反馈的警情"),
        OF_INCIDENTS,
    ),
)
MEASURES: tuple[tuple[str, Any, Aggregate], ...] = (
    ("mean", _("平均"), Avg("seconds")),
    ("median", _("中位数"), Percentile("seconds", share=0.5)),
    ("p90", _("九成在内"), Percentile("seconds", share=0.9)),
)

TIMES = tuple(
    Indicator(
        code=f"dispatch.{name}_{measure}",
        title=format_lazy("{title}·{words}", title=title, words=words),
        unit=Unit.SECOND,
        counts=counts,
        leaves_out=LATE,
        rows=rows,
        aggregate=aggregate,
        better=Better.LOWER,
        **about,
    )
    for name, title, rows, counts, about in INTERVALS
    for measure, words, aggregate in MEASURES
)
