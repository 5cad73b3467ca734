"""Forms of the bank and of quizzes."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.kit.forms import Seen
from dongxun.kit.widgets import MomentField
from dongxun.quizzes.contracts import (
    LONGEST_TEXT,
    LONGEST_WHY,
    MOST_ASKED,
    MOST_TRIES,
    Difficulty,
    ItemDraft,
    Kind,
    Paper,
    PartDraft,
    QuizDraft,
)
from dongxun.quizzes.importing import columns

Choices = Iterable[tuple[str, str]]


class ItemForm(Seen):
    """One question: what is asked, the answers, and why."""

    organisation = forms.ChoiceField(
        label=_("Whose bank"), help_text=_("Quizzes of this unit and of all below it may ask it.")
    )
    kind = forms.ChoiceField(label=_("Kind of question"), choices=Kind.choices)
    text = forms.CharField(
        label=_("Question"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )
    options = forms.CharField(
        label=_("Options, one a line"),
        help_text=_("Not for true or false, nor for fill in."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    right = forms.CharField(
        label=_("Right answer"),
        help_text=_("Letters like AC; right or wrong; or the words, several between bars |."),
        max_length=200,
        required=False,
    )
    why = forms.CharField(
        label=_("Why"),
        help_text=_("Shown after the answer."),
        max_length=LONGEST_WHY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    difficulty = forms.ChoiceField(
        label=_("Difficulty"), choices=Difficulty.choices, initial=Difficulty.MIDDLE
    )
    topic = forms.CharField(label=_("Topic"), max_length=60, required=False)
    tags = forms.CharField(
        label=_("Tags"),
        help_text=_("Words with spaces between them."),
        max_length=160,
        required=False,
    )

    def __init__(self, *args: Any, units: Choices, is_new: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["topic"].widget.attrs["list"] = "topics"
        if not is_new:
            del self.fields["organisation"]

    def draft(self) -> ItemDraft:
        """Return what was typed."""
        typed = self.cleaned_data
        kind, answer = Kind(typed["kind"]), typed["right"]
        options = tuple(line.strip() for line in typed["options"].splitlines() if line.strip())
        right: tuple[int, ...] = ()
        if kind == Kind.JUDGE:
            judged = columns.judgement(answer)
            right = () if judged is None else (judged,)
        elif kind != Kind.FILL:
            right = columns.letters(answer) or ()
        return ItemDraft(
            kind=kind,
            text=typed["text"],
            options=options if kind in {Kind.SINGLE, Kind.MULTIPLE} else (),
            right=right,
            accepted=tuple(columns.accepted(answer)) if kind == Kind.FILL else (),
            why=typed["why"],
            difficulty=Difficulty(typed["difficulty"]),
            topic=typed["topic"],
            tags=tuple(columns.split_tags(typed["tags"])),
        )


class QuizForm(Seen):
    """What a quiz is about, when it can be answered, and what passes."""

    title = forms.CharField(label=_("Title"), max_length=120)
    organisation = forms.ChoiceField(
        label=_("For whom"), help_text=_("The members of this unit and of all below it.")
    )
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    paper = forms.ChoiceField(label=_("Questions"), choices=Paper.choices)
    pass_mark = forms.IntegerField(
        label=_("Passed from, of 100"), min_value=1, max_value=100, initial=60
    )
    tries = forms.IntegerField(
        label=_("How many tries"),
        help_text=_("0: as often as wanted. The best try counts."),
        min_value=0,
        max_value=MOST_TRIES,
        initial=0,
    )
    opens_at = MomentField(label=_("Open from"))
    closes_at = MomentField(label=_("Open until"))
    summary = forms.CharField(
        label=_("In one or two sentences"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, topics: Choices, units: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["topic"].choices = [("", "—"), *topics]  # type: ignore[attr-defined]

    def draft(self) -> QuizDraft:
        """Return what was typed."""
        typed = self.cleaned_data
        return QuizDraft(
            title=typed["title"],
            paper=Paper(typed["paper"]),
            topic_id=UUID(typed["topic"]) if typed["topic"] else None,
            opens_at=typed["opens_at"],
            closes_at=typed["closes_at"],
            pass_mark=typed["pass_mark"],
            tries=typed["tries"],
            summary=typed["summary"],
        )


class PartForm(forms.Form):
    """One rule of a random paper."""

    count = forms.IntegerField(
        label=_("How many questions"), min_value=1, max_value=MOST_ASKED, required=False
    )
    tag = forms.ChoiceField(label=_("With the tag"), required=False)
    topic = forms.ChoiceField(label=_("Of the topic"), required=False)
    difficulty = forms.ChoiceField(
        label=_("Difficulty"), choices=[("", _("any")), *Difficulty.choices], required=False
    )

    def __init__(self, *args: Any, tags: Choices, topics: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, found in {"tag": tags, "topic": topics}.items():
            self.fields[name].choices = [("", _("any")), *found]  # type: ignore[attr-defined]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was chosen in this line."""
        return not any(self.cleaned_data.get(name) for name in self.fields)

    def draft(self) -> PartDraft:
        """Return what was chosen."""
        typed = self.cleaned_data
        return PartDraft(typed["count"] or 0, typed["tag"], typed["topic"], typed["difficulty"])
