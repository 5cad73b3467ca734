"""The room as a Django app."""

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.quizzes"
    label = "quizzes"

    def ready(self) -> None:
        """Speak beside topics of the room below."""
        from dongxun.kernel import beside
        from dongxun.quizzes.beside import of_topics

        beside.tell("topic", of_topics)
