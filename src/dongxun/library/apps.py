"""The room as a Django app."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.library"
    label = "library"

    def ready(self) -> None:
        """Say in people's records what they learned here and elsewhere."""
        from dongxun.ledger import api as ledger
        from dongxun.library import facts

        ledger.name_objects(facts.OBJECT, facts.lesson_titles)
        ledger.name_objects(facts.OUTSIDE_OBJECT, facts.outside_titles)
