"""The recipe of 问题清单/整改台账."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from dongxun.reports.gather import needs as gather
from dongxun.reports.gather.sheets import Beat
from dongxun.reports.orders import Order
from dongxun.reports.papers import needs as papers
from dongxun.reports.recipes import PDF, XLSX, Recipe, if_any
from dongxun.reports.workbooks import needs as workbooks


def _problems(order: Order, _key: str, target: Path, beat: Beat) -> None:
    head, rows = gather.problem_book(order), gather.problem_rows(order, beat)
    if order.form == XLSX:
        workbooks.problems(target, head, rows)
    else:
        target.write_bytes(papers.problems(head, rows).pdf)


RECIPE = Recipe(
    key="problems",
    name="问题清单",
    title=_("Ledger of problems"),
    about=_("Every need with its measures, deadline, evidence and the requester's word."),
    icon="flag",
    forms=(PDF, XLSX),
    keys=if_any(gather.problem_count),
    make=_problems,
    size=gather.problem_count,
    at_once=600,
)
