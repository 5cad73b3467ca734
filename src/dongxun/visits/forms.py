"""The forms of the console."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.kit.widgets import ClockInput, DayInput
from dongxun.seasons.contracts import SeasonRules
from dongxun.visits.contracts import (
    MOST_MINUTES,
    MOST_WORDS,
    Guest,
    Language,
    Outcome,
    RoundDraft,
    RoundKind,
    SheetLine,
    SignedHow,
    Target,
    TopicPart,
    Wishes,
)
from dongxun.visits.services.homes import HomeDraft

USUAL_MINUTES = 15
Typed = dict[str, Any]


def offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    """Let a field choose among these."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so in the class
    field.choices = choices


class RoundForm(forms.Form):
    """A new round: when, what is taught, what is in the bag."""

    title = forms.CharField(label=_("Name of the round"), max_length=80)
    kind = forms.ChoiceField(label=_("What for"), choices=RoundKind.choices)
    day = forms.DateField(label=_("Day"), widget=DayInput())
    paper = forms.BooleanField(
        label=_("It has been held; its sheet is entered from paper"), required=False
    )
    starts_at = forms.TimeField(label=_("From"), widget=ClockInput(), required=False)
    ends_at = forms.TimeField(label=_("Until"), widget=ClockInput(), required=False)
    topics = forms.MultipleChoiceField(
        label=_("What is taught"), required=False, widget=forms.CheckboxSelectMultiple()
    )
    minutes = forms.IntegerField(
        label=_("Minutes at a home, about"),
        min_value=1,
        max_value=MOST_MINUTES,
        initial=USUAL_MINUTES,
    )
    lesson_title = forms.CharField(label=_("The short lesson"), max_length=120, required=False)
    lesson_text = forms.CharField(
        label=_("What is told, three to five minutes"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=4000,
    )
    materials = forms.CharField(
        label=_("Materials to bring"),
        max_length=200,
        required=False,
        help_text=_("For example: title of the book, one copy"),
    )
    goods = forms.CharField(label=_("Goods to bring"), max_length=200, required=False)
    others = forms.CharField(
        label=_("Other members, by name"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=2000,
        help_text=_("One a line, also who is owed nothing; the branch behind a name two have."),
    )
    guests = forms.CharField(
        label=_("Homes of people on no roster"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=4000,
        help_text=_("One a line: the name, a space, where they live."),
    )
    id = forms.UUIDField(widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, rules: SeasonRules) -> None:
        today = clock.today()
        opened = [topic for topic in rules.topics if topic.opens_on <= today]
        initial = {"day": today, "id": new_id(), "topics": [str(t.id) for t in opened[-1:]]}
        super().__init__(data, initial=initial)
        field = self.fields["topics"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - declared so above
        field.choices = [(str(topic.id), topic.name) for topic in opened]

    def draft(
        self,
        season_id: UUID,
        organisation_id: UUID,
        person_ids: tuple[UUID, ...],
        guests: tuple[Guest, ...] = (),
    ) -> RoundDraft:
        """Return what was typed; the usual minutes are split over the topics."""
        given = self.cleaned_data
        chosen, minutes = given["topics"], given["minutes"]
        share = max(1, minutes // len(chosen)) if chosen else 0
        texts = ("lesson_title", "lesson_text", "materials", "goods")
        return RoundDraft(
            id=given["id"],
            season_id=season_id,
            organisation_id=organisation_id,
            title=given["title"],
            day=given["day"],
            kind=given["kind"],
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            topics=tuple(TopicPart(UUID(key), share) for key in chosen),
            person_ids=person_ids,
            guests=guests,
            from_paper=given["paper"],
            **{name: given[name] for name in texts},
        )


def guests_in(lines: str) -> tuple[Guest, ...]:
    """Return whom lines of name and address mean."""
    typed = (re.split(r"[\s,，]+", line.strip(), maxsplit=1) for line in lines.splitlines())
    return tuple(Guest(name[:80], "".join(address)[:120]) for name, *address in typed if name)


class GuestForm(forms.Form):
    """Somebody visited who is not on the roster."""

    name = forms.CharField(label=_("Name"), max_length=80)
    address = forms.CharField(label=_("Where"), max_length=120, required=False)
    target = forms.ChoiceField(
        label=_("Reason"), choices=[("", "—"), *Target.choices], required=False
    )

    def guest(self) -> Guest:
        """Return what was typed."""
        return Guest(**{name: self.cleaned_data[name] for name in ("name", "address", "target")})


class WindowForm(forms.Form):
    """When somebody is expected at a home, and what is brought there."""

    starts_at = forms.TimeField(label=_("From"), widget=ClockInput(), required=False)
    ends_at = forms.TimeField(label=_("Until"), widget=ClockInput(), required=False)
    goods = forms.CharField(label=_("Goods to bring"), max_length=200, required=False)


class SoundForm(forms.Form):
    """The recorded lesson of a round."""

    sound = forms.FileField(
        label=_("Recording of the lesson"),
        help_text=_("MP3, M4A, AAC, OGG or WAV, at most 10 MB; it is kept on the visitor's phone."),
        widget=forms.FileInput(attrs={"accept": "audio/*,.mp3,.m4a,.aac,.ogg,.wav"}),
    )


class VisitorForm(forms.Form):
    """Who goes: one of the accounts, or a person of the town."""

    visitor = forms.ChoiceField(label=_("Who goes"), required=False)
    named = forms.CharField(
        label=_("or a member by name"),
        max_length=80,
        required=False,
        help_text=_("The branch behind a name two have."),
    )

    def __init__(self, data: Any = None, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(data)
        offer(self, "visitor", [("", "—"), *choices])


class HomeForm(forms.Form):
    """How to behave at a home and where it is."""

    note = forms.CharField(
        label=_("How to behave there"),
        max_length=80,
        required=False,
        help_text=_("What to do, never an illness: speak slowly, sit on the right side."),
    )
    latitude = forms.FloatField(label=_("Latitude"), required=False)
    longitude = forms.FloatField(label=_("Longitude"), required=False)
    weekdays = forms.MultipleChoiceField(
        label=_("On which weekdays to come"),
        choices=[(str(n + 1), name) for n, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple(),
        required=False,
        help_text=_("None ticked: any day."),
    )
    opens = forms.TimeField(label=_("To come from"), widget=ClockInput(), required=False)
    closes = forms.TimeField(label=_("To come until"), widget=ClockInput(), required=False)
    language = forms.ChoiceField(
        label=_("How to speak there"),
        choices=Language.choices,
        required=False,
        help_text=_("Proposed rounds send somebody with the tag 方言 or 手语 on the roster."),
    )
    two = forms.BooleanField(label=_("Two visitors together"), required=False)

    def draft(self) -> HomeDraft:
        """Return what was typed."""
        typed = dict(self.cleaned_data)
        wishes = {name: typed.pop(name) for name in ("opens", "closes", "language", "two")}
        days = "".join(sorted(typed.pop("weekdays")))
        return HomeDraft(**typed, wishes=Wishes(weekdays=days, **wishes))


class PairForm(forms.Form):
    """An elder and a young member."""

    elder = forms.ChoiceField(label=_("Elder"))
    young = forms.ChoiceField(label=_("Young member"))

    def __init__(
        self,
        data: Any = None,
        *,
        elders: list[tuple[str, str]],
        young: list[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        offer(self, "elder", [("", "—"), *elders])
        offer(self, "young", [("", "—"), *young])


class LineForm(forms.Form):
    """One line of a returned record sheet."""

    outcome = forms.ChoiceField(
        label=_("How it ended"), choices=[("", "—"), *Outcome.choices], required=False
    )
    at = forms.TimeField(label=_("At"), widget=ClockInput(), required=False)
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, min_value=1, max_value=MOST_MINUTES
    )
    words = forms.CharField(
        label=_("Feedback and needs"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=MOST_WORDS,
    )
    signed = forms.ChoiceField(label=_("Confirmed by"), choices=SignedHow.choices, required=False)
    why_unsigned = forms.CharField(label=_("Why not signed"), required=False, max_length=120)

    def line(self, stop_id: UUID) -> SheetLine:
        """Return what was typed."""
        given = self.cleaned_data
        texts = ("outcome", "words", "signed", "why_unsigned")
        return SheetLine(
            stop_id,
            at=given["at"],
            minutes=given["minutes"] or 0,
            **{name: given[name] for name in texts},
        )
