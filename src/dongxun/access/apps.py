"""The room as a Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.access"
    label = "access"

    def ready(self) -> None:
        from dongxun.access.handlers import HANDLERS
        from dongxun.kernel.events import listen

        listen(HANDLERS)
