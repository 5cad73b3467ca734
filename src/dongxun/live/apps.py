"""The room as a Django app."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.live"
    label = "live"

    def ready(self) -> None:
        """Speak beside things of the rooms below; let a class count once; end forgotten ones."""
        from dongxun.activities import api as activities
        from dongxun.kernel import beside, video
        from dongxun.kernel.worker import add_turn, seldom
        from dongxun.ledger import api as ledger
        from dongxun.library import api as library
        from dongxun.live import facts, gateway
        from dongxun.live.beside import at_quizzes, at_sessions
        from dongxun.live.queries import watched_alone
        from dongxun.live.services.classes import end_forgotten
        from dongxun.live.services.crediting import is_credited
        from dongxun.live.services.encoders import miss_pictures
        from dongxun.live.services.replay import begin_lost_replays, forget_rehearsals

        beside.tell("session", at_sessions)
        beside.tell("quiz", at_quizzes)
        library.count_elsewhere(is_credited)
        activities.ask_also(watched_alone)
        names = "(?<view>video|sound)/(?<name>index[.]m3u8|[0-9]{1,9}[.]ts)"
        video.offer(gateway.KIND, names=names, path=gateway.shown_at, keep=video.NEVER)
        ledger.name_objects(facts.OBJECT, facts.titles)
        add_turn(seldom(10, miss_pictures))
        add_turn(seldom(300, end_forgotten))
        add_turn(seldom(300, begin_lost_replays))
        add_turn(seldom(3600, forget_rehearsals))
