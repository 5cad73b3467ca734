"""The room as a Django app."""

from django.apps import AppConfig


class QuizzesConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.quizzes"
    label = "quizzes"

    def ready(self) -> None:
        """Speak beside topics of the room below, and in people's records."""
        from dongxun.kernel import beside
        from dongxun.ledger import api as ledger
        from dongxun.quizzes import facts
        from dongxun.quizzes.beside import of_topics

        beside.tell("topic", of_topics)
        ledger.name_objects(facts.OBJECT, facts.titles)
