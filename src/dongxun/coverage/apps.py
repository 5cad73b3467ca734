"""The room as a Django app."""

from django.apps import AppConfig


class CoverageConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.coverage"
    label = "coverage"
