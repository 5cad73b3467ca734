"""The room as a Django app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.reports"
    label = "reports"
