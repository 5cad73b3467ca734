"""Tables of contests and of points."""

from dongxun.contests.models.contests import (
    Award,
    Contest,
    Criterion,
    Entrant,
    Entry,
    Judge,
    Match,
    Prize,
    Recusal,
    Round,
    RoundResult,
    Score,
    Vote,
)
from dongxun.contests.models.points import (
    Earned,
    MonthAward,
    PointRule,
    PointScheme,
    RankConsent,
)

__all__ = [
    "Award",
    "Contest",
    "Criterion",
    "Earned",
    "Entrant",
    "Entry",
    "Judge",
    "Match",
    "MonthAward",
    "PointRule",
    "PointScheme",
    "Prize",
    "RankConsent",
    "Recusal",
    "Round",
    "RoundResult",
    "Score",
    "Vote",
]
