"""The room as a Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.access"
    label = "access"
