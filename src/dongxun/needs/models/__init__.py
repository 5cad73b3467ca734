"""Tables of needs."""

from dongxun.needs.models.books import FaqBook, FaqEntry
from dongxun.needs.models.enterprises import Enterprise, EnterpriseNote, EnterpriseSnapshot
from dongxun.needs.models.projects import (
    Picture,
    Project,
    ProjectMilestone,
    ProjectReading,
    Voice,
)
from dongxun.needs.models.tickets import Need, NeedAid, NeedHelper, Service, Step, Theme

__all__ = [
    "Enterprise",
    "EnterpriseNote",
    "EnterpriseSnapshot",
    "FaqBook",
    "FaqEntry",
    "Need",
    "NeedAid",
    "NeedHelper",
    "Picture",
    "Project",
    "ProjectMilestone",
    "ProjectReading",
    "Service",
    "Step",
    "Theme",
    "Voice",
]
