"""What members' words say on the pages of sessions: who spoke there is what they are about."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.beside import Beside
from dongxun.organisations import api as organisations
from dongxun.publishing.contracts import Audience, NoteState
from dongxun.publishing.models import Note

SESSION = "session"


def at_sessions(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return the words about each session for whoever looks at them, and the way to write some."""
    found: dict[UUID, list[Beside]] = {}
    if by.holds(*ORGANISERS):
        for key, state, n in _counted(ids, by):
            words = ngettext("%(n)d note about it", "%(n)d notes about it", n) % {"n": n}
            if state == NoteState.WAITING:
                words += _(", waiting to be looked at")
            href = f"{reverse('publishing:queue')}?state={state}&about={key}"
            found.setdefault(key, []).append(Beside(words, href))
    if by.owned:
        href = f"{reverse('publishing:write')}?kind=reflection&about_kind={SESSION}&about="
        for key in ids:
            line = Beside(_("Write a few words about it"), f"{href}{key}", is_afterwards=True)
            found.setdefault(key, []).append(line)
    return found


def _counted(ids: Collection[UUID], by: Actor) -> list[tuple[UUID, str, int]]:
    rows = Note.objects.filter(
        organisations.within(by.intervals(), "branch__lft"),
        about_kind=SESSION,
        about_id__in=list(ids),
        removed_at=None,
        state__in=(NoteState.WAITING, NoteState.PUBLISHED),
    ).exclude(audience=Audience.OWN)
    counted = rows.order_by("-state").values_list("about_id", "state").annotate(n=Count("id"))
    return [(key, state, n) for key, state, n in counted if key is not None]
