"""The room as a Django app."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.needs"
    label = "needs"

    def ready(self) -> None:
        from dongxun.kernel.events import listen
        from dongxun.needs.handlers import HANDLERS

        listen(HANDLERS)
