"""The columns of a list of organisations, under the names that people give them."""

import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from dongxun.files.api import values
from dongxun.files.contracts import Cell, CellProblem, Column, Parser, Value
from dongxun.organisations.contracts import Tier
from dongxun.organisations.kinds import codes_by_name

KINDS = {
    "省": "province",
    "市": "city",
    "区": "district",
    "县": "district",
    "区县": "district",
    "区级机关": "agency_group",
    "镇": "town",
    "乡": "town",
    "乡镇": "town",
    "街道": "street",
    "农场": "farm",
    "机关": "agency",
    "机关单位": "agency",
    "部门": "agency",
    "党委": "party_committee",
    "党组": "party_committee",
    "基层党委": "party_committee",
    "村": "village",
    "行政村": "village",
    "社区": "community",
    "居委会": "community",
    "企业": "enterprise",
    "学校": "school",
    "高校": "university",
    "总支": "general_branch",
    "党总支": "general_branch",
    "党总支部": "general_branch",
    "支部": "branch",
    "党支部": "branch",
    "联合支部": "joint_branch",
    "联合党支部": "joint_branch",
    "其他": "other",
    **{word: word for word in ("province", "city", "district", "town", "village")},
}
TIERS = {
    "示范型": Tier.MODEL,
    "示范": Tier.MODEL,
    "提升型": Tier.IMPROVING,
    "提升": Tier.IMPROVING,
    "培育型": Tier.NURTURING,
    "培育": Tier.NURTURING,
}
_CODE = re.compile(r"[0-9A-Za-z-]+")
_words = values.text(40)
_ENDINGS = (
    ("联合党支部", "joint_branch"),
    ("联合支部", "joint_branch"),
    ("总支部委员会", "general_branch"),
    ("支部委员会", "branch"),
    ("党总支部", "general_branch"),
    ("党总支", "general_branch"),
    ("支部", "branch"),
    ("村民委员会", "village"),
    ("居民委员会", "community"),
    ("社区", "community"),
    ("村", "village"),
    ("街道", "street"),
    ("镇", "town"),
    ("乡", "town"),
    ("党委", "party_committee"),
    ("党组", "party_committee"),
    ("中学", "school"),
    ("小学", "school"),
    ("学校", "school"),
    ("公司", "enterprise"),
    ("局", "agency"),
    ("委员会", "party_committee"),
)


def kind_of(name: str, more: Mapping[str, str]) -> str:
    """Return the kind that a name's ending tells, empty when it tells none.

    Args:
        more: codes by the names of kinds, asked after the usual endings.
    """
    found = next((kind for ending, kind in _ENDINGS if name.endswith(ending)), "")
    longest = sorted(more, key=len, reverse=True)
    return found or next((more[word] for word in longest if name.endswith(word)), "")


def code(cell: Cell) -> Value:
    """Return a code of letters, digits and hyphens."""
    words = _words(cell)
    if words and not _CODE.fullmatch(words):
        raise CellProblem("code", _("A code has only letters, digits and hyphens."))
    return words


def kind(cell: Cell) -> Value:
    """Return the kind that a word means, of those there are now."""
    return kind_of_column(())(cell)


def kind_of_column(_cells: Iterable[Cell]) -> Parser:
    """Return the parser of kinds, which are data: looked up once for a column."""
    return values.choice_of(KINDS | codes_by_name())


COLUMNS: tuple[Column, ...] = (
    Column(
        "name",
        _("Full name"),
        values.text(120),
        aliases=(
            "党组织全称",
            "党组织名称",
            "组织全称",
            "组织名称",
            "单位名称",
            "区划名称",
            "支部名称",
            "党支部名称",
            "全称",
        ),
        required=True,
        width=30,
    ),
    Column(
        "kind",
        _("Kind of organisation"),
        kind,
        learn=kind_of_column,
        aliases=(
            "组织类别",
            "党组织类别",
            "组织类型",
            "单位类别",
            "类型",
            "类别",
            "级别",
            "层级",
            "level",
        ),
    ),
    Column(
        "above",
        _("Organisation above"),
        values.text(120),
        aliases=("上级党组织", "上级组织", "上级单位", "隶属", "所属党委", "所属党组织"),
        width=26,
    ),
    Column(
        "code",
        _("Unit code"),
        code,
        aliases=("编码", "代码", "区划代码", "行政区划代码", "统计用区划代码", "组织编码"),
    ),
    Column(
        "parent_code",
        _("Code of the organisation above"),
        code,
        aliases=("上级编码", "上级代码", "上级区划代码", "父级代码", "上级组织编码"),
    ),
    Column(
        "secretary",
        _("Secretary"),
        values.name,
        aliases=("书记", "书记姓名", "党组织书记", "党支部书记", "支部书记"),
    ),
    Column("contact", _("Contact"), values.name, aliases=("联系人", "联络员", "联系人姓名")),
    Column(
        "phone",
        _("Phone"),
        values.phone_or_landline,
        aliases=("联系电话", "联系方式", "电话", "手机", "手机号码", "联系人电话"),
        private=True,
    ),
    Column(
        "geo",
        _("Geographic zone"),
        values.text(80),
        aliases=("片区", "所属片区", "冬训片区", "所在片区"),
    ),
    Column(
        "joint",
        _("Joint zone"),
        values.text(80),
        aliases=("联创区", "党建联创区", "所属联创区", "片区/联创区", "片区联创区"),
    ),
    Column(
        "tier",
        _("Tier"),
        values.choice_of({word: tier.value for word, tier in TIERS.items()}),
        aliases=("分类", "支部分类", "类型分类", "分类定级", "党组织分类"),
    ),
    Column(
        "situation",
        _("The unit it stands in"),
        values.text(120),
        aliases=("所在单位情况", "单位情况", "所在单位", "党组织所在单位情况"),
        width=24,
    ),
)
