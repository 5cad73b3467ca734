"""Say what a demo account's authenticator app would show, or hand out a personal link."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dongxun.access import api as access
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.web.demo import cast, words
from dongxun.web.demo.world import SYSTEM


class Command(BaseCommand):
    help = "Print the current sign-in code of an account, or a fresh link for one of the cast."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", help="a username, or a name of the cast")

    def handle(self, *, who: str, **options: Any) -> None:
        try:
            self.stdout.write(self._answer(who))
        except DomainError as error:
            raise CommandError(f"Nobody here is called {who}, or needs no code.") from error

    def _answer(self, who: str) -> str:
        if who not in words.CAST:
            return access.current_code(by=SYSTEM, username=who)
        everywhere = [root.interval for root in organisations.roots_of(SYSTEM)]
        found = people.namesakes(who, everywhere)
        if not found:
            raise NotFound
        return cast.personal_link(found[0].id, by=SYSTEM)
