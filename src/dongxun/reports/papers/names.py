"""Papers that list persons: open names, roster, errands, attendance."""

from dongxun.reports.contracts import AttendanceSummary, Errands, OpenNames, Paper, Roster
from dongxun.reports.typesetting import paper, plain

# Past this many names the structure for screen readers is left out: it doubles the time.
TAGGED_NAMES = 2_000


def open_names(names: OpenNames) -> Paper:
    """Set the names not yet trained, by branch; the counts are those of the rows."""
    people = [row for group in names.groups for row in group.rows]
    half = sum(row.state == "学了一半" for row in people)
    counts = {
        "branches": len(names.groups),
        "people": len(people),
        "half": half,
        "none": len(people) - half,
        "eligible": sum(group.eligible for group in names.groups),
    }
    return paper("open_names", plain(names) | counts, tagged=len(people) <= TAGGED_NAMES)


def roster(names: Roster) -> Paper:
    """Set the persons who take part, by branch."""
    people = sum(len(group.rows) for group in names.groups)
    return paper("roster", plain(names) | {"people": people}, tagged=people <= TAGGED_NAMES)


def errands(names: Errands) -> Paper:
    """Set the list of those to be told face to face, with room for their signature."""
    return paper("errands", plain(names), tagged=len(names.rows) <= TAGGED_NAMES)


def attendance(summary: AttendanceSummary) -> Paper:
    """Set the sign-in and leave summary of a period, with its sums."""
    columns = ("expected", "attended", "leave", "absent", "walk_ins", "proxies")
    sums = [sum(getattr(row, name) for row in summary.sessions) for name in columns]
    return paper("attendance", plain(summary) | {"sums": sums})
