"""Why an instrument is not used as asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from luchang.kernel.records import refused


class Refused(refused.Refused):
    texts = {
        "malformed": _("填写有误：%(why)s"),
        "nobody_called": _("请至少写明一个被约谈对象"),
        "called_twice": _("“%(name)s”写了两次"),
        "not_yet": _("%(moment)s还没有到，不能登记为已约谈"),
        "no_minutes": _("请写明约谈记录"),
        "promise_in_the_past": _("完成期限不能早于今天"),
        "promises_open": _("还有%(count)s项承诺没有回访，请逐项登记落实情况"),
        "no_law": _("请写明曝光的法律依据"),
        "own_exposure": _("拟稿人不能审批自己拟定的曝光，请由他人审批"),
        "ends_before_it_starts": _("曝光止日不能早于起日"),
        "over_already": _("曝光止日已过，请先修改曝光期限"),
        "name_of_no_enterprise": _("只有曝光企业时可以公开企业名称"),
        "reason_missing": _("请写明原因"),
        "due_in_the_past": _("整改期限须晚于现在"),
        "not_over": _("整改期限未到，只能登记为已整改"),
        "received_before_sent": _("签收日期不能早于移送日期"),
        "received_in_the_future": _("签收日期不能晚于今天"),
    }


@contextmanager
def well_formed() -> Iterator[None]:
    """What the model does not take is told to who wrote it."""
    try:
        yield
    except ValidationError as wrong:
        raise Refused("malformed", why="; ".join(wrong.messages)) from wrong


def reason_of(text: str) -> str:
    """A reason in words.

    Raises:
        Refused: there is none.
    """
    if not text.strip():
        raise Refused("reason_missing")
    return text.strip()[:300]
