"""Papers of one session, for whoever may read its roll."""

from io import BytesIO
from uuid import UUID

from django.utils import translation

from dongxun.activities import api as activities
from dongxun.activities.api import SessionLine
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.reports import papers, workbooks
from dongxun.reports.contracts import Imprint, SignInBook
from dongxun.reports.gather import persons, sheets
from dongxun.reports.making import FORM_LANGUAGE
from dongxun.reports.recipes import TYPES, XLSX, NothingToPrint
from dongxun.reports.services.printing import Ready, handed_out, pdf
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules

MOST_BLANKS = 100


def print_sign_in_sheet(
    *, by: Actor, session_id: UUID, branch_id: UUID | None = None, blank_rows: int = 4
) -> Ready:
    """Return the sign-in sheets of a session, one a home branch, or that of one branch.

    Raises:
        NotFound: the session is absent or hidden, or nothing of its roll is the actor's.
        NothingToPrint: nobody is expected.
    """
    with translation.override(FORM_LANGUAGE):
        session, rules = _session(session_id, by)
        found = sheets.sheets_of(
            session,
            rules,
            by=by,
            at=clock.now(),
            branch_id=branch_id,
            blank_rows=min(blank_rows, MOST_BLANKS),
        )
        if not found:
            raise NothingToPrint
        made = papers.sign_in_sheets(found)
    return _pdf(session, "签到表", made.pdf, by, "sign_in_sheet")


def print_poster(*, by: Actor, session_id: UUID) -> Ready:
    """Return the sheet for the door, whose check-ins are declared only.

    Raises:
        NotFound: the session is absent or hidden, or nothing of its roll is the actor's.
    """
    with translation.override(FORM_LANGUAGE):
        session, rules = _session(session_id, by)
        activities.paper_roll(session.id, by=by)
        made = papers.poster(sheets.poster(session, rules))
    return _pdf(session, "签到码", made.pdf, by, "poster")


def print_attendance_book(*, by: Actor, session_id: UUID) -> Ready:
    """Return who came to a session, when and how known, as a workbook.

    Raises:
        NotFound: the session is absent or hidden, or nothing of its roll is the actor's.
    """
    with translation.override(FORM_LANGUAGE):
        session, rules = _session(session_id, by)
        head = SignInBook(
            season=rules.name,
            organisation=session.host,
            period=session.title,
            imprint=Imprint(clock.now(), "签到记录、请假记录", sheets.ATTENDED),
        )
        book = BytesIO()
        workbooks.sign_in(book, head, sheets.session_states(session, by=by))
    name = f"{session.title}签到明细（{clock.today().isoformat()}）.xlsx"
    ready = Ready(name, TYPES[XLSX], book.getvalue())
    return handed_out(ready, by=by, organisation_id=session.host_id, paper="attendance_book")


def print_errands(*, by: Actor, notice_id: UUID) -> Ready:
    """Return who is to be told a notice face to face.

    Raises:
        NotFound: the notice is absent, or touches none of the actor's branches.
        NothingToPrint: everybody has a phone.
    """
    with translation.override(FORM_LANGUAGE):
        names = persons.errands(notice_id, by=by, at=clock.now())
        if not names.rows:
            raise NothingToPrint
        made = papers.errands(names)
    place = by.grants[0].organisation_id
    return pdf("当面通知名单", made.pdf, by=by, organisation_id=place, paper="errands")


def _session(session_id: UUID, by: Actor) -> tuple[SessionLine, SeasonRules]:
    session = activities.paper_session(session_id, by=by)
    return session, seasons.rules(session.season_id)


def _pdf(session: SessionLine, name: str, content: bytes, by: Actor, paper: str) -> Ready:
    title = f"{session.title}{name}"
    return pdf(title, content, by=by, organisation_id=session.host_id, paper=paper)
