"""Units by their names, in a list of who borders whom that people write."""

import re
from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext

from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node

_SIGNS = r",，、;；\s"


class Names:
    """What units are called; ``labels`` are names that no other of them has, the shortest."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        above = organisations.nodes({one.parent_id for one in nodes if one.parent_id})
        forms = {one.id: _forms(one, above) for one in nodes}
        self._ids: dict[str, set[UUID]] = {}
        for key, words in forms.items():
            for word in words:
                self._ids.setdefault(word, set()).add(key)
        self.labels: dict[UUID, str] = {
            key: next((word for word in words if len(self._ids[word]) == 1), words[-1])
            for key, words in forms.items()
        }
        known = sorted(self._ids, key=len, reverse=True)
        either = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in known) or r"(?!)"
        self._word = re.compile(rf"(?:{either})(?=[{_SIGNS}]|$)|[^{_SIGNS}]+")

    def pairs(self, line: str) -> tuple[list[tuple[UUID, UUID]], list[str]]:
        """Return the neighbours that a line tells, and what is wrong with it in words."""
        name, colon, rest = line.replace(":", "：").partition("：")
        words = [" ".join(word.split()) for word in self._word.findall(f"{name}、{rest}")]
        if colon and not self._word.search(name):
            return [], [gettext("before the colon there is no unit")]
        wrong = []
        if unknown := [word for word in words if word not in self._ids]:
            said = gettext("there is no unit called %(names)s here")
            wrong.append(said % {"names": "、".join(unknown)})
        for word in dict.fromkeys(words):
            if len(keys := self._ids.get(word, ())) > 1:
                better = "、".join(sorted(self.labels[key] for key in keys))
                said = gettext("several units are called %(name)s; write one of %(names)s")
                wrong.append(said % {"name": word, "names": better})
        if wrong or not words:
            return [], wrong
        first, *others = (next(iter(self._ids[word])) for word in words)
        if first in others:
            wrong.append(gettext("%(name)s stands as its own neighbour") % {"name": words[0]})
        return [(first, other) for other in others], wrong


def _forms(node: Node, above: dict[UUID, Node]) -> list[str]:
    """Return how a unit may be called, the shortest first."""
    parent = above.get(node.parent_id) if node.parent_id else None
    found = [node.short_name, node.name, *([f"{parent.short_name}/{node.name}"] if parent else [])]
    return [" ".join(word.split()) for word in found]
