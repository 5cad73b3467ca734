"""What every test of every room may ask for."""

from tests.cast import cast
from tests.guards import _clean_process, no_network
from tests.remembered import django_db_modify_db_settings

__all__ = ["_clean_process", "cast", "django_db_modify_db_settings", "no_network"]
