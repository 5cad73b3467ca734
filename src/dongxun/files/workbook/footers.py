"""Rows below a table that are about the table itself: who filled it in, and its sums."""

import re
from collections.abc import Sequence

from dongxun.files.contracts import Cell
from dongxun.files.values.words import is_nothing, narrow, plain

_WHO = re.compile(
    r"(填表|填报|制表|审核|审批|经办|复核|统计)(人|单位|部门|日期|时间|负责人)?(签[字名])?[:]"
)
_NOTE = re.compile(r"(注|说明|备注|填表说明|单位负责人|负责人|联系人|联系电话|盖章)[:]")
_SUM = re.compile(r"(合|总|小|共)计[::]?")
_BEGINS = frozenset("填制审经复统注说备单负联盖合总小共")
"""What such rows begin with; nearly every other row is known by its first cell alone."""
_NUMBER = re.compile(r"[\d.,]+(人|名|个|户|场|家)?")


def is_footer(cells: Sequence[Cell]) -> bool:
    """Return whether a whole row, as it stands in the sheet, says nothing but that."""
    begins = next((cell for cell in cells if cell), None)
    if not isinstance(begins, str) or begins.lstrip()[:1] not in _BEGINS:
        return False
    said = ["".join(narrow(plain(cell)).split()) for cell in cells if not is_nothing(cell)]
    if not said:
        return False
    first, *others = said
    if _WHO.match(first):
        return True
    if _NOTE.match(first):
        return not others
    found = _SUM.match(first)
    rest = [first[found.end() :], *others] if found else []
    return bool(found) and all(not words or _NUMBER.fullmatch(words) for words in rest)
