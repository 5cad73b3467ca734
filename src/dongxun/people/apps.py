"""The room as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.people"
    label = "people"
