"""Whom somebody means who types a name."""

from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.errors import Invalid
from dongxun.people import api as people
from dongxun.volunteers.models import TeamMember, Volunteer
from dongxun.volunteers.reach import arranged

SUGGESTED = 200


def person_named(text: str, *, by: Actor) -> UUID:
    """Return the one person of the actor's people who is called so; 林小满（平潮村党支部）.

    Raises:
        Invalid: nobody is called so, or several are; says what to write.
    """
    within = people.reach_of(by) if by.is_system else by.intervals(ORGANISERS)
    found = people.find(text, within, where="person", counted=True)
    if len(found) != 1:
        raise Invalid(_("Whose name?"), where="person")
    return found[0].id


def suggestions(by: Actor) -> list[str]:
    """Return the names of those who have volunteered or are in a team, for a list to choose from."""
    rows = Volunteer.objects.filter(arranged(by, "person__branch")).values_list(
        "person__name", "person__branch__short_name"
    )
    mates = TeamMember.objects.filter(arranged(by, "branch"), left_at=None).values_list(
        "person__name", "branch__short_name"
    )
    found = {f"{name}（{branch}）" for name, branch in (*rows[:SUGGESTED], *mates[:SUGGESTED])}
    return sorted(found)
