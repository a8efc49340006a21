"""The web application as uvicorn serves it."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

from luchang.config.bodies import App, limited

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
application = limited(cast("App", get_asgi_application()))
