"""What this room says on pages of rooms below: how many want to learn a topic."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.beside import Beside
from dongxun.quizzes.queries import surveys


def of_topics(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return how many replies want each topic; nothing where none named a topic."""
    found = {key: counts for key, counts in surveys.demand(ids, by=by).items() if counts[1]}
    runs = bool(found) and by.holds(*ORGANISERS) and surveys.has_own(by)
    href = reverse("quizzes:surveys") if runs else ""
    words = _("%(n)d of %(of)d replies want this topic")
    return {key: [Beside(words % {"n": n, "of": of}, href)] for key, (n, of) in found.items()}
