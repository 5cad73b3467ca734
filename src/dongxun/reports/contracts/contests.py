"""What the paper of an award says."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AwardPage:
    """获奖证书 of one person; ``work`` is the title or the team, and may be empty."""

    number: str
    name: str
    branch: str
    season: str
    contest: str
    prize: str
    work: str
    issuer: str
    day: date
