"""The room as a Django app."""

from django.apps import AppConfig


class ContestsConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.contests"
    label = "contests"

    def ready(self) -> None:
        from dongxun.contests.services.counting import fill_step, forget
        from dongxun.contests.services.works import may_hear, used
        from dongxun.kernel.worker import add_turn
        from dongxun.library.api import keep_used, let_play
        from dongxun.people.api import before_removal

        before_removal(forget)
        let_play(may_hear)
        keep_used(used)
        add_turn(fill_step)
