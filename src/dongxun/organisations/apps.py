"""The room as a Django app."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.organisations"
    label = "organisations"
