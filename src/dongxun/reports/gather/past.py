"""A past day as known now, for its workbook."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time

from django.utils import timezone

from dongxun.coverage import api as coverage
from dongxun.coverage.contracts import EndState, Numbers, Row, What
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.reports import contracts as c
from dongxun.reports.contracts.past import ChangedName, PastBook, PastRow
from dongxun.reports.gather.sheets import Beat
from dongxun.reports.orders import Order

SOURCE = "学习记录，按现在所知"
MEANS = "那天结束前发生或已记下、现在仍有效的记录；单位、名册和计划按现在的"


def _row(order: Order) -> coverage.Reckoning:
    if order.about is None:
        raise NotFound
    row = coverage.reckoning(order.about, by=order.by)
    if row.organisation_id != order.node.id or row.season_id != order.season.id:
        raise NotFound
    return row


def changed_count(order: Order) -> int:
    """Return how many facts changed after that evening, at least as many as people.

    Raises:
        NotFound: no finished result of this unit is meant.
    """
    changed = coverage.beside(_row(order), by=order.by).total.changed
    return changed.late_people + changed.struck_people


def book(order: Order) -> PastBook:
    """Return both sides of the day, by figure, topic and unit."""
    found = coverage.beside(_row(order), by=order.by)
    imprint = replace(order.imprint(SOURCE, MEANS), as_of=clock.moment(found.as_of, time(23, 59)))
    return PastBook(
        season=order.season.name,
        organisation=order.node.name,
        day=found.as_of,
        computed_at=timezone.localtime(found.computed_at),
        then_at=timezone.localtime(found.then_at) if found.then_at else None,
        causes=tuple(_causes(found)),
        figures=tuple(_figures(found.total.now, found.total.then)),
        topics=tuple(
            PastRow(
                pair.column.topic.name,
                _met(pair.then) if pair.then else None,
                _met(pair.now),
                pair.changed.late,
                pair.changed.struck,
            )
            for pair in found.topics
        ),
        units=tuple(
            PastRow(
                pair.now.name,
                c.Cell(pair.then.met, pair.then.due) if pair.then else None,
                c.Cell(pair.now.met, pair.now.due),
                pair.changed.late,
                pair.changed.struck,
            )
            for pair in found.units
        ),
        imprint=imprint,
    )


def _causes(found: coverage.Beside) -> Iterator[str]:
    """Yield what the difference is made of."""
    now, then, changed = found.total.now, found.total.then, found.total.changed
    if then is None:
        yield "当天没有存档，没有“按当时所知”的数可比"
        return
    yield f"当晚之后补录 {changed.late} 条，涉及 {changed.late_people} 人"
    yield f"当晚之后作废 {changed.struck} 条，涉及 {changed.struck_people} 人"
    yield f"应训人数变化 {now.season.eligible - then.season.eligible:+d}"
    if found.plan_changes:
        yield f"计划改过 {found.plan_changes} 次；当时的数按当时的计划算"


def _met(numbers: Numbers) -> c.Cell:
    return c.Cell(numbers.met, numbers.eligible)


def _figures(now: Row, then: Row | None) -> Iterator[PastRow]:
    yield PastRow(
        "专题完成率（人次）",
        c.Cell(then.met, then.due) if then else None,
        c.Cell(now.met, now.due),
    )
    shown = [
        ("应训人数", What.ELIGIBLE),
        ("有形覆盖", What.REACHED),
        ("有力覆盖", What.MET),
        ("有效覆盖", What.EFFECT),
        *((str(state.label), What(state.value)) for state in EndState),
    ]
    for words, what in shown:
        before = _part(then, what) if then else None
        yield PastRow(words, before, _part(now, what))


def _part(row: Row, what: What) -> c.Cell:
    return c.Cell(row.season.people(what) or 0, row.season.eligible)


def changed_names(order: Order, beat: Beat) -> Iterator[ChangedName]:
    """Yield whoever has records that came in late or were struck out, by branch."""
    for number, line in enumerate(coverage.changed_people(_row(order))):
        if number % 1000 == 0:
            beat()
        yield ChangedName(line.branch, line.name, line.late, line.struck)
