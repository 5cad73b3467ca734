"""The room as a Django app."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.files"
    label = "files"
