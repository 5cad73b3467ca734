"""The room as a Django app."""

from django.apps import AppConfig


class SeasonsConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.seasons"
    label = "seasons"

    def ready(self) -> None:
        from dongxun.kernel.events import listen
        from dongxun.seasons.handlers import HANDLERS

        listen(HANDLERS)
