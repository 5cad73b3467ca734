"""今天要办: what is not settled, each with one verb and the page where it is done.

A source is a function of the overview; it returns the lines it has, most
pressing first. A page that does not exist yet takes no line with it: the line
stands without its link.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.activities.contracts import Board
from dongxun.coverage.contracts import Grid
from dongxun.files import api as files
from dongxun.files.contracts import BatchState
from dongxun.kernel.actors import Actor
from dongxun.kit.figures import signed
from dongxun.kit.nav import address
from dongxun.kit.times import day, when

SHOWN = 7
_OPEN_IMPORTS = frozenset({BatchState.CHECKED, BatchState.DONE})


@dataclass(frozen=True, slots=True)
class Todo:
    """One line: what, more words, the verb and where; ``tone`` is ``red amber sky``."""

    icon: str
    tone: str
    what: str
    more: str
    verb: str
    href: str


def things_to_do(grid: Grid, board: Board, names_url: str, *, by: Actor) -> list[Todo]:
    """Return at most seven lines, the most pressing first."""
    found = [*_imports(by), *_clashes(board), *_lecturers(board), *_walk_ins(board)]
    return [*found, *_behind(grid, names_url)][:SHOWN]


def _imports(by: Actor) -> Iterator[Todo]:
    """Return the actor's own checked imports with rows that did not fit."""
    for batch in files.batches(by=by, limit=5):
        bad = batch.counts.get("bad", 0)
        if bad and batch.state in _OPEN_IMPORTS:
            what = ngettext(
                "%(count)d row of %(name)s did not go in",
                "%(count)d rows of %(name)s did not go in",
                bad,
            )
            words = what % {"count": bad, "name": batch.upload.name}
            more = _("Checked %(moment)s") % {"moment": when(batch.checked_at)}
            href = reverse("files:import", args=[batch.id])
            yield Todo("warn", "red", words, more, _("Correct"), href)


def _clashes(board: Board) -> Iterator[Todo]:
    for host, other, place, at in board.clashes[:2]:
        what = _("Two sessions want the same place on %(day)s") % {"day": day(at)}
        more = _("%(host)s and %(other)s, %(place)s")
        words = more % {"host": host, "other": other, "place": place}
        yield Todo("warn", "red", what, words, _("Settle"), address("activities:schedule"))


def _lecturers(board: Board) -> Iterator[Todo]:
    rows = board.without_lecturer
    if rows:
        what = ngettext(
            "%(count)d session has no lecturer", "%(count)d sessions have no lecturer", len(rows)
        )
        hosts = dict.fromkeys(host for host, _at in rows)
        more = _("%(hosts)s; the first on %(day)s") % {
            "hosts": _some(list(hosts)),
            "day": day(rows[0][1]),
        }
        href = address("activities:schedule")
        yield Todo("mic", "amber", what % {"count": len(rows)}, more, _("Ask one"), href)


def _walk_ins(board: Board) -> Iterator[Todo]:
    if number := board.walk_ins:
        what = ngettext(
            "%(count)d walk-in waits to be confirmed",
            "%(count)d walk-ins wait to be confirmed",
            number,
        )
        more = _("They count once their branch confirms")
        href = address("activities:walk_ins")
        yield Todo("people", "amber", what % {"count": number}, more, _("Confirm"), href)


def _behind(grid: Grid, names_url: str) -> Iterator[Todo]:
    for row in grid.behind:
        late = [
            column.topic.short_name
            for column, numbers in zip(grid.columns, row.topics, strict=True)
            if column.opened
            and row.season.eligible
            and numbers.met * 100 <= (column.plan - 8) * row.season.eligible
        ]
        what = _("%(name)s is %(points)s points behind plan") % {
            "name": row.name,
            "points": signed(row.gap).lstrip("−"),
        }
        query = f"?in={row.id}&what=not-met"
        more = _some(late) if late else _("Several topics together")
        href = names_url + query if names_url else ""
        yield Todo("chart", "sky", what, more, _("See who"), href)


def _some(names: list[str], most: int = 3) -> str:
    """Return the first names and how many more there are."""
    words = _(", ").join(names[:most])
    rest = len(names) - most
    return words if rest <= 0 else _("%(names)s and %(rest)d more") % {"names": words, "rest": rest}


def week_of(starts_on: date, ends_on: date, today: date) -> tuple[int, int] | None:
    """Return which week of how many it is, None outside the season."""
    if not starts_on <= today <= ends_on:
        return None
    return (today - starts_on).days // 7 + 1, (ends_on - starts_on).days // 7 + 1
