from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class IdentityConfig(AppConfig):
    name = "luchang.kernel.identity"
    label = "identity"

    def ready(self) -> None:
        """Every app's `policies` declares its permissions when it is imported."""
        autodiscover_modules("policies")
