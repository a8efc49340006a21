"""What the shell needs on every page. Everything is computed only where a template asks for it."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest

from luchang.kernel import clock
from luchang.kernel.identity.actors import NOBODY, Actor
from luchang.kernel.ui import built, help
from luchang.kernel.ui.menu import Entry, menu_for
from luchang.kernel.ui.preferences import Preferences
from luchang.kernel.ui.texts import script_texts


def shell(request: HttpRequest) -> dict[str, object]:
    actor: Actor = getattr(request, "actor", NOBODY)
    match = request.resolver_match
    url_name = match.view_name if match else ""
    return {
        "actor": actor,
        "preferences": Preferences.of(request),
        "shell_now": clock.now(),
        "shell_menu": cache(lambda: menu_for(actor, url_name=url_name)),
        "shell_texts": script_texts,
        "shell_demo": settings.DEMO,
        "shell_help": cache(lambda: help.address_for(url_name)),
        "shell_icons": built.icons(),
        "shell_url_name": url_name,
    }


def lit(menu: list[tuple[str, list[Entry]]]) -> Entry | None:
    """The entry of the page that is open, if the menu has it."""
    return next((entry for _, entries in menu for entry in entries if entry.here), None)
