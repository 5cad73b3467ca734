"""What people type about lecturers and orders."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dongxun.files.api import values
from dongxun.files.contracts import CellProblem
from dongxun.kernel import clock
from dongxun.kit.forms import Seen, listed
from dongxun.kit.widgets import ClockInput, DayInput
from dongxun.lecturers.contracts import (
    FEWEST_MINUTES,
    LONGEST_WORDS,
    MOST_MINUTES,
    MOST_YEARS,
    CandidateDraft,
    DayPart,
    OrderDraft,
)
from dongxun.lecturers.queries.profiles import Week
from dongxun.people.contracts import Card, Lecturer

Choices = Iterable[tuple[str, str]]
ANOTHER = "another"
NAMES = {"lecturer_id": "lecturer", "topic_id": "topic", "place_id": "place"}
"""What a refusal calls a field, and what the form does."""


class OrderForm(forms.Form):
    """What a unit orders."""

    organisation = forms.ChoiceField(label=_("Who orders"))
    wish = forms.CharField(
        label=_("What do you want to hear about?"),
        max_length=160,
        help_text=_("It becomes the title of the session."),
    )
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    wanted_from = forms.DateField(label=_("From which day"), widget=DayInput)
    wanted_until = forms.DateField(label=_("Until which day"), widget=DayInput)
    part = forms.ChoiceField(
        label=_("When in the day"), required=False, choices=[("", _("any")), *DayPart.choices]
    )
    people = forms.IntegerField(
        label=_("How many people"), required=False, min_value=1, max_value=100_000
    )
    lecturer = forms.ChoiceField(label=_("A lecturer you wish for"), required=False)
    place = forms.ChoiceField(label=_("Place"), required=False)
    place_text = forms.CharField(label=_("Place, in words"), max_length=120, required=False)
    contact = forms.CharField(
        label=_("Whom the lecturer asks for"),
        max_length=60,
        required=False,
        help_text=_("A name and a number; the lecturer reads it."),
    )
    note = forms.CharField(
        label=_("Remarks"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        *args: Any,
        units: Choices,
        topics: Choices,
        lecturers: Choices,
        places: Choices,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]
        for name, found in {"topic": topics, "lecturer": lecturers, "place": places}.items():
            self.fields[name].choices = [("", "—"), *found]  # type: ignore[attr-defined]

    def draft(self) -> OrderDraft:
        """Return what was typed."""
        typed: dict[str, Any] = dict(self.cleaned_data)
        typed.pop("organisation")
        for name in ("topic", "lecturer", "place"):
            typed[f"{name}_id"] = UUID(chosen) if (chosen := typed.pop(name)) else None
        return OrderDraft(**typed)


class WhenForm(forms.Form):
    """The time for which somebody is sought."""

    day = forms.DateField(label=_("Day"), widget=DayInput)
    at = forms.TimeField(label=_("Begins at"), widget=ClockInput)
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=FEWEST_MINUTES, max_value=MOST_MINUTES
    )

    def clean_day(self) -> date:
        """Return a day that can be reckoned with, and around."""
        day: date = self.cleaned_data["day"]
        if abs((day - clock.today()).days) > MOST_YEARS * 366:
            raise forms.ValidationError(_("This day is too far away."))
        return day

    def moment(self) -> tuple[datetime, datetime]:
        """Return from when to when."""
        typed = self.cleaned_data
        start = clock.moment(typed["day"], typed["at"])
        return start, start + timedelta(minutes=typed["minutes"])


class WhyForm(forms.Form):
    """A word why."""

    words = forms.CharField(label=_("Why, in a word"), max_length=200)


class RateForm(forms.Form):
    """How the lesson was."""

    stars = forms.TypedChoiceField(
        label=_("How was it? 5 is best"),
        coerce=int,
        choices=[(n, str(n)) for n in (5, 4, 3, 2, 1)],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("For the desk"),
        help_text=_("Only who dispatches lecturers reads it; the lecturer does not."),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class CandidateForm(forms.Form):
    """Somebody whom a unit nominates."""

    organisation = forms.ChoiceField(label=_("Who nominates"))
    name = forms.CharField(label=_("Name"), max_length=40)
    on_roster = forms.BooleanField(
        label=_("A member on a roster of my units"),
        required=False,
        help_text=_("Of namesakes, write the branch in brackets behind the name."),
    )
    kind = forms.ChoiceField(label=_("Kind of lecturer"))
    title = forms.CharField(label=_("Position"), max_length=120, required=False)
    subjects = forms.CharField(
        label=_("Subjects"),
        max_length=300,
        required=False,
        help_text=_("Several: with a comma between them."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    reason = forms.CharField(
        label=_("What speaks for them"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, units: Choices, kinds: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, found in {"organisation": units, "kind": kinds}.items():
            self.fields[name].choices = list(found)  # type: ignore[attr-defined]

    def clean_phone(self) -> str:
        """Return the number as it is kept."""
        try:
            return values.phone_or_landline(self.cleaned_data["phone"]) or ""
        except CellProblem as problem:
            raise forms.ValidationError(str(problem.message)) from problem

    def draft(self, member: Card | None) -> CandidateDraft:
        """Return what was typed, of the ``member`` who was found for it."""
        typed = self.cleaned_data
        values = {name: typed[name] for name in ("name", "kind", "reason", "title", "phone")}
        subjects = tuple(listed(typed["subjects"]))
        if member is None:
            return CandidateDraft(**values, subjects=subjects)
        values["name"] = member.name
        return CandidateDraft(**values, subjects=subjects, person_id=member.id)


class VetForm(forms.Form):
    """A word on somebody nominated; refusing needs one."""

    words = forms.CharField(
        label=_("What was found"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TermForm(forms.Form):
    """From when to when somebody is appointed."""

    since = forms.DateField(label=_("From which day"), widget=DayInput)
    until = forms.DateField(label=_("Until which day"), widget=DayInput)


class AppointForm(TermForm):
    """A term, and the unit whose lecturer they become."""

    organisation = forms.ChoiceField(
        label=_("Lecturer of"), help_text=_("This unit and all below it can order them.")
    )

    def __init__(
        self, *args: Any, units: Choices, known: Iterable[Lecturer] = (), **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]
        if found := list(known):
            who = [
                (str(one.id), " ".join(filter(None, (one.name, one.title, one.organisation_name))))
                for one in found
            ]
            self.fields["lecturer"] = forms.ChoiceField(
                label=_("There is a lecturer of this name. Who is it?"),
                choices=[*who, (ANOTHER, _("somebody else of this name"))],
                widget=forms.RadioSelect,
            )
        self.order_fields(["lecturer", "organisation", "since", "until"])

    def act(self) -> dict[str, Any]:
        """Return what was typed, as :func:`appointing.appoint` takes it."""
        typed: dict[str, Any] = dict(self.cleaned_data)
        typed["organisation_id"] = UUID(typed.pop("organisation"))
        who = typed.pop("lecturer", "")
        if who:
            typed |= {"is_another": True} if who == ANOTHER else {"lecturer_id": UUID(who)}
        return typed


class AwayForm(forms.Form):
    """Days on which a lecturer cannot come."""

    first = forms.DateField(label=_("First day"), widget=DayInput)
    last = forms.DateField(label=_("Last day"), widget=DayInput)
    words = forms.CharField(label=_("Why, in a word"), max_length=60, required=False)


PARTS = {
    f"{day}.{part}": ((day, part.value), format_lazy("{} {}", name, part.label))
    for day, name in WEEKDAYS.items()
    for part in DayPart
}
"""The parts of the week by the words of their ticks: weekday and part, and what people call it."""
CALLED = [(word, label) for word, (_pair, label) in PARTS.items()]


class PartsForm(Seen):
    """The parts of the week at which a lecturer can teach, and would rather not."""

    parts = forms.MultipleChoiceField(label=_("can teach"), required=False, choices=CALLED)
    rather_not = forms.MultipleChoiceField(label=_("rather not"), required=False, choices=CALLED)

    @staticmethod
    def first(week: Week) -> dict[str, Any]:
        """Return what the form begins with where this is known."""
        ticks = [
            [word for word, (pair, _label) in PARTS.items() if pair in some]
            for some in (week.parts, week.rather_not)
        ]
        return {"parts": ticks[0], "rather_not": ticks[1], "version": week.mark}

    def week(self) -> Week:
        """Return what is ticked, also in a form that was refused."""
        ticks = (self[name].value() or () for name in ("parts", "rather_not"))
        return Week(
            *(frozenset(PARTS[word][0] for word in some if word in PARTS) for some in ticks)
        )

    def chosen(self) -> dict[str, Any]:
        """Return what was sent, as :func:`times.set_free_parts` takes it.

        A page that carries no mark may be of a time that asked for no wishes: none says nothing.
        """
        week, version = self.week(), self.cleaned_data["version"]
        rather_not = week.rather_not if version else week.rather_not or None
        return {"parts": week.parts, "rather_not": rather_not, "version": version}


def a_year(today: date) -> dict[str, date]:
    """Return the days of a usual term."""
    last = date(
        today.year + 1, today.month, 28 if (today.month, today.day) == (2, 29) else today.day
    )
    return {"since": today, "until": last - timedelta(days=1)}
