"""Packs in the crawl: their objects, and who may open their addresses."""

from collections.abc import Callable, Mapping
from typing import Final

from dongxun.kernel import clock
from dongxun.packs.contracts import DonationDraft, DonationKind, GoodsLine
from dongxun.packs.models import Drive, IssueList, Leaflet
from dongxun.packs.services import donations
from dongxun.packs.tests.make import make_article, make_list, make_pack, make_place
from tests.cast import SYSTEM, Cast, Town
from tests.crawl_rows import ACCOUNTS, ORGANISERS, OWN, Row


def issue_list(cast: Cast, town: Town) -> IssueList:
    """Return an issued list of the town's branch, for its first person."""
    known = IssueList.objects.filter(organisation_id=town.branch.id).first()
    if known is not None:
        return known
    branch = town.branch
    pack = make_pack(cast.season, branch, make_article(branch, f"{town.mark}读本"))
    return make_list(pack, make_place(branch), town.people[:1], title=f"{town.mark}清单")


def leaflet(cast: Cast, town: Town) -> object:
    made, _ = Leaflet.objects.get_or_create(
        id=town.branch.id,
        defaults={
            "season": cast.season,
            "organisation_id": town.branch.id,
            "title": f"{town.mark}一封信",
            "copies": 10,
            "area": f"{town.mark}村",
            "on": clock.today(),
            "recorded_at": clock.now(),
        },
    )
    return made.id


def drive(cast: Cast, town: Town) -> object:
    made = Drive.objects.filter(organisation_id=town.branch.id).first()
    return (
        made.id
        if made
        else donations.open_drive(
            by=SYSTEM,
            season_id=cast.season.id,
            organisation_id=town.branch.id,
            title=f"{town.mark}缺被褥",
            wanted="40 套",
            consignee_id=town.branch.id,
        )
    )


def donation(cast: Cast, town: Town) -> object:
    return donations.promise_donation(
        by=SYSTEM,
        season_id=cast.season.id,
        organisation_id=town.branch.id,
        draft=DonationDraft(
            id=town.branch.id,
            kind=DonationKind.GOODS,
            donor_name=f"{town.mark}家纺",
            consignee_id=town.branch.id,
            lines=[GoodsLine("被褥", 40, 2)],
        ),
    )


PACK_ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    "pack_id": lambda cast, town: issue_list(cast, town).pack_id,
    "list_id": lambda cast, town: issue_list(cast, town).id,
    "line_id": lambda cast, town: issue_list(cast, town).lines.get().id,
    "article_id": lambda cast, town: issue_list(cast, town).contents.get().article_id,
    "leaflet_id": leaflet,
    "drive_id": drive,
    "donation_id": donation,
}
EVERYWHERE = (
    "overview",
    "members",
    "new_pack",
    "stock",
    "leaflets",
    "donations",
    "gifts",
    "branch",
)
OF_A_PACK = ("pack", "edit_pack", "new_list", "list", "do_list", "courier", "sheet", "line")
PACKS: Final = {
    **{f"packs:{name}": Row(ORGANISERS) for name in (*EVERYWHERE, "new_donation", "new_drive")},
    **{f"packs:{name}": Row(OWN) for name in (*OF_A_PACK, "article", "hand_over", "donation")},
    **{f"packs:{name}": Row(OWN) for name in ("withdraw_leaflets", "close_drive")},
    "packs:deliveries": Row((ACCOUNTS | {"member"}) - {"visitor"}),
    "reports:issue_sheet": Row(OWN),
    "reports:donation_letter": Row(OWN),
    "reports:blank_gifts": Row(ORGANISERS),
}
