"""How presences that a phone sent read, for whoever decides between two of them."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import Method
from dongxun.activities.models import Session
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
from dongxun.kit.times import day, when
from dongxun.people import api as people


def read(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return of which session each presence speaks, and of whom; both their organisers decide."""
    rows = Session.objects.select_related("host").in_bulk(ids_in(bodies, "session"))
    named = people.names(ids_in(bodies, "person"))
    homes = people.branches_of(named)
    found: list[Reading | None] = []
    for body in bodies:
        session = named_in(rows, body, "session")
        person = named_in(named, body, "person")
        if session is None:
            found.append(None)
            continue
        methods = dict(Method.choices)
        words = joined(
            person.name if person else "",
            methods.get(str(body.get("method", Method.ROLL)), ""),
            when(moment_in(body)),
            body.get("reason", ""),
        )
        places = {session.host.lft, *([homes[person.id].lft] if person else [])}
        found.append(
            Reading(
                about=joined(session.title, day(session.starts_at)),
                words=words,
                places=tuple(sorted(places)),
                organisation_id=session.host_id,
                href=reverse("activities:roll", args=[session.id]),
            )
        )
    return found


def read_feedback(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return of which session each feedback speaks; who spoke is told to nobody."""
    rows = Session.objects.select_related("host").in_bulk(ids_in(bodies, "session"))
    found: list[Reading | None] = []
    for body in bodies:
        session = named_in(rows, body, "session")
        if session is None:
            found.append(None)
            continue
        words = joined(body.get("score", ""), body.get("words", ""))
        about = joined(session.title, day(session.starts_at))
        place = session.host
        href = reverse("activities:session", args=[session.id])
        found.append(Reading(about, words, (place.lft,), place.id, href=href))
    return found


speak_for("presence", Voice(_("presence"), read))
speak_for("feedback", Voice(_("feedback after class"), read_feedback))
