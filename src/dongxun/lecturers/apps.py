"""The room as a Django app."""

from django.apps import AppConfig


class LecturersConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.lecturers"
    label = "lecturers"

    def ready(self) -> None:
        """Speak beside lecturers and sessions of the rooms below."""
        from dongxun.kernel import beside
        from dongxun.lecturers.beside import at_sessions, of_lecturers

        beside.tell("lecturer", of_lecturers)
        beside.tell("session", at_sessions)
