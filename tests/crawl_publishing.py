"""Members' words in the crawl: one note and one discussion for each town."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from dongxun.access.tests.make import phone_of
from dongxun.library import api as library
from dongxun.library.models import Lesson
from dongxun.library.tests.make import ended, make_lesson
from dongxun.publishing.models import Note, Thread
from dongxun.publishing.tests.make import make_note, make_thread, published
from dongxun.reports.models import Poster
from dongxun.reports.services.posters import make_poster
from tests.cast import Cast, Town
from tests.crawl_rows import EVERYBODY, NOBODY, ORGANISERS, OWN, PHONES, Row


def note(cast: Cast, town: Town) -> Note:
    person = cast.lin if town is cast.own else town.people[0]
    found = Note.objects.filter(person=person).first()
    return found or published(make_note(person, text=f"{person.name}写的", kind="suggestion"))


def pledge(cast: Cast, town: Town) -> dict[str, Any]:
    """Return a pledge that a member of the town made before the branch."""
    person = cast.lin if town is cast.own else town.people[0]
    found = Note.objects.filter(person=person, kind="pledge").first()
    return {"note_id": (found or make_note(person, text="修好水渠", kind="pledge")).id}


def thread(cast: Cast, town: Town) -> Thread:
    found = Thread.objects.filter(organisation_id=town.branch.id).first()
    return found or make_thread(cast.season, town.branch, title=f"{town.mark}讨论")


def learned(cast: Cast, town: Town) -> dict[str, Any]:
    """Return a topic whose only lesson a member of the town has finished."""
    person = cast.lin if town is cast.own else town.people[0]
    topic = cast.topics[-1]
    lesson = Lesson.objects.filter(organisation_id=town.branch.id, topic_id=topic.id).first()
    if lesson is None:
        number = len(cast.topics)
        lesson = make_lesson(cast.season, town.branch, title=f"{town.mark}末课", topic=number)
        steps = [ended(one, person) for one in lesson.chapters.all()]
        library.note_steps(by=phone_of(person), steps=steps)
    return {"topic_id": topic.id}


def poster(cast: Cast, town: Town) -> dict[str, Any]:
    """Return a member's poster."""
    person = cast.lin if town is cast.own else town.people[0]
    topic = learned(cast, town)["topic_id"]
    found = Poster.objects.filter(person=person, removed_at=None).first()
    key = (
        found.id if found else make_poster(by=phone_of(person), person_id=person.id, topic_id=topic)
    )
    return {"poster_id": key}


PUBLISHING_ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    "note_id": lambda cast, town: note(cast, town).id,
    "thread_id": lambda cast, town: thread(cast, town).id,
}
AUTHORS: Final = frozenset({"member"})
OWNERS: Final = PHONES - {"phone"}
PUBLISHING: Final = {
    **{f"publishing:{name}": Row(ORGANISERS) for name in ("queue", "threads", "pledges")},
    "publishing:decide": Row(ORGANISERS, body=lambda _c, _t: {"what": "publish"}),
    "publishing:answer_pledge": Row(
        OWN, arguments=pledge, body=lambda _c, _t: {"kept": "kept", "words": "做完了"}
    ),
    "publishing:close_thread": Row(OWN),
    "publishing:collected": Row(OWN),
    **{f"publishing:{name}": Row(PHONES) for name in ("said", "works", "own_threads")},
    **{f"publishing:{name}": Row(OWNERS) for name in ("mine", "write")},
    "publishing:note": Row(OWNERS, foreign=NOBODY),
    "publishing:do": Row(OWNERS, foreign=NOBODY, body=lambda _c, _t: {"what": "look"}),
    "publishing:picture": Row(AUTHORS),
    "publishing:sound": Row(AUTHORS),
    "publishing:thread": Row(PHONES, foreign=NOBODY),
    "publishing:topic": Row(EVERYBODY),
    "reports:posters": Row(OWNERS),
    "reports:make_poster": Row(AUTHORS, foreign=NOBODY, arguments=learned),
    **{
        f"reports:{name}": Row(AUTHORS, foreign=NOBODY, arguments=poster)
        for name in ("own_poster", "poster_image")
    },
}
