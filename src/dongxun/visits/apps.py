"""The room as a Django app."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.visits"
    label = "visits"
