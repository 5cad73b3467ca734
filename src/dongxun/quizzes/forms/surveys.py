"""Forms of surveys: what is asked, and one sheet of answers."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.ids import new_id
from dongxun.kit.forms import Seen, listed
from dongxun.kit.widgets import DayInput
from dongxun.quizzes.contracts import MOST_QUESTIONS, Asks, QuestionDraft, SurveyDraft
from dongxun.quizzes.models import Survey
from dongxun.quizzes.queries import marks

Choices = Iterable[tuple[str, str]]


class SurveyForm(Seen):
    """What a survey asks, on one screen."""

    title = forms.CharField(label=_("Title"), max_length=80)
    organisation = forms.ChoiceField(
        label=_("For whom"), help_text=_("All members of this unit and below are asked.")
    )
    closes_on = forms.DateField(label=_("Last day"), widget=DayInput)
    lead = forms.CharField(label=_("What it is for, in a sentence"), max_length=200, required=False)
    id = forms.UUIDField(initial=new_id, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]
        for number in range(1, MOST_QUESTIONS + 1):
            self.fields[f"text_{number}"] = forms.CharField(
                label=_("Question %(n)d") % {"n": number}, max_length=120, required=False
            )
            self.fields[f"asks_{number}"] = forms.ChoiceField(
                label=_("How it is answered"), choices=Asks.choices, required=False
            )
            self.fields[f"options_{number}"] = forms.CharField(
                label=_("Options, with a comma between them"), max_length=400, required=False
            )

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Return the fields question by question."""
        return [
            (self[f"text_{n}"], self[f"asks_{n}"], self[f"options_{n}"])
            for n in range(1, MOST_QUESTIONS + 1)
        ]

    def numbers(self) -> list[int]:
        """Return the numbers of the questions that were written."""
        typed = self.cleaned_data
        return [
            n for n in range(1, MOST_QUESTIONS + 1) if typed[f"text_{n}"] or typed[f"options_{n}"]
        ]

    def places(self) -> dict[str, str]:
        """Return at which field a fault of the draft belongs."""
        numbers = self.numbers() if self.is_bound and self.is_valid() else []
        return {
            f"questions.{place}.{name}": f"{name}_{number}"
            for place, number in enumerate(numbers or [1], start=1)
            for name in ("text", "options")
        }

    def draft(self) -> SurveyDraft:
        """Return what was typed; empty lines are left out."""
        typed = self.cleaned_data
        questions = [
            QuestionDraft(
                typed[f"text_{n}"],
                Asks(typed[f"asks_{n}"] or Asks.WORDS),
                tuple(listed(typed[f"options_{n}"])),
            )
            for n in self.numbers()
        ]
        plain = {name: typed[name] for name in ("title", "closes_on", "lead")}
        return SurveyDraft(**plain, questions=tuple(questions))


def typed_of(row: Survey) -> dict[str, Any]:
    """Return a survey as it would be typed; ``version`` is what the writer sees."""
    known: dict[str, Any] = {
        "version": marks.of_survey(row),
        **{f"asks_{n}": Asks.TOPICS.value for n in range(1, MOST_QUESTIONS + 1)},
        "title": row.title,
        "organisation": str(row.organisation_id),
        "closes_on": row.closes_on,
        "lead": row.lead,
    }
    for number, one in enumerate(row.questions, start=1):
        known[f"text_{number}"], known[f"asks_{number}"] = one["text"], one["asks"]
        known[f"options_{number}"] = "、".join(one["options"])
    return known


def usual(last: date) -> dict[str, Any]:
    """Return the questions that a survey of needs usually asks."""
    return {
        "title": "冬训想学什么",
        "closes_on": last,
        "text_1": "最想学哪些专题",
        "asks_1": Asks.TOPICS,
        "text_2": "什么时候学最方便",
        "asks_2": Asks.ONE,
        "options_2": "白天、晚上、周末、用手机随时学",
        "text_3": "还想听什么",
        "asks_3": Asks.WORDS,
    }


class AnswerForm(forms.Form):
    """One sheet of answers: as many fields as the survey has questions."""

    def __init__(self, *args: Any, row: Survey, topics: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        for number, one in enumerate(row.questions):
            options = [(str(n), word) for n, word in enumerate(one["options"])]
            self.fields[f"q{number}"] = _field(one["text"], one["asks"], options, list(topics))

    def answers(self) -> list[Any]:
        """Return the answers, one a question."""
        return [self.cleaned_data[name] for name in self.fields]


class PaperForm(AnswerForm):
    """One paper, and whose people's it is where somebody enters those of several units."""

    def __init__(self, *args: Any, units: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.asked, choices = list(self.fields), list(units)
        if len(choices) > 1:
            self.fields["unit"] = forms.ChoiceField(label=_("Of whose people"), choices=choices)

    def answers(self) -> list[Any]:
        """Return the answers, one a question."""
        return [self.cleaned_data[name] for name in self.asked]


def _field(text: str, asks: str, options: list[tuple[str, str]], topics: list[Any]) -> forms.Field:
    """Return the field that asks one question; nothing must be answered."""
    if asks == Asks.WORDS:
        rows = forms.Textarea(attrs={"rows": 2})
        return forms.CharField(label=text, required=False, max_length=300, widget=rows)
    if asks in {Asks.TOPICS, Asks.SOME}:
        return forms.MultipleChoiceField(
            label=text,
            required=False,
            choices=topics if asks == Asks.TOPICS else options,
            widget=forms.CheckboxSelectMultiple,
        )
    scores = [(str(n), str(n)) for n in range(5, 0, -1)]
    return forms.ChoiceField(
        label=text,
        required=False,
        choices=scores if asks == Asks.SCORE else options,
        widget=forms.RadioSelect,
    )
