"""Problems and questions on paper."""

from dataclasses import dataclass
from datetime import date

from dongxun.reports.contracts.common import Imprint


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One line of 问题清单/整改台账; nobody who raised it is named."""

    text: str
    found_on: date
    source: str
    theme: str
    urgency: str
    unit: str
    responsible: str
    helpers: str
    measures: str
    due_on: date
    progress: str
    outcome: str
    pictures: str
    checked_by: str
    closed_on: date | None
    satisfaction: str
    remark: str


@dataclass(frozen=True, slots=True)
class ProblemBook:
    """The head of 问题清单 of one organisation for one season; ``blanks`` are empty lines."""

    season: str
    organisation: str
    imprint: Imprint
    blanks: int = 0


@dataclass(frozen=True, slots=True)
class BookletPart:
    """Questions of one theme, each with its answer."""

    theme: str
    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Booklet:
    """100 问: a book of questions to be handed out."""

    title: str
    intro: str
    organisation: str
    parts: tuple[BookletPart, ...]
    imprint: Imprint
