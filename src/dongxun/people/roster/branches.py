"""Which branch a text means: by code, name, path or stem; else the closest ones."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from dongxun.organisations.api import name_key as key
from dongxun.organisations.api import name_stem as stem
from dongxun.organisations.contracts import Node, OrganisationId

_PREFIXES = 4
_FEW = 8


@dataclass(frozen=True, slots=True)
class Found:
    """The branch a text means, or the ``near`` ones a person may choose from.

    ``likely``: the first of them is probably meant.
    """

    branch: Node | None
    near: tuple[Node, ...] = ()
    ambiguous: bool = False
    likely: bool = False


class BranchIndex:
    """All branches of a subtree, under every name a roster may use for them."""

    def __init__(self, tree: Iterable[Node]) -> None:
        nodes = {node.id: node for node in tree}
        self._names: dict[object, str] = {}
        self._paths: dict[object, list[Node]] = {}
        self._exact: defaultdict[str, dict[object, Node]] = defaultdict(dict)
        self._loose: defaultdict[str, dict[object, Node]] = defaultdict(dict)
        self._cache: dict[tuple[str, str], Found] = {}
        self.branches = [node for node in nodes.values() if node.has_members]
        self._names.update((branch.id, branch.name) for branch in self.branches)
        self._scopes = {branch.id: str(branch.id) for branch in self.branches}
        self._of_scope = {scope: branch_id for branch_id, scope in self._scopes.items()}
        for branch in self.branches:
            path, above = [], branch.parent_id
            while above in nodes:
                path.append(nodes[above])
                above = nodes[above].parent_id
            self._paths[branch.id] = path
            self._enter(branch, path)

    def _enter(self, branch: Node, path: list[Node]) -> None:
        own = dict.fromkeys((key(branch.name), key(branch.short_name)))
        for name in own:
            self._exact[name][branch.id] = branch
            self._loose[stem(name)][branch.id] = branch
            self._with_path(branch, name, [key(node.name) for node in path])
            self._with_path(branch, name, [key(node.short_name) for node in path])

    def _with_path(self, branch: Node, name: str, above: list[str]) -> None:
        """Enter the name behind any of the names over it, in order: 平潮镇 + 徐庄村党支部."""
        nearest = above[:_PREFIXES]
        for count in range(1, len(nearest) + 1):
            for some in combinations(reversed(nearest), count):
                self._loose[stem("".join(some) + name)][branch.id] = branch

    def path(self, branch: Node) -> str:
        """Return a text that means this branch and no other: 平潮镇 / 徐庄村 / 徐庄村党支部."""
        above = [node.short_name for node in reversed(self._paths[branch.id])]
        return " / ".join([*above[-2:], branch.name])

    def name_of(self, branch_id: object) -> str:
        """Return the name of a branch here, nothing for one elsewhere."""
        return self._names.get(branch_id, "")

    def scope(self, branch_id: OrganisationId) -> str:
        """Return a branch's id as a text."""
        return self._scopes[branch_id]

    def of_scope(self, scope: str) -> OrganisationId:
        """Return the branch whose id a text is."""
        return self._of_scope[scope]

    def find(self, text: str, above: str = "") -> Found:
        """Return the branch of a cell; ``above`` is the cell of the organisation over it."""
        found = self._cache.get((text, above))
        if found is None:
            found = self._cache[text, above] = self._find(text, above)
        return found

    def _find(self, text: str, above: str) -> Found:
        hits: dict[object, Node] = {}
        for table, wanted in ((self._exact, key(text)), (self._loose, stem(text))):
            hits = table.get(wanted, {})
            if hits:
                break
        if len(hits) > 1 and above:
            hits = self._below(hits, above) or hits
        if len(hits) == 1:
            return Found(next(iter(hits.values())))
        if hits:
            return Found(None, tuple(hits.values())[:8], ambiguous=True)
        close, possible = self._close(text), self._possible(text)
        near = dict.fromkeys((*close, *possible))
        return Found(None, tuple(near), likely=bool(close) or len(possible) == 1)

    def _below(self, hits: dict[object, Node], above: str) -> dict[object, Node]:
        wanted = stem(above)
        return {
            branch_id: branch
            for branch_id, branch in hits.items()
            if any(wanted in {stem(n.name), stem(n.short_name)} for n in self._paths[branch_id])
        }

    def _close(self, text: str) -> tuple[Node, ...]:
        near = difflib.get_close_matches(stem(text), self._loose.keys(), n=3, cutoff=0.55)
        found = {node.id: node for name in near for node in self._loose[name].values()}
        return tuple(found.values())[:3]

    def _possible(self, text: str) -> tuple[Node, ...]:
        """Return the branches whose names end like the text; where there are few, all of them."""
        if len(self.branches) <= _FEW:
            return tuple(self.branches)
        wanted = key(text)
        ended = [node for node in self.branches if wanted and key(node.name).endswith(wanted)]
        return tuple(ended) if len(ended) <= _FEW else ()
