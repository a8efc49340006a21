"""The only writers of cameras and whatever else this app owns."""

from luchang.apps.passages.services.cameras import (
    correct_camera,
    register_camera,
    reset_secret,
    resume_camera,
    retire_camera,
    suspend_camera,
)
from luchang.apps.passages.services.refusals import CameraRefused, Refused

__all__ = [
    "CameraRefused",
    "Refused",
    "correct_camera",
    "register_camera",
    "reset_secret",
    "resume_camera",
    "retire_camera",
    "suspend_camera",
]
