"""The API: one router an app, one shape of refusal, its document at `/api/openapi.json`."""

from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule
from ninja import NinjaAPI, Swagger

from luchang.kernel.identity import api_errors
from luchang.kernel.identity.access import SIGNED_IN, allow
from luchang.kernel.identity.api_access import CLOSED
from luchang.kernel.identity.api_body import CarefulParser
from luchang.kernel.records.intake import KeyReused
from luchang.kernel.records.states import IllegalTransition

BELOW = ("luchang.kernel.", "luchang.apps.", "luchang.screens")
"""Where routers come from: not from this package, which is an app too."""


def make_api() -> NinjaAPI:
    """The API with the routers of all installed apps; an operation without a rule is closed."""
    made = NinjaAPI(
        title="路畅 Luchang",
        version="1",
        urls_namespace="api",
        auth=CLOSED,
        parser=CarefulParser(),
        docs=Swagger(settings={"persistAuthorization": False}),
        docs_decorator=allow(SIGNED_IN),
    )
    api_errors.install(made)
    api_errors.refuse_with(made, IllegalTransition, "illegal_transition", status=409)
    api_errors.refuse_with(made, KeyReused, "key_reused", status=409)
    _add_routers(made)
    return made


def _add_routers(made: NinjaAPI) -> None:
    """Each app's `api.router`, below its label; `api.refusals` are its own refusals."""
    for config in apps.get_app_configs():
        if not config.name.startswith(BELOW) or not module_has_submodule(config.module, "api"):
            continue
        if config.name == __package__:  # this very module
            continue
        module = import_module(f"{config.name}.api")
        made.add_router(f"/{config.label}/", module.router, tags=[config.label])
        for kind, (code, status) in getattr(module, "refusals", {}).items():
            api_errors.refuse_with(made, kind, code, status=status)


api = make_api()
