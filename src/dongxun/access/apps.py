"""The room as a Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.access"
    label = "access"

    def ready(self) -> None:
        from dongxun.access.handlers import HANDLERS
        from dongxun.access.queries.actors import holding_now
        from dongxun.access.queries.belonging import of_people
        from dongxun.kernel import passed
        from dongxun.kernel.actors import look_up_with
        from dongxun.kernel.events import listen

        listen(HANDLERS)
        look_up_with(holding_now)
        passed.belong_with(of_people)
