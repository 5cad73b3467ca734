"""Records of an outside platform as the files room drives it: check, write, take back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import (
    Action,
    Ask,
    BaseImporter,
    BatchContext,
    Change,
    Choice,
    Column,
    Finding,
    ImportState,
    Kept,
    Problem,
    RowIn,
)
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Text
from dongxun.kit import times
from dongxun.library.importing.columns import COLUMNS, NOT_DONE
from dongxun.library.models import OutsideRecord, Platform
from dongxun.library.queries import outside as reading
from dongxun.library.services import outside as services
from dongxun.library.services.outside import Learned
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import RollLine
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonClosed, SeasonState, TopicRule


@dataclass(slots=True)
class State(ImportState):
    """What checking and writing need, loaded once; ``topics`` by what a cell may call them.

    ``digits`` remembers who a name and the end of a phone mean: people have many lines.
    """

    platform: Platform
    season: SeasonCard
    rules: tuple[TopicRule, ...]
    topics: dict[str, UUID]
    people: dict[str, list[RollLine]] = field(default_factory=dict)
    digits: dict[tuple[str, str], set[UUID]] = field(default_factory=dict)


class OutsideImporter(BaseImporter):
    """学习记录 workbooks of an outside platform into credit of mode ``external``."""

    kind = "library.outside"
    title: Text = _("Records of an outside platform")
    rule = act = "library.import_outside"
    columns: Sequence[Column] = COLUMNS

    def asks(self, by: Actor) -> Sequence[Ask]:
        """Ask which platform the file is of."""
        known = [(str(row.id), row.name) for row in reading.platforms(by=by)]
        words = _("No platform is known yet. Name the one that this file is of first.")
        pages = reverse_lazy("library:platforms")
        return [Ask("platform", _("Outside platform"), known, words, str(pages))]

    def prepare(self, batch: BatchContext) -> State:
        """Load whom a row may mean, and what the platform's courses belong to.

        Raises:
            NotFound: the platform or season is absent, or not theirs.
            SeasonClosed.
        """
        platform = reading.platform(UUID(str(batch.options.get("platform"))), by=batch.by)
        wanted = str(batch.season_id) if batch.season_id else None
        season = seasons.season_asked(wanted, by=batch.by)
        if season.state == SeasonState.CLOSED:
            raise SeasonClosed
        rules = seasons.rules(season.id).topics
        topics: dict[str, UUID] = {bare(name): rule.id for rule in rules for name in _called(rule)}
        topics |= {bare(words): key for words, key in reading.courses(platform, season.id).items()}
        state = State(batch, platform, season, rules, topics)
        reach = _reach(batch)
        for line in people.roll_lines(seasons.eligible_ids(season.id, clock.today(), reach)):
            state.people.setdefault(line.name, []).append(line)
        return state

    def check(self, state: State, rows: Sequence[RowIn]) -> list[Finding]:
        """Say whom and what each row means, and whether it is known already."""
        return [finding for finding, _learned in self._looked_at(state, rows)]

    def _looked_at(
        self, state: State, rows: Sequence[RowIn]
    ) -> list[tuple[Finding, Learned | None]]:
        read = [_read(state, row) for row in rows]
        known = services.known(state.platform, [one for _finding, one in read if one])
        for finding, learned in read:
            if learned is not None and finding.action is Action.NEW:
                _compare(state, finding, learned, known.get(learned.key))
        return read

    def apply(self, state: State, rows: Sequence[RowIn]) -> list[Change]:
        """Write records and their facts, judged anew; courses chosen for are remembered."""
        good = {Action.NEW, Action.CHANGED}
        looked = zip(rows, self._looked_at(state, rows), strict=True)
        wanted = [
            (row, finding, learned)
            for row, (finding, learned) in looked
            if learned and finding.action in good and not any(not p.note for p in finding.problems)
        ]
        chosen = {
            row.values["course"]: one.topic_id
            for row, _f, one in wanted
            if row.choice.get("course")
        }
        services.remember(state.platform, state.season.id, chosen)
        written = services.keep(
            [learned for _row, _finding, learned in wanted], state.platform, by=state.batch.by
        )
        labels = {learned.key: finding.label for _row, finding, learned in wanted}
        state.written += len(written)
        return [
            Change("outside_record", record.id, before, {}, record.version, labels[key])
            for key, record, before in written
        ]

    def undo(self, state: State, changes: Sequence[Change]) -> list[Kept]:
        """Strike what came new, put back what was changed, but for records changed since."""
        found = OutsideRecord.objects.select_for_update().in_bulk(
            [one.target_id for one in changes]
        )
        kept: list[Kept] = []
        for change in changes:
            record = found.get(change.target_id)
            if record is None or record.struck_at or record.version != change.version:
                words = _("Changed by a later import, or struck out.")
                kept.append(Kept(change.target_id, words, change.label))
            elif change.before:
                services.put_back(record, change.before, by=state.batch.by)
            else:
                services.strike(record, by=state.batch.by, reason="import taken back")
        return kept


def bare(words: str) -> str:
    """Return words without spaces, quotation marks and brackets' width, for comparing."""
    return "".join(words.split()).strip('《》“”"').replace("（", "(").replace("）", ")").lower()


def _called(rule: TopicRule) -> tuple[str, ...]:
    return rule.name, rule.short_name, f"专题{rule.number}", f"第{rule.number}专题"


def _reach(batch: BatchContext) -> Sequence[Any]:
    """Return whose people a file may name: of the unit it is for, else all of the actor's."""
    if batch.organisation_id is None:
        return people.reach_of(batch.by)
    return [organisations.node(batch.organisation_id).interval]


def _read(state: State, row: RowIn) -> tuple[Finding, Learned | None]:
    """Return what a row says, None while something of it is unknown."""
    finding = Finding(Action.BAD, label=str(row.values.get("name") or ""))
    if row.values.get("finished") == NOT_DONE:
        note = _("Not finished there, so it stays out.")
        finding.action = Action.SKIP
        finding.problems.append(Problem("finished", "not_finished", note, note=True))
        return finding, None
    person = _person(state, row, finding)
    topic_id = _topic(state, row, finding)
    day = _day(state, row, finding)
    seconds = row.values.get("hours") or row.values.get("minutes")
    if seconds is None and not row.broken & {"hours", "minutes"}:
        words = _("Say how long it took, in hours or in minutes.")
        finding.problems.append(Problem("hours", "no_time", words))
    if person is None or topic_id is None or day is None or seconds is None:
        return finding, None
    marked = row.values.get("score")
    finding.action = Action.NEW
    learned = Learned(
        person_id=person.id,
        branch_id=person.branch_id,
        season_id=state.season.id,
        topic_id=topic_id,
        course=str(row.values["course"]),
        learned_on=day,
        seconds=int(seconds),
        score=Decimal(marked) if marked else None,
    )
    finding.identity = "|".join(map(str, learned.key))
    return finding, learned


def _compare(
    state: State, finding: Finding, learned: Learned, record: OutsideRecord | None
) -> None:
    """Say whether a record is new, changed or known; one struck out is new again."""
    if record is None:
        return
    finding.target_id = record.id
    if record.struck_at is not None:
        return
    names: dict[UUID, str] = {rule.id: rule.name for rule in state.rules}
    differences = [
        (_("Minutes"), record.seconds / 60, learned.seconds / 60),
        (_("Topic"), names.get(record.topic_id), names[learned.topic_id]),
        (_("Score reached"), record.score, learned.score),
    ]
    finding.differences = [
        (str(label), _said(was), _said(now)) for label, was, now in differences if was != now
    ]
    finding.action = Action.CHANGED if finding.differences else Action.SAME


def _said(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _day(state: State, row: RowIn, finding: Finding) -> date | None:
    typed = row.values.get("date")
    if typed is None:
        return None
    day, season = date.fromisoformat(str(typed)), state.season
    if season.starts_on <= day <= min(season.ends_on, clock.today()):
        return day
    if day > clock.today():
        words: Text = _("This day is still to come.")
    else:
        ends = {"first": times.day(season.starts_on), "last": times.day(season.ends_on)}
        words = _("Outside the season, which lasts from %(first)s to %(last)s.") % ends
    finding.problems.append(Problem("date", "outside_season", words))
    return None


def _topic(state: State, row: RowIn, finding: Finding) -> UUID | None:
    """Return the topic of a course: chosen for it, called so, or known from an earlier file."""
    words = str(row.values.get("course") or "")
    of_season = {str(rule.id): rule.id for rule in state.rules}
    if (chosen := row.choice.get("course", "")) in of_season:
        return of_season[chosen]
    if not words:
        return None
    if known := state.topics.get(bare(words)):
        return known
    near = next((str(r.id) for r in state.rules if bare(r.short_name) in bare(words)), "")
    problem = Problem(
        "course",
        f"course_{hashlib.sha256(bare(words).encode()).hexdigest()[:12]}",
        _("Which topic does this course belong to?"),
        near,
        tuple(Choice(str(rule.id), f"{rule.number}. {rule.name}") for rule in state.rules),
        heading=_("Which topic does “%(course)s” belong to?") % {"course": words},
        alike=True,
    )
    finding.problems.append(problem)
    return None


def _person(state: State, row: RowIn, finding: Finding) -> RollLine | None:
    """Return whom a row means: by name, of namesakes by branch and phone, else asked."""
    name = str(row.values.get("name") or "")
    found = state.people.get(name, [])
    if chosen := row.choice.get("name", ""):
        return next((line for line in found if str(line.id) == chosen), None)
    branch, digits = str(row.values.get("branch") or ""), str(row.values.get("phone") or "")
    if len(found) > 1 and branch:
        found = [line for line in found if branch in line.branch_name] or found
    if found and digits:
        found = _with_digits(found, name, digits, state, finding)
    if len(found) == 1:
        return found[0]
    if found:
        choices = tuple(Choice(str(line.id), f"{name}，{line.branch_name}") for line in found)
        words = _("Several of your people have this name. Which one?")
        finding.problems.append(Problem("name", "name_ambiguous", words, choices=choices))
    elif name and not finding.problems:
        words = _("Nobody of your units who takes part in this season is called so.")
        finding.problems.append(Problem("name", "name_unknown", words))
    return None


def _with_digits(
    found: list[RollLine], name: str, digits: str, state: State, finding: Finding
) -> list[RollLine]:
    """Return those whose phone ends so, or whose phone nobody knows."""
    if (name, digits) not in state.digits:
        cards = people.match_by_digits(name, digits, _reach(state.batch))
        state.digits[name, digits] = {card.id for card in cards}
    if fitting := state.digits[name, digits]:
        return [line for line in found if line.id in fitting] or found
    unknown = people.without_phone([line.id for line in found])
    left = [line for line in found if line.id in unknown]
    if not left:
        words = _("The phone of this person ends otherwise on the roster.")
        choices = tuple(Choice(str(line.id), f"{name}，{line.branch_name}") for line in found)
        finding.problems.append(Problem("name", "phone_differs", words, choices=choices))
    return left
