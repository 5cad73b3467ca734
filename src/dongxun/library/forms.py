"""Forms of the library."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.ids import new_id
from dongxun.kit.forms import Seen, want
from dongxun.kit.widgets import DayInput
from dongxun.library.contracts import (
    MOST_MINUTES,
    MOST_OPTIONS,
    MOST_WANTED,
    ChapterDraft,
    Form,
    LessonDraft,
    QuestionDraft,
    TargetDraft,
)

Choices = Iterable[tuple[str, str]]


def _named(tracks: Iterable[str]) -> list[tuple[str, str]]:
    return [("", "—"), *((name, name) for name in tracks)]


class LessonForm(Seen):
    """What a lesson is about, and what it is worth."""

    title = forms.CharField(label=_("Title"), max_length=120)
    topic = forms.ChoiceField(label=_("Topic"))
    course = forms.ChoiceField(label=_("Course"), required=False)
    organisation = forms.ChoiceField(
        label=_("For whom"), help_text=_("The members of this unit and of all below it.")
    )
    cohort = forms.ChoiceField(label=_("Only for a group"), required=False)
    form = forms.ChoiceField(label=_("Kind of lesson"), choices=Form.choices)
    minutes = forms.IntegerField(
        label=_("Worth in minutes"), min_value=1, max_value=MOST_MINUTES, initial=15
    )
    track = forms.ChoiceField(label=_("Track"), required=False)
    lecturer = forms.CharField(label=_("Lecturer"), max_length=60, required=False)
    summary = forms.CharField(
        label=_("In one or two sentences"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    id = forms.UUIDField(initial=new_id, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        topics: Choices,
        courses: Choices,
        units: Choices,
        cohorts: Choices,
        tracks: Iterable[str],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        choices = {"topic": topics, "organisation": units}
        for name, found in choices.items():
            self.fields[name].choices = list(found)  # type: ignore[attr-defined]
        for name, found in {"course": courses, "cohort": cohorts}.items():
            self.fields[name].choices = [("", "—"), *found]  # type: ignore[attr-defined]
        self.fields["track"].choices = _named(tracks)  # type: ignore[attr-defined]

    def draft(self) -> LessonDraft:
        """Return what was typed."""
        typed = self.cleaned_data
        return LessonDraft(
            title=typed["title"],
            topic_id=UUID(typed["topic"]),
            form=Form(typed["form"]),
            minutes=typed["minutes"],
            summary=typed["summary"],
            track=typed["track"],
            lecturer=typed["lecturer"],
            course_id=UUID(typed["course"]) if typed["course"] else None,
            cohort_id=UUID(typed["cohort"]) if typed["cohort"] else None,
        )


class ChapterForm(forms.Form):
    """One chapter: its title, its file or its text."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Title of the chapter"), max_length=120, required=False)
    played = forms.ChoiceField(label=_("File"), required=False)
    file = forms.FileField(label=_("Bring a file"), required=False, max_length=200)
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, media: Choices, is_read: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["played"].choices = [("", "—"), *media]  # type: ignore[attr-defined]
        self.fields["text"].help_text = _(
            "What is said; with [12:11] before a line it follows the voice."
        )
        if is_read:
            self.fields["played"].label = _("Voice that reads it")
            self.fields["file"].label = _("Bring a recording")
        want(self, "title")

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was typed in this line."""
        typed = self.cleaned_data
        return not any(typed.get(name) for name in ("title", "text", "played", "file"))

    def choose(self, media_id: UUID, name: str) -> None:
        """Take a file that was brought here, and is kept by now, as the one chosen."""
        key, said = str(media_id), cast("QueryDict", self.data).copy()
        said[self.add_prefix("played")] = key
        self.data = said
        self.files = self.files.copy()
        del self.files[self.add_prefix("file")]
        field = cast("forms.ChoiceField", self.fields["played"])
        field.choices = [*cast("Choices", field.choices), (key, name)]
        self.cleaned_data |= {"played": key, "file": None}

    def draft(self) -> ChapterDraft:
        """Return what was typed."""
        typed = self.cleaned_data
        chosen = UUID(typed["played"]) if typed.get("played") else None
        return ChapterDraft(typed["title"], typed["text"], chosen)


class QuestionForm(forms.Form):
    """One question of the short check."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(label=_("Question"), max_length=300, required=False)
    options = forms.CharField(
        label=_("Answers, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1200,
    )
    right = forms.IntegerField(
        label=_("Which line is right"), min_value=1, max_value=MOST_OPTIONS, required=False
    )
    why = forms.CharField(label=_("Why"), max_length=300, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        want(self, "text", "options", "right", "why")

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was typed in this line."""
        typed = self.cleaned_data
        return not any(typed.get(name) for name in ("text", "options", "right", "why"))

    def draft(self) -> QuestionDraft:
        """Return what was typed."""
        typed = self.cleaned_data
        options = tuple(line.strip() for line in typed["options"].splitlines() if line.strip())
        return QuestionDraft(typed["text"], options, (typed["right"] or 0) - 1, typed["why"])


class PublishForm(forms.Form):
    """A new edition, and what is new in it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    what_is_new = forms.CharField(label=_("What is new"), max_length=200, required=False)


class PlatformForm(forms.Form):
    """An outside platform, and whose people learn there."""

    name = forms.CharField(label=_("Name of the platform"), max_length=40)
    organisation = forms.ChoiceField(
        label=_("For whom"), help_text=_("The members of this unit and of all below it.")
    )

    def __init__(self, *args: Any, units: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]


class TrackForm(forms.Form):
    """A track of a unit's own."""

    name = forms.CharField(label=_("Name of the track"), max_length=30)
    organisation = forms.ChoiceField(
        label=_("For whom"), help_text=_("The members of this unit and of all below it.")
    )

    def __init__(self, *args: Any, units: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]


class TargetForm(Seen):
    """How many lessons are to be made by when, and who sees to it."""

    title = forms.CharField(
        label=_("What is to be made"), max_length=60, help_text=_("For example: village history")
    )
    wanted = forms.IntegerField(
        label=_("How many lessons"), min_value=1, max_value=MOST_WANTED, initial=10
    )
    organisation = forms.ChoiceField(
        label=_("Unit"), help_text=_("Lessons of this unit and of all below it are counted.")
    )
    course = forms.ChoiceField(label=_("Only of a course"), required=False)
    track = forms.ChoiceField(label=_("Only of a track"), required=False)
    owner = forms.CharField(label=_("Who sees to it"), max_length=40, required=False)
    due_on = forms.DateField(label=_("To be made by"), widget=DayInput)
    note = forms.CharField(label=_("How it stands"), max_length=200, required=False)
    id = forms.UUIDField(initial=new_id, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, units: Choices, courses: Choices, tracks: Iterable[str], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["course"].choices = [("", "—"), *courses]  # type: ignore[attr-defined]
        self.fields["track"].choices = _named(tracks)  # type: ignore[attr-defined]

    def draft(self) -> TargetDraft:
        """Return what was typed."""
        typed = self.cleaned_data
        return TargetDraft(
            title=typed["title"],
            wanted=typed["wanted"],
            due_on=typed["due_on"],
            owner=typed["owner"],
            note=typed["note"],
            track=typed["track"],
            course_id=UUID(typed["course"]) if typed["course"] else None,
        )
