"""What the words of a plan mean: topics, organisations, places, lecturers, the year."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import ActivityType, Audience
from dongxun.activities.sessions.importing.columns import HALVES
from dongxun.activities.sessions.shapes import Asked, Invited, SessionPlan
from dongxun.files.contracts import BatchContext, Choice, Problem, RowIn
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules, TopicRule

_SPLIT = re.compile(r"[、,，;；/\n]+")
_IN_BRACKETS = re.compile(r"[（(].*?[)）]")
_NUMBER = re.compile(r"^(?:专题)?\s*(?:第)?\s*([一二三四五六七八九十]|\d{1,2})\s*(?:专题|讲)?$")
_PRINTED = re.compile(r"^(第一课|分会场|邀请.*)$")
"""Remarks that a printed plan makes itself."""
_HAN = "一二三四五六七八九十"
NEAR = 4


def bare(words: str) -> str:
    """Return words without spaces and quotation marks, for comparing."""
    return re.sub(r"[\s“”\"《》「」·.]+", "", words)


class Names:
    """Things by name: exact, by what is left without ornaments, else the closest."""

    def __init__(self, rows: Iterable[tuple[str, UUID]]) -> None:
        self.ids: dict[str, list[UUID]] = {}
        self.spelled: dict[str, str] = {}
        for name, key in rows:
            known = self.ids.setdefault(bare(name), [])
            if key not in known:
                known.append(key)
            self.spelled.setdefault(bare(name), name)

    def find(self, words: str) -> list[UUID]:
        """Return what is called so; several when the name is not unique."""
        return self.ids.get(bare(words), [])

    def near(self, words: str) -> list[str]:
        """Return the closest names, those that hold the words first."""
        wanted = bare(words)
        holding = [key for key in self.ids if wanted and (wanted in key or key in wanted)]
        close = difflib.get_close_matches(wanted, self.ids, n=NEAR, cutoff=0.4)
        return [self.spelled[key] for key in dict.fromkeys([*holding, *close])][:NEAR]


@dataclass(slots=True)
class Known:
    """What reading needs, loaded once for an import."""

    batch: BatchContext
    rules: SeasonRules
    own: Node
    hosts: Names
    partners: Names
    places: Names
    lecturers: Names
    topics: Names


def load(batch: BatchContext, rules: SeasonRules) -> Known:
    """Load names of topics, organisations, places and lecturers."""
    own = (
        organisations.node_in_scope(batch.organisation_id, by=batch.by)
        if batch.organisation_id
        else organisations.roots_of(batch.by)[0]
    )
    below = organisations.subtree(own.interval)
    root = organisations.node(rules.root_id)
    nearby = organisations.subtree(root.interval)
    return Known(
        batch=batch,
        rules=rules,
        own=own,
        hosts=_node_names(below),
        partners=_node_names(nearby),
        places=Names((site.name, site.id) for site in organisations.sites_for(batch.by)),
        lecturers=Names((one.name, one.id) for one in people.lecturers(by=batch.by, shared=True)),
        topics=Names(
            (name, topic.id)
            for topic in rules.topics
            for name in dict.fromkeys((topic.name, topic.short_name))
        ),
    )


def _node_names(nodes: Iterable[Node]) -> Names:
    return Names(
        (name, node.id) for node in nodes for name in dict.fromkeys((node.name, node.short_name))
    )


class Reader:
    """One row: its plan, and what stands in its way."""

    def __init__(self, known: Known, row: RowIn) -> None:
        self.known, self.row = known, row
        self.problems: list[Problem] = []

    def text(self, key: str) -> str:
        """Return a cell's text, or what a person chose instead."""
        return str(self.row.choice.get(key) or self.row.values.get(key) or "")

    def note(self, column: str, code: str, message: Any) -> None:
        """Tell something that does not keep the row out."""
        self.problems.append(Problem(column, code, message, note=True))

    def plan(self) -> SessionPlan | None:
        """Return the session the row describes; None when something stands in the way."""
        topics = self._topics()
        hosts = self._organisations("host", self.known.hosts, single=True)
        partners = self._organisations("co_hosts", self.known.partners)
        times = self._times()
        if self.problems and any(not p.note for p in self.problems):
            return None
        if topics is None or times is None:
            return None
        place_id = self._place()
        lecturers = self._lecturers()
        host_id = hosts[0] if hosts else self.known.own.id
        return SessionPlan(
            season_id=self.known.rules.id,
            host_id=host_id,
            title=(self.text("title") or "、".join(t.name for t in topics))[:160],
            type=self.text("type") or ActivityType.LECTURE,
            starts_at=times[0],
            ends_at=times[1],
            topics=self._minutes(topics, times),
            co_hosts=tuple(Invited(key) for key in partners if key != host_id),
            place_id=place_id,
            place_text="" if place_id else self.text("place"),
            format=self.known.rules.credit[0].format if self.known.rules.credit else "hall",
            audience=self._audience(),
            is_first_lesson=bool(self.row.values.get("first")),
            is_group_viewing=self.text("type") == ActivityType.GROUP_VIEWING,
            online_url=self._link(),
            organiser_name=self.text("owner")[:60],
            tags=tuple(t.strip() for t in _SPLIT.split(self.text("tags")) if t.strip()),
            note=self._note(lecturers),
            lecturers=tuple(Asked(key) for key in lecturers),
        )

    def unknown_code(self) -> None:
        """Tell that no session of the season has the code of this row."""
        message = _("No session has this code. Empty the cell to enter a new one.")
        self.problems.append(Problem("code", "unknown", message))

    def _topics(self) -> list[TopicRule] | None:
        """Return the topics of a row; several are joined by 、. None when one is unknown.

        A session without a topic goes out under its title and comes in without one.
        """
        words = self.text("topic")
        if words and self.text("code") and bare(words) == bare(self.text("title")):
            whole = self._topic(words)
            return [whole] if whole else []
        if whole := self._topic(words):
            return [whole]
        parts = [part.strip() for part in _SPLIT.split(words) if part.strip()]
        found = [self._topic(part) for part in parts] if len(parts) > 1 else [None]
        if all(found):
            return list({t.id: t for t in found if t}.values())
        if words:
            near = self.known.topics.near(words) or [t.name for t in self.known.rules.topics]
            self._unknown("topic", _("This topic is not one of the season's."), near)
        return None

    def _topic(self, words: str) -> TopicRule | None:
        found = self.known.topics.find(words)
        number = _NUMBER.match(words)
        if not found and number:
            n = _HAN.find(number[1]) + 1 or int(number[1]) if number[1] in _HAN else int(number[1])
            found = [t.id for t in self.known.rules.topics if t.number == n]
        if len(found) == 1:
            return next(t for t in self.known.rules.topics if t.id == found[0])
        return None

    def _unknown(self, column: str, message: Any, near: list[str]) -> None:
        self.problems.append(
            Problem(
                column,
                "unknown",
                message,
                suggestion=near[0] if len(near) == 1 else "",
                choices=tuple(Choice(name, name) for name in near) if len(near) > 1 else (),
            )
        )

    def _organisations(self, column: str, names: Names, *, single: bool = False) -> list[UUID]:
        words = self.text(column)
        parts = [words] if single else [p.strip() for p in _SPLIT.split(words) if p.strip()]
        found: list[UUID] = []
        for part in parts:
            if not part:
                continue
            hits = names.find(part)
            if len(hits) != 1:
                message = (
                    _("Several organisations are called “%(name)s”.")
                    if hits
                    else _("There is no organisation called “%(name)s” here.")
                )
                near = names.near(part) if single or len(parts) == 1 else []
                self._unknown(column, message % {"name": part}, near)
                continue
            found += hits
        return found

    def _times(self) -> tuple[Any, Any] | None:
        when, hours = self.row.values.get("when"), self.row.values.get("hours") or {}
        if not when:
            return None
        day = self._day(when)
        if day is None:
            return None
        start = hours.get("start") or when["start"]
        end = (hours.get("end") if hours.get("start") else when["end"]) or ""
        if not start:
            start, end = HALVES["上午"]
            self.note("when", "no_hours", _("No hours are given; 9:00 to 11:00 is taken."))
        first = clock.moment(day, time.fromisoformat(start))
        last = clock.moment(day, time.fromisoformat(end)) if end else first + timedelta(hours=2)
        if last <= first:
            self._unknown("when", _("The session ends after it starts."), [])
            return None
        return first, last

    def _day(self, when: Mapping[str, Any]) -> date | None:
        rules = self.known.rules
        years = [when["year"]] if when["year"] else [rules.starts_on.year, rules.ends_on.year]
        for year in years:
            try:
                day = date(year, when["month"], when["day"])
            except ValueError:
                continue
            if rules.starts_on <= day <= rules.ends_on:
                return day
        words = _("The season runs from %(first)s to %(last)s.")
        limits = {"first": rules.starts_on, "last": rules.ends_on}
        self.problems.append(Problem("when", "outside", words % limits))
        return None

    def _place(self) -> UUID | None:
        found = self.known.places.find(self.text("place")) if self.text("place") else []
        return found[0] if len(found) == 1 else None

    def _lecturers(self) -> list[UUID]:
        found: list[UUID] = []
        names = _IN_BRACKETS.sub("", self.text("lecturer")).split("/")[0]
        for part in _SPLIT.split(names):
            name = part.strip().split(" ")[0]
            hits = self.known.lecturers.find(name) if name else []
            if len(hits) == 1:
                found += hits
            elif name:
                words = _("“%(name)s” is not in the list of lecturers; kept in the remarks.")
                self.note("lecturer", "unknown", words % {"name": name})
        return list(dict.fromkeys(found))

    def _minutes(
        self, topics: Sequence[TopicRule], times: tuple[Any, Any]
    ) -> tuple[tuple[UUID, int], ...]:
        """Return each topic with its share of the credit."""
        if not topics:
            return ()
        credit = self.text("credit")
        if credit:
            whole = min(max(round(float(credit) * 60), 1), 960)
        else:
            needed = sum(topic.minutes for topic in topics)
            whole = min(int((times[1] - times[0]).total_seconds() // 60), needed) or needed
        share, rest = divmod(whole, len(topics))
        minutes = [share + (number < rest) for number in range(len(topics))]
        return tuple((t.id, max(n, 1)) for t, n in zip(topics, minutes, strict=True))

    def has_hours(self) -> bool:
        """Return whether the row says when on the day it begins."""
        hours = self.row.values.get("hours") or {}
        return bool(hours.get("start") or (self.row.values.get("when") or {}).get("start"))

    def _link(self) -> str:
        words = self.text("link")
        if words and not words.startswith(("https://", "http://")):
            self.note("link", "link", _("A link begins with https://."))
            return ""
        return words

    def _audience(self) -> str:
        """Return who is expected: as plans print it, else by a word in it."""
        words = self.text("audience")
        for language in ("zh-hans", "en"):
            with translation.override(language):
                if found := [row.value for row in Audience if str(row.label) == words]:
                    return found[0]
        return Audience.SECRETARIES if "书记" in words else Audience.ALL

    def _note(self, lecturers: list[UUID]) -> str:
        """Return the remarks, without the words that plans print of themselves."""
        words = re.split(r"[；;]", self.text("note"))
        lines = ["；".join(word for word in words if not _PRINTED.match(word.strip()))]
        if self.text("lecturer") and not lecturers:
            lines.append(f"授课人：{self.text('lecturer')}")
        if not self.text("code"):
            lines += [
                f"{label}：{self.text(key)}"
                for key, label in (
                    ("audience", "参训对象"),
                    ("people", "计划人数"),
                    ("brand", "品牌"),
                    ("pack", "加油包"),
                )
                if self.text(key)
            ]
        return "\n".join(line for line in lines if line)


def rules_of(batch: BatchContext) -> SeasonRules:
    """Return the rules of the season that an import is for, else of the current one."""
    if batch.season_id:
        return seasons.rules(seasons.season(batch.season_id, by=batch.by).id)
    current = seasons.current_season(batch.by)
    if current is None:
        raise NotFound
    return seasons.rules(current.id)
