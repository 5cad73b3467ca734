"""Who can give a role: the nearest organisation above that has somebody for it."""

from django.utils.translation import gettext as _

from dongxun.access.contracts import ADMINISTRATORS, ROLE_NAMES
from dongxun.access.models import GrantRow
from dongxun.access.rules import GIVEN_BY_OFFICE, GIVEN_BY_ORGANISER
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import NotAllowed
from dongxun.organisations import api as organisations


def who_can_grant(refused: NotAllowed, *, by: Actor) -> str:
    """Return a sentence with the role that was missing and where it is given; empty if unknown.

    It names organisations on the way up from the account's own, never a person.
    """
    role = refused.role
    if role is None:
        return ""
    name = ROLE_NAMES[role]
    if not by.is_account:
        words = _("This is done by accounts with the role “%(role)s”. Ask your branch secretary.")
        return words % {"role": name}
    if by.holds(*ADMINISTRATORS) != (role in ADMINISTRATORS) and by.grants:
        words = _(
            "This takes the role “%(role)s” in an account of its own, for administrators do "
            "nothing else."
        )
        return words % {"role": name}
    found = _giver(role, by)
    if found is None:
        return _("This takes the role “%(role)s”.") % {"role": name}
    giver, organisation = found
    words = _("This takes the role “%(role)s”. The %(giver)s of %(organisation)s can give it.")
    return words % {"role": name, "giver": ROLE_NAMES[giver], "organisation": organisation}


def _giver(role: Role, by: Actor) -> tuple[Role, str] | None:
    """Return the role and organisation of the nearest who may give ``role``, the lowest first."""
    givers = [Role.SECURITY_ADMIN]
    if role in GIVEN_BY_OFFICE:
        givers.append(Role.OFFICE)
    if role in GIVEN_BY_ORGANISER:
        givers.append(Role.ORGANISER)
    day = clock.today()
    for grant in by.grants:
        path = organisations.ancestors(grant.organisation_id)
        held = set(
            GrantRow.objects.filter(
                organisation__in=[node.id for node in path],
                role__in=givers,
                valid_from__lte=day,
                account__is_active=True,
            )
            .exclude(valid_to__lte=day)
            .exclude(account__in=[by.id])
            .values_list("organisation_id", "role")
        )
        for node in reversed(path):
            for giver in reversed(givers):
                is_here = giver is not Role.SECURITY_ADMIN and node.id == grant.organisation_id
                if not is_here and (node.id, giver.value) in held:
                    return giver, node.name
    return None
