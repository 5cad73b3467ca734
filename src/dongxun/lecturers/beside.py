"""What this room says on pages of rooms below: a lecturer's term, ratings, times; how they were."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.beside import Beside
from dongxun.kit.times import day
from dongxun.lecturers.queries import lessons, profiles


def of_lecturers(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return term and ratings of lecturers; their own phone is led to their times."""
    terms, scores = profiles.terms(ids), profiles.scores(ids)
    found: dict[UUID, list[Beside]] = {}
    for key in ids:
        href = reverse("lecturers:lecturer", args=[key]) if by.holds(*ORGANISERS) else ""
        lines = []
        if term := terms.get(key):
            last = profiles.last_day(term)
            words = _("Appointed until %(day)s") if last >= clock.today() else None
            words = words or _("The term ended on %(day)s")
            lines.append(Beside(words % {"day": day(last)}, href))
        if score := scores.get(key):
            said = ngettext("%(mean)s of 5, %(n)d rating", "%(mean)s of 5, %(n)d ratings", score.n)
            lines.append(Beside(said % {"mean": f"{score.mean:.1f}", "n": score.n}, href))
        if by.has_link("lecturer", key) and not by.is_system:
            lines.append(Beside(_("When can you teach?"), reverse("lecturers:mine", args=[key])))
        if not lines and href:
            lines.append(Beside(_("Times and terms"), href))
        found[key] = lines
    return found


def at_sessions(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return how the lecturers of sessions were, or where to say so, for whoever holds them."""
    if not by.holds(*ORGANISERS):
        return {}
    found: dict[UUID, list[Beside]] = {}
    for key in ids:
        lesson = lessons.held(key, by=by)
        if lesson is None:
            continue
        for one in lesson.taught:
            words = _("How was %(name)s? Say it in stars.") % {"name": one.name}
            if one.stars:
                words = _("%(name)s: %(n)d of 5") % {"name": one.name, "n": one.stars}
            found.setdefault(key, []).append(Beside(words, lesson.url))
    return found
