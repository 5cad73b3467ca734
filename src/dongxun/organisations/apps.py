"""The room as a Django app."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.organisations"
    label = "organisations"

    def ready(self) -> None:
        from dongxun.files import api as files
        from dongxun.kernel import passed
        from dongxun.organisations.importing.importer import OrganisationsImporter
        from dongxun.organisations.queries import positions

        files.register(OrganisationsImporter())
        passed.stand_with(positions)
