"""Who can sign in, with names and passwords that are printed: an open demo, invented people."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.access import api as access
from dongxun.access.api import KnownAccount
from dongxun.access.contracts import LinkPurpose
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import OrganisationId
from dongxun.people import api as people
from dongxun.web.demo import words
from dongxun.web.demo.world import PASSWORD, SYSTEM, World

TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The demo's one secret for authenticator apps; real accounts bind their own."""
MEMBER = words.CAST[0]


def accounts(world: World) -> Iterator[KnownAccount]:
    """Yield the accounts of the demo."""
    district = world.district.id
    town = next(town for town in world.towns if town.name == "平潮镇")
    branch = town.units[0].branches[0].id
    zhou = world.cast[words.CAST[1]]
    yield KnownAccount("office", "区冬训办", district, Role.OFFICE, totp_secret=TOTP)
    yield KnownAccount("pingchao", "平潮镇组织办", town.node.id, Role.ORGANISER)
    yield KnownAccount("zhou", words.CAST[1], branch, Role.SECRETARY, zhou)
    yield KnownAccount("xipian", "西片牵头人", town.node.id, Role.ZONE_LEAD)
    yield KnownAccount("sysadmin", "系统管理员", district, Role.SYSTEM_ADMIN, totp_secret=TOTP)
    yield KnownAccount("secadmin", "安全管理员", district, Role.SECURITY_ADMIN, totp_secret=TOTP)
    yield KnownAccount("auditor", "审计管理员", district, Role.AUDIT_ADMIN, totp_secret=TOTP)


def build(world: World) -> str:
    """Open the accounts and a personal link; return the text that is printed at every start."""
    every = list(accounts(world))
    access.open_known_accounts(by=SYSTEM, wanted=every, password=PASSWORD)
    nodes = organisations.nodes([one.organisation_id for one in every])
    lines = [_("Demo accounts, all with the password %(word)s:") % {"word": PASSWORD}]
    for one in every:
        mark = _("with a code") if one.totp_secret else ""
        place = nodes[OrganisationId(one.organisation_id)].short_name
        lines.append(f"  {one.username:<10} {one.display_name}　{place}　{mark}".rstrip())
    lines += [
        _("The code: .venv/bin/python manage.py demo_code office"),
        _("A phone for %(name)s (works on the first browser that opens it; a new one: %(how)s):")
        % {"name": MEMBER, "how": f"manage.py demo_code {MEMBER}"},
        f"  {personal_link(world.cast[MEMBER], by=SYSTEM)}",
    ]
    if world.visitor_link:
        said = _("%(name)s brings study home today, with this link:") % {"name": words.CAST[2]}
        lines += [said, f"  {world.visitor_link}"]
    return "\n".join(lines) + "\n"


def personal_link(person_id: UUID, *, by: Actor) -> str:
    """Return the path of a fresh personal link; the one before stops."""
    people.card(person_id, by=by)
    link = access.issue_link(
        by=by,
        purpose=LinkPurpose.MEMBER,
        expires_at=clock.now() + timedelta(days=180),
        person_id=person_id,
    )
    return link.path
