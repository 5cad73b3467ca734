"""帮扶企业: how far each has come, noted day by day; lists frozen as of a day."""

from collections import Counter
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows, require
from dongxun.needs.contracts import Stage
from dongxun.needs.models import Enterprise, EnterpriseNote, EnterpriseSnapshot
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons

ENTERPRISE = "enterprise"
"""``about_kind`` of a need heard at an enterprise."""
VISIT = "enterprise_visit"
"""``about_kind`` of a need heard on one visit there, which its note tells of."""


class AlreadyTaken(Conflict):
    """A list of that day is frozen already."""

    code = "snapshot_taken"
    message = _("The list of that day is frozen already; it is never changed.")


def enterprise_row(enterprise_id: UUID, *, by: Actor) -> Enterprise:
    """Return an enterprise's row.

    Raises:
        NotFound: absent, taken off the list, or hidden from the actor.
    """
    found = Enterprise.objects.select_related("organisation", "season")
    row = wanted_row(found.filter(id=enterprise_id, removed_at=None))
    if not allows("needs.run", by, row.organisation.lft):
        raise NotFound
    return row


@transaction.atomic
def save_enterprise(
    *, by: Actor, organisation_id: UUID, name: str, scale: str = "", helper: str = ""
) -> UUID:
    """Put an enterprise on the list of a unit; under the same name it is changed.

    Raises:
        NotFound, NotAllowed.
        Invalid: no name.
    """
    node = organisations.node_in_scope(organisation_id, by=by)
    require("needs.run", by, node.interval.lft)
    season = seasons.season_at(node.interval.lft)
    if season is None:
        raise NotFound
    if not name.strip():
        raise Invalid(details=[("name", _("Give its name."))])
    row, _made = Enterprise.objects.update_or_create(
        season_id=season.id,
        organisation_id=node.id,
        name=name.strip()[:120],
        defaults={"scale": scale.strip()[:40], "helper": helper.strip()[:60], "removed_at": None},
        create_defaults={
            "scale": scale.strip()[:40],
            "helper": helper.strip()[:60],
            "stage_on": clock.today(),
        },
    )
    _note("save_enterprise", row, by)
    return row.id


@transaction.atomic
def note_stage(
    *,
    by: Actor,
    enterprise_id: UUID,
    stage: Stage,
    words: str = "",
    on: date | None = None,
    key: UUID,
    went: str = "",
    sat: str = "",
    topic: str = "",
) -> None:
    """Note what was done for an enterprise on a day, and where it stood. Safe to repeat by key.

    Args:
        went: who visited it, ``sat`` with whom at the table, about which ``topic``.

    Raises:
        NotFound.
        Invalid: a day to come.
    """
    row = enterprise_row(enterprise_id, by=by)
    day = on or clock.today()
    if day > clock.today():
        raise Invalid(details=[("on", _("That day has not come yet."))])
    values = {
        "enterprise": row,
        "on": day,
        "stage": stage,
        "words": words.strip()[:500],
        "went": went.strip()[:200],
        "sat": sat.strip()[:200],
        "topic": topic.strip()[:120],
        "by_label": by.label[:120],
        "recorded_at": clock.now(),
    }
    _note_row, created = EnterpriseNote.objects.get_or_create(id=key, defaults=values)
    if not created:
        return
    latest = EnterpriseNote.objects.filter(enterprise=row).order_by("-on", "-recorded_at").first()
    if latest is not None:
        Enterprise.objects.filter(id=row.id).update(stage=latest.stage, stage_on=latest.on)
    _note("note_stage", row, by)


@transaction.atomic
def remove_enterprise(*, by: Actor, enterprise_id: UUID) -> None:
    """Take an enterprise off the list; frozen lists keep it.

    Raises:
        NotFound.
    """
    row = enterprise_row(enterprise_id, by=by)
    Enterprise.objects.filter(id=row.id).update(removed_at=clock.now())
    _note("remove_enterprise", row, by)


@transaction.atomic
def freeze_enterprises(
    *, by: Actor, organisation_id: UUID, as_of: date | None = None
) -> EnterpriseSnapshot:
    """Freeze the list of a unit as it stood at the end of a day.

    Raises:
        NotFound, NotAllowed.
        Invalid: a day to come, or nobody on the list.
        AlreadyTaken: that day is frozen.
    """
    node = organisations.node_in_scope(organisation_id, by=by)
    require("needs.run", by, node.interval.lft)
    season = seasons.season_at(node.interval.lft)
    if season is None:
        raise NotFound
    day = as_of or clock.today()
    if day > clock.today():
        raise Invalid(details=[("as_of", _("That day has not come yet."))])
    if EnterpriseSnapshot.objects.filter(season=season.id, organisation=node.id, as_of=day):
        raise AlreadyTaken
    rows = _stood(season.id, organisations.within([node.interval], "organisation__lft"), day)
    if not rows:
        raise Invalid(details=[("as_of", _("No enterprise was on the list by that day."))])
    counts = Counter(str(row["stage"]) for row in rows)
    taken = EnterpriseSnapshot.objects.create(
        season_id=season.id,
        organisation_id=node.id,
        as_of=day,
        counts={"all": len(rows), **counts},
        rows=rows,
        taken_at=clock.now(),
        taken_by=by.label[:120],
    )
    audit.write(
        "needs.freeze_enterprises",
        by=by,
        subject=("snapshot", taken.id),
        organisation_id=node.id,
        as_of=day.isoformat(),
    )
    return taken


def _stood(season_id: UUID, within: Q, day: date) -> list[dict[str, str]]:
    """Return each enterprise on the list at the end of ``day``, with the stage it had then."""
    still = Q(removed_at=None) | Q(removed_at__gte=clock.day_bounds(day)[1])
    found = Enterprise.objects.filter(within, still, season_id=season_id)
    rows = []
    for row in found.select_related("organisation").prefetch_related("notes"):
        told = row.notes.all()
        if not told and row.stage_on > day:  # entered later
            continue
        notes = [note for note in told if note.on <= day]
        stage = notes[0].stage if notes else Stage.STOPPED
        rows.append(
            {
                "name": row.name,
                "organisation": row.organisation.short_name,
                "scale": row.scale,
                "helper": row.helper,
                "stage": str(stage),
                "on": notes[0].on.isoformat() if notes else "",
            }
        )
    return sorted(rows, key=lambda row: (row["organisation"], row["name"]))


def _note(name: str, row: Enterprise, by: Actor) -> None:
    audit.write(
        f"needs.{name}",
        by=by,
        subject=("enterprise", row.id),
        organisation_id=row.organisation_id,
    )
