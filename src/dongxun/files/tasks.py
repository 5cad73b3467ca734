"""The jobs of this room, and its turn at removing what has expired."""

from collections.abc import Mapping
from typing import Any

from dongxun.files.services import applying, checking, purging
from dongxun.kernel import worker
from dongxun.kernel.jobs import JobRun, job

PURGE_EVERY_S = 900.0


@job("files.check_import")
def check_import(run: JobRun) -> Mapping[str, Any]:
    """Check every row of a file."""
    return checking.run(run)


@job("files.apply_import")
def apply_import(run: JobRun) -> Mapping[str, Any]:
    """Write the good rows."""
    return applying.run_apply(run)


@job("files.undo_import")
def undo_import(run: JobRun) -> Mapping[str, Any]:
    """Take an import back."""
    return applying.run_undo(run)


purge = worker.seldom(PURGE_EVERY_S, purging.purge)
worker.add_turn(purge)
