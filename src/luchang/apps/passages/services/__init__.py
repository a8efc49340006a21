"""The only writers of cameras and whatever else this app owns."""

from luchang.apps.passages.services.cameras import (
    correct_camera,
    register_camera,
    reset_secret,
    resume_camera,
    retire_camera,
    suspend_camera,
)
from luchang.apps.passages.services.erasures import (
    ERASING,
    approve_erasure,
    carry_out_erasure,
    deny_erasure,
    propose_erasure,
    withdraw_erasure,
)
from luchang.apps.passages.services.health import look_after_cameras
from luchang.apps.passages.services.intake import after_durable, tell_durable
from luchang.apps.passages.services.refusals import (
    CameraRefused,
    ErasureRefused,
    Refused,
    SubscriptionRefused,
)
from luchang.apps.passages.services.subscriptions import (
    Wanted,
    approve_subscription,
    ask_subscription,
    cancel_subscription,
    deny_subscription,
    end_subscription,
    lapse_subscriptions,
    set_receiver,
)

__all__ = [
    "ERASING",
    "CameraRefused",
    "ErasureRefused",
    "Refused",
    "SubscriptionRefused",
    "Wanted",
    "after_durable",
    "approve_erasure",
    "approve_subscription",
    "ask_subscription",
    "cancel_subscription",
    "carry_out_erasure",
    "correct_camera",
    "deny_erasure",
    "deny_subscription",
    "end_subscription",
    "lapse_subscriptions",
    "look_after_cameras",
    "propose_erasure",
    "register_camera",
    "reset_secret",
    "resume_camera",
    "retire_camera",
    "set_receiver",
    "suspend_camera",
    "tell_durable",
    "withdraw_erasure",
]
