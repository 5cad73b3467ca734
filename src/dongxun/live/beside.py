"""What live classes say on the pages of their sessions."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dongxun.activities import api as activities
from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.beside import Beside
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import allows
from dongxun.live.contracts import ClassState
from dongxun.live.models import LiveClass

WORDS = {
    ClassState.READY: _("A live class belongs to it"),
    ClassState.LIVE: _("The live class is on air"),
    ClassState.OVER: _("The live class is over"),
}


def at_sessions(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return where the class of each main session is seen; whoever sees the session may.

    Who organises and is a member too watches it as one.
    """
    found: dict[UUID, list[Beside]] = {}
    for row in LiveClass.objects.filter(session_id__in=list(ids)):
        words = str(WORDS[ClassState(row.state)])
        ways = [("live:watch", words)] if by.persons else []
        if by.holds(*ORGANISERS):
            own = [(page, str(_("See the class as a member"))) for page, _words in ways]
            ways = [("live:console", words), *own]
        found[row.session_id] = [
            Beside(said, reverse(page, args=[row.session_id]), is_way_in=True)
            for page, said in ways or [("live:hall", words)]
        ]
    if by.holds(*ORGANISERS):
        found |= {key: _offer(key) for key in ids if key not in found and _may(key, by)}
    return found


def _offer(session_id: UUID) -> list[Beside]:
    return [
        Beside(str(_("Let it be seen live elsewhere")), reverse("live:prepare", args=[session_id]))
    ]


def _may(session_id: UUID, by: Actor) -> bool:
    try:
        airing = activities.airing(session_id, by=by)
    except NotFound:
        return False
    is_coming = airing.id == session_id and airing.ends_at > clock.now()
    return is_coming and allows("live.run_class", by, airing.host_lft)


def at_quizzes(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return the way from the short check of a class back to it, on the phone that answered."""
    if not by.persons:
        return {}
    rows = LiveClass.objects.filter(quiz__in=list(ids))
    words = str(_("Back to the class"))
    return {
        row.quiz_id: [Beside(words, reverse("live:watch", args=[row.session_id]))]
        for row in rows
        if row.quiz_id is not None
    }
