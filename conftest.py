"""What every test of every room may ask for."""

import pytest

from tests.cast import cast
from tests.guards import _clean_process, no_network
from tests.remembered import django_db_modify_db_settings
from tools import messages

__all__ = ["_clean_process", "cast", "django_db_modify_db_settings", "no_network"]


def pytest_configure(config: pytest.Config) -> None:
    """Compile the catalogues before any page is asked for its words."""
    if not hasattr(config, "workerinput"):
        messages.compile_()
