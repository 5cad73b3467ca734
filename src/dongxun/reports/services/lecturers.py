"""The letter of appointment of a lecturer."""

from uuid import UUID

from django.utils import translation

from dongxun.kernel.actors import Actor
from dongxun.lecturers import api as lecturers
from dongxun.reports.contracts.lecturers import LetterOfAppointment
from dongxun.reports.making import FORM_LANGUAGE
from dongxun.reports.papers import lecturers as setting
from dongxun.reports.services.printing import Ready, pdf


def print_appointment(*, by: Actor, appointment_id: UUID) -> Ready:
    """Return a letter of appointment, to who looks after the unit that appointed.

    Raises:
        NotFound: absent, or of a unit that is not the actor's.
    """
    with translation.override(FORM_LANGUAGE):
        found = lecturers.paper(appointment_id, by=by)
        letter = LetterOfAppointment(
            number=found.number,
            name=found.name,
            title=found.title,
            kind=found.kind,
            subjects="、".join(found.subjects),
            issuer=found.issuer,
            since=found.since,
            until=found.until,
            issued_on=found.issued_on,
        )
        made = setting.appointment(letter)
    name = f"{found.name}聘书"
    return pdf(name, made.pdf, by=by, organisation_id=found.issuer_id, paper="appointment")
