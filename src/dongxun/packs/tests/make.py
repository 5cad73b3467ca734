"""Makers of packs for tests."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import count

from dongxun.kernel import clock
from dongxun.organisations.contracts import Node
from dongxun.organisations.models import Place
from dongxun.packs.contracts import ArticleKind, LineKind, ListState
from dongxun.packs.models import (
    Article,
    IssueLine,
    IssueList,
    ListContent,
    Pack,
    PackContent,
    Stock,
)
from dongxun.people.models import Person
from dongxun.seasons.models import Season

_numbers = count(1)


def make_place(node: Node, name: str = "文明实践所") -> Place:
    """Return a place of an organisation."""
    return Place.objects.create(organisation_id=node.id, name=name, type="institute")


def make_article(node: Node, title: str = "", **overrides: object) -> Article:
    """Return a book."""
    values: dict[str, object] = {"kind": ArticleKind.BOOK, "spec": "32 开"}
    return Article.objects.create(
        organisation_id=node.id,
        title=title or f"辅导读本{next(_numbers)}",
        created_at=clock.now(),
        **(values | overrides),
    )


def make_pack(season: Season, node: Node, *articles: Article, **overrides: object) -> Pack:
    """Return a pack with one of each article; with one book when none is given."""
    values: dict[str, object] = {"name": f"加油包{next(_numbers)}"}
    pack = Pack.objects.create(
        season=season, organisation_id=node.id, created_at=clock.now(), **(values | overrides)
    )
    for article in articles or (make_article(node),):
        PackContent.objects.create(pack=pack, article=article)
    return pack


def put_in_store(pack: Pack, place: Place, packs: int) -> None:
    """Let enough for so many packs lie in a place."""
    for content in pack.contents.all():
        Stock.objects.update_or_create(
            article=content.article,
            place=place,
            defaults={"quantity": packs * content.quantity},
        )


def make_list(pack: Pack, place: Place, people: Iterable[Person], **overrides: object) -> IssueList:
    """Return a list issued an hour ago, with a line for each person."""
    now = clock.now()
    values: dict[str, object] = {
        "title": "送加油包",
        "state": ListState.ISSUED,
        "issued_at": now - timedelta(hours=1),
    }
    made = IssueList.objects.create(
        pack=pack,
        organisation_id=pack.organisation_id,
        place=place,
        created_at=now,
        **(values | overrides),
    )
    for content in pack.contents.all():
        ListContent.objects.create(list=made, article=content.article, quantity=content.quantity)
    for number, person in enumerate(people, 1):
        IssueLine.objects.create(
            list=made,
            number=number,
            kind=LineKind.PERSON,
            person=person,
            branch_id=person.branch_id,
        )
    return made


def line_of(issue_list: IssueList, person: Person) -> IssueLine:
    """Return a person's line."""
    return IssueLine.objects.get(list=issue_list, person=person)
