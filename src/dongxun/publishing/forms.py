"""What people type into this room."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import clock
from dongxun.publishing.contracts import (
    MOST_PICTURES,
    MOST_TEXT,
    SPOKEN,
    Audience,
    Draft,
    NoteKind,
)

Choices = list[tuple[str, str]]


class Pictures(forms.FileInput):
    """Several pictures chosen at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return all that were sent."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PicturesField(forms.FileField):
    """Pictures, none to nine; each is looked at when it is kept."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files that were sent, in their order.

        Raises:
            ValidationError: more than there may be.
        """
        sent = data if isinstance(data, (list, tuple)) else [data] if data else []
        if len(sent) > MOST_PICTURES:
            words = gettext("At most %(n)d pictures.") % {"n": MOST_PICTURES}
            raise forms.ValidationError(words)
        return [super(PicturesField, self).clean(one, initial) for one in sent]


class NoteForm(forms.Form):
    """A few words, what they are about, and who may read them."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.UUIDField(widget=forms.HiddenInput)
    bases = forms.CharField(widget=forms.HiddenInput, required=False, max_length=800)
    thread = forms.UUIDField(widget=forms.HiddenInput, required=False)
    reply_to = forms.UUIDField(widget=forms.HiddenInput, required=False)
    about_kind = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    about = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=_("Your words"),
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    kind = forms.ChoiceField(label=_("What is it?"), choices=NoteKind.choices)
    topic = forms.ChoiceField(label=_("About which topic"), required=False)
    audience = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Audience.choices,
        help_text=_("For others it is shown after your secretary has looked at it."),
    )
    picture = PicturesField(
        label=_("Pictures, at most 9"),
        required=False,
        widget=Pictures(attrs={"accept": "image/jpeg,image/png", "multiple": True}),
    )

    sound = forms.FileField(
        label=_("Recording of at most 5 minutes, or video of at most 3"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "audio/*,video/*"}),
    )

    def __init__(
        self, *args: Any, topics: Choices, in_thread: bool, can_record: bool, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        if not can_record:
            del self.fields["sound"]
        self.fields["topic"].choices = [("", "—"), *topics]  # type: ignore[attr-defined]
        kinds = [*SPOKEN, NoteKind.SUGGESTION, NoteKind.NOTE]
        if not in_thread:
            kinds = [one for one in NoteKind if one not in SPOKEN]
        self.fields["kind"].choices = [(one.value, one.label) for one in kinds]  # type: ignore[attr-defined]
        if in_thread:
            self.fields["audience"].choices = Audience.choices[1:]  # type: ignore[attr-defined]

    def draft(self, person_id: UUID) -> Draft:
        """Return what was typed, as a writing of ``person_id`` at this moment."""
        typed = self.cleaned_data
        return Draft(
            id=typed["id"],
            note_id=typed["note"],
            person_id=person_id,
            kind=NoteKind(typed["kind"]),
            text=typed["text"],
            audience=Audience(typed["audience"]),
            written_at=clock.now(),
            topic_id=UUID(typed["topic"]) if typed["topic"] else None,
            bases=self.cleaned_data["bases"],
            about_kind=typed["about_kind"],
            about_id=typed["about"],
            thread_id=typed["thread"],
            reply_to=typed["reply_to"],
        )

    def clean_bases(self) -> list[UUID]:
        """Return the writings that the author had before them."""
        try:
            return [UUID(key) for key in self.cleaned_data["bases"].split()]
        except ValueError as error:
            raise forms.ValidationError(_("Open the page again.")) from error


class DecisionForm(forms.Form):
    """Why words are returned or hidden."""

    reason = forms.CharField(label=_("Why"), max_length=200, required=False)


class ThreadForm(forms.Form):
    """A question put to the members of a unit."""

    organisation = forms.ChoiceField(label=_("For whom"))
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    title = forms.CharField(label=_("What is it about"), max_length=80)
    question = forms.CharField(
        label=_("The question"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, units: Choices, topics: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = units  # type: ignore[attr-defined]
        self.fields["topic"].choices = [("", "—"), *topics]  # type: ignore[attr-defined]
