"""The only writers of cameras and whatever else this app owns."""

from luchang.apps.passages.services.cameras import (
    correct_camera,
    register_camera,
    reset_secret,
    resume_camera,
    retire_camera,
    suspend_camera,
)
from luchang.apps.passages.services.intake import after_durable, tell_durable
from luchang.apps.passages.services.refusals import CameraRefused, Refused

__all__ = [
    "CameraRefused",
    "Refused",
    "after_durable",
    "correct_camera",
    "register_camera",
    "reset_secret",
    "resume_camera",
    "retire_camera",
    "suspend_camera",
    "tell_durable",
]
