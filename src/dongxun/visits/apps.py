"""The room as a Django app."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.visits"
    label = "visits"

    def ready(self) -> None:
        """Say to which unit the phone of a visitor belongs."""
        from dongxun.kernel import passed
        from dongxun.visits.queries.route import sent_by

        passed.belong_with(sent_by)
