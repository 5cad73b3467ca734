"""What booths say on pages of sessions and of quizzes."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from dongxun.booths.contracts import CardState
from dongxun.booths.models import Booth, StampCard
from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.beside import Beside


def at_sessions(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return the stamp card of each session: its page for who runs it, the own card on a phone."""
    rows = StampCard.objects.filter(session__in=list(ids)).select_related("organisation")
    found: dict[UUID, list[Beside]] = {}
    for row in rows:
        href = _href(row, by)
        if href and row.session_id is not None:
            words = _("Stamp card: %(title)s") % {"title": row.title}
            found.setdefault(row.session_id, []).append(Beside(words, href))
    return found


def _href(row: StampCard, by: Actor) -> str:
    if by.holds(*ORGANISERS):
        runs = by.reaches(row.organisation.lft)
        return reverse("booths:card", args=[row.id]) if runs else ""
    if not by.persons or row.state == CardState.DRAFT:
        return ""
    return f"{reverse('booths:own')}?card={row.id}"


def at_quizzes(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return the way from the quiz of a booth back to the booth, on the phone that answered."""
    if not by.persons:
        return {}
    rows = Booth.objects.filter(quiz__in=list(ids))
    return {
        row.quiz_id: [Beside(_("Back to the stamp card"), reverse("booths:booth", args=[row.code]))]
        for row in rows
        if row.quiz_id is not None
    }
