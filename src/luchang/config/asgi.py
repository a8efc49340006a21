"""The web application as uvicorn serves it."""

import gc
import os
import warnings
from threading import Thread
from typing import cast

from django.core.asgi import get_asgi_application

from luchang.config.bodies import App, limited
from luchang.core.common.warm_up import warm_up

# whitenoise reads files in a thread, which is right and which Django warns of at each of them
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luchang.config.settings")
application = limited(cast("App", get_asgi_application()))


def _warm() -> None:
    """Load the kernels before the first call needs one, then freeze what will stay.

    A full collection that walks the libraries costs 80 ms, and every tenth ranking met one.
    """
    warm_up()
    gc.collect()
    gc.freeze()


Thread(target=_warm, name="warm-up", daemon=True).start()
