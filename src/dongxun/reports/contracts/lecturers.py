"""Papers of lecturers: the letter of appointment."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LetterOfAppointment:
    """聘书: who is appointed as what, by whom, for how long."""

    number: str
    name: str
    title: str
    kind: str
    subjects: str
    issuer: str
    since: date
    until: date
    issued_on: date
