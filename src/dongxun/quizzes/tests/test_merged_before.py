"""Merges from before the ledger followed them: a quiz passed on two rows is counted once by now."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from dongxun.kernel import clock
from dongxun.kernel.models import Event
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger import api as ledger
from dongxun.people.tests.make import make_person
from dongxun.quizzes.models import Attempt
from dongxun.quizzes.tests.make import make_quiz, take

pytestmark = pytest.mark.django_db


def test_a_quiz_passed_on_two_rows_that_were_merged_long_ago_is_counted_once_by_the_update(cast):
    twin = make_person("林小满", branch=cast.own.branch)
    quiz, other = (make_quiz(cast.season, cast.own.branch) for _ in range(2))
    take(quiz, twin)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        take(quiz, cast.lin)
    take(other, cast.zhou)
    first, later = Attempt.objects.get(person=twin), Attempt.objects.get(person=cast.lin)
    Attempt.objects.filter(id=first.id).update(person=cast.lin, number=2, counts=False)
    twin.merged_into = cast.lin
    twin.save()
    deliver_all()
    update = import_module("dongxun.quizzes.migrations.0008_passed_on_two_rows")
    for _time in range(2):
        update.tell_again(apps, None)
        assert Event.objects.count() == 1, "nobody else is told of"
        deliver_all()
    assert [ledger.facts_about(one.id).count() for one in (first, later)] == [1, 0]
    assert Attempt.objects.get(person=cast.lin, counts=True).id == first.id
    assert ledger.facts_about(Attempt.objects.get(person=cast.zhou).id).count() == 1
