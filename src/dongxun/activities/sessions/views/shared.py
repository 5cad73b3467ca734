"""What several pages of sessions need."""

from dongxun.activities.sessions.page_forms import NEEDS_REASON
from dongxun.activities.sessions.shapes import Warnings
from dongxun.kernel.errors import Invalid
from dongxun.kernel.http import Request
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard


def season_of(request: Request) -> SeasonCard:
    """Return the season that a page speaks of (404: there is none)."""
    return seasons.season_asked(request.GET.get("season"), by=request.actor)


def need_clash_reason(found: Warnings, reason: str) -> None:
    """Ask why a session is to stay although something is wanted twice.

    Raises:
        Invalid: there is a clash and no reason.
    """
    if found.clashes and not reason.strip():
        raise Invalid(details=[("clash_reason", NEEDS_REASON)])
