"""Papers of lecturers: the letter of appointment."""

from dongxun.reports.contracts import Paper
from dongxun.reports.contracts.lecturers import LetterOfAppointment
from dongxun.reports.typesetting import paper, plain


def appointment(letter: LetterOfAppointment) -> Paper:
    """Set the letter; the seal goes over issuer and date."""
    return paper("appointment", plain(letter))
