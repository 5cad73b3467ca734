"""What the worker does for coverage between other work: rebuilds in steps, the turn of the day.

And the room's job, a past day as it is known now.
"""

from collections.abc import Mapping
from typing import Any

from dongxun.coverage import days, reckoning, services
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.jobs import JobRun, job


def keep_up() -> int:
    """Do one bounded step of whatever is due; return how many steps were done.

    Safe to repeat and to kill anywhere: each step is one transaction, and
    where the work stands is kept with the season.
    """
    for season_id in services.rebuilds_due():
        try:
            services.rebuild_step(season_id)
        except NotFound:
            services.forget(season_id)
        return 1
    for season_id in days.seasons_to_roll(clock.today()):
        days.roll_step(season_id)
        return 1
    return 0


@job(reckoning.JOB)
def reckon(run: JobRun) -> Mapping[str, Any]:
    """Work a past day out from everything known now."""
    return reckoning.run(run)
