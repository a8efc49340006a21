from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from luchang.config import obstacles, preparation
from luchang.config.home import database_url


class Command(BaseCommand):
    help = "Bring database and static files to the present version, before the servers start."

    def handle(self, *_args: Any, **_options: Any) -> None:
        obstacles.check_address(database_url(settings.HOME))
        preparation.prepare(demo=False)
