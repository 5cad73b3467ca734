"""Objects of the crawl: one of each kind for a town, made when an address asks for it."""

from collections.abc import Callable, Mapping
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
from tests.cast import SYSTEM, Cast, Town

Arguments = Callable[[Cast, Town], dict[str, Any]]


def grant(town: Town) -> object:
    return GrantRow.objects.get(account=town.secretary).id


def walk_in(town: Town) -> object:
    made, _ = WalkIn.objects.get_or_create(
        session=town.session,
        branch_id=town.branch.id,
        name=f"{town.mark}来客",
        defaults={"digits": "0000", "method": "scan", "occurred_at": clock.now()},
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


ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    "session_id": lambda _cast, town: town.session.id,
    "person_id": lambda _cast, town: town.people[0].id,
    "organisation_id": lambda _cast, town: town.branch.id,
    "branch_id": lambda _cast, town: town.branch.id,
    "place_id": lambda _cast, town: town.place.id,
    "lecturer_id": lambda _cast, town: town.lecturer.id,
    "account_id": lambda _cast, town: town.secretary.id,
    "grant_id": lambda _cast, town: grant(town),
    "walk_in_id": lambda _cast, town: walk_in(town),
    "correction_id": lambda _cast, town: correction(town),
    "batch_id": lambda _cast, town: batch(town),
    "export_id": lambda _cast, town: export(town),
    "job_id": lambda _cast, town: job(town),
    "row_id": lambda _cast, _town: 1,
    "document_id": document,
    "season_id": lambda cast, _town: cast.season.id,
    "topic_id": lambda cast, _town: cast.topics[0].id,
    "zone_id": lambda cast, _town: cast.zone.id,
    "zone_set_id": lambda cast, _town: cast.zone_set.id,
    "booking_id": lambda cast, _town: cast.booking.id,
    "task_id": lambda cast, _town: task(cast),
    "notice_id": lambda _cast, town: notice(town),
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
        title="第一课",
        due_on=cast.season.ends_on,
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
