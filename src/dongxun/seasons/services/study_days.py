"""Study days: days that return each week or month for an organisation's subtree."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.seasons.contracts import StudyDayLine
from dongxun.seasons.models import StudyDay
from dongxun.seasons.services.goals import below


@transaction.atomic
def set_study_day(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    line: StudyDayLine,
    study_day_id: UUID | None = None,
) -> UUID:
    """Let a study day return each week or month for an organisation's subtree.

    Safe to repeat: the same title at the same organisation is changed.

    Args:
        study_day_id: the study day to change; it may get another title.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Conflict: another study day of the organisation has this title.
        Invalid: what does not fit, by field.
    """
    season, node = below(season_id, organisation_id, by=by)
    if bad := _faults(line):
        raise Invalid(details=bad)
    title = line.title.strip()[:80]
    known = StudyDay.objects.filter(season=season)
    twin = known.filter(organisation_id=node.id, title=title).first()
    if study_day_id is None:
        row = twin or StudyDay(season=season)
    else:
        row = _own(study_day_id, by=by)
        if twin is not None and twin.id != row.id:
            raise Conflict(_("There is a study day of this title already."), where="title")
    row.organisation_id, row.title = node.id, title
    row.every, row.at, row.minutes = line.every, line.at, line.minutes
    row.weekday = line.weekday if line.every == "week" else None
    row.day = line.day if line.every == "month" else None
    row.save()
    audit.write(
        "seasons.set_study_day", by=by, subject=("study_day", row.id), organisation_id=node.id
    )
    return row.id


@transaction.atomic
def remove_study_day(*, by: Actor, study_day_id: UUID) -> None:
    """Let a study day return no more; sessions that were held stay. Safe to repeat.

    Raises:
        NotAllowed, SeasonClosed.
    """
    if not StudyDay.objects.filter(id=study_day_id).exists():
        return
    row = _own(study_day_id, by=by)
    row.delete()
    audit.write(
        "seasons.remove_study_day",
        by=by,
        subject=("study_day", study_day_id),
        organisation_id=row.organisation_id,
    )


def _own(study_day_id: UUID, *, by: Actor) -> StudyDay:
    """Return a study day where ``by`` plans; one of elsewhere is as if absent."""
    row = wanted_row(StudyDay.objects.filter(id=study_day_id))
    organisations.node_in_scope(row.organisation_id, by=by)
    below(row.season_id, row.organisation_id, by=by)
    return row


def _faults(line: StudyDayLine) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    if not line.title.strip():
        bad.append(("title", _("Give the study day a title.")))
    if line.every == "week":
        if line.weekday is None or not 0 <= line.weekday <= 6:
            bad.append(("weekday", _("Choose the day of the week.")))
    elif line.every == "month":
        if line.day is None or not 1 <= line.day <= 31:
            bad.append(("day", _("Between %(low)s and %(high)s.") % {"low": 1, "high": 31}))
    else:
        bad.append(("every", _("Every week or every month.")))
    if not 1 <= line.minutes <= 600:
        bad.append(("minutes", _("Between %(low)s and %(high)s.") % {"low": 1, "high": 600}))
    return bad
