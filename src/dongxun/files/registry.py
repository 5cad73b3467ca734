"""The importers that rooms above have registered, by kind."""

from dongxun.files.contracts import Importer
from dongxun.kernel import audit
from dongxun.kernel.errors import NotFound

_importers: dict[str, Importer] = {}


def register(importer: Importer) -> Importer:
    """Add an importer; called when its room's ``importers.py`` is read. A second one is a bug."""
    if importer.kind in _importers:
        raise ValueError(importer.kind)
    _importers[importer.kind] = importer
    audit.describe(acts={}, values={"kind": {importer.kind: importer.title}})
    return importer


def importer_of(kind: str) -> Importer:
    """Return the importer of a kind.

    Raises:
        NotFound: there is none.
    """
    if kind not in _importers:
        raise NotFound
    return _importers[kind]


def kinds() -> list[str]:
    """Return all kinds, sorted."""
    return sorted(_importers)
