"""Slips that are printed once: what they hold is stored nowhere, so no copy is kept."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dongxun.access import api as access
from dongxun.access.contracts import LinkPurpose
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.reports import contracts as c
from dongxun.reports import papers
from dongxun.reports.recipes import NothingToPrint
from dongxun.reports.services.printing import Ready, pdf
from dongxun.seasons import api as seasons

MOST_LINKS = 300


class TooManyLinks(Invalid):
    """Personal links are handed out branch by branch."""

    code = "too_many_links"
    message = _("Choose one branch: links are handed out branch by branch.")


@transaction.atomic
def print_activation_slips(*, by: Actor, organisation_id: UUID) -> Ready:
    """Return a slip for each secretary of a subtree who has not come in; earlier ones end.

    Raises:
        NotFound, NotAllowed: see ``access.issue_slips``.
        NothingToPrint: everybody has come in.
    """
    node = organisations.node_in_scope(organisation_id, by=by)
    slips = access.issue_slips(by=by, organisation_id=node.id)
    if not slips:
        raise NothingToPrint(_("Everybody there has signed in already."))
    url = f"{settings.ADDRESS}{reverse('access:activate')}"
    made = papers.activation(
        c.ActivationSlip(
            organisation=slip.organisation,
            person=slip.name,
            user_name=slip.username,
            code=slip.code,
            address=url.partition("//")[2],
            url=url,
            valid_until=slip.expires_on,
            help="请上级组织重印开通单",
        )
        for slip in slips
    )
    name = f"{node.short_name}账号开通单"
    return pdf(name, made.pdf, by=by, organisation_id=node.id, paper="activation_slips")


@transaction.atomic
def print_link_slips(*, by: Actor, season_id: UUID, organisation_id: UUID) -> Ready:
    """Return a personal link for each of a branch who takes part; earlier links end.

    Raises:
        NotFound: season or organisation is absent or hidden.
        NotAllowed: ``by`` hands out no links there.
        TooManyLinks: the organisation is more than a branch.
        NothingToPrint: nobody takes part.
    """
    node = organisations.node_in_scope(organisation_id, by=by)
    require("reports.print", by, node.interval.lft)
    seasons.season(season_id, by=by)
    rules = seasons.rules(season_id)
    taking = seasons.eligible_ids(season_id, clock.today(), [node.interval])
    if len(taking) > MOST_LINKS:
        raise TooManyLinks
    until = clock.moment(max(rules.ends_on, clock.today()))
    lines = [p for p in people.paper_lines(node.interval, by=by) if p.id in taking]
    if not lines:
        raise NothingToPrint
    contacts = organisations.contacts({line.branch_id for line in lines})
    slips = [_link_slip(line, rules.name, until, contacts, by) for line in lines]
    name = f"{node.short_name}个人链接"
    made = papers.links(slips)
    return pdf(name, made.pdf, by=by, organisation_id=node.id, paper="link_slips")


def _link_slip(
    line: people.PaperLine,
    season: str,
    until: datetime,
    contacts: dict[UUID, str],
    by: Actor,
) -> c.LinkSlip:
    link = access.issue_link(by=by, purpose=LinkPurpose.MEMBER, expires_at=until, person_id=line.id)
    return c.LinkSlip(
        name=line.name,
        branch=line.branch,
        season=season,
        url=f"{settings.ADDRESS}{link.path}",
        valid_until=timezone.localtime(until).date(),
        contact=contacts.get(line.branch_id, ""),
    )
