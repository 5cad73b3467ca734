"""What people type to have the duties of a post given out."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dongxun.kit.widgets import DayInput
from dongxun.planning.forms import BETWEEN, TIMES, Choices, read_day
from dongxun.planning.snapshots.roster import ALL, NIGHTS

Lines = list[tuple[str, tuple[date, ...]]]
PAIRS = ("away", "likes", "dislikes")


class RosterForm(forms.Form):
    """Who could stand when, and what a roster keeps to."""

    teams = forms.MultipleChoiceField(
        label=_("Who could stand there"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose whom the duties are given to.")},
    )
    first = forms.DateField(label=_("First day"), widget=DayInput)
    last = forms.DateField(label=_("Last day"), widget=DayInput)
    away = forms.CharField(
        label=_("Who cannot come when"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_(
            "A line a person: name：day、day. 林小满：11-25、11-26. Duties elsewhere are known."
        ),
    )
    likes = forms.CharField(
        label=_("Who would like to come when"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text=_("Written in the same way; kept to where it can be."),
    )
    dislikes = forms.CharField(
        label=_("Who would rather stay free when"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
    )
    rest = forms.IntegerField(
        label=_("Hours of rest between two shifts"), min_value=0, max_value=24
    )
    hours = forms.IntegerField(
        label=_("At most so many hours for one person"), min_value=1, max_value=500
    )
    on_end = forms.IntegerField(
        label=_("At most so many days of duty on end"), min_value=1, max_value=42
    )
    evenly = forms.ChoiceField(
        label=_("What is shared out evenly"),
        choices=((ALL, _("all shifts")), (NIGHTS, _("night shifts"))),
    )
    seconds = forms.TypedChoiceField(
        label=_("How long to search"), coerce=int, choices=TIMES[:4], initial=10
    )

    def __init__(self, *args: Any, teams: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["teams"].choices = list(teams)  # type: ignore[attr-defined]

    def clean_away(self) -> Lines:
        """Return the lines as (name, days)."""
        return lines_of(self.cleaned_data["away"])

    def clean_likes(self) -> Lines:
        """Return the lines as (name, days)."""
        return lines_of(self.cleaned_data["likes"])

    def clean_dislikes(self) -> Lines:
        """Return the lines as (name, days)."""
        return lines_of(self.cleaned_data["dislikes"])


def lines_of(text: str) -> Lines:
    """Return lines of "name：day、day" as (name, days).

    Raises:
        ValidationError: says of each bad line what it lacks.
    """
    found: Lines = []
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        name, _colon, rest = line.replace(":", "：").partition("：")
        words = [word for word in BETWEEN.split(rest) if word]
        days = [read_day(word) for word in words]
        if not name.strip():
            wrong.append(gettext("line %(n)d: write who, before the colon") % {"n": number})
        if not days or None in days:
            said = gettext("line %(n)d: write the days as 11-25、11-26")
            wrong.append(said % {"n": number})
        found.append((name.strip(), tuple(day for day in days if day)))
    if wrong:
        raise forms.ValidationError("；".join(wrong))
    return found


def in_lines(pairs: Iterable[tuple[str, date]]) -> str:
    """Return (name, day) as people type them."""
    days: dict[str, list[str]] = {}
    for name, day in pairs:
        days.setdefault(name, []).append(f"{day:%m-%d}")
    return "\n".join(f"{name}：{'、'.join(some)}" for name, some in days.items())
