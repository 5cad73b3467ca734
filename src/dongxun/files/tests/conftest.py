from uuid import uuid4

import pytest

from dongxun.files import registry
from dongxun.files.tests.toy import Toy
from dongxun.kernel import actors, rules
from dongxun.kernel.actors import Actor, ActorKind, Grant, Interval, Role


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.VAR = tmp_path / "var"


@pytest.fixture(autouse=True)
def rights(monkeypatch):
    """Accounts of these tests have no row; they keep what they hold."""
    monkeypatch.setattr(actors, "_current", [])


@pytest.fixture
def zhou():
    """An organiser who may import toys."""
    grant = Grant(Role.ORGANISER, uuid4(), Interval(1, 10))
    return Actor(ActorKind.ACCOUNT, id=uuid4(), label="周明远", grants=(grant,))


@pytest.fixture
def wu():
    """An organiser of elsewhere, who may import toys too, but see none of Zhou's."""
    grant = Grant(Role.ORGANISER, uuid4(), Interval(11, 20))
    return Actor(ActorKind.ACCOUNT, id=uuid4(), label="吴思远", grants=(grant,))


@pytest.fixture
def toy(monkeypatch):
    importer = Toy()
    monkeypatch.setattr(registry, "_importers", {importer.kind: importer})
    monkeypatch.setitem(
        rules._rules, importer.rule, lambda actor, thing: actor.holds(Role.ORGANISER)
    )
    return importer


class ActingMiddleware:
    """Stands in for the one of access: requests come from whoever the test says."""

    actor = Actor.public()

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = ActingMiddleware.actor
        return self.get_response(request)


@pytest.fixture
def come_as(client, settings, monkeypatch):
    """Return a function that makes the client somebody."""
    stand_in = f"{__name__}.ActingMiddleware"
    settings.MIDDLEWARE = [
        stand_in if name.endswith("ActorMiddleware") else name for name in settings.MIDDLEWARE
    ]

    def come(actor):
        monkeypatch.setattr(ActingMiddleware, "actor", actor)
        return client

    return come
