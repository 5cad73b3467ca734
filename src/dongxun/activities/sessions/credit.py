"""What a session's minutes are worth by the season's table, as plans print it."""

from decimal import Decimal
from uuid import UUID

from django.utils.translation import ngettext

from dongxun.activities.models import Session
from dongxun.seasons.contracts import CreditMethod, SeasonRules


def planned_by(season_id: UUID, code: str) -> str:
    """Return how many sessions a season's plan holds by a row of its table, in words."""
    n = Session.objects.filter(season_id=season_id, format=code).count()
    words = ngettext("%(n)d session is planned by it.", "%(n)d sessions are planned by it.", n)
    return words % {"n": n} if n else ""


def planned_hours(minutes: int, form: str, rules: SeasonRules) -> Decimal | None:
    """Return the planned hours of so many minutes; None without credit."""
    if not minutes:
        return None
    table = next((row for row in rules.credit if row.format == form), None)
    if table is None:
        return round(Decimal(minutes) / 60, 2)
    if table.method == CreditMethod.FIXED:
        return table.hours
    if table.method == CreditMethod.STEPS:
        reached = [hours for least, hours in table.steps if minutes >= least]
        return max(reached, default=Decimal(0))
    return round(Decimal(minutes) / table.minutes_an_hour, 2)
