"""The room as a Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.access"
    label = "access"

    def ready(self) -> None:
        from dongxun.access.handlers import HANDLERS
        from dongxun.access.queries.actors import holding_now
        from dongxun.kernel.actors import look_up_with
        from dongxun.kernel.events import listen

        listen(HANDLERS)
        look_up_with(holding_now)
