"""The room as a Django app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.planning"
    label = "planning"

    def ready(self) -> None:
        """Speak beside lecturers of the rooms below."""
        from dongxun.kernel import beside
        from dongxun.planning.beside import of_lecturers

        beside.tell("lecturer", of_lecturers)
