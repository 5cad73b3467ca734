"""The room as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """See the package docstring."""

    name = "dongxun.ledger"
    label = "ledger"
