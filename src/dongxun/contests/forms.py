"""What people type into this room."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.contests.contracts import (
    LONGEST_TITLE,
    MOST_TEAM,
    ContestDraft,
    Kind,
    PointDraft,
    PrizeDraft,
    ScaleDraft,
    Tie,
)
from dongxun.contests.models import Criterion, Judge, Match, PointScheme, RoundResult
from dongxun.contests.queries import marks
from dongxun.kit.forms import Seen, want
from dongxun.kit.widgets import MomentField

Choices = Iterable[tuple[str, str]]


class ContestForm(Seen):
    """What is contested, by whom, until when, and what decides when two stand equal."""

    title = forms.CharField(label=_("Title of the contest"), max_length=LONGEST_TITLE)
    kind = forms.ChoiceField(label=_("Kind of contest"), choices=Kind.choices)
    organisation = forms.ChoiceField(
        label=_("For whom"), help_text=_("Members of this unit and of all below it may take part.")
    )
    call = forms.CharField(
        label=_("The call"),
        help_text=_("What is asked for, how long, and how to hand it in on paper."),
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    opens_at = MomentField(label=_("Entries from"))
    closes_at = MomentField(label=_("Entries until"))
    team = forms.IntegerField(
        label=_("People of one entry, at most"),
        help_text=_("1: everybody for themselves."),
        min_value=1,
        max_value=MOST_TEAM,
        initial=1,
    )
    tie = forms.ChoiceField(label=_("If two stand equal"), choices=Tie.choices)
    trimmed = forms.BooleanField(
        label=_("From 5 judges on, leave out the highest and the lowest sum"), required=False
    )

    def __init__(self, *args: Any, units: Choices, is_new: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["organisation"]

    def draft(self) -> ContestDraft:
        """Return what was typed."""
        typed = self.cleaned_data
        return ContestDraft(
            title=typed["title"],
            kind=Kind(typed["kind"]),
            call=typed["call"],
            opens_at=typed["opens_at"],
            closes_at=typed["closes_at"],
            team=typed["team"],
            tie=Tie(typed["tie"]),
            trimmed=typed["trimmed"],
        )


class Line(forms.Form):
    """A name and a number; a line left empty is none."""

    name = forms.CharField(max_length=40, required=False)
    number = forms.IntegerField(min_value=0, max_value=100, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        want(self, "name", "number")

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was typed in this line."""
        return not any(self.cleaned_data.get(name) for name in ("name", "number"))


class ScaleLine(Line):
    """One scale of the judges."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name"].label = _("What is looked at")
        self.fields["number"].label = _("Points, at most")

    def draft(self) -> ScaleDraft:
        """Return what was typed."""
        return ScaleDraft(self.cleaned_data["name"], self.cleaned_data["number"] or 0)


class PrizeLine(Line):
    """One prize."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name"].label = _("Prize")
        self.fields["number"].label = _("How many places")

    def draft(self) -> PrizeDraft:
        """Return what was typed."""
        return PrizeDraft(self.cleaned_data["name"], self.cleaned_data["number"] or 0)


class JudgeForm(forms.Form):
    """Who judges: somebody of the roster, or somebody from outside by name."""

    who = forms.CharField(label=_("Name"), max_length=80)
    is_outside = forms.BooleanField(
        label=_("From outside: scores on paper, entered here"), required=False
    )


class ScoreForm(forms.Form):
    """What a judge gives one entry."""

    def __init__(self, *args: Any, scales: Sequence[Criterion], **more: Any) -> None:
        super().__init__(*args, **more)
        for place, scale in enumerate(scales):
            self.fields[f"points_{place}"] = forms.IntegerField(
                label=_("%(name)s, at most %(n)d") % {"name": scale.name, "n": scale.most},
                min_value=0,
                max_value=scale.most,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
        self.fields["note"] = forms.CharField(
            label=_("A word on it"), max_length=300, required=False
        )
        self.n = len(scales)

    def points(self) -> list[int | None]:
        """Return the points in the order of the scales."""
        return [self.cleaned_data.get(f"points_{place}") for place in range(self.n)]


class RoundForm(Seen):
    """One round of a knowledge contest."""

    name = forms.CharField(label=_("Name of this round"), max_length=40)
    quiz = forms.ChoiceField(
        label=_("Quiz"),
        required=False,
        help_text=_(
            "Of this season, with one try, not answered yet. Without one, points are written"
            " down on the spot."
        ),
    )
    advance = forms.IntegerField(
        label=_("How many go on"),
        help_text=_("0 in the last round. Whoever shares the last place goes on too."),
        min_value=0,
        max_value=1000,
        initial=0,
    )

    def __init__(self, *args: Any, quizzes: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [("", _("none: on the spot")), *quizzes]
        self.fields["quiz"].choices = choices  # type: ignore[attr-defined]


class PointsForm(forms.Form):
    """The points of a round on the spot, one field for each entry."""

    def __init__(self, *args: Any, results: Sequence[RoundResult], **more: Any) -> None:
        super().__init__(*args, **more)
        for row in results:
            self.fields[str(row.entry_id)] = forms.DecimalField(
                label=row.entry.team_name or f"{row.entry.number}",
                decimal_places=2,
                max_digits=7,
                required=False,
                initial=row.points,
            )

    def points(self) -> dict[UUID, Decimal | None]:
        """Return the points by entry."""
        return {UUID(name): value for name, value in self.cleaned_data.items()}


class VoteForm(forms.Form):
    """How the judges of one debate voted."""

    motion = forms.CharField(label=_("Motion"), max_length=120, required=False)

    def __init__(
        self, *args: Any, match: Match, judges: Sequence[Judge], sides: Choices, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.judges = judges
        options = [("", _("did not vote")), *sides]
        given = dict(match.votes.values_list("judge_id", "entry_id"))
        self.fields["motion"].initial = match.motion
        for judge in judges:
            self.fields[f"judge_{judge.id}"] = forms.ChoiceField(
                label=judge.name,
                choices=options,
                required=False,
                initial=str(given.get(judge.id, "")),
            )

    def votes(self) -> dict[UUID, UUID]:
        """Return for whom each judge voted."""
        typed = {one.id: self.cleaned_data.get(f"judge_{one.id}", "") for one in self.judges}
        return {key: UUID(side) for key, side in typed.items() if side}


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Why"), max_length=200)


class MonthBackForm(forms.Form):
    """Which month's awards are taken back, and why."""

    taken = forms.ChoiceField(label=_("Month"))
    reason = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, *args: Any, months: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["taken"].choices = list(months)  # type: ignore[attr-defined]


class PointsRulesForm(Seen):
    """Whether a season has points, and what earns how many."""

    is_on = forms.BooleanField(label=_("This season has points"), required=False)
    ranks_people = forms.BooleanField(
        label=_("Rank people inside their branch, whoever agrees to it"),
        required=False,
        help_text=_("Off by default: units get on together, nobody is measured against others."),
    )

    def __init__(
        self, *args: Any, scheme: PointScheme, rules: Sequence[PointDraft], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.rules = rules
        self.initial = self.first(scheme, rules)
        for rule in rules:
            for name, label in (
                ("points", _("%(what)s: points each")),
                ("day_cap", _("%(what)s: at most a day")),
            ):
                self.fields[f"{rule.what}_{name}"] = forms.IntegerField(
                    label=label % {"what": rule.what.label}, min_value=0, max_value=100
                )

    @staticmethod
    def first(scheme: PointScheme, rules: Sequence[PointDraft]) -> dict[str, object]:
        """Return what the form shows; ``version`` is what the writer sees."""
        said: dict[str, object] = {"is_on": scheme.is_on, "ranks_people": scheme.ranks_people}
        for rule in rules:
            said |= {f"{rule.what}_points": rule.points, f"{rule.what}_day_cap": rule.day_cap}
        return said | {"version": marks.of_points(scheme, rules)}

    def drafts(self) -> list[PointDraft]:
        """Return what was typed."""
        typed = self.cleaned_data
        return [
            PointDraft(one.what, typed[f"{one.what}_points"], typed[f"{one.what}_day_cap"])
            for one in self.rules
        ]


class MonthForm(forms.Form):
    """Which month is awarded, and for how many places."""

    month = forms.ChoiceField(label=_("Which month"))
    places = forms.IntegerField(label=_("How many places"), min_value=1, max_value=20, initial=3)

    def __init__(self, *args: Any, months: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["month"].choices = list(months)  # type: ignore[attr-defined]
