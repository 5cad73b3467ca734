"""The recipes of volunteers' papers: shift table and hours sheet of a unit."""

from django.utils.translation import gettext_lazy as _

from dongxun.reports.gather import volunteers as gather
from dongxun.reports.orders import Order
from dongxun.reports.papers import volunteers as papers
from dongxun.reports.recipes import PDF, XLSX, Recipe, if_any, in_both, table
from dongxun.reports.workbooks import volunteers as workbooks


def _shifts(order: Order) -> int:
    return len(gather.roster_lines(order))


def _people(order: Order) -> int:
    return len(gather.hours_sheet(order).rows)


RECIPES = table(
    Recipe(
        key="duty_roster",
        name="志愿者排班表",
        title=_("Shift table of volunteers"),
        about=_("Every post and shift of the period, with hand-over notes and room to sign."),
        icon="calendar",
        forms=(PDF, XLSX),
        keys=if_any(_shifts),
        make=in_both(gather.duty_roster, papers.duty_roster, workbooks.duty_roster),
        size=_shifts,
        at_once=600,
        dated=True,
    ),
    Recipe(
        key="hours",
        name="志愿服务时长表",
        title=_("Hours sheet of volunteers"),
        about=_("Everybody who came in the period, from when until when, and who confirmed it."),
        icon="clock",
        forms=(PDF, XLSX),
        keys=if_any(_people),
        make=in_both(gather.hours_sheet, papers.hours_sheet, workbooks.hours_sheet),
        size=_people,
        at_once=1_000,
        dated=True,
    ),
)
