"""The history of a plan: what changed from version to version."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.seasons.contracts import Change, Owing, Version
from dongxun.seasons.models import PlanVersion
from dongxun.seasons.parameters import FORMATS, HOURS, LABELS
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
            changes=tuple(differences(before.snapshot, row.snapshot)) if before else (),
        )
        for before, row in zip([None, *rows], rows, strict=False)
    ]
    return found[::-1]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what is different between two snapshots of a plan, in words."""
    names = {"name": _("Name of the season"), "starts_on": _("First day"), "ends_on": _("Last day")}
    for key, label in names.items():
        if before[key] != after[key]:
            yield Change(label, before[key], after[key])
    for key, text in LABELS.items():
        if key in HOURS and "requirements" in before:
            continue
        old, new = before["parameters"].get(key), after["parameters"].get(key)
        if old != new:
            yield Change(str(text), _word(old), _word(new))
    yield from _topic_changes(before["topics"], after["topics"])
    yield from _credit_changes(before["credit"], after["credit"])
    yield from _part_changes(before["organisations"], after["organisations"])
    yield from _timetable_changes(before.get("timetables", {}), after.get("timetables", {}))
    if {"requirements", "zones", "campaigns"} <= before.keys():
        yield from _requirement_changes(before["requirements"], after["requirements"])
        yield from _zone_changes(before["zones"], after["zones"])
        was, now = set(before["campaigns"]), set(after["campaigns"])
        for name in sorted(was ^ now):
            yield Change(_("Campaign"), *(("—", name) if name in now else (name, "—")))


def _part_changes(before: list[str], after: list[str]) -> Iterator[Change]:
    if before == after:
        return
    apart = set(before) ^ set(after)
    nodes = organisations.nodes(UUID(key) for key in apart)
    names = [
        f"{'+' if str(key) in after else '−'}{node.short_name}"
        for key, node in sorted(nodes.items(), key=lambda pair: pair[1].interval.lft)
    ]
    words = "、".join(names) or _("in another order")
    what = _("Organisations taking part")
    yield Change(what, str(len(before)), f"{len(after)}（{words}）")


def _timetable_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for key, now in after.items():
        was = before.get(key)
        if was != now:
            what = _("Timetable of %(unit)s") % {"unit": now["unit"]}
            yield Change(what, _timetable_word(was) if was else "—", _timetable_word(now))


def _timetable_word(row: Mapping[str, Any]) -> str:
    return _("%(sessions)s sessions, %(groups)s groups, %(day)s") % row


def _zone_changes(before: list[list[str]], after: list[list[str]]) -> Iterator[Change]:
    for old, new, label in zip(before, after, (_("Zones"), _("Joint zones")), strict=True):
        if old != new:
            yield Change(label, old[1] if old else "—", new[1] if new else "—")


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
        was, now = old[row["id"]].get("courses", []), row.get("courses", [])
        if was != now:
            what = _("Topic “%(name)s”, %(what)s") % {"name": row["name"], "what": _("courses")}
            yield Change(what, _word("、".join(was)), _word("、".join(now)))


def _requirement_changes(
    before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]
) -> Iterator[Change]:
    old = {row["category"]: row for row in before}
    labels = {"season_hours": _("hours in the season"), "year_hours": _("hours a year")}
    for row in after:
        was = old.get(row["category"], {})
        for key, label in labels.items():
            if was.get(key) != row[key]:
                what = f"{Owing(row['category']).label}{_(': ')}{label}"
                yield Change(what, _word(was.get(key)), _word(row[key]))


def _credit_changes(
    before: list[Mapping[str, Any]], after: list[Mapping[str, Any]]
) -> Iterator[Change]:
    old = {row["format"]: row for row in before}
    new = {row["format"]: row for row in after}
    for code in [*new, *(code for code in old if code not in new)]:
        was, now = old.get(code), new.get(code)
        if was != now:
            what = _("Credit for %(format)s") % {"format": _format_word(now or was or {})}
            renamed = bool(was and now) and _format_word(was or {}) != _format_word(now or {})
            yield Change(
                what, _credit_side(was, renamed=renamed), _credit_side(now, renamed=renamed)
            )


def _credit_side(row: Mapping[str, Any] | None, *, renamed: bool) -> str:
    if row is None:
        return "—"
    return f"{_format_word(row)}{_(': ')}{_credit_word(row)}" if renamed else _credit_word(row)


def _format_word(row: Mapping[str, Any]) -> str:
    """Return how a row of the credit table is called."""
    usual = {code: [zh, en] for code, zh, en, _table in FORMATS}
    code = row.get("format", "")
    zh, en = row.get("label") or usual.get(code, [code, code])
    return str(zh if (get_language() or "zh").startswith("zh") else en)


def _credit_word(row: Mapping[str, Any]) -> str:
    if row["method"] == "fixed":
        return _("%(hours)s hours each") % {"hours": row["hours"]}
    if row["method"] == "per_minute":
        return _("%(minutes)s minutes an hour") % {"minutes": row["minutes_an_hour"]}
    return "、".join(f"≥{minutes} → {hours}" for minutes, hours in row["steps"])
