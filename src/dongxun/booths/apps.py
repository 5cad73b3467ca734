"""The room as a Django app."""

from django.apps import AppConfig


class BoothsConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.booths"
    label = "booths"

    def ready(self) -> None:
        """Speak beside sessions and quizzes of the rooms below."""
        from dongxun.booths.beside import at_quizzes, at_sessions
        from dongxun.kernel import beside

        beside.tell("session", at_sessions)
        beside.tell("quiz", at_quizzes)
