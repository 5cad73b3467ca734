"""Objects of the crawl: one of each kind for a town, made when an address asks for it."""

from collections.abc import Callable, Mapping
from datetime import time, timedelta
from typing import Any, Final
from uuid import UUID

from dongxun.access.contracts import LinkPurpose
from dongxun.access.models import GrantRow
from dongxun.activities.attendance.walk_ins import DIGITS
from dongxun.activities.models import CorrectionRequest, Draft, Remark, WalkIn
from dongxun.files.models import Export, ImportBatch, Upload
from dongxun.kernel import clock, secret
from dongxun.kernel.models import Job
from dongxun.notices import api as notices
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import PairingKind
from dongxun.reports.models import Document
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyDayLine, TaskLine
from tests import crawl_volunteers
from tests.cast import SYSTEM, Cast, Town
from tests.crawl_booths import BOOTH_ARGUMENTS
from tests.crawl_contests import CONTEST_ARGUMENTS
from tests.crawl_coverage import reckoning
from tests.crawl_exchanges import EXCHANGE_ARGUMENTS
from tests.crawl_lecturers import LECTURER_ARGUMENTS
from tests.crawl_library import LIBRARY_ARGUMENTS
from tests.crawl_needs import NEED_ARGUMENTS
from tests.crawl_packs import PACK_ARGUMENTS
from tests.crawl_planning import PLANNING_ARGUMENTS
from tests.crawl_publishing import PUBLISHING_ARGUMENTS
from tests.crawl_quizzes import QUIZ_ARGUMENTS
from tests.crawl_rows import Arguments


def grant(town: Town) -> object:
    return GrantRow.objects.get(account=town.secretary).id


def pairing(town: Town) -> object:
    outside = organisations.add_external(by=SYSTEM, name="江阴顾山镇")
    return organisations.save_pairing(
        by=SYSTEM,
        kind=PairingKind.BRANCH_BRANCH,
        one_id=town.branch.id,
        other_id=outside.id,
        since=clock.today(),
    )


def alliance(town: Town) -> object:
    outside = organisations.add_external(by=SYSTEM, name="江阴顾山镇")
    made = organisations.alliances_of(town.node.id)
    return organisations.save_alliance(
        by=SYSTEM,
        owner_id=town.node.id,
        name=f"{town.mark}联盟",
        member_ids=[town.node.id, outside.id],
        since=clock.today(),
        alliance_id=made[0].id if made else None,
    )


def walk_in(town: Town) -> object:
    made, _ = WalkIn.objects.get_or_create(
        session=town.session,
        branch_id=town.branch.id,
        name=f"{town.mark}来客",
        defaults={
            "digits": secret.seal("0000", DIGITS),
            "method": "scan",
            "occurred_at": clock.now(),
        },
    )
    return made.id


def correction(town: Town) -> object:
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


def remark(town: Town) -> object:
    made, _ = Remark.objects.get_or_create(
        session=town.session,
        defaults={"kind": "feedback", "words": town.mark, "created_at": clock.now()},
    )
    return made.id


def document(cast: Cast, town: Town) -> object:
    batch(town)
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


def course(cast: Cast) -> object:
    return seasons.write_course(by=SYSTEM, topic_id=cast.topics[0].id, title="第一讲", minutes=45)


def campaign(cast: Cast) -> object:
    return seasons.add_campaign(by=SYSTEM, season_id=cast.season.id, name="会议精神到我村")


def study_day(cast: Cast, town: Town) -> object:
    return seasons.set_study_day(
        by=SYSTEM,
        season_id=cast.season.id,
        organisation_id=town.node.id,
        line=StudyDayLine(f"{town.mark}学习日", "week", time(14), weekday=2),
    )


def cohort(cast: Cast, town: Town) -> object:
    return seasons.write_cohort(
        by=SYSTEM,
        season_id=cast.season.id,
        organisation_id=town.node.id,
        name=f"{town.mark}班",
        person_ids=[town.people[0].id],
    )


ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    **EXCHANGE_ARGUMENTS,
    **BOOTH_ARGUMENTS,
    **NEED_ARGUMENTS,
    "session_id": lambda _cast, town: town.session.id,
    "person_id": lambda _cast, town: town.people[0].id,
    "organisation_id": lambda _cast, town: town.branch.id,
    "branch_id": lambda _cast, town: town.branch.id,
    "pairing_id": lambda _cast, town: pairing(town),
    "alliance_id": lambda _cast, town: alliance(town),
    "place_id": lambda _cast, town: town.place.id,
    "lecturer_id": lambda _cast, town: town.lecturer.id,
    "account_id": lambda _cast, town: town.secretary.id,
    "grant_id": lambda _cast, town: grant(town),
    "walk_in_id": lambda _cast, town: walk_in(town),
    "remark_id": lambda _cast, town: remark(town),
    "correction_id": lambda _cast, town: correction(town),
    "batch_id": lambda _cast, town: batch(town),
    "export_id": lambda _cast, town: export(town),
    "job_id": lambda _cast, town: job(town),
    "row_id": lambda _cast, _town: 1,
    "document_id": document,
    "reckoning_id": reckoning,
    "season_id": lambda cast, _town: cast.season.id,
    "course_id": lambda cast, _town: course(cast),
    "campaign_id": lambda cast, _town: campaign(cast),
    "study_day_id": study_day,
    "cohort_id": cohort,
    "topic_id": lambda cast, _town: cast.topics[0].id,
    "zone_id": lambda cast, _town: cast.zone.id,
    "zone_set_id": lambda cast, _town: cast.zone_set.id,
    "round_id": lambda cast, town: cast.round_of(town).round_id,
    "stop_id": lambda cast, town: cast.round_of(town).id,
    "visitor_id": lambda cast, town: cast.round_of(town).round.visitors.get().id,
    "booking_id": lambda cast, _town: cast.booking.id,
    "task_id": lambda cast, _town: task(cast),
    "notice_id": lambda _cast, town: notice(town),
    **crawl_volunteers.OBJECTS,
    **PACK_ARGUMENTS,
    **LIBRARY_ARGUMENTS,
    **LECTURER_ARGUMENTS,
    **PLANNING_ARGUMENTS,
    **CONTEST_ARGUMENTS,
    **QUIZ_ARGUMENTS,
    **PUBLISHING_ARGUMENTS,
}


def file_fields(town: Town) -> dict[str, Any]:
    """Return the fields of a file that the town's organiser owns."""
    return {
        "kind": "people.roster",
        "name": f"{town.mark}.xlsx",
        "sha256": "0" * 64,
        "size": 1,
        "path": "none",
        "created_at": clock.now(),
        "expires_at": clock.now() + timedelta(days=1),
    }


def batch(town: Town) -> object:
    upload, _ = Upload.objects.get_or_create(owner_id=town.organiser.id, defaults=file_fields(town))
    defaults = {
        "kind": upload.kind,
        "owner_id": town.organiser.id,
        "organisation_id": town.node.id,
        "mapping": {"sheets": []},
        "created_at": upload.created_at,
    }
    return ImportBatch.objects.get_or_create(upload=upload, defaults=defaults)[0].id


def export(town: Town) -> object:
    return Export.objects.get_or_create(owner_id=town.organiser.id, defaults=file_fields(town))[
        0
    ].id


def job(town: Town) -> object:
    made, _ = Job.objects.get_or_create(
        owner_id=town.organiser.id,
        defaults={"kind": "crawl", "title": f"{town.mark}名册", "created_at": clock.now()},
    )
    return made.id


def own_branch(cast: Cast, _town: Town) -> dict[str, Any]:
    return {"unit": str(cast.own.branch.id), "paper": "roster", "form": "pdf"}


def session_code(_cast: Cast, town: Town) -> dict[str, Any]:
    return {"code": town.session.code}


def mark(_cast: Cast, town: Town) -> dict[str, Any]:
    return {"person": str(town.people[1].id), "what": "present"}


def unopened_link(cast: Cast, town: Town) -> dict[str, Any]:
    link = cast.link(LinkPurpose.MEMBER, person_id=town.people[0].id)
    assert link.expires_at > clock.now() + timedelta(days=1)
    return {"code": link.code}


def draft_step(*step: str) -> Arguments:
    def arguments(cast: Cast, town: Town) -> dict[str, Any]:
        made, _ = Draft.objects.get_or_create(
            owner_id=town.organiser.id,
            season=cast.season,
            defaults={"typed": {"title": f"{town.mark}草稿"}, "updated_at": clock.now()},
        )
        return {"draft_id": made.id} | ({"name": step[0]} if step else {})

    return arguments


def task(cast: Cast) -> object:
    return seasons.add_cascade_task(
        by=SYSTEM,
        season_id=cast.season.id,
        organisation_id=cast.district.id,
        line=TaskLine(
            title="第一课",
            due_on=cast.season.ends_on,
        ),
    )


def notice(town: Town) -> UUID:
    person = town.people[0]
    telling = notices.Telling(
        key=town.mark,
        kind="t",
        title=f"{town.mark}通知",
        body="",
        people={person.id: town.branch.id},
    )
    return notices.queue(telling, by=SYSTEM)


def text_of(town: Town) -> dict[str, Any]:
    notice_id = notice(town)
    [text] = notices.group_texts(notice_id, by=SYSTEM)
    return {"notice_id": notice_id, "text_id": text.id}


def lin(cast: Cast, _town: Town) -> dict[str, Any]:
    return {"person": str(cast.lin.id)}
