"""The room as a Django app."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.organisations"
    label = "organisations"

    def ready(self) -> None:
        from dongxun.files import api as files
        from dongxun.organisations.importing.importer import OrganisationsImporter

        files.register(OrganisationsImporter())
