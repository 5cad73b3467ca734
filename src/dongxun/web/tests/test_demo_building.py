import hashlib
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from dongxun.activities.models import CheckIn, Session
from dongxun.kernel import clock
from dongxun.organisations.models import Organisation, Place
from dongxun.people.models import Person
from dongxun.web.demo import cast
from dongxun.web.demo.build import build
from dongxun.web.serve import ACCOUNTS

NOW = datetime(2027, 1, 20, 2, 40, tzinfo=UTC)
"""A Wednesday at 10:40 in Shanghai."""


def content():
    """Return one hash of what the demo says, ids and codes aside."""
    people = Person.objects.order_by("branch__code", "created_at", "name", "joined_on")
    sessions = Session.objects.order_by("starts_at", "title")
    came = CheckIn.objects.order_by("session__title", "person__name", "occurred_at")
    parts = [
        sorted(people.values_list("name", "branch__code", "joined_on", "category", "duty")),
        list(sessions.values_list("title", "starts_at", "host__name", "state", "credit_minutes")),
        sorted(came.values_list("person__name", "session__title", "occurred_at", "method")),
        sorted(Place.objects.values_list("name", "latitude", "longitude")),
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def test_same_seed_and_moment_give_the_same_demo(db):
    seen = []
    for _time in range(2):
        with clock.frozen(NOW), transaction.atomic():
            build(small=True, seed=7)
            seen.append(content())
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


def test_demo_that_breaks_off_leaves_nothing(db, monkeypatch):
    def stop(_world):
        raise KeyboardInterrupt

    monkeypatch.setattr(cast, "build", stop)
    with clock.frozen(NOW), pytest.raises(KeyboardInterrupt):
        build(small=True)
    assert not Organisation.objects.exists()
    assert not Person.objects.exists()


def test_demo_command_writes_what_is_printed_at_every_start(db, settings, tmp_path):
    settings.VAR = tmp_path
    with clock.frozen(NOW):
        call_command("demo", "--small", stdout=StringIO())
    assert "office" in (tmp_path / ACCOUNTS).read_text(encoding="utf-8")
