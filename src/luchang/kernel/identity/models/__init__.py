"""Organisations, people, posts, sessions and tokens."""

from luchang.kernel.identity.models.organisations import STEP, Organisation, step_of
from luchang.kernel.identity.models.posts import Appointment, Post, Role
from luchang.kernel.identity.models.sessions import SignIn, SignInRefusal
from luchang.kernel.identity.models.tokens import Allowance, ApiToken
from luchang.kernel.identity.models.users import FormerPassword, User, UserManager, display_name

__all__ = [
    "STEP",
    "Allowance",
    "ApiToken",
    "Appointment",
    "FormerPassword",
    "Organisation",
    "Post",
    "Role",
    "SignIn",
    "SignInRefusal",
    "User",
    "UserManager",
    "display_name",
    "step_of",
]
