"""Needs in the crawl: their objects, and who may open their addresses."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from dongxun.files.models import Upload
from dongxun.kernel import clock
from dongxun.kernel.ids import derived_id
from dongxun.needs import api as needs
from dongxun.needs.contracts import NeedDraft, NeedSource
from dongxun.needs.models import (
    Enterprise,
    EnterpriseSnapshot,
    FaqBook,
    FaqEntry,
    Need,
    Picture,
    Project,
    Service,
    Theme,
    Voice,
)
from tests.cast import SYSTEM, Cast, Town
from tests.crawl_rows import EVERYBODY, NOBODY, OFFICE, ORGANISERS, OWN, SECRETARIES, Row


def need(town: Town) -> Any:
    """Return a need; its words are no secret to whoever holds its code, the rest is marked."""
    key = derived_id(clock.moment(clock.today()), "need", town.mark)
    draft = NeedDraft(
        id=key,
        text="驿站没有热水",
        source=NeedSource.ON_BEHALF,
        organisation_id=town.branch.id,
        requester_name=f"{town.mark}求",
        occurred_at=clock.now(),
    )
    receipt = needs.raise_need(by=SYSTEM, draft=draft)
    Need.objects.filter(id=receipt.id).update(responsible=town.mark, measures=town.mark)
    return Need.objects.get(id=receipt.id)


def need_theme(cast: Cast) -> Theme:
    return Theme.objects.get_or_create(owner_id=cast.district.id, name="饮水")[0]


def need_service(cast: Cast) -> object:
    made, _ = Service.objects.get_or_create(
        theme=need_theme(cast), organisation_id=cast.district.id, name="送水"
    )
    return made.id


def upload_of(town: Town, kind: str) -> Upload:
    upload, _ = Upload.objects.get_or_create(
        kind=kind,
        owner_id=town.organiser.id,
        defaults={
            "name": f"{town.mark}.png",
            "sha256": "0" * 64,
            "size": 1,
            "path": "none",
            "created_at": clock.now(),
            "expires_at": clock.now() + timedelta(days=1),
        },
    )
    return upload


def picture(town: Town) -> object:
    defaults = {
        "moment": "before",
        "upload": upload_of(town, "needs.picture"),
        "added_at": clock.now(),
    }
    made, _ = Picture.objects.get_or_create(need=need(town), sha256="0" * 64, defaults=defaults)
    return made.id


def voice(town: Town) -> object:
    defaults = {"upload": upload_of(town, "needs.voice"), "added_at": clock.now()}
    made, _ = Voice.objects.get_or_create(need=need(town), sha256="0" * 64, defaults=defaults)
    return made.id


def heard(_cast: Cast, town: Town) -> dict[str, Any]:
    return {f"{voice(town)}-words": f"{town.mark}说的"}


def project(cast: Cast, town: Town) -> object:
    made, _ = Project.objects.get_or_create(
        season=cast.season,
        organisation_id=town.branch.id,
        title=f"{town.mark}工程",
        defaults={"created_at": clock.now()},
    )
    return made.id


def enterprise(cast: Cast, town: Town) -> object:
    made, _ = Enterprise.objects.get_or_create(
        season=cast.season,
        organisation_id=town.branch.id,
        name=f"{town.mark}机械厂",
        defaults={"stage_on": clock.today()},
    )
    return made.id


def snapshot(cast: Cast, town: Town) -> object:
    row = {"name": f"{town.mark}机械厂", "organisation": "", "scale": "", "stage": "resumed"}
    made, _ = EnterpriseSnapshot.objects.get_or_create(
        season=cast.season,
        organisation_id=town.branch.id,
        as_of=clock.today(),
        defaults={"rows": [row], "counts": {"all": 1}, "taken_at": clock.now()},
    )
    return made.id


def book(cast: Cast, town: Town) -> FaqBook:
    made, _ = FaqBook.objects.get_or_create(
        season=cast.season,
        organisation_id=town.branch.id,
        title="百问",
        defaults={"created_at": clock.now(), "published_at": clock.now()},
    )
    return made


def entry(cast: Cast, town: Town) -> object:
    values = {"book": book(cast, town), "question": "哪里有热水？"}
    return FaqEntry.objects.get_or_create(**values, order=1, defaults={"answer": "驿站"})[0].id


def need_code(_cast: Cast, town: Town) -> dict[str, Any]:
    return {"code": need(town).code}


def need_number(_cast: Cast, town: Town) -> dict[str, Any]:
    return {"need_id": need(town).id}


def book_code(cast: Cast, town: Town) -> dict[str, Any]:
    return {"code": book(cast, town).code}


def need_move(_cast: Cast, town: Town) -> dict[str, Any]:
    return {"need_id": need(town).id, "act": "accept"}


def project_act(cast: Cast, town: Town) -> dict[str, Any]:
    return {"project_id": project(cast, town), "what": "reading"}


NEED_ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    "need_id": lambda _cast, town: need(town).id,
    "theme_id": lambda cast, _town: need_theme(cast).id,
    "service_id": lambda cast, _town: need_service(cast),
    "picture_id": lambda _cast, town: picture(town),
    "voice_id": lambda _cast, town: voice(town),
    "project_id": project,
    "enterprise_id": enterprise,
    "snapshot_id": snapshot,
    "book_id": lambda cast, town: book(cast, town).id,
    "entry_id": entry,
}

NEEDS: Final = {
    **{
        f"needs:{name}": Row(ORGANISERS)
        for name in (
            "list",
            "new",
            "sheet",
            "figures",
            "catalogue",
            "projects",
            "new_project",
            "enterprises",
            "books",
        )
    },
    **{
        f"needs:{name}": Row(OWN)
        for name in (
            "need",
            "contact",
            "sort",
            "project",
            "edit_project",
            "enterprise",
            "snapshot",
            "book",
            "entry",
            "publish",
            "arrange",
        )
    },
    "needs:move": Row(OWN, arguments=need_move),
    "needs:project_act": Row(OWN, arguments=project_act),
    "needs:pick": Row(OWN, body=lambda _cast, town: {"need": str(need(town).id)}),
    "needs:close_theme": Row(OFFICE),
    "needs:close_service": Row(OFFICE),
    "needs:picture": Row(NOBODY),  # nothing behind the file of the crawl
    "needs:voice": Row(NOBODY),
    "needs:write_down": Row(OWN, body=heard),
    "needs:branch_raise": Row(SECRETARIES),
    "needs:raise": Row(EVERYBODY),
    "needs:units": Row(EVERYBODY),
    "needs:look_up": Row(EVERYBODY),
    "needs:state": Row(EVERYBODY, arguments=need_code),
    "needs:word": Row(EVERYBODY, arguments=need_code),
    "needs:arrived": Row(EVERYBODY, arguments=need_number),
    "needs:add_picture": Row(OWN | {"public"}, arguments=need_number),  # who raised it unnamed
    "reports:booklet": Row(OWN),
    "reports:blank_problems": Row(ORGANISERS),
    "needs:read": Row(EVERYBODY, arguments=book_code),
}
