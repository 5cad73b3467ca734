import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.utils.translation import override

import dongxun
from dongxun.kernel import audit

ROOMS = Path(dongxun.__file__).parent


def texts(node: ast.AST) -> list[str]:
    return [
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


@cache
def module(path: Path) -> ast.Module:
    """Return a module read; not changed by whoever asks."""
    return ast.parse(path.read_text())


@cache
def calls_of(tree: ast.AST) -> list[tuple[str, ast.Call]]:
    """Return every call with the last two parts of what it calls: ``audit.write``, ``keep``."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            func = node.func
            name = getattr(func, "attr", "") or getattr(func, "id", "")
            before = getattr(getattr(func, "value", None), "id", "")
            found.append((f"{before}.{name}" if before else name, node))
    return found


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for full, call in calls_of(tree):
        if name in (full, full.rpartition(".")[2]):
            yield call


def handed_on(tree: ast.Module, write: ast.Call, room: list[ast.Module]) -> Iterator[str]:
    """Yield the texts a room gives to the function around a call whose action is a variable."""
    prefix = "".join(texts(write.args[0]))
    for helper in ast.walk(tree):
        if isinstance(helper, ast.FunctionDef) and write in ast.walk(helper):
            for call in (call for module in room for call in calls(module, helper.name)):
                given = [text for each in call.args for text in texts(each) if text]
                yield from (prefix + text for text in given if prefix or "." in text)


def acts_of_importers(tree: ast.AST) -> Iterator[str]:
    """Yield what classes call the act that their base class writes: ``act = "room.verb"``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and "act" in map(ast.unparse, node.targets):
            yield from texts(node.value)


@cache
def written() -> set[str]:
    found: set[str] = set()
    for folder in ROOMS.iterdir():
        paths = [
            path for path in folder.rglob("*.py") if not {"tests", "migrations"} & {*path.parts}
        ]
        room = [module(path) for path in paths]
        for tree in room:
            found |= set(acts_of_importers(tree))
            for write in calls(tree, "audit.write"):
                literal = isinstance(write.args[0], ast.Constant | ast.IfExp)
                found |= set(texts(write.args[0]) if literal else handed_on(tree, write, room))
    return {action for action in found if "." in action}


def test_every_act_that_is_written_has_words_in_both_languages():
    acts = audit.acts()
    assert len(written()) > 80
    assert sorted(written() - set(acts)) == [], "add these to the acts.py of their room"
    for language in ("en", "zh-hans"):
        with override(language):
            assert all(words and "." not in str(words) for words in acts.values())


def test_words_are_kept_for_acts_that_are_written_only():
    assert sorted(set(audit.acts()) - written()) == []
