"""The room as a Django app."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.library"
    label = "library"

    def ready(self) -> None:
        """Say in people's records what they learned; take away files that nobody uses."""
        from dongxun.kernel import video
        from dongxun.kernel.worker import add_turn, seldom
        from dongxun.ledger import api as ledger
        from dongxun.library import facts
        from dongxun.library.services.media import KIND, handed_out_at, take_up
        from dongxun.library.services.sweeping import sweep

        ladder = "(?<name>[A-Za-z0-9_-]+[.](?:m3u8|ts))"
        video.offer(KIND, names=ladder, path=handed_out_at, keep=video.A_WEEK)
        ledger.name_objects(facts.OBJECT, facts.lesson_titles)
        add_turn(seldom(3600, sweep))
        add_turn(seldom(300, take_up))
        ledger.name_objects(facts.OUTSIDE_OBJECT, facts.outside_titles)
