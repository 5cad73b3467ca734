"""How a member's words read, for whoever decides between two writings under one id."""

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
from dongxun.publishing.contracts import Audience, NoteKind

KINDS = dict(NoteKind.choices)


def read(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return whose words each body holds; what is written for oneself is not read out."""
    named = people.names(ids_in(bodies, "person"))
    homes = people.branches_of(named)
    found: list[Reading | None] = []
    for body in bodies:
        person = named_in(named, body, "person")
        if person is None or person.id not in homes:
            found.append(None)
            continue
        home = homes[person.id]
        is_shown = body.get("audience") in {Audience.BRANCH, Audience.ALL}
        text = str(body.get("text", "")) if is_shown else _("words for the writer alone")
        kind = KINDS.get(str(body.get("kind", "")), "")
        words = joined(kind, text, when(moment_in(body)))
        found.append(Reading(person.name, words, (home.lft,), home.branch_id, person.id))
    return found


speak_for("member_note", Voice(gettext_lazy("a member's words"), read))
