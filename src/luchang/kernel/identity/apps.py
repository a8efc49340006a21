from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class IdentityConfig(AppConfig):
    name = "luchang.kernel.identity"
    label = "identity"

    def ready(self) -> None:
        """Every app's `policies` declares its permissions when it is imported."""
        from luchang.kernel.identity import receivers  # noqa: PLC0415 - models are ready now

        autodiscover_modules("policies")
        receivers.connect()
