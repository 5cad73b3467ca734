"""By when: the deadlines of a season, in working days."""

from datetime import date
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.calendar import last_working_day, working_day_after
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import Parameters


def overdue_before() -> date:
    """Return the day before which a deadline is overdue now: no weekend makes anything late."""
    return last_working_day(clock.today())


def of_season(season_id: UUID) -> Parameters:
    """Return what the season sets."""
    return seasons.rules(season_id).parameters


def first_reply(season_id: UUID, day: date) -> date:
    """Return the day by which a need registered on ``day`` gets its first reply."""
    return working_day_after(day, of_season(season_id).ticket_first_reply_days)


def end_of_work(season_id: UUID, day: date | None = None) -> date:
    """Return the day by which what begins on ``day`` (today) is to be done."""
    return working_day_after(day or clock.today(), of_season(season_id).ticket_due_days)
