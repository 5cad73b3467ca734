"""The room as a Django app."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.publishing"
    label = "publishing"
