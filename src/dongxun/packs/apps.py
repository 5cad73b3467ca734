"""The room as a Django app."""

from django.apps import AppConfig


class PacksConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.packs"
    label = "packs"

    def ready(self) -> None:
        from dongxun.kernel.events import listen
        from dongxun.packs.handlers import HANDLERS

        listen(HANDLERS)
