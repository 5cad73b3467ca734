"""The room as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.people"
    label = "people"

    def ready(self) -> None:
        from dongxun.files import api as files
        from dongxun.organisations.api import while_holding_members
        from dongxun.people.floating.importing.importer import FloatingImporter
        from dongxun.people.queries import stand_on
        from dongxun.people.roster.importer import RosterImporter

        files.register(RosterImporter())
        files.register(FloatingImporter())
        while_holding_members(stand_on)
