"""Papers of a season: schedule, weekly report, dossier index and covers."""

from datetime import datetime
from decimal import Decimal

from dongxun.reports.contracts import (
    Cover,
    DossierIndex,
    DossierSection,
    Paper,
    SeasonPlan,
    WeeklyReport,
)
from dongxun.reports.typesetting import paper, plain


def season_plan(plan: SeasonPlan) -> Paper:
    """Set 冬训计划表, landscape, with the sums of sessions, person-times and hours."""
    sums = {
        "headcount": sum(row.headcount or 0 for row in plan.rows),
        "hours": sum((row.hours or Decimal(0) for row in plan.rows), Decimal(0)),
    }
    return paper("plan", plain(plan) | sums)


def weekly_report(report: WeeklyReport) -> Paper:
    """Set 冬训周报."""
    return paper("weekly", plain(report))


def size_words(size: int) -> str:
    """Return a file size as people read it."""
    for unit, step in (("MB", 1_000_000), ("KB", 1_000)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} B"


def _section(section: DossierSection) -> dict[str, object]:
    files = [
        plain(file)
        | {"size": size_words(file.size), "sha256": (file.sha256[:32], file.sha256[32:])}
        for file in section.files
    ]
    pages = sum(file.pages or 0 for file in section.files)
    return plain(section) | {"files": files, "pages": pages}


def dossier_index(index: DossierIndex, *, at: datetime | None = None) -> Paper:
    """Set 台账目录: every file with pages and sum, every missing item by name."""
    extra = {
        "sections": [_section(section) for section in index.sections],
        "count": sum(len(section.files) for section in index.sections),
        "lacking": sum(len(section.missing) for section in index.sections),
    }
    return paper("dossier_index", plain(index) | extra, at=at)


def cover(page: Cover, *, at: datetime | None = None) -> Paper:
    """Set the cover page of a dossier section."""
    return paper("cover", plain(page), at=at)
