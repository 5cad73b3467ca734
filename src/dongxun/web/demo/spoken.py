"""大家写的 of the demo: notes, a work, a discussion and two posters; some wait for a look."""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from dongxun.kernel.ids import derived_id
from dongxun.people import api as people
from dongxun.publishing import api as publishing
from dongxun.publishing.contracts import Audience, Decision, Draft, NoteKind
from dongxun.reports import api as reports
from dongxun.seasons import api as seasons
from dongxun.web.demo import words
from dongxun.web.demo.world import SYSTEM, World, own_phone

Said = tuple[int, NoteKind, str, Audience, bool]

SAID: Final[tuple[Said, ...]] = (
    (1, NoteKind.GOLDEN, "办事讲规矩，账目晒出来，群众才信。", Audience.ALL, True),
    (1, NoteKind.REFLECTION, "听完才明白，粮食安全就在自家田头。", Audience.BRANCH, True),
    (3, NoteKind.NOTE, "种之前先打三个电话：收的人、卖的人、吃的人。", Audience.OWN, False),
    (4, NoteKind.PLEDGE, "这个月把小组的账贴出来，有人问就当面答。", Audience.BRANCH, False),
    (
        4,
        NoteKind.WORK,
        "村口账本一打开，你看我看大家看。一笔一笔摆清楚，邻里心里亮堂堂。",
        Audience.ALL,
        True,
    ),
    (
        6,
        NoteKind.SUGGESTION,
        "村口到卫生室那段路夜里太暗，能不能装两盏灯。",
        Audience.BRANCH,
        False,
    ),
)
"""Topic, kind, words, for whom, whether it was published. Invented, like whoever says it."""
THREAD: Final = ("村务公开怎样让人信服", "你们村是怎么做的？哪一步最难？")
POSTS: Final = ("先把修路的账贴出来，问的人就少了。", "答不上来的当场记下，三天内回，比什么都强。")


def build(world: World) -> None:
    """Let 林小满 and a neighbour write, and the branch look at most of it."""
    person_id = world.cast[words.CAST[0]]
    season_id = world.season()
    home = people.branches_of([person_id])[person_id]
    topics = {topic.number: topic.id for topic in seasons.rules(season_id).topics}
    for number, (topic, kind, text, audience, is_shown) in enumerate(SAID):
        draft = _draft(world, person_id, number, text, audience)
        draft = replace(draft, kind=kind, topic_id=topics.get(topic))
        _write(person_id, draft)
        if is_shown:
            _publish(draft)
    title, question = THREAD
    thread_id = publishing.open_thread(
        by=SYSTEM,
        organisation_id=home.branch_id,
        season_id=season_id,
        title=title,
        question=question,
        topic_id=topics.get(4),
    )
    for number, text in enumerate(POSTS):
        draft = _draft(world, person_id, 20 + number, text, Audience.ALL)
        draft = replace(draft, thread_id=thread_id)
        _write(person_id, draft)
        _publish(draft)


def posters(world: World) -> None:
    """Make posters of the first topics learned, with the first line written; wants coverage."""
    person_id = world.cast[words.CAST[0]]
    first = _draft(world, person_id, 0, "", Audience.ALL).note_id
    for stage in reports.stages(person_id, by=own_phone(person_id))[:2]:
        reports.make_poster(
            by=own_phone(person_id), person_id=person_id, topic_id=stage.topic_id, note_id=first
        )


def _draft(
    world: World,
    person_id: UUID,
    number: int,
    text: str,
    audience: Audience,
) -> Draft:
    key = derived_id(world.now, "demo.words", person_id, number)
    return Draft(
        id=key,
        note_id=key,
        person_id=person_id,
        kind=NoteKind.NOTE,
        text=text,
        audience=audience,
        written_at=world.now - timedelta(hours=30 - number),
    )


def _write(person_id: UUID, draft: Draft) -> UUID:
    key, _heads = publishing.write_note(by=own_phone(person_id), draft=draft)
    return key


def _publish(draft: Draft) -> None:
    publishing.decide(by=SYSTEM, notes=[(draft.note_id, draft.id)], decision=Decision.PUBLISH)
