"""The only writers of risk lists, hazards and what goes with them."""

from luchang.apps.risk.services.extensions import ask_for_time, decline_time, grant_time
from luchang.apps.risk.services.finding import Found, correct, find, find_once, said_of
from luchang.apps.risk.services.hazard_refusals import HazardRefused
from luchang.apps.risk.services.lists import (
    add_field,
    close_version,
    drop_field,
    make_list,
    open_version,
    rename_list,
    ship_lists,
)
from luchang.apps.risk.services.loop import (
    accept,
    cancel,
    hand_over,
    link,
    plan,
    reopen,
    return_to_sender,
    send_back,
    sign,
    strike_off,
    submit,
)
from luchang.apps.risk.services.mayors import close_month, is_month_closed, month_before
from luchang.apps.risk.services.supervision import lift, put_up

__all__ = [
    "Found",
    "HazardRefused",
    "accept",
    "add_field",
    "ask_for_time",
    "cancel",
    "close_month",
    "close_version",
    "correct",
    "decline_time",
    "drop_field",
    "find",
    "find_once",
    "grant_time",
    "hand_over",
    "is_month_closed",
    "lift",
    "link",
    "make_list",
    "month_before",
    "open_version",
    "plan",
    "put_up",
    "rename_list",
    "reopen",
    "return_to_sender",
    "said_of",
    "send_back",
    "ship_lists",
    "sign",
    "strike_off",
    "submit",
]
