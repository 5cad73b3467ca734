"""What a page has shown of a contest, its rules, a round or a meeting: has somebody written since?"""

from collections.abc import Sequence

from dongxun.contests.contracts import PointDraft, PrizeDraft, ScaleDraft
from dongxun.contests.models import Contest, Match, PointScheme, Round
from dongxun.kernel.marks import mark, of_row

_CONTEST = ("title", "kind", "call", "opens_at", "closes_at", "team", "tie", "trimmed")


def of_contest(row: Contest) -> str:
    """Return the mark of what a contest says about itself."""
    return of_row(row, _CONTEST)


def of_rules(scales: Sequence[ScaleDraft], prizes: Sequence[PrizeDraft]) -> str:
    """Return the mark of scales and prizes in their order."""
    return mark(
        [
            [(one.name.strip(), one.most) for one in scales],
            [(one.name.strip(), one.places) for one in prizes],
        ]
    )


def rules_of(contest: Contest) -> tuple[list[ScaleDraft], list[PrizeDraft]]:
    """Return the scales and prizes of a contest as they would be written."""
    scales = [ScaleDraft(one.name, one.most) for one in contest.criteria.all()]
    return scales, [PrizeDraft(one.name, one.places) for one in contest.prizes.all()]


def of_round(row: Round) -> str:
    """Return the mark of a round."""
    return of_row(row, ("name", "quiz_id", "advance"))


def of_meeting(row: Contest | Match) -> str:
    """Return the mark of when and where."""
    return of_row(row, ("meets_at", "meets_where", "meets_link"))


def of_points(scheme: PointScheme, rules: Sequence[PointDraft]) -> str:
    """Return the mark of what earns points in a season."""
    lines = sorted((str(one.what), one.points, one.day_cap) for one in rules)
    return mark([scheme.is_on, scheme.ranks_people, lines])
