from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "luchang.kernel.live"
    label = "live"

    def ready(self) -> None:
        from luchang.kernel.live import joining  # noqa: PLC0415 - models are ready now

        joining.join()
