"""How answers to a quiz read, for whoever decides between two of them; never what was chosen."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
from dongxun.people import api as people
from dongxun.quizzes.models import Attempt


def read(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return of whose try each body speaks; the person's own organisers decide."""
    tries = Attempt.objects.select_related("quiz", "person").in_bulk(ids_in(bodies, "attempt"))
    homes = people.branches_of({one.person_id for one in tries.values()})
    found: list[Reading | None] = []
    for body in bodies:
        attempt = named_in(tries, body, "attempt")
        home = homes.get(attempt.person_id) if attempt else None
        if attempt is None or home is None:
            found.append(None)
            continue
        place = body.get("place")
        question = _("question %(n)s") % {"n": place} if isinstance(place, int) else ""
        about = joined(attempt.person.name, attempt.quiz.title)
        words = joined(question, when(moment_in(body)))
        found.append(Reading(about, words, (home.lft,), home.branch_id, attempt.person_id))
    return found


def stands(body: Body) -> str:
    """Return what is to be said of an answer that came before another."""
    return _("the answer given first")


speak_for("quiz_answer", Voice(gettext_lazy("an answer to a quiz"), read, stands=stands))
speak_for("quiz_hand_in", Voice(gettext_lazy("a quiz handed in"), read))
