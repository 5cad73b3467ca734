"""The room as a Django app."""

from django.apps import AppConfig


class CoverageConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.coverage"
    label = "coverage"

    def ready(self) -> None:
        from dongxun.coverage.handlers import HANDLERS
        from dongxun.coverage.services import credit_everywhere
        from dongxun.coverage.tasks import keep_up
        from dongxun.kernel.events import listen
        from dongxun.kernel.worker import add_turn
        from dongxun.people.api import before_removal

        listen(HANDLERS)
        before_removal(credit_everywhere)
        add_turn(keep_up)
