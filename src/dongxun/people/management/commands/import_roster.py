"""Bring a roster in without a browser, by the same steps as the wizard."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dongxun.files import api as files
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError
from dongxun.organisations import api as organisations
from dongxun.people.roster.importer import RosterImporter


class Command(BaseCommand):
    help = "Import a roster workbook into the branches of one organisation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", required=True, help="code or full name")
        parser.add_argument("--only-if-clean", action="store_true")

    def handle(self, *args: Any, file: Path, organisation: str, **options: Any) -> None:
        try:
            root = organisations.node_named(organisation)
            batch = files.import_file(
                by=Actor.system("import_roster"),
                kind=RosterImporter.kind,
                path=file,
                organisation_id=root.id,
                only_if_clean=options["only_if_clean"],
            )
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        for name, count in batch.counts.items():
            self.stdout.write(f"{name}: {count}")
