"""The room as a Django app."""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.library"
    label = "library"
