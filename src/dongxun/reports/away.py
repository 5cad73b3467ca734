"""Recipes of the register of floating members, of the gap list and of the one-page brief."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from dongxun.reports.gather import away
from dongxun.reports.gather.sheets import Beat
from dongxun.reports.orders import Order
from dongxun.reports.papers import away as papers
from dongxun.reports.recipes import PDF, XLSX, Recipe, if_any, in_both, table, whole
from dongxun.reports.workbooks import away as workbooks


def _brief(order: Order, _key: str, target: Path, beat: Beat) -> None:
    beat()
    target.write_bytes(papers.brief(away.brief(order)).pdf)


AWAY = table(
    Recipe(
        key="away",
        name="流动党员登记表",
        title=_("Register of floating members"),
        about=_("Who lives elsewhere, who received them, when they were heard of."),
        icon="pin",
        forms=(PDF, XLSX),
        keys=if_any(away.count),
        make=in_both(away.register, papers.away_register, workbooks.away_register),
        size=away.count,
    ),
    Recipe(
        key="gaps",
        name="对标找差清单",
        title=_("Gaps found beside the model"),
        about=_("What units lack beside those they saw, who closes it and by when."),
        icon="flag",
        forms=(PDF, XLSX),
        keys=if_any(away.gap_count),
        make=in_both(away.gap_list, papers.gap_list, workbooks.gap_list),
        size=away.gap_count,
    ),
    Recipe(
        key="brief",
        name="一页汇报",
        title=_("Progress on one page"),
        about=_("The unit's figures for whoever comes to see, each with its total."),
        icon="doc",
        forms=(PDF,),
        keys=whole,
        make=_brief,
        size=lambda _order: 1,
    ),
)
