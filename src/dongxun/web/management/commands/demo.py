"""Build the demo district in an empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.web.demo.build import build
from dongxun.web.serve import ACCOUNTS


class Command(BaseCommand):
    help = "Build the demo district: real towns, invented people, a season in its sixth week."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--small", action="store_true", help="one town, 300 people")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--quiet", action="store_true", help="do not print the accounts")
        parser.add_argument("--force", action="store_true", help="empty the database first")

    def handle(self, *, small: bool, seed: int, force: bool, **options: Any) -> None:
        if force:
            call_command("flush", interactive=False, verbosity=0)
        elif organisations.roots_of(Actor.system("demo")):
            raise CommandError("There is data here already. --force deletes all of it first.")
        text = build(seed=seed, small=small, say=self.stdout.write)
        path = Path(settings.VAR) / ACCOUNTS
        path.write_text(text, encoding="utf-8")
        if not options["quiet"]:
            self.stdout.write(text)
