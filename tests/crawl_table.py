"""Who may open which address. Every URL pattern has a row here, or the crawl fails.

To add one: ``"room:name": Row(may=OWN)``. ``may`` are the roles that may open
it for the object of 平潮镇 (``cast.own``); for the object of 五接镇
(``cast.foreign``) it is mirrored: the other town's organiser and secretary
instead, links and phones out. Give ``foreign=`` where that is not so.

Arguments come from ``ARGUMENTS`` by the name they have in the pattern; give
``arguments=lambda cast, town: {...}`` where that does not fit. A pattern whose
arguments are the same for both towns is crawled once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from dongxun.access.contracts import LinkPurpose
from dongxun.access.models import GrantRow
from dongxun.activities.models import CorrectionRequest, Draft, WalkIn
from dongxun.files.models import Export, ImportBatch, Upload
from dongxun.kernel import clock
from dongxun.kernel.models import Job
from dongxun.notices import api as notices
from dongxun.reports.models import Document
from dongxun.seasons import api as seasons
from tests.cast import ROLES, SYSTEM, Cast, Town

Roles = frozenset[str]
Arguments = Callable[[Cast, Town], dict[str, Any]]

NOBODY: Final[Roles] = frozenset()
EVERYBODY: Final[Roles] = frozenset(ROLES)
ACCOUNTS: Final[Roles] = EVERYBODY - {"phone", "member", "lecturer", "helper", "public"}
OWN: Final[Roles] = frozenset({"office", "organiser", "secretary"})
ORGANISERS: Final[Roles] = OWN | {"other_organiser", "other_secretary"}
CONSOLE: Final[Roles] = ORGANISERS | {"zone_lead"}
OVERSEERS: Final[Roles] = frozenset({"office", "organiser", "other_organiser", "security"})
MIRROR: Final = {
    "organiser": "other_organiser",
    "secretary": "other_secretary",
    "other_organiser": "organiser",
    "other_secretary": "secretary",
    "phone": "",
    "member": "",
    "lecturer": "",
    "helper": "",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One address.

    Args:
        titles: whoever opens it may read the session's title, for they hold its code.
        csrf: whether a POST needs the form token (an exception wants a reason beside it).
        query: what follows the address, ``?`` included.
        body: what to POST, where an empty form is answered like an absent object.
    """

    may: Roles
    foreign: Roles | None = None
    arguments: Arguments | None = None
    titles: bool = False
    csrf: bool = True
    query: str = ""
    body: Arguments | None = None

    @property
    def may_foreign(self) -> Roles:
        """The roles that may open it for the object of the other town."""
        if self.foreign is not None:
            return self.foreign
        if self.may == EVERYBODY:
            return EVERYBODY
        return frozenset(MIRROR.get(role, role) for role in self.may) - {""}


def _grant(town: Town) -> object:
    return GrantRow.objects.get(account=town.secretary).id


def _walk_in(town: Town) -> object:
    made, _ = WalkIn.objects.get_or_create(
        session=town.session,
        branch_id=town.branch.id,
        name=f"{town.mark}来客",
        defaults={"digits": "0000", "method": "scan", "occurred_at": clock.now()},
    )
    return made.id


def _correction(town: Town) -> object:
    made, _ = CorrectionRequest.objects.get_or_create(
        id=town.branch.id,
        defaults={
            "person": town.people[0],
            "branch_id": town.branch.id,
            "words": f"{town.mark}有误",
            "created_at": clock.now(),
        },
    )
    return made.id


def _document(cast: Cast, town: Town) -> object:
    _batch(town)
    made, _ = Document.objects.get_or_create(
        organisation_id=town.branch.id,
        defaults={
            "season": cast.season,
            "kind": "plan",
            "upload": Upload.objects.get(owner_id=town.organiser.id),
            "added_at": clock.now(),
        },
    )
    return made.id


ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    "session_id": lambda _cast, town: town.session.id,
    "person_id": lambda _cast, town: town.people[0].id,
    "organisation_id": lambda _cast, town: town.branch.id,
    "branch_id": lambda _cast, town: town.branch.id,
    "place_id": lambda _cast, town: town.place.id,
    "lecturer_id": lambda _cast, town: town.lecturer.id,
    "account_id": lambda _cast, town: town.secretary.id,
    "grant_id": lambda _cast, town: _grant(town),
    "walk_in_id": lambda _cast, town: _walk_in(town),
    "correction_id": lambda _cast, town: _correction(town),
    "batch_id": lambda _cast, town: _batch(town),
    "export_id": lambda _cast, town: _export(town),
    "job_id": lambda _cast, town: _job(town),
    "row_id": lambda _cast, _town: 1,
    "document_id": _document,
    "season_id": lambda cast, _town: cast.season.id,
    "topic_id": lambda cast, _town: cast.topics[0].id,
    "zone_id": lambda cast, _town: cast.zone.id,
    "zone_set_id": lambda cast, _town: cast.zone_set.id,
    "booking_id": lambda cast, _town: cast.booking.id,
    "task_id": lambda cast, _town: _task(cast),
    "notice_id": lambda _cast, town: _notice(town),
}


def _batch(town: Town) -> object:
    now = clock.now()
    upload, _ = Upload.objects.get_or_create(
        owner_id=town.organiser.id,
        defaults={
            "kind": "roster",
            "name": f"{town.mark}.xlsx",
            "sha256": "0" * 64,
            "size": 1,
            "path": "none",
            "created_at": now,
            "expires_at": now + timedelta(days=1),
        },
    )
    made, _ = ImportBatch.objects.get_or_create(
        upload=upload,
        defaults={
            "kind": "roster",
            "owner_id": town.organiser.id,
            "organisation_id": town.node.id,
            "mapping": {"sheets": []},
            "created_at": now,
        },
    )
    return made.id


def _export(town: Town) -> object:
    now = clock.now()
    made, _ = Export.objects.get_or_create(
        owner_id=town.organiser.id,
        defaults={
            "kind": "coverage",
            "name": f"{town.mark}.xlsx",
            "sha256": "0" * 64,
            "size": 1,
            "path": "none",
            "created_at": now,
            "expires_at": now + timedelta(days=1),
        },
    )
    return made.id


def _job(town: Town) -> object:
    made, _ = Job.objects.get_or_create(
        owner_id=town.organiser.id,
        defaults={"kind": "crawl", "title": f"{town.mark}名册", "created_at": clock.now()},
    )
    return made.id


def _own_branch(cast: Cast, _town: Town) -> dict[str, Any]:
    return {"unit": str(cast.own.branch.id), "paper": "roster", "form": "pdf"}


def _session_code(_cast: Cast, town: Town) -> dict[str, Any]:
    return {"code": town.session.code}


def _mark(_cast: Cast, town: Town) -> dict[str, Any]:
    return {"person": str(town.people[1].id), "what": "present"}


def _unopened_link(cast: Cast, town: Town) -> dict[str, Any]:
    link = cast.link(LinkPurpose.MEMBER, person_id=town.people[0].id)
    assert link.expires_at > clock.now() + timedelta(days=1)
    return {"code": link.code}


def _draft(*step: str) -> Arguments:
    def arguments(cast: Cast, town: Town) -> dict[str, Any]:
        made, _ = Draft.objects.get_or_create(
            owner_id=town.organiser.id,
            season=cast.season,
            defaults={"typed": {"title": f"{town.mark}草稿"}, "updated_at": clock.now()},
        )
        return {"draft_id": made.id} | ({"name": step[0]} if step else {})

    return arguments


def _task(cast: Cast) -> object:
    return seasons.add_cascade_task(
        by=SYSTEM,
        season_id=cast.season.id,
        organisation_id=cast.district.id,
        title="第一课",
        due_on=cast.season.ends_on,
    )


def _notice(town: Town) -> UUID:
    person = town.people[0]
    telling = notices.Telling(
        key=town.mark,
        kind="t",
        title=f"{town.mark}通知",
        body="",
        people={person.id: town.branch.id},
    )
    return notices.queue(telling, by=SYSTEM)


def _text(town: Town) -> dict[str, Any]:
    notice_id = _notice(town)
    [text] = notices.group_texts(notice_id, by=SYSTEM)
    return {"notice_id": notice_id, "text_id": text.id}


KIT: Final = {
    "kit:preference": Row(EVERYBODY, arguments=lambda _c, _t: {"name": "theme"}),
    "kit:token": Row(EVERYBODY),
    "kit:offline": Row(EVERYBODY),
    "kit:service_worker": Row(EVERYBODY),
    "kit:manifest": Row(EVERYBODY),
    "kit:styleguide": Row(EVERYBODY),
    "kit:styleguide_page": Row(EVERYBODY, arguments=lambda _c, _t: {"page": "console"}),
    "sync": Row(EVERYBODY - {"public"}),
}
ACCESS: Final = {
    "access:sign_in": Row(EVERYBODY),
    "access:second_factor": Row(NOBODY),  # only between password and second step
    "access:enrol": Row(NOBODY),
    "access:sign_out": Row(EVERYBODY),
    "access:activate": Row(EVERYBODY),
    "access:my_account": Row(ACCOUNTS),
    "access:change_password": Row(ACCOUNTS),
    "access:end_my_sessions": Row(ACCOUNTS),
    "access:open_link": Row(EVERYBODY, arguments=_unopened_link),
    "access:accounts": Row(OVERSEERS),
    "access:new_account": Row(OVERSEERS),
    "access:print_slips": Row(OVERSEERS),
    "access:account": Row(frozenset({"office", "organiser", "security"})),
    "access:give_role": Row(frozenset({"office", "organiser", "security"})),
    "access:disable": Row(frozenset({"office", "organiser", "security"})),
    "access:enable": Row(frozenset({"office", "organiser", "security"})),
    "access:reset": Row(frozenset({"office", "organiser", "security"})),
    "access:reset_second_factor": Row(frozenset({"security"})),
    "access:grants": Row(OVERSEERS),
    "access:end_grant": Row(frozenset({"office", "organiser", "security"})),
    "access:audit_log": Row(frozenset({"office", "audit"})),
    "access:export_audit": Row(frozenset({"office", "audit"})),
}
ACTIVITIES: Final = {
    "activities:screen": Row(OWN | {"helper"}),
    "activities:live": Row(OWN | {"helper"}),
    "activities:codes": Row(OWN | {"helper"}),
    "activities:roll": Row(OWN | {"helper"}),
    "activities:mark": Row(OWN | {"helper"}, body=_mark),
    "activities:confirm": Row(OWN | {"helper"}),
    "activities:sheet": Row(OWN | {"helper"}),
    "activities:note_walk_in": Row(OWN | {"helper"}),
    "activities:find_sheet": Row(ORGANISERS),
    "activities:declare_own": Row(
        frozenset({"phone", "member"}),
        foreign=frozenset({"phone", "member"}),
        arguments=_session_code,
        titles=True,
        body=lambda cast, _town: {"person": str(cast.lin.id)},
    ),
    "activities:walk_ins": Row(ORGANISERS),
    "activities:answer_walk_in": Row(OWN, body=lambda _cast, _town: {"what": "refuse"}),
    **{
        f"activities:{name}": Row(EVERYBODY, arguments=_session_code, titles=True)
        for name in (
            "check_in",
            "type_code",
            "take_own",
            "introduce",
            "walk_in",
            "branches",
            "declare",
            "declare_who",
            "declare_walk_in",
        )
    },
}
PLANNING: Final = {
    **{f"activities:{name}": Row(CONSOLE) for name in ("plan", "schedule")},
    **{f"activities:{name}": Row(ORGANISERS) for name in ("new", "tasks", "task", "organisations")},
    **{
        f"activities:{name}": Row(OWN)
        for name in (
            "session",
            "edit",
            "publish",
            "move",
            "online",
            "cancel",
            "public",
            "archive",
        )
    },
    "activities:booking": Row(OWN, foreign=NOBODY),  # the booking is of the own session
    "activities:draft": Row(frozenset({"organiser"}), arguments=_draft("what")),
    "activities:throw_away": Row(frozenset({"organiser"}), arguments=_draft()),
    "activities:lessons": Row(frozenset({"lecturer"})),
    "activities:answer": Row(frozenset({"lecturer"})),
    "activities:nearby": Row(EVERYBODY),
}
OFFICE: Final[Roles] = frozenset({"office"})
SEASONS: Final = {
    **{f"seasons:{name}": Row(CONSOLE) for name in ("settings", "settings_of", "topics")},
    **{f"seasons:{name}": Row(OFFICE) for name in ("new", "new_topic", "topic", "new_course")},
    "seasons:credit": Row(
        OFFICE, arguments=lambda cast, _town: {"season_id": cast.season.id, "code": "hall"}
    ),
    "seasons:new_task": Row(ORGANISERS),
    "seasons:participation": Row(ORGANISERS),
    "seasons:change_participation": Row(ORGANISERS),
}
NOTICES: Final = {
    "notices:messages": Row(ORGANISERS),
    "notices:notice": Row(OWN),
    "notices:told": Row(OWN),
    "notices:pasted": Row(OWN, arguments=lambda _c, town: _text(town)),
    "notices:inbox": Row(frozenset({"phone", "member", "secretary"})),
}
OWNER: Final[Roles] = frozenset({"organiser"})
"""Imports, exports and jobs are their owner's alone; here the organisers own one each."""
FILES: Final = {
    "files:imports": Row(ACCOUNTS),
    "files:new_import": Row(NOBODY, arguments=lambda _c, _t: {"kind": "no-such-kind"}),
    "files:blank_workbook": Row(NOBODY, arguments=lambda _c, _t: {"kind": "no-such-kind"}),
    **{
        f"files:{name}": Row(OWNER)
        for name in (
            "apply",
            "undo",
            "discard",
            "job",
            "job_status",
            "cancel_job",
        )
    },
    "files:bad_rows": Row(NOBODY),  # the import of the crawl has no rows
    "files:correct_row": Row(OWNER),
    "files:treat_cause": Row(OWNER),
    "files:import": Row(NOBODY),  # nor a kind that somebody has registered
    "files:match_columns": Row(NOBODY),
    "files:download": Row(NOBODY),  # nor a file behind it
}
MANAGERS: Final[Roles] = frozenset({"office", "organiser"})
"""Who shapes the tree below 平潮镇."""
ORGANISATIONS: Final = {
    "organisations:find": Row(CONSOLE),
    "organisations:places": Row(CONSOLE),
    "organisations:new_place": Row(CONSOLE),
    "organisations:place": Row(MANAGERS),  # the hall of the crawl belongs to the town
    "organisations:close_place": Row(MANAGERS),
    "organisations:zone_sets": Row(CONSOLE),
    "organisations:new_zone_set": Row(ORGANISERS),
    "organisations:zone_set": Row(frozenset({"office"})),
    "organisations:organisation": Row(OWN),
    "organisations:add_below": Row(OWN),  # the secretary is told why not, in the form
    "organisations:close": Row(MANAGERS),
    "organisations:add_pairing": Row(OWN),
}
PEOPLE: Final = {
    "people:roster": Row(CONSOLE),
    "people:duplicates": Row(CONSOLE),
    "people:merge": Row(NOBODY),  # with nobody chosen there is nothing to merge
    "people:new_person": Row(OWN),
    "people:person": Row(OWN),
    "people:edit_row": Row(OWN),
    "people:save_row": Row(OWN),
    "people:show_private": Row(OWN),
    "people:transfer": Row(OWN),
    "people:change_tags": Row(OWN),
    "people:lecturers": Row(CONSOLE),
}


def _lin(cast: Cast, _town: Town) -> dict[str, Any]:
    return {"person": str(cast.lin.id)}


PHONES: Final[Roles] = frozenset({"phone", "member", "secretary"})
"""Whoever speaks for a person: a known phone, and the secretary's account."""
SECRETARIES: Final[Roles] = frozenset({"secretary", "other_secretary"})
PHONE: Final = {
    "web:me": Row(EVERYBODY),
    "web:record": Row(PHONES),
    "web:correct": Row(frozenset({"member", "secretary"})),  # the own link was opened
    "web:take_out": Row(frozenset({"member"}), body=_lin),
    "web:forget": Row(frozenset({"phone", "member"}), body=_lin),
    "web:branch": Row(SECRETARIES),
    "web:call": Row(frozenset({"secretary"}), body=_lin),
    "web:link": Row(frozenset({"secretary"}), body=_lin),
    "web:answer": Row(frozenset({"secretary"})),
    "web:pasted": Row(
        frozenset({"secretary"}), arguments=lambda _c, town: {"text_id": _text(town)["text_id"]}
    ),
    "activities:mine": Row(PHONES),
    "activities:my_session": Row(PHONES, foreign=NOBODY),
    "activities:sign_up": Row(NOBODY, body=_lin),  # the session of the crawl has no sign-up
    "activities:makeup": Row(ORGANISERS),
    "activities:branch_makeup": Row(ORGANISERS),
}
REPORTS: Final = {
    "reports:home": Row(ORGANISERS),
    "reports:weekly": Row(ORGANISERS),
    "reports:print": Row(OWN, body=_own_branch),
    "reports:attach": Row(OWN, body=_own_branch),
    "reports:link_slips": Row(OWN, body=_own_branch),
    "reports:activation_slips": Row(
        frozenset({"office", "organiser"}),
        body=_own_branch,
    ),
    "reports:document": Row(NOBODY),  # nothing behind the file of the crawl
    "reports:remove": Row(OWN),
    "reports:sign_in_sheet": Row(OWN),
    "reports:poster": Row(OWN),
    "reports:attendance_book": Row(OWN),
    "reports:errands": Row(NOBODY, arguments=lambda cast, _t: {"notice_id": cast.season.id}),
}
TABLE: Final[Mapping[str, Row]] = {
    **PHONE,
    **KIT,
    **ACCESS,
    **ACTIVITIES,
    **PLANNING,
    **SEASONS,
    **NOTICES,
    **FILES,
    **ORGANISATIONS,
    **PEOPLE,
    **REPORTS,
}
