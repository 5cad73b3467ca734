"""Made-up content of the style guide. No name, number or event here is real."""

from collections.abc import Callable
from typing import Any

import segno
from django import forms
from django.core.paginator import Paginator
from django.utils.safestring import mark_safe

from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kit import nav

Context = dict[str, Any]
TOPICS = ["全会精神", "农村工作", "乡村产业", "基层治理", "法治作风", "安全应急", "典型引路"]
ZONES = {
    "中片": {
        "金沙街道": (96, 89, 81, 70, 44),
        "金新街道": (95, 96, 85, 67, 50),
        "兴东街道": (97, 86, 81, 65, 42),
    },
    "东片": {"二甲镇": (86, 82, 72, 53, 34), "东社镇": (82, 79, 66, 47, 32)},
    "南片": {
        "川姜镇": (95, 83, 75, 66, 45),
        "先锋街道": (96, 84, 80, 66, 44),
        "兴仁镇": (89, 84, 72, 63, 44),
    },
    "西片": {
        "平潮镇": (96, 91, 83, 68, 51),
        "五接镇": (91, 89, 78, 66, 47),
        "刘桥镇": (84, 71, 57, 31, 23),
    },
    "北片": {
        "石港镇": (90, 78, 68, 50, 33),
        "十总镇": (93, 80, 74, 55, 39),
        "西亭镇": (92, 87, 79, 65, 43),
    },
}
WIZARD = ("选文件", "对列", "检查", "导入")
PLANS = (94, 87, 78, 64, 42)
HEADS = 3_400
DEFINITION = {
    "name": "覆盖率",
    "formula": "覆盖率 = 已完成人次 ÷ 应完成人次。",
    "counts": "应完成 = 应训人数 × 已开课专题数。",
    "excludes": "停止党籍、已转出的人。",
    "dedupe": "同一人同一专题只计一次。",
    "version": "3",
    "owner": "区冬训办可改",
}


class SampleForm(forms.Form):
    """One of each kind of field."""

    name = forms.CharField(label="活动名称", help_text="大家在通知里看到的名字")
    kind = forms.ChoiceField(label="类型", choices=[("hall", "集中轮训"), ("site", "现场教学")])
    mode = forms.ChoiceField(
        label="谁能来", choices=[("own", "本单位"), ("all", "全区")], widget=forms.RadioSelect
    )
    seats = forms.IntegerField(label="座位", min_value=1, required=False)
    note = forms.CharField(label="备注", widget=forms.Textarea, required=False)
    told = forms.BooleanField(label="保存后就发通知", required=False)


class SamplePicker(forms.Form):
    """A choice of an organisation."""

    organisation = forms.ChoiceField(
        label="主办单位", choices=[("1", "金沙街道"), ("2", "平潮镇"), ("3", "石港镇")]
    )


def _matrix() -> list[tuple[str, list[Context]]]:
    zones = []
    for zone, towns in ZONES.items():
        rows: list[Context] = []
        for town, shares in towns.items():
            cells: list[Context] = [
                {"part": share * HEADS // 100, "whole": HEADS, "plan": plan, "opened": True}
                for share, plan in zip(shares, PLANS, strict=True)
            ]
            cells += [{"part": None, "whole": HEADS, "plan": None, "opened": False}] * 2
            total = sum(cell["part"] for cell in cells if cell["opened"])
            rows.append({"name": town, "cells": cells, "part": total, "whole": HEADS * 5})
        zones.append((zone, rows))
    return zones


def _sample_links(entries: tuple[nav.Entry, ...]) -> list[nav.Link]:
    counts = {"schedule": 3, "people": 17, "floating": 12, "needs": 2}
    return [nav.Link(e.key, e.label, e.icon, "?", counts.get(e.key, 0)) for e in entries]


def console() -> Context:
    """Return what the console sample shows."""
    return {
        "actor": Actor(ActorKind.ACCOUNT, label="区冬训办"),
        "brand": "通州区冬训",
        "season_label": "2026—2027 年度",
        "scope": "通州区",
        "scope_options": [("通州区", "?", True), ("金沙街道", "?", False), ("平潮镇", "?", False)],
        "sections": [(part.title, _sample_links(part.entries)) for part in nav.CONSOLE],
        "foot": _sample_links(nav.CONSOLE_FOOT),
        "topics": [(topic[:2], topic[2:]) for topic in TOPICS],
        "zones": _matrix(),
        "definition": DEFINITION,
        "segments": [("14 个镇街", "?by=town", True), ("6 个联创区", "?by=zone", False)],
    }


def phone() -> Context:
    """Return what the phone sample shows."""
    topics = [
        {"head": topic[:2], "tail": topic[2:], "state": state}
        for topic, state in zip(
            TOPICS, ["done", "done", "done", "now", "", "later", "later"], strict=True
        )
    ]
    return {"topics": topics}


def screen() -> Context:
    """Return what the check-in sample shows."""
    code = segno.make("https://dongxun.example/s/SAMPLE", error="m")
    return {
        "qr": mark_safe(code.svg_inline(border=2, omitsize=True)),  # noqa: S308 - our own
        "branches": [("金北村", 61, 74), ("新三园村", 18, 25), ("家庭农场联合支部", 7, 13)],
        "latest": [
            ("张三", "金北村 二支部", "刚刚"),
            ("李四", "金北村 一支部", "刚刚"),
            ("王五", "新三园村", "1 分钟前"),
            ("赵六", "金北村 一支部", "1 分钟前"),
            ("孙七", "金北村 三支部", "1 分钟前"),
            ("周八", "新三园村", "2 分钟前"),
        ],
    }


def parts() -> Context:
    """Return what the sheet of components shows."""
    bad = SampleForm({"name": "", "kind": "hall", "mode": "own", "seats": "0"})
    rows = [("赵六", "金北村 一支部", "集中", 5), ("孙七", "新三园村", "送学", 2)]
    return {
        "form": SampleForm(),
        "bad_form": bad,
        "picker": SamplePicker(),
        "definition": DEFINITION,
        "rows": rows,
        "page": Paginator(range(312), 20).page(3),
        "step_names": ["选文件", "对列", "检查", "导入"],
        "jobs": {
            "running": {"title": "导入名册", "state": "running", "done": 1200, "total": 5000},
            "done": {"title": "导入名册", "state": "done", "message": "5,000 行都导进来了"},
            "failed": {
                "title": "生成台账",
                "state": "failed",
                "message": "没写完。已做好的部分还在，点「再做一次」从断的地方接着做。",
            },
        },
        "segments": [("时间轴", "?", True), ("月历", "?", False), ("清单", "?", False)],
    }


def grid() -> Context:
    """Return what the sheet of the grid and of the import wizard shows."""
    return console() | {
        "people": [
            ("李四", "金北村 一支部", "正式党员", "正常", "1998-07-01", "组织委员"),
            ("王五", "金北村 一支部", "正式党员", "正常", "2006-12-20", ""),
            ("赵六", "金北村 二支部", "预备党员", "正常", "2026-03-11", ""),
        ],
        "categories": ["正式党员", "预备党员", "入党积极分子"],
        "wizard": WIZARD,
        "columns": [
            ("党员姓名", "李四", "姓名"),
            ("所在党支部", "金北村一支部", "支部"),
            ("入党时间", "1998.07", "入党时间"),
            ("备注2", "", "不导入"),
        ],
    }


PAGES: dict[str, Callable[[], Context]] = {
    "parts": parts,
    "console": console,
    "grid": grid,
    "phone": phone,
    "screen": screen,
}
