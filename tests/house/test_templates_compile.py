from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

SOURCE = Path(settings.BASE_DIR) / "src" / "dongxun"
PAGES = sorted(
    str(path.relative_to(path.parents[[p.name for p in path.parents].index("templates")]))
    for path in SOURCE.glob("*/templates/**/*.html")
)


@pytest.mark.parametrize("name", PAGES or [None])
def test_template_compiles(name):
    assert name is None or get_template(name)
