"""What every paper shares."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

OfYear = tuple[Decimal, Decimal, Decimal]
"""What a person has of a calendar year, owes of it, and lacks: hours."""


class PaperError(Exception):
    """A paper could not be set: a fault of template or fonts, never of the data."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A finished PDF, its page count, and the characters that no font could print."""

    pdf: bytes
    pages: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imprint:
    """The small line at the foot of every paper: what was counted, by whom, as of when."""

    as_of: datetime
    source: str
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as it may be shown: so many of so many, and what that means."""

    label: str
    value: int
    total: int
    unit: str = "人"
    definition: str = ""
