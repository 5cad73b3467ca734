"""The room as a Django app."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.live"
    label = "live"

    def ready(self) -> None:
        """Speak beside sessions of the room below; end classes that were forgotten."""
        from dongxun.kernel import beside
        from dongxun.kernel.worker import add_turn, seldom
        from dongxun.live.beside import at_sessions
        from dongxun.live.services.classes import end_forgotten

        beside.tell("session", at_sessions)
        add_turn(seldom(300, end_forgotten))
