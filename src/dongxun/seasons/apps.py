"""The room as a Django app."""

from django.apps import AppConfig


class SeasonsConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.seasons"
    label = "seasons"

    def ready(self) -> None:
        from dongxun.kernel.events import listen
        from dongxun.people.api import before_removal
        from dongxun.seasons.handlers import HANDLERS
        from dongxun.seasons.services.following import forget_people

        listen(HANDLERS)
        before_removal(forget_people)
