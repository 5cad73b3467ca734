"""Who may run a contest, and whether it is judged."""

from dongxun.contests.contracts import JUDGED, Kind
from dongxun.contests.models import Contest
from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import rule


@rule("contests.run")
def run(actor: Actor, lft: int) -> bool:
    """Whoever organises the organisation that holds the contest."""
    return actor.reaches(lft)


def is_judged(contest: Contest) -> bool:
    """Return whether judges score it by scales; a collection without any is only shown."""
    if contest.kind == Kind.COLLECTION:
        return contest.criteria.exists()
    return contest.kind in JUDGED
