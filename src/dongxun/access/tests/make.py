"""Makers of accounts, and ways to come in, for tests of every room."""

from datetime import timedelta
from itertools import count
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.test import Client

from dongxun.access import phones, sessions
from dongxun.access.contracts import PhoneToken
from dongxun.access.models import Account, GrantRow
from dongxun.access.queries import account_actor
from dongxun.access.services.phones import IssuedLink, remember_person
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Role
from dongxun.kernel.ids import new_id
from dongxun.organisations.contracts import Node
from dongxun.people.models import Person

PASSWORD = "a quiet winter morning"
_numbers = count(1)


def make_account(
    role: Role | None = None,
    at: Node | None = None,
    *,
    name: str = "",
    username: str = "",
    password: str = PASSWORD,
    person_id: UUID | None = None,
) -> Account:
    """Return an account that holds ``role`` at ``at``, ready to sign in."""
    number = next(_numbers)
    account = Account.objects.create(
        username=username or f"test{number:04d}",
        display_name=name or f"测试{number}",
        organisation_id=at.id if at else None,
        person_id=person_id,
        password=make_password(password or None),
        created_at=clock.now(),
    )
    if role and at:
        give(account, role, at)
    return account


def give(account: Account, role: Role, at: Node) -> GrantRow:
    """Grant a role from today on."""
    return GrantRow.objects.create(
        account=account, role=role, organisation_id=at.id, valid_from=clock.today()
    )


def actor_of(account: Account) -> Actor:
    """Return the actor that a signed-in account is, second step included."""
    held = account_actor(account.id, second_factor=True)
    assert held is not None
    return held.actor


def come_in(client: Client, account: Account, *, second_factor: bool = True) -> Client:
    """Return ``client`` with a session of ``account``, as signing in would leave it."""
    stamp = int(clock.now().timestamp())
    session = client.session
    session[sessions.KEY] = {
        "account": account.id.hex,
        "epoch": account.epoch,
        "since": stamp,
        "seen": stamp,
        "second": second_factor,
    }
    session.save()
    client.cookies["dx"] = session.session_key or ""
    return client


def phone_of(*people: Person, owned: bool = True) -> Actor:
    """Return the phone of people, on which their links were opened."""
    ids = tuple(person.id for person in people)
    return Actor(ActorKind.DEVICE, id=new_id(), persons=ids, owned=frozenset(ids if owned else ()))


def carry_phone(client: Client, person: Person, *, level: int = 1, days: int = 60) -> PhoneToken:
    """Let ``client`` be a phone that speaks for ``person`` (and whom it spoke for before)."""
    request = HttpRequest()
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    token = remember_person(
        by=Actor.public(),
        device=phones.device_of(request),
        person_id=person.id,
        level=level,
        until=clock.now() + timedelta(days=days),
    )
    response = HttpResponse()
    phones.set_phone_cookie(request, response, token)
    client.cookies.update(response.cookies)
    return token


def open_link(client: Client, link: IssuedLink) -> Client:
    """Let ``client`` be the phone on which a personal link was opened."""
    client.post(link.path)
    return client
