"""What each category of people owes: hours in the season, hours in a calendar year."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, Text
from dongxun.people.api import MemberRow
from dongxun.people.contracts import Category
from dongxun.seasons import parameters as settings
from dongxun.seasons.contracts import Owing, Parameters, RequirementLine
from dongxun.seasons.models import Requirement, Season
from dongxun.seasons.services.versions import need_reason, open_season, record

LIMITS = {
    "season_hours": settings.LIMITS["season_hours"],
    "year_hours": settings.LIMITS["member_hours_year"],
}
_CENT = Decimal("0.01")


def category_of(member: MemberRow) -> str:
    """Return as whom somebody owes hours: a branch secretary before anything else."""
    if member.is_secretary:
        return Owing.SECRETARY.value
    is_probationary = member.category == Category.PROBATIONARY
    return Owing.PROBATIONARY.value if is_probationary else Owing.FULL.value


def usual(parameters: Parameters) -> list[RequirementLine]:
    """Return what every season begins with."""
    years = {Owing.SECRETARY: parameters.secretary_hours_year}
    return [
        RequirementLine(
            each.value, parameters.season_hours, years.get(each, parameters.member_hours_year)
        )
        for each in Owing
    ]


def write(season: Season, lines: Iterable[RequirementLine]) -> None:
    """Write the rows of these categories."""
    for line in lines:
        Requirement.objects.update_or_create(
            season=season,
            category=line.category,
            defaults={"season_hours": line.season_hours, "year_hours": line.year_hours},
        )


def follow(season: Season, before: Parameters, after: Parameters) -> None:
    """Let whoever owed the usual hours owe the new usual ones."""
    old = {line.category: line for line in usual(before)}
    new = {line.category: line for line in usual(after)}
    for row in Requirement.objects.filter(season=season, category__in=Owing.values):
        was, now = old[row.category], new[row.category]
        if row.season_hours == was.season_hours:
            row.season_hours = now.season_hours
        if row.year_hours == was.year_hours:
            row.year_hours = now.year_hours
        row.save()


@transaction.atomic
def set_requirements(
    *, by: Actor, season_id: UUID, lines: Iterable[RequirementLine], reason: str = ""
) -> None:
    """Say what categories owe; those not named keep their hours. Safe to repeat.

    The hours of full members are also the season's usual ones, for whoever has
    no row of their own and for sentences about the season as a whole.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Invalid: ``where`` is ``<category>.<field>``; a running season wants a reason.
    """
    season = open_season(season_id, by=by)
    reason = need_reason(season, reason)
    wanted = {line.category: line for line in lines}
    if bad := [fault for line in wanted.values() for fault in _faults(line)]:
        raise Invalid(details=bad)
    write(season, wanted.values())
    typed: dict[str, Decimal] = {}
    if full := wanted.get(Owing.FULL):
        typed |= {"season_hours": full.season_hours, "member_hours_year": full.year_hours}
    if secretary := wanted.get(Owing.SECRETARY):
        typed |= {"secretary_hours_year": secretary.year_hours}
    base = settings.parameters_of(season.parameters)
    season.parameters = settings.write(settings.checked(typed, base=base))
    season.save(update_fields=["parameters"])
    changed = record(season, by=by, reason=reason)
    audit.write(
        "seasons.set_requirements",
        by=by,
        subject=("season", season.id),
        organisation_id=season.root_id,
        reason=reason,
        changed=changed,
        hours={line.category: str(line.season_hours) for line in wanted.values()},
    )


def _faults(line: RequirementLine) -> list[tuple[str, Text]]:
    if line.category not in Owing.values:
        return [(f"{line.category}.category", _("There is no such category."))]
    bad: list[tuple[str, Text]] = []
    for field, (low, high) in LIMITS.items():
        value = getattr(line, field)
        if not low <= value <= high or value != value.quantize(_CENT):
            limits = {"low": low, "high": high}
            bad.append((f"{line.category}.{field}", _("Between %(low)s and %(high)s.") % limits))
    return bad
