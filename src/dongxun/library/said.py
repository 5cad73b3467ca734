"""How steps through a lesson read, for whoever decides between two of them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dongxun.kernel.differences import (
    Body,
    Reading,
    Voice,
    ids_in,
    joined,
    moment_in,
    named_in,
    speak_for,
)
from dongxun.kit.times import when
from dongxun.library.models import Chapter, Lesson
from dongxun.people import api as people


def read(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return of whose lesson each step speaks; the person's own organisers decide."""
    lessons = Lesson.objects.in_bulk(ids_in(bodies, "lesson"))
    chapters = Chapter.objects.in_bulk(ids_in(bodies, "chapter"))
    named = people.names(ids_in(bodies, "person"))
    homes = people.branches_of(named)
    found: list[Reading | None] = []
    for body in bodies:
        lesson, person = named_in(lessons, body, "lesson"), named_in(named, body, "person")
        if lesson is None or person is None or person.id not in homes:
            found.append(None)
            continue
        home = homes[person.id]
        words = joined(*_parts(body, named_in(chapters, body, "chapter")), when(moment_in(body)))
        about = joined(person.name, lesson.title)
        found.append(Reading(about, words, (home.lft,), home.branch_id, person.id))
    return found


def _parts(body: Body, chapter: Chapter | None) -> list[str]:
    at, answers = body.get("at", 0), body.get("answers")
    parts = [chapter.title if chapter else ""]
    if body.get("ended") is True:
        parts.append(_("to the end"))
    elif isinstance(at, int) and at > 0:
        parts.append(_("up to minute %(n)d") % {"n": at // 60})
    if isinstance(answers, dict) and answers:
        n = len(answers)
        parts.append(ngettext("%(n)d answer", "%(n)d answers", n) % {"n": n})
    return parts


speak_for("lesson_step", Voice(gettext_lazy("a step through a lesson"), read))
