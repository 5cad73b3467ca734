"""The room as a Django app."""

from django.apps import AppConfig


class LecturersConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.lecturers"
    label = "lecturers"

    def ready(self) -> None:
        """Speak beside lecturers of the rooms below."""
        from dongxun.kernel import beside
        from dongxun.lecturers.beside import of_lecturers

        beside.tell("lecturer", of_lecturers)
