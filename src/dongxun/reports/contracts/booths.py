"""Papers of booths: the sheet with a code, the card for stamps."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BoothPage:
    """What hangs at a booth; ``url`` is empty where the stamp is given by hand."""

    card: str
    season: str
    number: int
    title: str
    place: str
    task: str
    code: str
    url: str
    address: str
    issuer: str


@dataclass(frozen=True, slots=True)
class PaperCard:
    """A card without a name, with a field for each booth; ``booths`` are (name, place)."""

    title: str
    season: str
    issuer: str
    place: str
    starts_at: datetime | None
    ends_at: datetime | None
    needed: int
    prize: str
    booths: tuple[tuple[str, str], ...]
