"""The dossier (台账): its index and covers."""

from dataclasses import dataclass
from datetime import date

from dongxun.reports.contracts.common import Imprint


@dataclass(frozen=True, slots=True)
class DossierFile:
    """One file of the dossier as its index lists it; ``pages`` None when not paged."""

    path: str
    title: str
    size: int
    sha256: str
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class DossierSection:
    """One numbered section: what it holds and what it still lacks."""

    number: str
    title: str
    files: tuple[DossierFile, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierIndex:
    """台账目录 of one organisation for one season; ``definitions`` names the 口径 version."""

    season: str
    organisation: str
    sections: tuple[DossierSection, ...]
    definitions: str
    imprint: Imprint


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover page of a dossier section."""

    season: str
    organisation: str
    number: str
    title: str
    contents: tuple[str, ...]
    day: date
