"""The room as a Django app."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.live"
    label = "live"

    def ready(self) -> None:
        """Speak beside sessions of the room below."""
        from dongxun.kernel import beside
        from dongxun.live.beside import at_sessions

        beside.tell("session", at_sessions)
