"""Campaigns: what a plan is made of beside topics."""

from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons.contracts import SeasonClosed, SeasonState
from dongxun.seasons.models import Campaign, Season
from dongxun.seasons.queries.season import season_row
from dongxun.seasons.services.versions import open_season, record


def below(season_id: UUID, organisation_id: UUID, *, by: Actor) -> tuple[Season, Node]:
    """Return season and organisation when ``by`` plans there."""
    season = season_row(season_id, by=by)
    if season.state == SeasonState.CLOSED:
        raise SeasonClosed
    node = organisations.node(organisation_id)
    require("seasons.plan_below", by, node.interval.lft)
    return season, node


@transaction.atomic
def add_campaign(
    *, by: Actor, season_id: UUID, name: str, theme: str = "", reason: str = ""
) -> UUID:
    """Add a campaign, a theme that many sessions share; the same name is the same campaign.

    Args:
        reason: why the plan changes; without one the version says what was added.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Invalid: no name.
    """
    season = open_season(season_id, by=by)
    if not name.strip():
        raise Invalid(details=[("name", _("Give the campaign a name."))])
    row, created = Campaign.objects.get_or_create(
        season=season, name=name.strip()[:120], defaults={"theme": theme}
    )
    if created:
        words = _("Campaign added: %(name)s") % {"name": row.name}
        record(season, by=by, reason=reason.strip()[:200] or str(words)[:200])
    _audit("seasons.add_campaign", by, row)
    return row.id


@transaction.atomic
def edit_campaign(
    *, by: Actor, campaign_id: UUID, name: str, theme: str = "", reason: str = ""
) -> None:
    """Change a campaign's name and theme; its sessions stay with it.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Conflict: another campaign has this name.
        Invalid: no name.
    """
    row = _campaign(campaign_id)
    season = open_season(row.season_id, by=by)
    if not name.strip():
        raise Invalid(details=[("name", _("Give the campaign a name."))])
    if season.campaigns.filter(name=name.strip()).exclude(id=row.id).exists():
        raise Conflict(_("Another campaign has this name."), where="name")
    words = _("Campaign renamed: %(name)s") % {"name": name.strip()}
    row.name, row.theme = name.strip()[:120], theme
    row.save()
    record(season, by=by, reason=reason.strip()[:200] or str(words)[:200])
    _audit("seasons.edit_campaign", by, row)


@transaction.atomic
def remove_campaign(*, by: Actor, campaign_id: UUID) -> None:
    """Take a campaign out of the plan. Safe to repeat.

    Raises:
        NotAllowed, SeasonClosed.
        Conflict: sessions belong to it.
    """
    row = Campaign.objects.filter(id=campaign_id).first()
    if row is None:
        return
    season = open_season(row.season_id, by=by)
    try:
        row.delete()
    except ProtectedError as error:
        raise Conflict(_("Sessions belong to this campaign; it can be renamed.")) from error
    words = _("Campaign removed: %(name)s") % {"name": row.name}
    record(season, by=by, reason=str(words)[:200])
    audit.write(
        "seasons.remove_campaign",
        by=by,
        subject=("campaign", campaign_id),
        organisation_id=season.root_id,
    )


def _campaign(campaign_id: UUID) -> Campaign:
    return wanted_row(Campaign.objects.select_related("season").filter(id=campaign_id))


def _audit(action: str, by: Actor, row: Campaign) -> None:
    about = ("campaign", row.id)
    audit.write(action, by=by, subject=about, organisation_id=row.season.root_id)
