"""Slips to be cut apart, one person or account each."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class MakeUpSlip:
    """补学通知单 for one person; ``sessions`` are offers in words, at most four printed."""

    season: str
    name: str
    branch: str
    topics: tuple[str, ...]
    sessions: tuple[str, ...]
    until: date
    contact: str
    issuer: str
    issued_on: date
    url: str = ""


@dataclass(frozen=True, slots=True)
class ActivationSlip:
    """First access of one account, handed over on paper."""

    organisation: str
    person: str
    user_name: str
    code: str
    address: str
    url: str
    valid_until: date
    help: str = ""


@dataclass(frozen=True, slots=True)
class LinkSlip:
    """A personal link of one member, as a QR to be scanned once."""

    name: str
    branch: str
    season: str
    url: str
    valid_until: date
    contact: str = ""
