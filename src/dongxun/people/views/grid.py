"""Where the roster's grid sends its changed cells."""

import json
from typing import Any
from uuid import UUID

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from dongxun.kernel.actors import ORGANISERS
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.people.cells import RowIn, save_rows


@require_POST
@for_console
def save_cells(request: Request) -> JsonResponse:
    """Take ``{"rows": [{"id", "version", "cells": {name: text}}]}``; answer row by row."""
    if not request.actor.holds(*ORGANISERS):
        raise NotFound
    found = save_rows(_rows(request.body), by=request.actor)
    rows = [
        {"id": str(r.id), "version": r.version, "cells": r.cells, "errors": r.errors} for r in found
    ]
    return JsonResponse({"rows": rows})


def _rows(body: bytes) -> list[RowIn]:
    try:
        sent = json.loads(body)["rows"]
        return [_row(raw) for raw in sent]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(where="rows") from error


def _row(raw: dict[str, Any]) -> RowIn:
    cells = {str(name): str(text)[:400] for name, text in raw["cells"].items()}
    return RowIn(UUID(str(raw["id"])), int(raw["version"]), cells)
