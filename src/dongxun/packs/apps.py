"""The room as a Django app."""

from django.apps import AppConfig


class PacksConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.packs"
    label = "packs"

    def ready(self) -> None:
        from dongxun.coverage import api as coverage
        from dongxun.kernel.events import listen
        from dongxun.packs.handlers import HANDLERS
        from dongxun.packs.queries.beside import members_with_a_pack

        listen(HANDLERS)
        coverage.count_beside(members_with_a_pack)
