"""The web application as uvicorn serves it."""

import os
import warnings
from typing import cast

from django.core.asgi import get_asgi_application

from luchang.config.bodies import App, limited

# whitenoise reads files in a thread, which is right and which Django warns of at each of them
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
application = limited(cast("App", get_asgi_application()))
