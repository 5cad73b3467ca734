"""The room as a Django app."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.activities"
    label = "activities"

    def ready(self) -> None:
        from dongxun.activities.attendance.helping import of_helper
        from dongxun.activities.handlers import HANDLERS
        from dongxun.activities.sessions.credit import planned_by
        from dongxun.kernel import passed
        from dongxun.kernel.events import listen
        from dongxun.seasons import api as seasons

        listen(HANDLERS)
        passed.belong_with(of_helper)
        seasons.tell_uses(planned_by)
