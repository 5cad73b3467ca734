"""Open the first account of an installation; further ones are made in the browser."""

from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dongxun.access import api as access
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import DomainError
from dongxun.organisations import api as organisations


class Command(BaseCommand):
    help = "Open an account with a role over an organisation; asks for its password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--organisation", required=True, help="code or full name")
        parser.add_argument("--role", default=Role.OFFICE.value, choices=[r.value for r in Role])

    def handle(self, *, username: str, organisation: str, role: str, **options: Any) -> None:
        try:
            place = organisations.node_named(organisation)
            wanted = access.KnownAccount(username, username, place.id, Role(role))
            made = access.open_known_accounts(
                by=Actor.system("open_account"), wanted=[wanted], password=self.password()
            )
        except DomainError as error:
            words = [str(message) for _where, message in getattr(error, "details", ())]
            raise CommandError(" ".join(words) or str(error)) from error
        self.stdout.write(f"{username} can sign in." if made else f"{username} is there already.")

    def password(self) -> str:
        """Return what is typed."""
        return getpass()
