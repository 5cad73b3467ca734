"""The history of a plan: what changed from version to version."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor
from dongxun.seasons.contracts import Change, Version
from dongxun.seasons.models import PlanVersion
from dongxun.seasons.parameters import LABELS
from dongxun.seasons.queries.season import season_row


def versions(season_id: UUID, *, by: Actor) -> list[Version]:
    """Return the versions of a plan, newest first, each with its difference to the last.

    Raises:
        NotFound: the season is absent or hidden.
    """
    season_row(season_id, by=by)
    rows = list(PlanVersion.objects.filter(season_id=season_id).order_by("number"))
    found = [
        Version(
            number=row.number,
            reason=row.reason,
            created_at=row.created_at,
            created_by=row.created_by,
            changes=tuple(_changes(before.snapshot, row.snapshot)) if before else (),
        )
        for before, row in zip([None, *rows], rows, strict=False)
    ]
    return found[::-1]


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    names = {"name": _("Name of the season"), "starts_on": _("First day"), "ends_on": _("Last day")}
    for key, label in names.items():
        if before[key] != after[key]:
            yield Change(label, before[key], after[key])
    for key, text in LABELS.items():
        old, new = before["parameters"].get(key), after["parameters"].get(key)
        if old != new:
            yield Change(str(text), _word(old), _word(new))
    yield from _topic_changes(before["topics"], after["topics"])
    yield from _credit_changes(before["credit"], after["credit"])
    if before["organisations"] != after["organisations"]:
        yield Change(
            _("Organisations taking part"),
            str(len(before["organisations"])),
            str(len(after["organisations"])),
        )


def _word(value: object) -> str:
    return "—" if value is None or value == "" else str(value)


def _topic_changes(
    before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]
) -> Iterator[Change]:
    old = {row["id"]: row for row in before}
    labels = {
        "name": _("name"),
        "number": _("place"),
        "minutes": _("minutes"),
        "required": _("required"),
        "opens_on": _("opens on"),
        "due_on": _("due on"),
        "target": _("target"),
    }
    for row in after:
        if row["id"] not in old:
            yield Change(_("New topic"), "—", row["name"])
            continue
        for key, label in labels.items():
            if old[row["id"]][key] != row[key]:
                what = _("Topic “%(name)s”, %(what)s") % {"name": row["name"], "what": label}
                yield Change(what, _word(old[row["id"]][key]), _word(row[key]))


def _credit_changes(
    before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]
) -> Iterator[Change]:
    old = {row["format"]: row for row in before}
    for row in after:
        was = old.get(row["format"])
        if was != row:
            what = _("Credit for %(format)s") % {"format": row["format"]}
            yield Change(what, _credit_word(was) if was else "—", _credit_word(row))


def _credit_word(row: Mapping[str, Any]) -> str:
    if row["method"] == "fixed":
        return _("%(hours)s hours each") % {"hours": row["hours"]}
    if row["method"] == "per_minute":
        return _("%(minutes)s minutes an hour") % {"minutes": row["minutes_an_hour"]}
    return "、".join(f"≥{minutes} → {hours}" for minutes, hours in row["steps"])
