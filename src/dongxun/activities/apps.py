"""The room as a Django app."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.activities"
    label = "activities"

    def ready(self) -> None:
        from dongxun.activities.handlers import HANDLERS
        from dongxun.kernel.events import listen

        listen(HANDLERS)
