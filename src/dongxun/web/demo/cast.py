"""Who can sign in, with names and passwords that are printed: an open demo, invented people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.access import api as access
from dongxun.access.contracts import LinkPurpose
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.web.demo import words
from dongxun.web.demo.world import PASSWORD, SYSTEM, World

TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The demo's one secret for authenticator apps; real accounts bind their own."""
TWO_FACTORS = frozenset({Role.OFFICE, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
MEMBER = words.CAST[0]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One line of what is printed at the start."""

    username: str
    name: str
    role: Role
    organisation_id: UUID
    person_id: UUID | None = None

    @property
    def second_factor(self) -> bool:
        """Whether it signs in with a code as well."""
        return self.role in TWO_FACTORS


def accounts(world: World) -> Iterator[DemoAccount]:
    """Yield the accounts of the demo."""
    district = world.district.id
    town = next(town for town in world.towns if town.name == "平潮镇")
    branch = town.units[0].branches[0].id
    yield DemoAccount("office", "区冬训办", Role.OFFICE, district)
    yield DemoAccount("pingchao", "平潮镇组织办", Role.ORGANISER, town.node.id)
    yield DemoAccount("zhou", words.CAST[1], Role.SECRETARY, branch, world.cast[words.CAST[1]])
    yield DemoAccount("xipian", "西片牵头人", Role.ZONE_LEAD, town.node.id)
    yield DemoAccount("sysadmin", "系统管理员", Role.SYSTEM_ADMIN, district)
    yield DemoAccount("secadmin", "安全管理员", Role.SECURITY_ADMIN, district)
    yield DemoAccount("auditor", "审计管理员", Role.AUDIT_ADMIN, district)


def build(world: World) -> str:
    """Open the accounts and a personal link; return the text that is printed at every start."""
    every = list(accounts(world))
    for one in every:
        access.open_known_account(
            by=SYSTEM,
            username=one.username,
            display_name=one.name,
            organisation_id=one.organisation_id,
            role=one.role,
            password=PASSWORD,
            person_id=one.person_id,
            totp_secret=TOTP if one.second_factor else "",
        )
    nodes = organisations.nodes([one.organisation_id for one in every])
    lines = [_("Demo accounts, all with the password %(word)s:") % {"word": PASSWORD}]
    for one in every:
        mark = _("with a code") if one.second_factor else ""
        place = nodes[one.organisation_id].short_name  # type: ignore[index]
        lines.append(f"  {one.username:<10} {one.name}　{place}　{mark}".rstrip())
    lines += [
        _("The code: .venv/bin/python manage.py demo_code office"),
        _("A phone for %(name)s (works on the first browser that opens it; a new one: %(how)s):")
        % {"name": MEMBER, "how": f"manage.py demo_code {MEMBER}"},
        f"  {personal_link(world.cast[MEMBER], by=SYSTEM)}",
    ]
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
