"""``manage.py rebuild_coverage SEASON``."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from dongxun.coverage import services
from dongxun.kernel.actors import Actor


class Command(BaseCommand):
    help = "Recompute a season's coverage from the ledger. Safe to run at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("season", type=UUID)

    def handle(self, *, season: UUID, **options: Any) -> None:
        wrong = services.rebuild(by=Actor.system("rebuild_coverage"), season_id=season)
        self.stdout.write(f"{wrong} counters were wrong and are right now")
