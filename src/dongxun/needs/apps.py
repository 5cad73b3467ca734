"""The room as a Django app."""

from django.apps import AppConfig


class NeedsConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.needs"
    label = "needs"

    def ready(self) -> None:
        from dongxun.coverage import api as coverage
        from dongxun.kernel.events import listen
        from dongxun.needs.handlers import HANDLERS
        from dongxun.needs.queries.beside import solved_and_satisfied

        listen(HANDLERS)
        coverage.count_beside(solved_and_satisfied)
