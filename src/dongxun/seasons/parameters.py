"""The season's settings: reading them from JSON, checking what was typed, writing them back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import Invalid, Text
from dongxun.seasons.contracts import CreditMethod, CreditTable, Parameters

HOURS = frozenset({"member_hours_year", "secretary_hours_year", "season_hours"})
"""Settings that stand in the table of requirements, by category."""

LIMITS: Mapping[str, tuple[int, int]] = {
    "member_hours_year": (0, 400),
    "secretary_hours_year": (0, 400),
    "season_hours": (0, 200),
    "quiz_pass": (0, 100),
    "participation_target": (0, 100),
    "makeup_window_days": (1, 180),
    "home_study_min_minutes": (1, 240),
    "floating_contact_days": (1, 366),
    "veteran_years": (1, 90),
    "behind_points": (1, 50),
    "check_in_opens_minutes": (0, 1440),
    "check_in_closes_minutes": (0, 1440),
    "volunteer_min_fraction": (0, 1),
    "duty_register_days": (1, 366),
    "ticket_first_reply_days": (1, 30),
    "ticket_due_days": (1, 180),
    "redo_escalate": (1, 20),
    "retention_years": (1, 30),
}

LABELS: Mapping[str, Promise] = {
    "member_hours_year": _("Hours a member owes in a calendar year"),
    "secretary_hours_year": _("Hours a secretary owes in a calendar year"),
    "season_hours": _("Hours owed in the season"),
    "quiz_pass": _("Pass mark of a check"),
    "participation_target": _("Target share of those expected together, percent"),
    "makeup_window_days": _("Days in which a missed session can be made up"),
    "home_study_min_minutes": _("Least minutes of a home visit"),
    "floating_contact_days": _("Days between contacts with a floating member"),
    "veteran_years": _("Years of membership that make a veteran"),
    "behind_points": _("Points below the plan line that count as behind"),
    "show_individual_rank": _("Show a ranking of people"),
    "check_in_opens_minutes": _("Minutes before the start at which check-in opens"),
    "check_in_closes_minutes": _("Minutes after the end at which check-in closes"),
    "volunteer_min_fraction": _("Least share of a volunteer's planned time that counts"),
    "duty_register_days": _("Days a duty register is kept"),
    "ticket_first_reply_days": _("Working days until a need gets its first reply"),
    "ticket_due_days": _("Working days until a need is done"),
    "redo_escalate": _("Times a need is redone, or handed on, before it goes one level up"),
    "retention_years": _("Years records are kept"),
}

GROUPS: Sequence[tuple[Promise, frozenset[str]]] = (
    (
        _("Who counts as done, who as behind"),
        frozenset({"participation_target", "behind_points", "quiz_pass", "show_individual_rank"}),
    ),
    (
        _("Check-in and make-up"),
        frozenset({"check_in_opens_minutes", "check_in_closes_minutes", "makeup_window_days"}),
    ),
    (
        _("At home, away, veterans"),
        frozenset({"home_study_min_minutes", "floating_contact_days", "veteran_years"}),
    ),
    (
        _("Needs and volunteers"),
        frozenset(
            {
                "ticket_first_reply_days",
                "ticket_due_days",
                "redo_escalate",
                "volunteer_min_fraction",
            }
        ),
    ),
    (_("How long things are kept"), frozenset({"duty_register_days", "retention_years"})),
)
"""Settings that are shown together; one of no group stands among the others."""

_DECIMALS = {f.name for f in fields(Parameters) if f.type in (Decimal, "Decimal")}

FORMATS: tuple[tuple[str, str, str, CreditTable], ...] = (
    ("hall", "集中学习", "in a hall", CreditTable("hall", CreditMethod.PER_MINUTE)),
    (
        "half_day",
        "半天班",
        "half-day class",
        CreditTable("half_day", CreditMethod.FIXED, hours=Decimal(4)),
    ),
    ("day", "全天班", "full-day class", CreditTable("day", CreditMethod.FIXED, hours=Decimal(8))),
    (
        "viewing",
        "集中收看",
        "group viewing",
        CreditTable("viewing", CreditMethod.PER_MINUTE),
    ),
    (
        "online",
        "线上点播",
        "online, own device",
        CreditTable(
            "online",
            CreditMethod.STEPS,
            steps=((1, Decimal("0.25")), (15, Decimal("0.5")), (30, Decimal(1))),
        ),
    ),
    (
        "test",
        "测试通过",
        "check passed",
        CreditTable("test", CreditMethod.FIXED, hours=Decimal("0.5")),
    ),
    ("home", "送学上门", "home visit", CreditTable("home", CreditMethod.PER_MINUTE)),
    ("external", "外单位学习", "elsewhere", CreditTable("external", CreditMethod.PER_MINUTE)),
)
"""The credit table every season begins with: code, Chinese and English label, rule (C9)."""
USUAL_FORMATS = frozenset(code for code, *_rest in FORMATS)
WRITTEN_BY_ROOMS = frozenset({"hall", "online", "test", "home"})
"""Rows that sessions, lessons, quizzes and visits count by without anybody choosing them."""
MOST_FORMATS = 40


def parameters_of(stored: Mapping[str, Any]) -> Parameters:
    """Return the settings in ``stored``; what is missing or unknown takes its default."""
    known = {f.name for f in fields(Parameters)}
    values: dict[str, Any] = {
        name: Decimal(str(value)) if name in _DECIMALS else value
        for name, value in stored.items()
        if name in known
    }
    return Parameters(**values)


def write(parameters: Parameters) -> dict[str, Any]:
    """Return ``parameters`` as JSON values; decimals as text."""
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in asdict(parameters).items()
    }


def checked(typed: Mapping[str, Any], *, base: Parameters | None = None) -> Parameters:
    """Return settings from what was typed, over ``base``.

    Raises:
        Invalid: each bad value with its name and its limits.
    """
    values: dict[str, Any] = write(base or Parameters())
    bad: list[tuple[str, Text]] = []
    for name, raw in typed.items():
        if name == "show_individual_rank":
            values[name] = raw in (True, "on", "true", "1")
        elif name not in LIMITS:
            bad.append((name, _("There is no such setting.")))
        elif (number := _number(raw, whole=name not in _DECIMALS)) is None:
            bad.append((name, _("A number is needed here.")))
        else:
            low, high = LIMITS[name]
            if not low <= number <= high:
                message = _("Between %(low)s and %(high)s.") % {"low": low, "high": high}
                bad.append((name, message))
            values[name] = number if name in _DECIMALS else int(number)
    if bad:
        raise Invalid(details=bad)
    return parameters_of(values)


def _number(raw: Any, *, whole: bool) -> Decimal | None:
    try:
        number = Decimal(str(raw).strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or (whole and number != int(number)):
        return None
    return number


def check_credit(rows: Sequence[CreditTable]) -> None:
    """Refuse a credit table that cannot be applied.

    Raises:
        Invalid: ``where`` is ``<format>.<field>``.
    """
    bad: list[tuple[str, Text]] = []
    for row in rows:
        bad += [(f"{row.format}.{where}", message) for where, message in _faults(row)]
    codes = [row.format for row in rows]
    bad += [
        (f"{code}.format", _("This way of learning is there twice."))
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    if bad:
        raise Invalid(details=bad)


def _is_hours(hours: Decimal) -> bool:
    return hours.is_finite() and 0 <= hours <= 100 and hours == round(hours, 2)


def _faults(row: CreditTable) -> list[tuple[str, Text]]:
    if row.method not in CreditMethod.values:
        return [("method", _("Choose how minutes become hours."))]
    if row.method == CreditMethod.FIXED and not 0 < row.hours <= 100:
        return [("hours", _("Between %(low)s and %(high)s.") % {"low": "0.25", "high": 100})]
    if row.method == CreditMethod.PER_MINUTE and not 1 <= row.minutes_an_hour <= 240:
        limits = {"low": 1, "high": 240}
        return [("minutes_an_hour", _("Between %(low)s and %(high)s.") % limits)]
    if row.method == CreditMethod.STEPS:
        if not all(0 <= least <= 1440 and _is_hours(hours) for least, hours in row.steps):
            return [("steps", _("Whole minutes up to 1440, hours from 0 to 100."))]
        minutes = [step[0] for step in row.steps]
        hours = [step[1] for step in row.steps]
        if not row.steps or minutes != sorted(set(minutes)) or hours != sorted(hours):
            return [("steps", _("Steps rise: more minutes, more hours."))]
    return []
