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
from typing import Final

from tests.crawl_booths import BOOTHS
from tests.crawl_contests import CONTESTS
from tests.crawl_coverage import COVERAGE
from tests.crawl_exchanges import EXCHANGES
from tests.crawl_lecturers import LECTURERS
from tests.crawl_library import LIBRARY
from tests.crawl_live import LIVE
from tests.crawl_needs import NEEDS
from tests.crawl_objects import (
    draft_step,
    lin,
    mark,
    own_branch,
    session_code,
    text_of,
    unopened_link,
)
from tests.crawl_packs import PACKS
from tests.crawl_planning import TIMETABLES
from tests.crawl_publishing import PUBLISHING
from tests.crawl_quizzes import QUIZZES
from tests.crawl_rows import (
    ACCOUNTS,
    CONSOLE,
    EVERYBODY,
    NOBODY,
    OFFICE,
    ORGANISERS,
    OVERSEERS,
    OWN,
    PHONES,
    SECRETARIES,
    Roles,
    Row,
)
from tests.crawl_volunteers import VOLUNTEERS

KIT: Final = {
    "kit:preference": Row(EVERYBODY, arguments=lambda _c, _t: {"name": "theme"}),
    "kit:token": Row(EVERYBODY),
    "kit:offline": Row(EVERYBODY),
    "kit:service_worker": Row(EVERYBODY),
    "kit:manifest": Row(EVERYBODY),
    "kit:styleguide": Row(EVERYBODY),
    "kit:styleguide_page": Row(EVERYBODY, arguments=lambda _c, _t: {"page": "console"}),
    "sync": Row(EVERYBODY),
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
    "access:find_unit": Row(OVERSEERS),
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
    "activities:enter_code": Row(EVERYBODY),
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
    **{
        f"activities:{name}": Row(ORGANISERS)
        for name in (
            "counts",
            "new",
            "said",
            "tasks",
            "task",
            "held",
            "campaigns",
            "campaign",
            "organisations",
        )
    },
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
            "add_venue",
            "recredit",
            "archive",
            "write_remark",
            "withdraw_remark",
            "delegates",
            "quota",
        )
    },
    "activities:booking": Row(OWN, foreign=NOBODY),  # the booking is of the own session
    "activities:draft": Row(frozenset({"organiser"}), arguments=draft_step("what")),
    "activities:throw_away": Row(frozenset({"organiser"}), arguments=draft_step()),
    "activities:lessons": Row(frozenset({"lecturer"})),
    "activities:answer": Row(frozenset({"lecturer"})),
    "activities:nearby": Row(EVERYBODY),
}
OWN_PLANNERS: Final[Roles] = OWN - {"secretary"}
PLANNERS: Final[Roles] = OWN_PLANNERS | {"other_organiser"}
SEASONS: Final = {
    **{
        f"seasons:{name}": Row(CONSOLE)
        for name in (
            "settings",
            "frame",
            "settings_of",
            "requirements",
            "credit_table",
            "versions",
            "topics",
        )
    },
    **{
        f"seasons:{name}": Row(OFFICE)
        for name in (
            "new",
            "copy",
            "close",
            "new_credit",
            "new_topic",
            "topic",
            "new_course",
            "course",
            "move_course",
            "remove_course",
            "new_campaign",
            "campaign",
            "remove_campaign",
        )
    },
    "seasons:start": Row(OFFICE),
    **{f"seasons:{name}": Row(ORGANISERS) for name in ("study_days", "cohorts")},
    **{f"seasons:{name}": Row(PLANNERS) for name in ("new_study_day", "new_cohort")},
    **{
        f"seasons:{name}": Row(OWN_PLANNERS)
        for name in (
            "study_day",
            "remove_study_day",
            "cohort",
            "add_people",
            "paste_names",
            "take_out_people",
            "remove_cohort",
        )
    },
    **{
        f"seasons:{name}": Row(
            OFFICE, arguments=lambda cast, _town: {"season_id": cast.season.id, "code": "external"}
        )
        for name in ("credit", "remove_credit")
    },
    "seasons:new_task": Row(PLANNERS),
    # the crawl's task is the district's: who organises below reads it and does not change it
    **{f"seasons:{name}": Row(frozenset({"office"})) for name in ("edit_task", "end_task")},
    "seasons:participation": Row(ORGANISERS),
    "seasons:person_mode": Row(OWN),
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
    "organisations:new_zone_set": Row(frozenset({"office"})),
    "organisations:zone_set": Row(frozenset({"office"})),
    "organisations:organisation": Row(OWN),
    "organisations:add_below": Row(OWN),  # the secretary is told why not, in the form
    "organisations:close": Row(MANAGERS),
    "organisations:move": Row(MANAGERS),
    "organisations:kinds": Row(OFFICE),
    "organisations:add_pairing": Row(OWN),
    "organisations:end_pairing": Row(MANAGERS),
    "organisations:alliances": Row(CONSOLE),
    "organisations:pairings": Row(CONSOLE),
    "organisations:new_alliance": Row(MANAGERS | {"other_organiser"}),
    "organisations:alliance": Row(MANAGERS),
    "organisations:end_alliance": Row(MANAGERS),
    "organisations:by_tier": Row(CONSOLE),
}
PEOPLE: Final = {
    "people:roster": Row(CONSOLE),
    "people:duplicates": Row(CONSOLE),
    "people:merge": Row(NOBODY),  # with nobody chosen there is nothing to merge
    "people:new_person": Row(OWN),
    "people:person": Row(OWN),
    "people:edit_row": Row(OWN),
    "people:save_cells": Row(ORGANISERS),
    "people:save_row": Row(OWN),
    "people:show_private": Row(OWN),
    "people:transfer": Row(OWN),
    "people:change_tags": Row(OWN),
    "people:lecturers": Row(CONSOLE),
    "people:lecturer": Row(OWN_PLANNERS),
}

"""Whoever speaks for a person: a known phone, and the secretary's account."""
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
    "activities:feedback": Row(frozenset({"phone", "member"}), foreign=NOBODY, body=lin),
    "activities:makeup": Row(ORGANISERS),
    "activities:branch_makeup": Row(ORGANISERS),
    "activities:withdraw_makeup": Row(NOBODY),  # without a topic there is nothing to withdraw
}
REPORTS: Final = {
    "reports:home": Row(ORGANISERS),
    "reports:weekly": Row(ORGANISERS),
    "reports:print": Row(OWN, body=own_branch),
    "reports:attach": Row(OWN, body=own_branch),
    "reports:make_up": Row(OWN, body=own_branch),
    "reports:link_slips": Row(OWN, body=own_branch),
    "reports:activation_slips": Row(
        frozenset({"office", "organiser"}),
        body=own_branch,
    ),
    "reports:document": Row(NOBODY),  # nothing behind the file of the crawl
    "reports:remove": Row(OWN),
    "reports:sign_in_sheet": Row(OWN),
    "reports:poster": Row(OWN),
    "reports:visit_sheet": Row(OWN_PLANNERS, query="?form=xlsx"),
    "reports:attendance_book": Row(OWN),
    "reports:errands": Row(NOBODY, arguments=lambda cast, _t: {"notice_id": cast.season.id}),
}
WEB: Final = {
    "web:way_in": Row(EVERYBODY),
    "web:home": Row(ACCOUNTS),
    "web:differences": Row(ORGANISERS),
    "web:refused": Row(ORGANISERS),
    **COVERAGE,
}
VISITS: Final = {
    **{f"visits:{name}": Row(ORGANISERS) for name in ("rounds", "disputes", "pairs")},
    **{f"visits:{name}": Row(OWN_PLANNERS) for name in ("round", "sheet", "visitor")},
    "visits:act": Row(OWN_PLANNERS, body=lambda _c, _t: {"what": "send"}),
    "visits:save_sound": Row(OWN_PLANNERS, body=lambda _c, _t: {"what": "remove"}),
    "visits:sound": Row(NOBODY),  # no round of the crawl has a recording
    "visits:stop": Row(OWN_PLANNERS, body=lambda _c, _t: {"what": "up"}),
    "visits:home": Row(OWN),
    "visits:photo": Row(NOBODY, arguments=lambda cast, _t: {"photo_id": cast.season.id}),
    **{f"visits:{name}": Row(EVERYBODY) for name in ("app", "manifest")},
    **{
        f"visits:{name}": Row(frozenset({"visitor"}))
        for name in ("data", "running", "plain", "my_round")
    },
    "visits:door": Row(OWN_PLANNERS | {"visitor"}),
    "visits:keep_photo": Row(
        ACCOUNTS | {"visitor"}, arguments=lambda cast, _t: {"photo_id": cast.season.id}
    ),
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
    **PACKS,
    **LIBRARY,
    **LECTURERS,
    **TIMETABLES,
    **QUIZZES,
    **LIVE,
    **BOOTHS,
    **CONTESTS,
    **PUBLISHING,
    **EXCHANGES,
    **REPORTS,
    **NEEDS,
    **WEB,
    **VISITS,
    **VOLUNTEERS,
}
