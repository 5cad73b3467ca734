"""The import contract that import-linter lacks: rooms are entered by the door."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DoorContract(Contract):
    """An import from one room into another must reach a door of it.

    Tests and migrations may reach further; open rooms have no walls.
    """

    root = fields.StringField()
    doors = fields.ListField(subfield=fields.StringField())
    open_rooms = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - signature of import-linter
        """Return every import that climbs through a window."""
        broken = [
            detail
            for module in sorted(graph.modules)
            if self._is_bound(module)
            for target in sorted(graph.find_modules_directly_imported_by(module))
            if self._is_window(module, target)
            for detail in graph.get_import_details(importer=module, imported=target)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print file and line of each such import."""
        for detail in check.metadata["broken"]:
            line = detail["line_contents"]
            output.print_error(f"{detail['importer']}:{detail['line_number']}: {line}", bold=False)

    def _room(self, module: str) -> str:
        prefix = f"{self.root}."
        return module.removeprefix(prefix).split(".")[0] if module.startswith(prefix) else ""

    def _is_bound(self, module: str) -> bool:
        parts = module.split(".")
        return bool(self._room(module)) and not {"tests", "migrations"} & set(parts)

    def _is_window(self, module: str, target: str) -> bool:
        room = self._room(target)
        if not room or room == self._room(module) or room in self.open_rooms:  # type: ignore[operator]
            return False
        return target.split(".")[2:3] not in [[door] for door in self.doors]  # type: ignore[attr-defined]
