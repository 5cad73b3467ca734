"""Tables of this room. Names, addresses and plates that strangers left are sealed."""

from dongxun.volunteers.models.duty import (
    SEALED,
    DutyClaim,
    DutyEntry,
    Handover,
    Post,
    Service,
    ServiceResult,
    ServiceType,
    Shift,
    Team,
    TeamMember,
    Turn,
    Volunteer,
)
from dongxun.volunteers.models.errands import Certificate, Errand, ErrandWord, Word

__all__ = [
    "SEALED",
    "Certificate",
    "DutyClaim",
    "DutyEntry",
    "Errand",
    "ErrandWord",
    "Handover",
    "Post",
    "Service",
    "ServiceResult",
    "ServiceType",
    "Shift",
    "Team",
    "TeamMember",
    "Turn",
    "Volunteer",
    "Word",
]
