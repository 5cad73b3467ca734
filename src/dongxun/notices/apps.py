"""The room as a Django app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.notices"
    label = "notices"
