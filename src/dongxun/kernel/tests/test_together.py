from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db.models import Count, Q

from dongxun.kernel import clock
from dongxun.kernel.lately import kept
from dongxun.kernel.models import AuditEntry
from dongxun.kernel.together import Question, ask, moment, only, side_by_side, totals

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture(autouse=True)
def _entries():
    cache.clear()
    for number, action in enumerate(("a", "b%", "b%")):
        AuditEntry.objects.create(at=NOW - timedelta(hours=number), action=action)


def rows():
    return AuditEntry.objects.order_by("-at")


def counted(action: str) -> Question[tuple[int, ...]]:
    [found] = yield [totals(rows(), own=Count("id", filter=Q(action=action)), all=Count("id"))]
    return only(found, 0, 0)


def newest() -> Question[list[object]]:
    first, nothing = yield [rows().values_list("at", "action")[:2], rows().none().values_list("id")]
    assert nothing == []
    return [(moment(at), action) for at, action in first]


def twice() -> Question[int]:
    [[(action,)]] = yield [rows().filter(at__lt=NOW).values_list("action")[:1]]
    [found] = yield [totals(rows().filter(action=action), n=Count("id"))]
    return only(found, 0)[0]


def at_once() -> Question[str]:
    return "known"
    yield []


def test_questions_are_answered_in_their_order_by_a_statement_a_turn(django_assert_num_queries):
    with django_assert_num_queries(2):
        found = ask(counted("b%"), side_by_side(newest(), at_once()), twice())
    latest = [(NOW, "a"), (NOW - timedelta(hours=1), "b%")]
    assert found == [(2, 3), [latest, "known"], 2]


def test_where_nothing_can_be_found_nothing_is_asked(django_assert_num_queries):
    def nothing() -> Question[tuple[int, ...]]:
        [found] = yield [totals(rows().filter(pk__in=[]), n=Count("id"))]
        return only(found, 0)

    with django_assert_num_queries(0):
        assert ask(nothing(), at_once()) == [(0,), "known"]
        assert ask() == []


def test_an_answer_is_kept_for_a_while(django_assert_num_queries):
    for statements in (1, 0):
        with django_assert_num_queries(statements):
            assert ask(kept("kernel.test", 1, count=lambda: counted("a"))) == [(1, 3)]
