"""What people type into this room."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.booths.contracts import (
    LONGEST_PLACE,
    LONGEST_TASK,
    LONGEST_TITLE,
    MOST_BOOTHS,
    BoothDraft,
    CardDraft,
)
from dongxun.kernel.ids import new_id, read_id

Choices = Iterable[tuple[str, str]]


def _chosen(text: str) -> UUID | None:
    return read_id(text) if text else None


class CardForm(forms.Form):
    """A card: its title, how many stamps make it full, what there is for it."""

    title = forms.CharField(label=_("Title of the card"), max_length=LONGEST_TITLE)
    organisation = forms.ChoiceField(label=_("Whose card"))
    session = forms.ChoiceField(
        label=_("At which session"),
        help_text=_("Without one the card is for the whole season."),
        required=False,
    )
    needed = forms.IntegerField(
        label=_("Stamps that make it full"), min_value=1, max_value=MOST_BOOTHS, initial=3
    )
    prize = forms.CharField(
        label=_("What there is for a full card"),
        help_text=_("Points come by the rules of points; here stands what is handed out."),
        max_length=60,
        required=False,
    )
    stock = forms.IntegerField(
        label=_("How many of it"),
        help_text=_("Left empty it is not counted."),
        min_value=0,
        max_value=100_000,
        required=False,
    )

    id = forms.UUIDField(initial=new_id, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Choices, sessions: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]
        listed = [("", _("the whole season")), *sessions]
        self.fields["session"].choices = listed  # type: ignore[attr-defined]

    def draft(self) -> CardDraft:
        """Return what was typed."""
        typed = self.cleaned_data
        return CardDraft(
            title=typed["title"],
            needed=typed["needed"],
            prize=typed["prize"],
            stock=typed["stock"],
            session_id=_chosen(typed["session"]),
        )


class BoothForm(forms.Form):
    """A booth: where it stands, what is done there, and what it asks."""

    title = forms.CharField(label=_("Name of the booth"), max_length=LONGEST_TITLE)
    place = forms.CharField(label=_("Where the booth is"), max_length=LONGEST_PLACE, required=False)
    task = forms.CharField(
        label=_("What is done there"),
        max_length=LONGEST_TASK,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    quiz = forms.ChoiceField(
        label=_("Quiz of the booth"),
        help_text=_("Whoever passes it has the stamp. Without one the stamp is given by hand."),
        required=False,
    )

    id = forms.UUIDField(initial=new_id, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, quizzes: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        listed = [("", _("no quiz, stamped by hand")), *quizzes]
        self.fields["quiz"].choices = listed  # type: ignore[attr-defined]

    def draft(self) -> BoothDraft:
        """Return what was typed."""
        typed = self.cleaned_data
        return BoothDraft(
            title=typed["title"],
            place=typed["place"],
            task=typed["task"],
            quiz_id=_chosen(typed["quiz"]),
        )
