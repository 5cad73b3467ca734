"""The room as a Django app."""

from django.apps import AppConfig


class VolunteersConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.volunteers"
    label = "volunteers"
