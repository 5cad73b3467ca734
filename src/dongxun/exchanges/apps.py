"""The room as a Django app."""

from django.apps import AppConfig


class ExchangesConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.exchanges"
    label = "exchanges"

    def ready(self) -> None:
        """Speak beside places and lecturers of the rooms below."""
        from dongxun.exchanges.beside import at_places, of_lecturers
        from dongxun.kernel import beside

        beside.tell("place", at_places)
        beside.tell("lecturer", of_lecturers)
