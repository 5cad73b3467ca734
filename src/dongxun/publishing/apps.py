"""The room as a Django app."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.publishing"
    label = "publishing"

    def ready(self) -> None:
        """Speak beside sessions."""
        from dongxun.kernel import beside
        from dongxun.publishing.beside import at_sessions

        beside.tell("session", at_sessions)
