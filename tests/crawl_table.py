"""Who may open which address. Every URL pattern has a row here, or the crawl fails.

To add one: ``"room:name": Row(may=OWN)``. ``may`` are the roles that may open
it for the object of 平潮镇 (``cast.own``); for the object of 五接镇
(``cast.foreign``) it is mirrored: the other town's organiser and secretary
instead, links and phones out. Give ``foreign=`` where that is not so.

Arguments come from ``ARGUMENTS`` in ``tests/crawl_objects.py`` by the name they have in the pattern; give
``arguments=lambda cast, town: {...}`` where that does not fit. A pattern whose
arguments are the same for both towns is crawled once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.cast import ROLES
from tests.crawl_objects import (
    Arguments,
    draft_step,
    lin,
    mark,
    own_branch,
    session_code,
    text_of,
    unopened_link,
)

Roles = frozenset[str]

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
    "access:open_link": Row(EVERYBODY, arguments=unopened_link),
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
    "activities:mark": Row(OWN | {"helper"}, body=mark),
    "activities:confirm": Row(OWN | {"helper"}),
    "activities:sheet": Row(OWN | {"helper"}),
    "activities:note_walk_in": Row(OWN | {"helper"}),
    "activities:find_sheet": Row(ORGANISERS),
    "activities:declare_own": Row(
        frozenset({"phone", "member"}),
        foreign=frozenset({"phone", "member"}),
        arguments=session_code,
        titles=True,
        body=lambda cast, _town: {"person": str(cast.lin.id)},
    ),
    "activities:walk_ins": Row(ORGANISERS),
    "activities:answer_walk_in": Row(OWN, body=lambda _cast, _town: {"what": "refuse"}),
    **{
        f"activities:{name}": Row(EVERYBODY, arguments=session_code, titles=True)
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
    "activities:draft": Row(frozenset({"organiser"}), arguments=draft_step("what")),
    "activities:throw_away": Row(frozenset({"organiser"}), arguments=draft_step()),
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
    "notices:pasted": Row(OWN, arguments=lambda _c, town: text_of(town)),
    "notices:inbox": Row(frozenset({"phone", "member", "secretary"})),
}
OWNER: Final[Roles] = frozenset({"organiser"})
"""Imports, exports and jobs are their owner's alone; here the organisers own one each."""
FILES: Final = {
    "files:imports": Row(ACCOUNTS),
    # whoever has no right to import finds no unit to choose
    "files:new_import": Row(ACCOUNTS, arguments=lambda _c, _t: {"kind": "people.roster"}),
    "files:blank_workbook": Row(ACCOUNTS, arguments=lambda _c, _t: {"kind": "people.roster"}),
    **{
        f"files:{name}": Row(OWNER)
        for name in (
            "import",
            "match_columns",
            "bad_rows",
            "apply",
            "undo",
            "discard",
            "job",
            "job_status",
            "cancel_job",
        )
    },
    "files:correct_row": Row(OWNER),
    "files:treat_cause": Row(OWNER),
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

PHONES: Final[Roles] = frozenset({"phone", "member", "secretary"})
"""Whoever speaks for a person: a known phone, and the secretary's account."""
SECRETARIES: Final[Roles] = frozenset({"secretary", "other_secretary"})
PHONE: Final = {
    "web:me": Row(EVERYBODY),
    "web:record": Row(PHONES),
    "web:correct": Row(frozenset({"member", "secretary"})),  # the own link was opened
    "web:take_out": Row(frozenset({"member"}), body=lin),
    "web:forget": Row(frozenset({"phone", "member"}), body=lin),
    "web:branch": Row(SECRETARIES),
    "web:call": Row(frozenset({"secretary"}), body=lin),
    "web:link": Row(frozenset({"secretary"}), body=lin),
    "web:answer": Row(frozenset({"secretary"})),
    "web:pasted": Row(
        frozenset({"secretary"}), arguments=lambda _c, town: {"text_id": text_of(town)["text_id"]}
    ),
    "activities:mine": Row(PHONES),
    "activities:my_session": Row(PHONES, foreign=NOBODY),
    "activities:sign_up": Row(NOBODY, body=lin),  # the session of the crawl has no sign-up
    "activities:makeup": Row(ORGANISERS),
    "activities:branch_makeup": Row(ORGANISERS),
}
REPORTS: Final = {
    "reports:home": Row(ORGANISERS),
    "reports:weekly": Row(ORGANISERS),
    "reports:print": Row(OWN, body=own_branch),
    "reports:attach": Row(OWN, body=own_branch),
    "reports:link_slips": Row(OWN, body=own_branch),
    "reports:activation_slips": Row(
        frozenset({"office", "organiser"}),
        body=own_branch,
    ),
    "reports:document": Row(NOBODY),  # nothing behind the file of the crawl
    "reports:remove": Row(OWN),
    "reports:sign_in_sheet": Row(OWN),
    "reports:poster": Row(OWN),
    "reports:attendance_book": Row(OWN),
    "reports:errands": Row(NOBODY, arguments=lambda cast, _t: {"notice_id": cast.season.id}),
}
WEB: Final = {
    "web:way_in": Row(EVERYBODY),
    "web:home": Row(ACCOUNTS),
    "coverage:names": Row(ORGANISERS),
    "coverage:statistics": Row(CONSOLE),
    "coverage:definitions": Row(EVERYBODY),
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
    **WEB,
}
