"""What people type to have something planned."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import clock
from dongxun.kit.widgets import ClockInput, DayInput
from dongxun.planning.contracts import MOST_UNITS, SeasonSettings, ZoneSettings
from dongxun.planning.neighbours import Names

Choices = Iterable[tuple[str, str]]
Pairs = Sequence[tuple[UUID, UUID]]
DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")
HOURS = re.compile(r"(\d{1,2})[：:](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[：:](\d{2})")
BETWEEN = re.compile(r"[,，、;；\s]+")
TIMES = (
    (10, _("10 seconds")),
    (30, _("30 seconds")),
    (60, _("1 minute")),
    (120, _("2 minutes")),
    (300, _("5 minutes")),
)


class SeasonForm(forms.Form):
    """What a season timetable is to keep to."""

    unit = forms.ChoiceField(label=_("Whose season"))
    topics = forms.MultipleChoiceField(
        label=_("Which topics"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Branches that learn together do so for all of these, in one hall."),
    )
    first = forms.DateField(label=_("From which day"), widget=DayInput)
    last = forms.DateField(
        label=_("Until which day"),
        widget=DayInput,
        help_text=_("Working days only; holidays are left out."),
    )
    within_km = forms.FloatField(
        label=_("At most so many km to the hall"), min_value=1, max_value=100
    )
    load = forms.IntegerField(
        label=_("At most so many sessions for one lecturer"),
        min_value=1,
        max_value=200,
        help_text=_("In the whole season, with those they give or gave anyway."),
    )
    lecturer_a_week = forms.IntegerField(label=_("Of these a week"), min_value=1, max_value=14)
    cohort_a_week = forms.IntegerField(
        label=_("At most so many sessions a week for one branch"),
        min_value=1,
        max_value=7,
        help_text=_("With those it has anyway; and never two on one day."),
    )
    leave_out = forms.BooleanField(
        label=_("Leave out branches that no hall in reach holds"),
        required=False,
        help_text=_(
            "They are named beside the plan. Otherwise those too large for any hall learn in study"
            " groups, one after the other."
        ),
    )
    seconds = forms.TypedChoiceField(
        label=_("How long to search"),
        coerce=int,
        choices=TIMES,
        help_text=_("It can be ended at any time and keeps the best plan found."),
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("Another number makes another attempt."),
    )

    def __init__(self, *args: Any, units: Choices, topics: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["topics"].choices = list(topics)  # type: ignore[attr-defined]

    def asked(self) -> SeasonSettings:
        """Return what was typed."""
        typed = dict(self.cleaned_data)
        typed.pop("unit")
        topics = tuple(UUID(key) for key in typed.pop("topics"))
        return SeasonSettings(topic_ids=topics, **typed)


class ZonesForm(forms.Form):
    """What a division into zones is to keep to.

    Args:
        names: the units, to read the list of neighbours.
        usual: the list of neighbours that stands in the field at first.
    """

    zones = forms.IntegerField(label=_("How many zones"), min_value=1, max_value=MOST_UNITS)
    tolerance = forms.IntegerField(
        label=_("At most so many percent of people above or below the mean"),
        min_value=5,
        max_value=100,
        help_text=_("For each zone; 25 lets zones of 1,000 people on average have 750 to 1,250."),
    )
    units = forms.MultipleChoiceField(
        label=_("Which units"), widget=forms.CheckboxSelectMultiple, required=False
    )
    neighbours = forms.CharField(
        label=_("Who borders whom"),
        widget=forms.Textarea(attrs={"rows": 10}),
        required=False,
        help_text=_(
            "A line a unit: name：neighbour、neighbour. Each pair once is enough. Units of a zone"
            " hang together by these. Proposed: those between whom no other lies."
        ),
    )

    def __init__(self, *args: Any, units: Choices, names: Names, usual: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["units"].choices = list(units)  # type: ignore[attr-defined]
        self.names, self.usual = names, usual

    def clean_neighbours(self) -> Pairs | None:
        """Return the pairs written down; None where the proposal was left as it is."""
        text = self.cleaned_data["neighbours"]
        if not text.strip() or text.split() == self.usual.split():
            return None
        pairs: list[tuple[UUID, UUID]] = []
        wrong: list[str] = []
        for number, line in enumerate(text.splitlines(), start=1):
            told, bad = self.names.pairs(line)
            pairs += told
            said = gettext("line %(n)d: %(what)s")
            wrong += [said % {"n": number, "what": what} for what in bad]
        if wrong:
            raise forms.ValidationError("；".join(wrong))
        return list(dict.fromkeys(pairs))

    def asked(self) -> ZoneSettings:
        """Return what was typed."""
        typed = self.cleaned_data
        pairs = typed["neighbours"]
        return ZoneSettings(
            unit_ids=tuple(UUID(key) for key in typed["units"]),
            zones=typed["zones"],
            tolerance=typed["tolerance"],
            neighbours=None if pairs is None else tuple(pairs),
        )


@dataclass(frozen=True, slots=True)
class Day:
    """A day as it was typed, perhaps with hours of its own."""

    day: date
    begins: time | None = None
    ends: time | None = None


class RoundsForm(forms.Form):
    """Who could go to whom: topic, visitors with their days and hours, how much at most."""

    unit = forms.ChoiceField(label=_("Whose list"))
    topic = forms.ChoiceField(label=_("Which topic"))
    minutes = forms.IntegerField(label=_("Minutes at each home"), min_value=5, max_value=240)
    visitors = forms.CharField(
        label=_("Who goes, and on which days"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "A line a visitor: name：days, hours if they are others than those below."
            " 林小满：11-25、11-26 9:00-11:30、11-27. Hours hold for the days just before them."
        ),
    )
    begins = forms.TimeField(label=_("From"), widget=ClockInput())
    ends = forms.TimeField(label=_("Back by"), widget=ClockInput())
    most = forms.IntegerField(
        label=_("At most so many homes a day for one visitor"), min_value=1, max_value=60
    )
    two = forms.BooleanField(label=_("Two go together to every home"), required=False)
    strangers = forms.IntegerField(
        label=_("Minutes of detour that a known face is worth"),
        min_value=0,
        max_value=480,
        help_text=_("Whoever was there before, or is paired with them, is sent rather."),
    )
    kmh = forms.FloatField(
        label=_("How fast they come along, km/h"),
        min_value=3,
        max_value=90,
        help_text=_("Ways are counted as the bird flies and three tenths more."),
    )
    seconds = forms.TypedChoiceField(
        label=_("How long to search"), coerce=int, choices=TIMES[:3], initial=10
    )

    def __init__(self, *args: Any, units: Choices, topics: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["topic"].choices = list(topics)  # type: ignore[attr-defined]

    def clean_visitors(self) -> list[tuple[str, tuple[Day, ...]]]:
        """Return the lines as (name, days)."""
        found, wrong = [], []
        for number, line in enumerate(self.cleaned_data["visitors"].splitlines(), start=1):
            if not line.strip():
                continue
            name, _colon, rest = line.replace(":", "：").partition("：")
            days = read_days(rest)
            if not name.strip():
                wrong.append(gettext("line %(n)d: write who, before the colon") % {"n": number})
            if not days:
                said = gettext("line %(n)d: write the days as 11-25、11-26, hours as 9:00-11:30")
                wrong.append(said % {"n": number})
            found.append((name.strip(), days))
        if wrong:
            raise forms.ValidationError("；".join(wrong))
        return found

    def hours(self, day: Day) -> tuple[time, time]:
        """Return the hours of a day, those of all where it has none."""
        typed = self.cleaned_data
        return day.begins or typed["begins"], day.ends or typed["ends"]


def read_days(words: str) -> tuple[Day, ...]:
    """Return the days of a line in order; none where a word is neither a day nor hours."""
    found: list[Day] = []
    for word in (one for one in BETWEEN.split(words) if one):
        day, hours = read_day(word), read_hours(word)
        if day is not None:
            found.append(Day(day))
        elif hours is not None and found and found[-1].begins is None:
            found = [one if one.begins else Day(one.day, *hours) for one in found]
        else:
            return ()
    return tuple(found)


def read_hours(word: str) -> tuple[time, time] | None:
    """Return hours written as 9:00-11:30."""
    match = HOURS.fullmatch(word.strip())
    if match is None:
        return None
    first, past, last, until = map(int, match.groups())
    try:
        begins, ends = time(first, past), time(last, until)
    except ValueError:
        return None
    return (begins, ends) if begins < ends else None


def read_day(word: str) -> date | None:
    """Return a day written as 2026-11-25, 11-25 or 11月25日; without a year the nearest there is."""
    match = DAY.fullmatch(word.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    today = clock.today()
    years = (year,) if year else (today.year - 1, today.year, today.year + 1)
    found = []
    for each in years:
        with suppress(ValueError):
            found.append(date(each, month, day))
    return min(found, key=lambda one: abs(one - today), default=None)


class TitleForm(forms.Form):
    """How proposed rounds are called."""

    title = forms.CharField(label=_("What the rounds are called"), max_length=60)


class ReasonForm(forms.Form):
    """Why a plan is accepted."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("It is kept with the plan and told to people.")
    )


class AcceptForm(ReasonForm):
    """The same, and whether people are told at once."""

    publish = forms.BooleanField(
        label=_("Publish new sessions and tell their people"), required=False, initial=True
    )


class AcceptZonesForm(forms.Form):
    """How the zones of a division are called, who leads them, from when, why.

    Args:
        joint: they are joint zones of agencies, and called so.
    """

    name = forms.CharField(label=_("What this division is called"), max_length=80)
    valid_from = forms.DateField(label=_("Valid from"), widget=DayInput)

    def __init__(
        self,
        *args: Any,
        zones: Sequence[tuple[int, str, str, Choices]],
        joint: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        called, led = gettext("Zone %(n)d is called"), gettext("Zone %(n)d is led by")
        if joint:
            called = gettext("Joint zone %(n)d is called")
            led = gettext("Joint zone %(n)d is led by")
        self.numbers = [number for number, *_rest in zones]
        for number, name, lead, units in zones:
            about = {"n": number}
            self.fields[f"name_{number}"] = forms.CharField(
                label=called % about, max_length=80, initial=name
            )
            self.fields[f"lead_{number}"] = forms.ChoiceField(
                label=led % about,
                choices=[("", gettext("no unit yet")), *units],
                required=False,
                initial=lead,
            )
        self.fields["reason"] = forms.CharField(
            label=_("Why"), max_length=200, help_text=_("It is kept with the season's plan.")
        )

    @property
    def named(self) -> dict[int, tuple[str, UUID | None]]:
        """Return name and lead by the number of the zone."""
        typed = self.cleaned_data
        return {
            n: (typed[f"name_{n}"], UUID(typed[f"lead_{n}"]) if typed[f"lead_{n}"] else None)
            for n in self.numbers
        }


def settings_of(stored: dict[str, Any]) -> SeasonSettings:
    """Return the settings of an earlier search."""
    given = {key: value for key, value in stored.items() if key != "work"}
    return SeasonSettings(
        **given
        | {
            "topic_ids": tuple(UUID(key) for key in stored["topic_ids"]),
            "first": date.fromisoformat(stored["first"]),
            "last": date.fromisoformat(stored["last"]),
        }
    )
