"""Who may shape a season, and who may say how a person takes part in it."""

from dongxun.kernel.actors import ORGANISERS, Actor, Role
from dongxun.kernel.rules import rule
from dongxun.seasons.models import Season

PLANNERS = (Role.OFFICE, Role.ORGANISER)


@rule("seasons.create")
def create(actor: Actor, root_lft: int) -> bool:
    """The training office, over its own subtree."""
    return actor.reaches(root_lft, (Role.OFFICE,))


@rule("seasons.manage")
def manage(actor: Actor, season: Season) -> bool:
    """The training office of the season's root, or of one above it."""
    return actor.reaches(season.root.lft, (Role.OFFICE,))


@rule("seasons.plan_below")
def plan_below(actor: Actor, organisation_lft: int) -> bool:
    """Office and organisers, for study days, cohorts and tasks of their own subtree."""
    return actor.reaches(organisation_lft, PLANNERS)


@rule("seasons.edit_participation")
def edit_participation(actor: Actor, branch_lft: int) -> bool:
    """Whoever organises the branch, its secretary included."""
    return actor.reaches(branch_lft, ORGANISERS)
