"""What phones may send to this room: how far somebody is in a lesson, and their answers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from dongxun.files.contracts import MOST_SECONDS
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.sync import Item, ItemAnswer, accept
from dongxun.library.contracts import MOST_EDITION, MOST_QUESTIONS, Step
from dongxun.library.services.learning import note_steps
from dongxun.people import api as people


def take_steps(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``lesson_step`` items; a malformed one never spoils the others."""
    answers: list[ItemAnswer] = []
    read: list[tuple[UUID, Step]] = []
    for item in items:
        try:
            read.append((item.id, _read(item, by)))
        except (KeyError, ValueError, TypeError, OverflowError, AttributeError):
            answers.append(ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed"))
    told = note_steps(by=by, steps=[step for _id, step in read])
    answers += [
        ItemAnswer(key, answer, reason)
        for (key, _step), (answer, reason) in zip(read, told, strict=True)
    ]
    return answers


def _read(item: Item, by: Actor) -> Step:
    """Return ``{lesson, person, occurred_at, edition?, chapter?, at?, ended?, answers?}``."""
    body = item.body
    at = _number(body.get("at", 0), MOST_SECONDS)
    edition = body.get("edition")
    answers = body.get("answers", {})
    if len(answers) > MOST_QUESTIONS:
        raise ValueError(len(answers))
    return Step(
        lesson_id=UUID(str(body["lesson"])),
        person_id=people.meant(UUID(str(body["person"])), by=by),
        occurred_at=item.by_our_clock(clock.parse_moment(body["occurred_at"])),
        chapter_id=UUID(str(body["chapter"])) if body.get("chapter") else None,
        at=at,
        ended=body.get("ended") is True,
        answers={UUID(str(key)): int(chosen) for key, chosen in answers.items()},
        edition=None if edition is None else _number(edition, MOST_EDITION),
    )


def _number(said: Any, most: int) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= most:
        raise ValueError(said)
    return said


accept("lesson_step", take_steps)
