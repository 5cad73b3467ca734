"""Load administrative divisions into the tree."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from dongxun.kernel.actors import Actor
from dongxun.organisations import api


class Command(BaseCommand):
    help = "Load a division and all below it from a divisions.csv. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("under", help="code of the top division, e.g. 320612")
        parser.add_argument("--file", type=Path, default=api.DIVISIONS)

    def handle(self, *args: Any, under: str, file: Path, **options: Any) -> None:
        added = api.load_divisions(by=Actor.system("import_divisions"), under=under, path=file)
        self.stdout.write(f"{added} organisations added")
