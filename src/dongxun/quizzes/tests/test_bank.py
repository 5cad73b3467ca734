from importlib import import_module

import pytest
from django.apps import apps

from dongxun.access.tests.make import actor_of
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.quizzes import api
from dongxun.quizzes.contracts import ItemDraft, Kind
from dongxun.quizzes.models import Asked, Item, Version
from dongxun.quizzes.queries import bank
from dongxun.quizzes.services import items as services
from dongxun.quizzes.tests.make import SYSTEM, begin, make_item, make_quiz, take

DRAFT = ItemDraft(Kind.JUDGE, "种粮先看市场", right=(0,), why="卖得出去才种")


def write(cast, draft=DRAFT, by=None, **more):
    own = cast.own.branch.id
    return api.write_item(by=by or SYSTEM, organisation_id=own, draft=draft, **more)


def test_the_same_question_sent_twice_is_one(cast):
    assert write(cast) == write(cast)
    assert Version.objects.count() == 1


def test_an_edited_question_is_a_new_version_and_an_attempt_keeps_the_one_it_saw(cast):
    item = make_item(cast.own.branch, text="旧的问法")
    quiz = make_quiz(cast.season, cast.own.branch, items=0, opened=False)
    api.list_items(by=SYSTEM, quiz_id=quiz.id, add=[item.id])
    api.open_quiz(by=SYSTEM, quiz_id=quiz.id)
    attempt = begin(quiz, cast.lin)
    draft = ItemDraft(Kind.SINGLE, "新的问法", ("甲", "乙"), (0,), "换了")
    write(cast, draft, item_id=item.id, number=1)
    assert Asked.objects.get(attempt=attempt).version.text == "旧的问法"
    assert [one.text for one in item.versions.all()] == ["新的问法", "旧的问法"]
    assert take(quiz, cast.lin).score == 100
    assert Asked.objects.get(attempt=begin(quiz, cast.lin)).version.text == "新的问法"


def test_a_version_changed_meanwhile_is_a_conflict(cast):
    item = make_item(cast.own.branch)
    write(cast, item_id=item.id)
    with pytest.raises(Conflict):
        write(cast, ItemDraft(Kind.JUDGE, "又一问", right=(1,)), item_id=item.id, number=1)


def test_a_question_can_not_become_another_one_of_the_bank(cast):
    write(cast)
    other = make_item(cast.own.branch)
    with pytest.raises(Conflict) as refused:
        write(cast, item_id=other.id)
    assert refused.value.where == "text"


def test_an_empty_question_names_its_fields(cast):
    with pytest.raises(Invalid) as refused:
        write(cast, ItemDraft(Kind.SINGLE, ""))
    assert [spot for spot, _words in refused.value.details] == ["text", "options", "right"]
    assert not Item.objects.exists()


def test_a_bank_is_written_inside_and_read_below(cast):
    item = make_item(cast.own.node, text="镇里的题")
    secretary, stranger = actor_of(cast.own.secretary), actor_of(cast.foreign.secretary)
    assert bank.items(by=secretary).get().item == item
    assert not bank.items(by=stranger).exists()
    with pytest.raises(NotAllowed):
        api.write_item(by=secretary, organisation_id=cast.own.node.id, draft=DRAFT)
    with pytest.raises(NotFound):
        services.retire_item(by=secretary, item_id=item.id)


def test_a_retired_question_is_drawn_no_more_and_can_come_back(cast):
    item = make_item(cast.own.branch)
    quiz = make_quiz(cast.season, cast.own.branch, items=0, opened=False)
    services.retire_item(by=SYSTEM, item_id=item.id)
    services.retire_item(by=SYSTEM, item_id=item.id)
    assert not bank.drawable(quiz).exists()
    services.restore_item(by=SYSTEM, item_id=item.id)
    assert bank.drawable(quiz).get().item == item


def test_a_retired_question_written_again_is_drawn_again(cast):
    key = write(cast)
    services.retire_item(by=SYSTEM, item_id=key)
    assert write(cast) == key
    assert Item.objects.get().retired_at is None
    assert Version.objects.count() == 1


def test_keys_of_before_are_written_anew(cast):
    item = make_item(cast.own.branch, text="一亩收1.5吨还是15吨")
    Item.objects.update(key="earlier")
    import_module("dongxun.quizzes.migrations.0004_keys_know_numbers").keys_anew(apps, None)
    assert Item.objects.get().key == item.key


def test_tags_are_found_whole_and_counted(cast):
    make_item(cast.own.branch, tags=("粮食", "党史"))
    make_item(cast.own.branch, tags=("粮食安全",))
    found = bank.of_part(bank.items(by=SYSTEM), tag="粮食")
    assert found.count() == 1
    assert dict(bank.tags(by=SYSTEM)) == {"粮食": 1, "党史": 1, "粮食安全": 1}
