"""How a person wants to see the pages: by day or night, in which size, in which language.

Kept with the account, and in a cookie so that it holds before signing in as well.
"""

from dataclasses import dataclass, replace
from typing import Self

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from luchang.kernel.identity.models import User

YEAR_S = 365 * 24 * 3600
LIGHT, DARK = "light", "dark"
NORMAL, LARGE = "normal", "large"


class UnknownPreference(Exception):
    """Not a theme, size or language there is."""


@dataclass(frozen=True)
class Preferences:
    theme: str = LIGHT
    type: str = NORMAL
    menu: str = "wide"
    language: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """What this browser says, else what the account says; anything unknown is not said."""
        cookies, user = request.COOKIES, getattr(request, "user", None)
        theme, type_size = cookies.get("lc_theme"), cookies.get("lc_type")
        if theme is None and isinstance(user, User):
            theme, type_size = user.theme, LARGE if user.large_type else NORMAL
        return cls(
            theme=DARK if theme == DARK else LIGHT,
            type=LARGE if type_size == LARGE else NORMAL,
            menu="narrow" if cookies.get("lc_menu") == "narrow" else "wide",
            language=translation.get_language() or settings.LANGUAGE_CODE,
        )

    def changed(self, *, theme: str = "", type: str = "", language: str = "") -> Self:
        """These preferences with what was said changed.

        Raises:
            UnknownPreference: one of the values is none there is.
        """
        _check(theme, {LIGHT, DARK})
        _check(type, {NORMAL, LARGE})
        _check(language, {code for code, _ in settings.LANGUAGES})
        said = {"theme": theme, "type": type, "language": language}
        return replace(self, **{name: value for name, value in said.items() if value})

    def keep_on(self, response: HttpResponseBase) -> None:
        """Put them into the browser."""
        for name, value in (
            ("lc_theme", self.theme),
            ("lc_type", self.type),
            (settings.LANGUAGE_COOKIE_NAME, self.language),
        ):
            response.set_cookie(
                name, value, max_age=YEAR_S, samesite="Lax", secure=settings.BEHIND_PROXY
            )

    def keep_with(self, user_id: int) -> None:
        """Put them into the account, for the next browser."""
        User.objects.filter(pk=user_id).update(
            theme=self.theme, large_type=self.type == LARGE, language=self.language
        )


def speak_as_kept(request: HttpRequest) -> None:
    """In a browser that never chose a language, the one of the account."""
    user = request.user
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and isinstance(user, User):
        translation.activate(user.language)


def _check(value: str, known: set[str]) -> None:
    if value and value not in known:
        raise UnknownPreference(value)
